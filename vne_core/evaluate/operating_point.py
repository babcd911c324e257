"""What is frozen on validation patients before a test patient is looked at.

The thresholds at which an image measures as much as LGE does on average, and the burden from which
on a lesion is called present.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

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
LIMIT_STEP_PERCENT = 0.1
"""A limit is rounded up to whole steps."""


class OperatingPointError(VneError):
    """Validation patients on which no thresholds can be frozen."""

    code = "operating-point"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One predictor's frozen thresholds and limit.

    ``matched_levels`` measure on average what LGE does at ``lge_levels``; highest first, nested.
    A lesion is called present above ``present_percent`` at the first matched level: the smallest
    limit at which none of the ``negatives``, validation patients without focal fibrosis and with
    good images, is called; at least ``LEAST_LIMIT_PERCENT``. ``patients`` and ``negatives`` are None where the
    point was read from a model's card.
    """

    predictor: str
    lge_levels: tuple[float, ...]
    matched_levels: tuple[float, ...]
    present_percent: float
    patients: int | None
    negatives: int | None


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
            f"{name} would have the matched levels {', '.join(f'{one:g}' for one in levels)}",
            "thresholds that nest",
            "validate on more patients",
        )
    without = [one for one in both if one.is_negative and one.has_good_images]
    highest = max((one.readings[name].burden_percent(levels[0]) for one in without), default=0.0)
    limit = math.ceil(highest / LIMIT_STEP_PERCENT) * LIMIT_STEP_PERCENT
    return OperatingPoint(
        predictor=name,
        lge_levels=LEVELS,
        matched_levels=levels,
        present_percent=round(max(limit, LEAST_LIMIT_PERCENT), 1),
        patients=len(both),
        negatives=len(without),
    )


def points_json(points: Mapping[str, OperatingPoint]) -> str:
    """Return operating points as JSON text; ``load_points`` reads it."""
    return json.dumps({name: asdict(point) for name, point in points.items()}, indent=1) + "\n"


def load_points(path: Path) -> dict[str, OperatingPoint]:
    """Return stored operating points, none where there is no file.

    Raises OperatingPointError for a file that cannot be read.
    """
    if not path.exists():
        return {}
    try:
        stored = json.loads(path.read_text())
        return {name: _point_of(table) for name, table in stored.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise OperatingPointError(
            f"{path} cannot be read ({error})", "thresholds as they were frozen", "remove the file"
        ) from error


def measured_patients(name: str, patients: Sequence[PatientMeasures]) -> list[PatientMeasures]:
    """Return the patients of whom both the LGE and a predictor's images could be measured."""
    return [one for one in patients if one.readings[LGE].measured and one.readings[name].measured]


def _point_of(table: dict[str, Any]) -> OperatingPoint:
    known = dict(table)
    for name in ("lge_levels", "matched_levels"):
        known[name] = tuple(map(float, table[name]))
    return OperatingPoint(**known)


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
