import numpy as np
import pytest
import torch

from vne_core.vne.dataset import open_training_data
from vne_core.vne.localiser_training import WINDOW_PX, distances_mm, train_localiser, windows


@pytest.fixture
def data(spec, tmp_path):
    return open_training_data(spec.data, tmp_path)


def rngs(count: int, seed: int = 0):
    return [np.random.default_rng([seed, index]) for index in range(count)]


def test_the_bell_stands_where_the_blood_pool_is(data):
    """Seen in the window itself: blood has the longest T1."""
    slices = data.read(data.training[:6])
    images, bell = windows(slices, rngs(6))
    assert images.shape == (6, 3, WINDOW_PX, WINDOW_PX)
    found = 0
    for image, wanted in zip(images, bell, strict=True):
        blood = (image[0] > 0.8).nonzero().double()
        if wanted.max() > 0.9 and len(blood) > 60:
            top = divmod(int(wanted.argmax()), WINDOW_PX)
            assert np.abs(blood.mean(0).numpy() - top).max() < 1.6
            found += 1
    assert found >= 2


def test_a_window_may_have_no_ventricle_and_then_no_bell(data):
    slices = data.read(data.training[:6] * 10)
    _, bell = windows(slices, rngs(60, 3))
    tops = bell.amax((1, 2, 3))
    assert tops.max() > 0.9
    assert tops.min() < 0.1


@pytest.mark.slow
def test_a_trained_localiser_finds_made_ventricles(spec, data):
    from dataclasses import replace  # noqa: PLC0415

    asked = replace(spec.localiser, steps=50, batch=6, width=8, rate=5e-3)
    training = train_localiser(replace(spec, localiser=asked), data, lambda: False)
    while True:
        try:
            next(training)
        except StopIteration as ended:
            localiser = ended.value
            break
    gaps = distances_mm(localiser, data, data.validation * 6)
    assert len(gaps) >= 5
    assert np.median(gaps) < 12
    assert not any(p.requires_grad for p in localiser.parameters())
    assert torch.is_tensor(localiser(torch.zeros(1, 3, 30, 41)))
