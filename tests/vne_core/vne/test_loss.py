import math

import pytest
import torch
from scipy.stats import energy_distance, wasserstein_distance

from vne_core.vne.loss import (
    Pair,
    absolute_difference,
    as_read,
    cramer,
    deceived,
    distribution_misfit,
    moved_to_fit,
    pixel_weights,
    spread_misfit,
    told_apart,
    wasserstein,
)


def blob(down: int = 0, right: int = 0) -> torch.Tensor:
    y, x = torch.meshgrid(torch.arange(40.0), torch.arange(40.0), indexing="ij")
    return torch.exp(-((y - 20 - down) ** 2 + (x - 20 - right) ** 2) / 30)[None, None]


EVEN = torch.ones(1, 1, 40, 40)


@pytest.mark.parametrize("down, right", [(0, 0), (2, -1), (-1, 2)])
def test_a_target_of_another_breath_hold_is_moved_to_where_it_fits(down, right):
    moved = moved_to_fit(blob(), blob(down, right), EVEN, 2)
    assert torch.allclose(moved[..., 4:-4, 4:-4], blob()[..., 4:-4, 4:-4], atol=1e-6)


def test_each_slice_is_moved_by_itself():
    moved = moved_to_fit(torch.cat([blob(), blob()]), torch.cat([blob(1, 0), blob(0, -2)]), EVEN, 2)
    assert torch.allclose(moved[:, :, 4:-4, 4:-4], blob()[:, :, 4:-4, 4:-4].expand(2, -1, -1, -1))


def test_a_target_farther_away_than_the_tolerance_is_not_brought_home():
    far = blob(6, 0)
    moved = moved_to_fit(blob(), far, EVEN, 2)
    assert torch.allclose(moved[..., 8:-8, 8:-8], blob(4, 0)[..., 8:-8, 8:-8], atol=1e-6)
    assert moved_to_fit(blob(), far, EVEN, 0) is far


def test_the_heart_counts_as_often_as_asked_and_a_slice_counts_once():
    heart = torch.zeros(1, 1, 40, 40)
    heart[..., 10:20, 10:20] = 1
    weight = pixel_weights(heart, 6.0)
    assert weight[0, 0, 15, 15] / weight[0, 0, 0, 0] == pytest.approx(6)
    assert weight.mean() == pytest.approx(1)


def test_the_likeliest_spread_is_the_mean_absolute_error():
    torch.manual_seed(0)
    error = torch.distributions.Laplace(0.0, 0.07).sample((1, 1, 300, 300))
    target, weight = torch.zeros_like(error), torch.ones_like(error)

    def misfit(spread: float) -> float:
        return spread_misfit(Pair(error, torch.full_like(error, spread), target, weight)).item()

    best = error.abs().mean().item()
    assert misfit(best) < min(misfit(0.97 * best), misfit(1.03 * best))


def test_the_spread_does_not_pull_at_the_image():
    vne = torch.zeros(1, 1, 4, 4, requires_grad=True)
    spread = torch.full((1, 1, 4, 4), 0.1, requires_grad=True)
    ones = torch.ones(1, 1, 4, 4)
    spread_misfit(Pair(vne, spread, ones, ones)).backward()
    assert vne.grad is None
    assert spread.grad.abs().sum() > 0


def test_the_mean_difference_is_weighted():
    weight = torch.tensor([[[[2.0, 0.0]]]])
    pair = Pair(torch.tensor([[[[1.0, 9.0]]]]), weight, torch.zeros(1, 1, 1, 2), weight)
    assert absolute_difference(pair) == pytest.approx(1.0)


def test_walls_with_the_same_brightness_are_alike_wherever_it_lies():
    torch.manual_seed(0)
    values = torch.rand(600)
    wall = torch.zeros(2, 1, 40, 40)
    wall[:, :, 5:25, 5:35] = 1
    other = torch.roll(wall, 8, 2)
    vne, lge = torch.zeros(2, 1, 40, 40), torch.ones(2, 1, 40, 40)
    for index in range(2):
        vne[index][wall[index] == 1] = values
        lge[index][other[index] == 1] = values[torch.randperm(600)]
    for kind in ("wasserstein", "cramer"):
        assert distribution_misfit((vne, wall), (lge, other), kind) == pytest.approx(0, abs=1e-6)
    brighter = distribution_misfit((vne + 0.25, wall), (lge, other), "wasserstein")
    assert brighter == pytest.approx(0.25, rel=1e-5)


