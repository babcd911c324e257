"""Patients made by construction: each image's burden is known because its pixels are counted out."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from vne_core.evaluate.measure import LGE, TRUTH, PatientMeasures
from vne_core.evaluate.patient_arrays import PatientArrays, scan_patient
from vne_core.evaluate.reading import PatientReading, SliceReading
from vne_core.phantom.config_file import load_config

SEED = 11
WALL_PX = 1000
GOOD = {"cine": (5, 4, 5), "t1": (4, 4, 5), "lge": (5, 5, 4)}


def made_slice(percent: Mapping[float, float], first_px: int = 0) -> SliceReading:
    """A wall of 1000 pixels of 1 mm2 that has so many percent at or above each level."""
    enhancement = np.zeros(WALL_PX, np.float32)
    for level in sorted(percent):
        enhancement[: round(percent[level] * WALL_PX / 100)] = level
    pixels = np.arange(first_px, first_px + WALL_PX, dtype=np.int32)
    return SliceReading(pixels, np.ones(WALL_PX, np.float32), enhancement, 1.0)


def made_reading(*percents: Mapping[float, float]) -> PatientReading:
    return PatientReading(tuple(made_slice(percent) for percent in percents))


def even(high: float) -> dict[float, float]:
    """Burdens at the three levels that grow with the first."""
    return {0.5: high, 0.25: min(100, 2 * high + 5), 0.125: min(100, 3 * high + 10)}


@pytest.fixture(scope="session")
def made_patient() -> Callable[..., PatientMeasures]:
    def make(
        index: int,
        lge: float,
        images: Mapping[str, PatientReading],
        truth: float | None = None,
        *,
        negative: bool = False,
        categories: Mapping[str, tuple[int, ...]] | None = None,
        confidence: Mapping[str, tuple[float, ...]] | None = None,
    ) -> PatientMeasures:
        true = lge if truth is None else truth
        readings = {
            TRUTH: made_reading(*[even(true)] * 3),
            LGE: made_reading(*[even(lge)] * 3),
            **images,
        }
        return PatientMeasures(index, negative, categories or GOOD, readings, confidence or {}, {})

    return make


@pytest.fixture(scope="session")
def scanned() -> PatientArrays:
    """A patient with lesions, scanned as training arrays hold one."""
    return scan_patient(load_config(), SEED, 1)
