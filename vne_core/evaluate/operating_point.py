"""What is frozen on validation patients before a test patient is looked at.

The thresholds at which an image measures as much as LGE does on average, and the burden from which
on a lesion is called present.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vne_core.errors import VneError
from vne_core.evaluate.measure import LGE, PatientMeasures
from vne_core.evaluate.reading import PatientReading
from vne_core.phantom.truth import LEVELS

SEARCHED = (0.005, 0.995)
"""Levels between which a matched one is sought: a rule allows neither 0 nor 1."""
HALVINGS = 40
"""Bisections of the search: the level is exact to a thousandth of a thousandth."""
DECIMALS = 4
"""Digits of a level in a card; rounding moves a burden by less than .01 points."""
LEAST_LIMIT_PERCENT = 1.0
"""Smallest burden that is called a lesion: a few pixels at the border of the blood pool."""
CALLED_SHARE = 0.95
"""Share of validation patients without lesion that must stay below the limit."""


class OperatingPointError(VneError):
    """Validation patients on which no thresholds can be frozen."""

    code = "operating-point"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One predictor's frozen thresholds and limit.

    ``matched_levels`` measure on average what LGE does at ``lge_levels``; highest first, nested.
    A lesion is called present above ``present_percent`` at the first matched level.
    """

    predictor: str
    lge_levels: tuple[float, ...]
    matched_levels: tuple[float, ...]
    present_percent: float
    patients: int
    negatives: int


def freeze(name: str, validation: Sequence[PatientMeasures]) -> OperatingPoint:
    """Return a predictor's operating point, found on validation patients.

    Raises OperatingPointError without measured patients, and where two levels would not nest.
    """
    both = measured_patients(name, validation)
    if not both:
        raise OperatingPointError(f"{name} has no measured validation patient", "at least one")
    lge, image = [one.readings[LGE] for one in both], [one.readings[name] for one in both]
    levels = tuple(round(_matched(lge, level, image), DECIMALS) for level in LEVELS)
    if any(a <= b for a, b in pairwise(levels)):
        raise OperatingPointError(
            f"{name} would have the matched thresholds {', '.join(f'{one:g}' for one in levels)}",
            "thresholds that nest",
            "validate on more patients",
        )
    without = [one.readings[name].burden_percent(levels[0]) for one in both if one.is_negative]
    limit = float(np.quantile(without, CALLED_SHARE)) if without else 0.0
    return OperatingPoint(
        predictor=name,
        lge_levels=LEVELS,
        matched_levels=levels,
        present_percent=round(max(limit, LEAST_LIMIT_PERCENT), 2),
        patients=len(both),
        negatives=len(without),
    )


def measured_patients(name: str, patients: Sequence[PatientMeasures]) -> list[PatientMeasures]:
    """Return the patients of whom both the LGE and a predictor's images could be measured."""
    return [one for one in patients if one.readings[LGE].measured and one.readings[name].measured]


def _matched(lge: list[PatientReading], level: float, image: list[PatientReading]) -> float:
    """Return the level at which images measure on average what LGE does at ``level``."""
    wanted = _mean_burden(lge, level)
    low, high = SEARCHED
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _mean_burden(image, middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _mean_burden(readings: list[PatientReading], level: float) -> float:
    """Return the mean burden over patients in percent."""
    return float(np.mean([one.burden_percent(level) for one in readings]))
