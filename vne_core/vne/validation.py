"""How a generator does on validation patients while it learns; the card's figures come later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vne_core.study.rules import RemoteBlood
from vne_core.vne.augment import Crops, centred
from vne_core.vne.dataset import Row, TrainingData
from vne_core.vne.loss import as_read
from vne_core.vne.split import Person

LEVELS = RemoteBlood().levels
BATCH = 8
GREY_LIMITS = (-0.25, 1.25)
"""Late enhancement drawn black and white."""
T1_LIMITS = (-1.5, 1.5)
SPREAD_LIMITS = (0.0, 0.4)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """Of slices: whose they are, and sums over pixels of the wall."""

    persons: list[Person]
    wall: Numbers
    error: Numbers
    spread: Numbers
    made: Numbers
    real_wall: Numbers
    real: Numbers


def first_patients(rows: Sequence[Row], count: int) -> list[Row]:
    """Return the slices of the first ``count`` persons."""
    persons = sorted({row.person for row in rows})[:count]
    kept = set(persons)
    return [row for row in rows if row.person in kept]


def from_least_to_most(data: TrainingData, rows: Sequence[Row], count: int) -> list[Row]:
    """Return some of the slices, evenly spaced from the least true burden to the most."""

    def burden_percent(row: Row) -> float:
        table = data.sets[row.source].arrays["table"]
        return float(table["true_burden_percent"][row.row, 0])

    ordered = sorted(rows, key=burden_percent)
    places = np.linspace(0, len(rows) - 1, min(count, len(rows))).round().tolist()
    return [ordered[int(place)] for place in places]


def measures(
    generator: nn.Module, data: TrainingData, rows: Sequence[Row], crop_px: int
) -> dict[str, float]:
    """Return figures of the slices of some patients.

    ``wall_l1`` is the mean absolute difference in the myocardium, ``spread_ratio`` the mean
    predicted spread over it (1 is calibrated on average), ``r_50`` and so on the correlation of
    patients' burdens by VNE and by LGE at each level, ``bias_50`` and so on their mean difference
    in points.
    """
    found = [
        _measured(crops, batch, *made)
        for crops, batch, made in _shown(generator, data, rows, crop_px)
    ]
    wall, error, spread = (
        float(np.concatenate([getattr(f, name) for f in found]).sum())
        for name in ("wall", "error", "spread")
    )
    values = {"wall_l1": error / wall, "spread_ratio": spread / max(error, 1e-9)}
    made, real = _burdens(found)
    for index, level in enumerate(LEVELS):
        name = f"{100 * level:g}"
        values[f"r_{name}"] = _correlation(made[:, index], real[:, index])
        values[f"bias_{name}"] = float((made[:, index] - real[:, index]).mean())
    return values


@torch.no_grad()
def picture(
    generator: nn.Module, data: TrainingData, rows: Sequence[Row], crop_px: int
) -> NDArray[np.uint8]:
    """Return rows of T1, VNE, LGE and spread, a slice a row, as grey levels."""
    lines = [
        torch.cat(
            [
                _grey(crops.images["t1"][:, :1], T1_LIMITS),
                _grey(made[0], GREY_LIMITS),
                _grey(crops.target, GREY_LIMITS),
                _grey(made[1], SPREAD_LIMITS),
            ],
            3,
        )
        for crops, _, made in _shown(generator, data, rows, crop_px)
    ]
    return torch.cat(lines).flatten(0, 2).byte().cpu().numpy()


def _shown(
    generator: nn.Module, data: TrainingData, rows: Sequence[Row], crop_px: int
) -> Iterator[tuple[Crops, Sequence[Row], tuple[Tensor, Tensor]]]:
    """Yield batches of slices, unchanged, with what the generator makes of them."""
    device = next(generator.parameters()).device
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        crops = centred(data.read(batch).to(device), crop_px)
        with torch.no_grad():
            made = generator(crops.images)
        yield crops, batch, made


def _measured(crops: Crops, rows: Sequence[Row], vne: Tensor, spread: Tensor) -> _Measured:
    wall, real_wall = crops.wall, crops.lge_wall
    return _Measured(
        [row.person for row in rows],
        _sums(wall),
        _sums(wall * (vne - crops.target).abs()),
        _sums(wall * spread),
        _lesion(vne, crops, wall),
        _sums(real_wall),
        _lesion(crops.target, crops, real_wall),
    )


def _lesion(image: Tensor, crops: Crops, wall: Tensor) -> Numbers:
    """Return the lesion area of each slice at each level, (N, levels), pixels."""
    read = as_read(image, crops.mask("remote"), crops.mask("blood"))
    areas = [(wall * (read >= level)).sum((1, 2, 3)) for level in LEVELS]
    return torch.stack(areas, 1).double().cpu().numpy()


def _burdens(found: Sequence[_Measured]) -> tuple[Numbers, Numbers]:
    """Return patients' burdens by VNE and by LGE, (patients, levels), percent."""
    persons = [person for one in found for person in one.persons]
    made, real, wall, real_wall = (
        np.concatenate([getattr(one, name) for one in found])
        for name in ("made", "real", "wall", "real_wall")
    )
    rows: list[tuple[Any, Any]] = []
    for person in sorted(set(persons)):
        mine = np.array([other == person for other in persons])
        rows.append(
            (made[mine].sum(0) / wall[mine].sum(), real[mine].sum(0) / real_wall[mine].sum())
        )
    both = 100 * np.array(rows)
    return both[:, 0], both[:, 1]


def _correlation(one: Numbers, other: Numbers) -> float:
    """Return Pearson's correlation, 0 where either does not vary."""
    if len(one) < 2 or not one.std() or not other.std():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _sums(image: Tensor) -> Numbers:
    return image.sum((1, 2, 3)).double().cpu().numpy()


def _grey(image: Tensor, limits: tuple[float, float]) -> Tensor:
    low, high = limits
    return (255 * (image - low) / (high - low)).clamp(0, 255)
