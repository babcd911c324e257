"""Training slices read from memory-mapped arrays, on the network's scales."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vne_core.errors import VneError
from vne_core.phantom.training_set import TrainingSet, open_training_set
from vne_core.vne.config import DataSpec
from vne_core.vne.normalise import (
    NormaliseError,
    normalised_cine,
    normalised_ir,
    normalised_lge,
    normalised_t1,
)
from vne_core.vne.split import Cohort, Person, cohort_of, frozen_split, refuse_forbidden

SPLIT_FILE = "split.json"
TARGETS = {"acquired": "lge", "noise_free": "true_lge"}
MASKS = ("epi", "endo", "epi_t1", "endo_t1", "remote", "blood")

AnyImage = NDArray[Any]


class DataError(VneError):
    """Training arrays from which nothing can be learnt."""

    code = "training-data"


@dataclass(frozen=True, slots=True)
class Row:
    """Where a slice is: the number of its set, its row, and whose it is."""

    source: int
    row: int
    person: Person


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """Slices of a training set, (N, channels, 192, 192) each, float32.

    ``images`` are the streams by name; ``target`` is late enhancement with remote myocardium at 0
    and blood at 1; ``masks`` are coverages from 0 to 1 in the order of ``MASKS``; ``ecv`` is 0
    outside the wall. ``pixel_mm`` is (N,).
    """

    images: Mapping[str, Tensor]
    target: Tensor
    masks: Tensor
    ecv: Tensor
    pixel_mm: Tensor

    def to(self, device: torch.device | str) -> "Slices":
        """Return the slices in the memory of a device."""
        return Slices(
            {name: image.to(device) for name, image in self.images.items()},
            self.target.to(device),
            self.masks.to(device),
            self.ecv.to(device),
            self.pixel_mm,
        )


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """Everything a training reads: the open arrays, and the rows of both parts."""

    sets: tuple[TrainingSet, ...]
    cohorts: tuple[Cohort, ...]
    training: tuple[Row, ...]
    validation: tuple[Row, ...]
    target: str

    def read(self, rows: Sequence[Row]) -> Slices:
        """Return slices by their rows."""
        return stacked([self._slice(row) for row in rows])

    def _slice(self, row: Row) -> dict[str, AnyImage]:
        """Return one slice's arrays, (channels, 192, 192)."""
        arrays, index = self.sets[row.source].arrays, row.row
        full = float(self.sets[row.source].description["full_coverage"])
        masks = np.stack([arrays[name][index] for name in MASKS]).astype(np.float32) / full
        shape = masks.shape[1:]
        return {
            "t1": normalised_t1(arrays["t1"][index]),
            "ir": normalised_ir(arrays["ir"][index], arrays["times_ms"][index].tolist(), shape),
            "cine": normalised_cine(arrays["cine"][index], shape),
            "target": normalised_lge(
                arrays[self.target][index],
                masks[MASKS.index("remote")],
                masks[MASKS.index("blood")],
            )[None],
            "masks": masks,
            "ecv": np.asarray(arrays["ecv"][index], dtype=np.float32)[None],
            "pixel_mm": np.array(arrays["table"]["pixel_mm"][index], dtype=np.float32),
        }


def open_training_data(
    data: DataSpec, out: Path, seen: AbstractSet[Person] = frozenset()
) -> TrainingData:
    """Return the data of a training, its patients split once and for all in ``out``.

    ``seen`` are persons that are not validated on: the model begun with has learnt from them.
    Raises TrainingSetError for missing arrays, SplitError for patients that are kept for tests,
    DataError where no slice is good enough.
    """
    if not data.cohorts:
        raise DataError(
            "data.cohorts is empty", "at least one folder of training arrays", "name it"
        )
    sets = tuple(open_training_set(Path(source.folder)) for source in data.cohorts)
    cohorts = tuple(
        cohort_of(found.description, source.patients)
        for found, source in zip(sets, data.cohorts, strict=True)
    )
    refuse_forbidden(cohorts, data)
    held_out = frozen_split(out / SPLIT_FILE, cohorts, data, seen)
    rows = [
        row
        for source, (found, cohort) in enumerate(zip(sets, cohorts, strict=True))
        for row in _usable(found, cohort, source, data.least_category)
    ]
    training = tuple(row for row in rows if row.person not in held_out)
    validation = tuple(row for row in rows if row.person in held_out)
    if not training or not validation:
        raise DataError(
            f"{len(training)} slices to learn from and {len(validation)} to validate on",
            "at least one of each",
            "make more patients, or lower data.least_category",
        )
    return TrainingData(sets, cohorts, training, validation, TARGETS[data.target])


def stacked(slices: Sequence[Mapping[str, Any]]) -> Slices:
    """Return slices as one batch."""
    batch = {name: torch.from_numpy(np.stack([one[name] for one in slices])) for name in slices[0]}
    return Slices(
        {name: batch[name] for name in ("t1", "ir", "cine")},
        batch["target"],
        batch["masks"],
        batch["ecv"],
        batch["pixel_mm"],
    )


def _usable(found: TrainingSet, cohort: Cohort, source: int, least: int) -> list[Row]:
    """Return the slices that are there and that a reader would not exclude."""
    arrays = found.arrays
    table = arrays["table"][: cohort.patients * int(found.description["slices_a_patient"])]
    good = table["done"] & (table["lge_category"] >= least) & (table["t1_category"] >= least)
    return [
        Row(source, int(index), Person(cohort.seed, int(table["patient"][index])))
        for index in np.flatnonzero(good)
        if _has_references(arrays, int(index))
    ]


def _has_references(arrays: Mapping[str, NDArray[Any]], index: int) -> bool:
    """Return whether blood is brighter than remote myocardium, so that there is a scale."""
    try:
        normalised_lge(arrays["lge"][index], arrays["remote"][index], arrays["blood"][index])
    except NormaliseError:
        return False
    return True
