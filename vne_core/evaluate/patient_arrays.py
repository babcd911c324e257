"""One virtual patient's images, read from training arrays or scanned for the purpose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.phantom.bloch import SCHEMES
from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.config import CohortConfig
from vne_core.phantom.patient import make_body, unrelated_body
from vne_core.phantom.training_set import SLICES, TABLE, TrainingSet, TrainingSetError
from vne_core.phantom.training_slice import (
    CINE_COUNTS,
    COVERED,
    IMAGE_TYPES,
    LGE_STEPS,
    TABLE_TYPE,
    native_images,
    training_slice,
)

AnyArray = NDArray[Any]
Image = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PatientArrays:
    """The slices of one patient, base to apex; ``images`` as in ``TrainingSet``, first axis slice.

    ``table`` holds a record a slice. ``drawn_from`` are the cohort and seed of a patient scanned
    for the purpose.
    """

    images: Mapping[str, AnyArray]
    table: AnyArray
    drawn_from: tuple[CohortConfig, int] | None = None

    def __len__(self) -> int:
        return len(self.table)

    @property
    def pixel_mm(self) -> float:
        """The side of a pixel."""
        return float(self.table["pixel_mm"][0])

    def share(self, mask: str) -> Image:
        """Return a mask as shares of pixels, (slices, rows, columns), 0 to 1."""
        return self.images[mask].astype(np.float32) / np.float32(COVERED)

    def stored_counts(self, name: str) -> Image:
        """Return LGE or cine as the scanner stored it."""
        steps = {"cine": float(CINE_COUNTS)}.get(name, 1 / LGE_STEPS)
        return self.images[name].astype(np.float32) * np.float32(steps)


def read_patient(arrays: TrainingSet, index: int) -> PatientArrays:
    """Return a patient of a training set. Raises TrainingSetError when it is not made yet."""
    first = index * SLICES
    rows = slice(first, first + SLICES)
    table = np.asarray(arrays.arrays[TABLE][rows])
    if len(table) < SLICES or not table["done"].all():
        raise TrainingSetError(
            f"patient {index} is not in the training arrays", "every patient made", "go on with it"
        )
    names = (*IMAGE_TYPES, "times_ms")
    return PatientArrays({name: np.asarray(arrays.arrays[name][rows]) for name in names}, table)


def scan_patient(config: CohortConfig, seed: int, index: int) -> PatientArrays:
    """Return a patient of a cohort as ``vne phantom --arrays`` would store it."""
    patient = draw_patient(config, seed, index)
    body = make_body(patient)
    slices = [training_slice(patient, body, number) for number in range(SLICES)]
    times = sum(SCHEMES[config.scanner.scheme].images)
    kinds = {**IMAGE_TYPES, "times_ms": np.float32}
    images = {
        name: np.stack([images[name] for images, _ in slices]).astype(kind)
        for name, kind in kinds.items()
    }
    assert images["times_ms"].shape == (SLICES, times)
    table = np.zeros(SLICES, TABLE_TYPE)
    for number, (_, record) in enumerate(slices):
        for name, value in record.items():
            table[name][number] = value
    table["done"] = True
    return PatientArrays(images, table, (config, seed))


def with_unrelated_t1(patient: PatientArrays) -> PatientArrays:
    """Return a patient whose T1 maps and IR images know nothing of the fibrosis (drawn anew).

    Everything else is the patient's own. Only for a patient of ``scan_patient``.
    """
    assert patient.drawn_from is not None, "the body of training arrays is not known"
    config, seed = patient.drawn_from
    drawn = draw_patient(config, seed, int(patient.table["patient"][0]))
    body = unrelated_body(drawn)
    slices = [native_images(drawn, body, number) for number in range(len(patient))]
    native = {
        name: np.stack([one[name] for one in slices]).astype(patient.images[name].dtype)
        for name in slices[0]
    }
    return replace(patient, images={**patient.images, **native})
