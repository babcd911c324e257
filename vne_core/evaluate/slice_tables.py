"""Slice by slice: error against image quality, and whether a confidence tells bad images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.evaluate.measure import LGE, TRUTH, PatientMeasures
from vne_core.evaluate.operating_point import OperatingPoint
from vne_core.evaluate.reading import SliceReading
from vne_core.evaluate.rows import ConfidenceRow, QualityRow
from vne_core.phantom.truth import LEVELS
from vne_core.stats.discrimination import auroc, auroc_value
from vne_core.stats.interval import StatisticsError
from vne_core.stats.resampling import bootstrap
from vne_core.study.rules import LEVEL_NAMES

BAD_POINTS = 10.0
"""A slice's image is bad when its burden is further than this from the true one, in points."""
INPUTS = ("cine", "t1")
"""Images a predictor works from; a slice is as good as the worse of them."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _SliceErrors:
    """Slices measured both in an image and in the truth; ``error`` in points, image minus truth."""

    patient: NDArray[np.intp]
    place: NDArray[np.intp]
    error: FloatArray


def quality_rows(
    point: OperatingPoint, patients: Sequence[PatientMeasures], rng: np.random.Generator
) -> list[QualityRow]:
    """Return the error by quality: of the predictor's inputs, and of the LGE beside it.

    The LGE's own error by the LGE's quality stands in the same table.
    """
    by_inputs = [[min(c) for c in _categories(one, INPUTS)] for one in patients]
    by_lge = [list(one.categories["lge"]) for one in patients]
    rows: list[QualityRow] = []
    for index, level in enumerate(LEVELS):
        own = point.matched_levels[index]
        ours = _slice_errors(point.predictor, (level, own), patients)
        lge = _slice_errors(LGE, (level, level), patients)
        name = LEVEL_NAMES.get(level, f"{level:g}")
        rows += _by_category((point.predictor, "inputs", name), ours, by_inputs, rng)
        rows += _by_category((point.predictor, "LGE", name), ours, by_lge, rng)
        rows += _by_category((LGE, "LGE", name), lge, by_lge, rng)
    return rows


def confidence_rows(
    point: OperatingPoint, patients: Sequence[PatientMeasures], rng: np.random.Generator
) -> list[ConfidenceRow]:
    """Return how well the confidence, and the mean predicted spread, tell bad slices."""
    scores: dict[str, Callable[[PatientMeasures], tuple[float, ...] | None]] = {
        "confidence": lambda one: one.confidence.get(point.predictor),
        "mean spread": lambda one: one.mean_spread.get(point.predictor),
    }
    signs = {"confidence": -1.0, "mean spread": 1.0}
    rows: list[ConfidenceRow] = []
    for score, told in scores.items():
        if any(told(one) is None for one in patients):
            continue
        numbers = [[signs[score] * value for value in told(one) or ()] for one in patients]
        for index, level in enumerate(LEVELS):
            levels = (level, point.matched_levels[index])
            errors = _slice_errors(point.predictor, levels, patients)
            row = _confidence_row((point.predictor, score), level, errors, numbers, rng)
            rows += [] if row is None else [row]
    return rows


def _confidence_row(
    told_by: tuple[str, str],
    level: float,
    errors: _SliceErrors,
    numbers: list[list[float]],
    rng: np.random.Generator,
) -> ConfidenceRow | None:
    """Return one row of a predictor's score, None where no slice is bad or all are."""
    is_bad = np.abs(errors.error) > BAD_POINTS
    told = _of_slices(errors, numbers)
    try:
        found = auroc(told, is_bad)
    except StatisticsError:
        return None
    drawn = bootstrap(lambda rows: auroc_value(told[rows], is_bad[rows]), errors.patient, rng)
    level_name = LEVEL_NAMES.get(level, f"{level:g}")
    return ConfidenceRow(*told_by, level_name, BAD_POINTS, found, drawn.interval)


def _categories(one: PatientMeasures, names: Sequence[str]) -> list[tuple[int, ...]]:
    """Return for each slice the categories of some of its images."""
    return list(zip(*(one.categories[name] for name in names), strict=True))


def _slice_errors(
    name: str, levels: tuple[float, float], patients: Sequence[PatientMeasures]
) -> _SliceErrors:
    """Return the errors of one image's slices; ``levels`` are the truth's and the image's."""
    found: list[tuple[int, int, float]] = []
    for number, one in enumerate(patients):
        pairs = zip(one.readings[name].slices, one.readings[TRUTH].slices, strict=True)
        for place, (image, truth) in enumerate(pairs):
            if isinstance(image, SliceReading) and isinstance(truth, SliceReading):
                error = image.burden_percent(levels[1]) - truth.burden_percent(levels[0])
                found.append((number, place, error))
    patient, place, error = (np.array(column) for column in zip(*found, strict=True))
    return _SliceErrors(patient.astype(np.intp), place.astype(np.intp), error.astype(np.float64))


def _of_slices(errors: _SliceErrors, numbers: Sequence[Sequence[float]]) -> FloatArray:
    """Return the number of each measured slice from numbers by patient and slice."""
    chosen = zip(errors.patient, errors.place, strict=True)
    return np.array([numbers[patient][place] for patient, place in chosen], dtype=np.float64)


def _by_category(
    of: tuple[str, str, str],
    errors: _SliceErrors,
    categories: Sequence[Sequence[int]],
    rng: np.random.Generator,
) -> list[QualityRow]:
    """Return a row a category that occurs; ``of`` names predictor, whose quality, and level."""
    of_slices = _of_slices(errors, categories).astype(int)
    rows: list[QualityRow] = []
    for category in np.unique(of_slices):
        chosen = np.flatnonzero(of_slices == category)
        size, patient = np.abs(errors.error[chosen]), errors.patient[chosen]
        interval = None
        if len(np.unique(patient)) > 1:
            drawn = bootstrap(lambda rows, size=size: float(size[rows].mean()), patient, rng)
            interval = drawn.interval
        mean = float(size.mean())
        count = len(chosen)
        predictor, quality_of, level_name = of
        rows.append(
            QualityRow(predictor, quality_of, int(category), count, level_name, mean, interval)
        )
    return rows
