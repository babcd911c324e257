"""Which terms a step asks for, and of which pixels."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.vne_core.vne.small_spec import small_spec
from vne_core.learn.distributed import World
from vne_core.vne.augment import Crops
from vne_core.vne.config import STREAM_CHANNELS
from vne_core.vne.dataset import MASKS
from vne_core.vne.loss import Pair
from vne_core.vne.trainer import Pace, Trainer

SIDE_PX = 64
T1_WALL, LGE_WALL = slice(8, 24), slice(32, 56)
"""Rows of the two walls: different breath-holds, here without a row in common."""


@pytest.fixture(scope="module")
def trainer():
    return Trainer(small_spec(Path("nowhere")), World(), None)


def crops_and_pair(wall_at: float, lge_at: float, elsewhere: float) -> tuple[Crops, Pair]:
    """Images that are bright elsewhere, with the VNE's wall and the LGE's at a level each."""
    masks = torch.zeros(1, len(MASKS), SIDE_PX, SIDE_PX)
    masks[:, MASKS.index("epi_t1"), T1_WALL] = 1
    masks[:, MASKS.index("epi"), LGE_WALL] = 1
    vne = torch.full((1, 1, SIDE_PX, SIDE_PX), elsewhere)
    lge = vne.clone()
    vne[:, :, T1_WALL], lge[:, :, LGE_WALL] = wall_at, lge_at
    images = {n: torch.zeros(1, c, SIDE_PX, SIDE_PX) for n, c in STREAM_CHANNELS.items()}
    ones = torch.ones_like(vne)
    return Crops(images, lge, masks, ones, ones), Pair(vne, 0.1 * ones, lge, ones)


def test_each_term_joins_at_its_share_of_the_training(trainer):
    crops, pair = crops_and_pair(0.0, 0.0, 1.0)
    asked = {
        share: set(trainer.objective(pair, crops, Pace(0, share))) for share in (0.29, 0.31, 0.41)
    }
    assert asked[0.29] == {"l1", "spread"}
    assert asked[0.31] == {"l1", "spread", "distribution"}
    assert asked[0.41] == {"l1", "spread", "distribution", "adversarial"}


@pytest.mark.parametrize("wall_at, lge_at, misfit", [(0.2, 0.2, 0.0), (0.2, 0.5, 0.3)])
def test_each_image_s_distribution_is_that_of_its_own_wall(trainer, wall_at, lge_at, misfit):
    crops, pair = crops_and_pair(wall_at, lge_at, 1.0)
    found = trainer.objective(pair, crops, Pace(0, 0.35))["distribution"].item()
    assert found == pytest.approx(misfit, abs=1e-6)


@pytest.mark.parametrize("kind, misfit", [("wasserstein", 0.5), ("cramer", 0.25)])
def test_a_distribution_is_compared_as_the_spec_says(kind, misfit):
    """Half of the LGE's wall is brighter by 1: half of all quantiles, half of the wall."""
    spec = small_spec(Path("nowhere"))
    asked = replace(spec, loss=replace(spec.loss, distribution_kind=kind))
    crops, pair = crops_and_pair(0.2, 0.2, 1.0)
    crops.target[:, :, LGE_WALL, : SIDE_PX // 2] += 1
    terms = Trainer(asked, World(), None).objective(pair, crops, Pace(0, 0.35))
    assert terms["distribution"].item() == pytest.approx(misfit, abs=0.01)


@pytest.mark.parametrize("scale, misfit", [("image", 0.3), ("read", 0.0)])
def test_brightness_is_compared_on_the_scale_that_the_spec_names(scale, misfit):
    """A VNE that is the LGE, darker and of less contrast: a reader's burdens are the same."""
    spec = small_spec(Path("nowhere"))
    asked = replace(spec, loss=replace(spec.loss, distribution_scale=scale))
    crops, pair = crops_and_pair(0.2, 0.5, 1.0)
    for name, columns, brightness in (("remote", 0, 0.0), ("blood", 32, 1.0)):
        region = slice(columns, columns + 8)
        crops.masks[:, MASKS.index(name), -8:, region] = 1
        crops.target[:, :, -8:, region] = brightness
        pair.vne[:, :, -8:, region] = 0.4 * brightness
    terms = Trainer(asked, World(), None).objective(pair, crops, Pace(0, 0.35))
    assert terms["distribution"].item() == pytest.approx(misfit, abs=1e-5)