def test_both_distances_are_those_of_an_independent_library():
    torch.manual_seed(1)
    vne, lge = torch.randn(9000), 0.3 + 1.7 * torch.randn(8000)
    assert wasserstein(vne, lge).item() == pytest.approx(wasserstein_distance(vne, lge), rel=0.02)
    assert cramer(vne, lge).item() == pytest.approx(energy_distance(vne, lge) ** 2 / 2, rel=1e-4)


def two_regions(slices: int = 1) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Noise with the coverages of a remote region and of blood, its edge half covered."""
    torch.manual_seed(2)
    remote, blood = torch.zeros(2, slices, 1, 40, 40)
    remote[:, :, 5:12, 5:12], remote[:, :, 12, 5:12] = 1, 0.5
    blood[:, :, 20:30, 20:30] = 1
    return 0.1 * torch.randn(slices, 1, 40, 40) + blood, remote, blood


def test_as_read_an_image_has_its_own_remote_wall_at_0_and_its_own_blood_at_1():
    image, remote, blood = two_regions()
    for gain, offset in ((1.0, 0.0), (0.4, 0.2), (3.0, -1.0)):
        read = as_read(gain * image + offset, remote, blood)
        assert (read * remote).sum() / remote.sum() == pytest.approx(0, abs=1e-5)
        assert (read * blood).sum() / blood.sum() == pytest.approx(1, abs=1e-5)
        assert torch.allclose(read, as_read(image, remote, blood), atol=1e-5)


def test_a_slice_that_no_reader_could_place_thresholds_in_is_as_it_was():
    image, remote, blood = two_regions(4)
    remote[1], blood[2], image[3] = 0, 0, 0.7
    read = as_read(image, remote, blood)
    assert not torch.allclose(read[0], image[0])
    assert torch.equal(read[1:], image[1:])


def test_a_remote_wall_drawn_too_bright_is_held_against_the_whole_wall():
    """It raises every threshold, though the rest of the wall is as on the LGE."""
    image, remote, blood = two_regions()
    vne = (image + 0.1 * remote.ceil()).requires_grad_()
    wall = torch.zeros_like(image)
    wall[:, :, 32:38] = 1
    lge = as_read(image, remote, blood), wall
    assert distribution_misfit((vne, wall), (image, wall), "cramer") == 0
    distribution_misfit((as_read(vne, remote, blood), wall), lge, "cramer").backward()
    assert (vne.grad * remote).sum() > 0


def test_of_an_unforeseeable_share_wasserstein_keeps_the_median_and_cramer_the_mean():
    """A third of the targets have all of the wall bright, the others none."""
    targets = [torch.full((300,), float(bright)) for bright in (0, 0, 1)]
    levels = torch.arange(300) / 299
    loss = {
        distance: [
            float(sum(distance((levels < share).float(), target) for target in targets))
            for share in (0.0, 1 / 3, 1.0)
        ]
        for distance in (wasserstein, cramer)
    }
    assert min(loss[wasserstein]) == loss[wasserstein][0]
    assert min(loss[cramer]) == loss[cramer][1]


def test_a_slice_without_wall_asks_for_nothing():
    vne = torch.zeros(2, 1, 8, 8, requires_grad=True)
    wall = torch.ones(2, 1, 8, 8)
    empty = torch.zeros(2, 1, 8, 8)
    lge = torch.ones(2, 1, 8, 8), wall
    assert distribution_misfit((vne, empty), lge, "cramer") == 0
    wall[1] = 0
    assert distribution_misfit((vne, wall), lge, "cramer").item() == pytest.approx(0.5)


@pytest.mark.parametrize("kind, sure, unsure", [("hinge", 0.0, 1.0), ("least_squares", 0.0, 0.5)])
def test_a_discriminator_that_tells_apart_has_no_loss(kind, sure, unsure):
    real, made = torch.ones(2, 1, 3, 3), torch.zeros(2, 1, 3, 3)
    wanted = -1.0 if kind == "hinge" else 0.0
    assert told_apart([real], [made + wanted], kind) == pytest.approx(sure)
    assert told_apart([made], [made], kind) == pytest.approx(unsure)


@pytest.mark.parametrize("kind", ["hinge", "least_squares"])
def test_the_generator_wants_its_images_taken_for_real(kind):
    answers = torch.tensor([-0.5], requires_grad=True)
    deceived([answers], kind).backward()
    assert answers.grad.item() < 0
    assert math.isfinite(answers.grad.item())
