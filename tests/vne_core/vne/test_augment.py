from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.vne_core.vne.made_arrays import ENDO_PX, EPI_PX
from vne_core.vne.augment import augmented, centred
from vne_core.vne.config import AugmentSpec
from vne_core.vne.dataset import open_training_data

STILL = AugmentSpec(
    flip=0, rotation_deg=0, scale=(1, 1), shift_px=0, gain=0, t1_offset_ms=0, noise=0,
    drop_cine=0, drop_ir=0,
)  # fmt: skip


@pytest.fixture
def slices(spec, tmp_path):
    data = open_training_data(spec.data, tmp_path)
    return data.read(data.training[:3])


def changed(slices, crop_px=128, **change):
    rngs = [np.random.default_rng(index) for index in range(3)]
    return augmented(slices, replace(STILL, **change), crop_px, rngs)


def radius_px(mask: torch.Tensor) -> np.ndarray:
    return np.sqrt(mask.sum((1, 2, 3)).numpy() / np.pi)


def test_without_changes_a_crop_is_the_middle_of_the_slice(slices):
    crops = changed(slices)
    for name, stream in crops.images.items():
        assert torch.allclose(stream, slices.images[name][..., 32:-32, 32:-32], atol=1e-4)
    assert torch.allclose(crops.target, centred(slices, 128).target)


def test_a_millimetre_is_a_pixel_whatever_the_scanner_made(slices):
    wide = replace(slices, pixel_mm=slices.pixel_mm * 1.25)
    assert radius_px(centred(wide, 128).mask("endo")) == pytest.approx(1.25 * ENDO_PX, rel=0.02)


def test_a_heart_becomes_larger_with_its_masks_and_images_alike(slices):
    crops = changed(slices, scale=(1.2, 1.2))
    assert radius_px(crops.mask("epi")) == pytest.approx(1.2 * EPI_PX, rel=0.02)
    t1 = crops.images["t1"][:, :1]
    blood = (t1 > 0.5).float()
    assert (blood * crops.mask("endo")).sum() == pytest.approx(blood.sum().item(), rel=0.03)


def test_turning_and_flipping_move_target_and_t1_together(slices):
    crops = changed(slices, flip=0.5, rotation_deg=90, shift_px=10)
    inside = crops.wall > 0.99
    t1, target = crops.images["t1"][:, :1][inside], crops.target[inside]
    assert torch.corrcoef(torch.stack([t1, target]))[0, 1] > 0.9
    assert not torch.allclose(crops.target, centred(slices, 128).target)


def test_a_dropped_stream_is_zero_with_its_validity(slices):
    crops = changed(slices, drop_cine=0.9, drop_ir=0.9, noise=0.1)
    dropped = 0
    for name in ("cine", "ir"):
        for stream in crops.images[name]:
            has_images, valid = bool(stream[:-1].any()), bool(stream[-1].any())
            assert has_images == valid
            dropped += not valid
    assert dropped > 0


def test_pixels_without_t1_stay_without(slices):
    slices.images["t1"][:, :, 96:104, 96:104] = 0
    crops = changed(slices, rotation_deg=40, noise=0.3, t1_offset_ms=100)
    value, valid = crops.images["t1"].split(1, 1)
    assert set(valid.unique().tolist()) == {0.0, 1.0}
    assert not value[valid == 0].any()


def test_a_slice_is_changed_the_same_whatever_stands_beside_it(slices):
    one = replace(
        slices,
        images={name: stream[1:2] for name, stream in slices.images.items()},
        target=slices.target[1:2],
        masks=slices.masks[1:2],
        ecv=slices.ecv[1:2],
        pixel_mm=slices.pixel_mm[1:2],
    )
    alone = augmented(one, AugmentSpec(), 96, [np.random.default_rng(1)])
    together = augmented(slices, AugmentSpec(), 96, [np.random.default_rng(i) for i in range(3)])
    for name, stream in alone.images.items():
        assert torch.equal(stream[0], together.images[name][1])


def test_the_heart_covers_the_ventricle_and_a_margin(slices):
    heart = centred(slices, 128).heart
    assert (radius_px(heart) > EPI_PX + 5).all()
    assert (heart >= centred(slices, 128).mask("epi")).all()
