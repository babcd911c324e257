"""From measured patients to the rows of the tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.evaluate.measure import ECV, LGE, TRUTH, PatientMeasures
from vne_core.evaluate.operating_point import OperatingPoint, measured_patients
from vne_core.evaluate.reading import overlap
from vne_core.evaluate.rows import AgreementRow, Figure, GainRow, Pair, PresenceRow, Thresholds
from vne_core.phantom.truth import LEVELS
from vne_core.stats.agreement import bland_altman, intraclass_correlations
from vne_core.stats.discrimination import Count, exact_count
from vne_core.stats.interval import StatisticsError
from vne_core.stats.regression import correlation, linear_fit
from vne_core.stats.resampling import Bootstrapped, Rows, bootstrap, paired_gain
from vne_core.study.rules import LEVEL_NAMES

LEAST_LESION_PERCENT = 1.0
"""True burden from which on the place of a lesion is asked for: below, a pixel decides Dice."""

FloatArray = NDArray[np.float64]
_Gain = Callable[
    [tuple[str, str], tuple[float, float, float], Sequence[PatientMeasures], np.random.Generator],
    Bootstrapped | None,
]
"""The gain in one figure; names of the two predictors, levels of the LGE and of each of them."""


def agreement_rows(
    point: OperatingPoint, patients: Sequence[PatientMeasures], rng: np.random.Generator
) -> list[AgreementRow]:
    """Return the rows of one predictor: three thresholds, equal to the LGE's and matched."""
    choices: tuple[tuple[Thresholds, Sequence[float]], ...] = (
        ("equal", LEVELS),
        ("matched", point.matched_levels),
    )
    return [
        _agreement_row(point.predictor, thresholds, (level, own), patients, rng)
        for thresholds, levels in choices
        for level, own in zip(LEVELS, levels, strict=True)
    ]


def agreement_of_pairs(
    name: str, thresholds: Thresholds, levels: tuple[float, float], pairs: tuple[Pair, ...]
) -> AgreementRow:
    """Return the agreement of paired burdens at one level, without overlap.

    ``levels`` are the LGE's and the image's own.
    """
    level, own = levels
    lge, image = (np.array([getattr(one, field) for one in pairs]) for field in ("lge", "image"))
    truth = [one.truth for one in pairs if one.truth is not None]
    is_known = len(truth) == len(pairs)
    figures, problem = _figures(lge, image)
    return AgreementRow(
        predictor=name,
        thresholds=thresholds,
        level_name=LEVEL_NAMES.get(level, f"{level:g}"),
        level=level,
        image_level=own,
        pairs=pairs,
        lge_mean=float(lge.mean()),
        image_mean=float(image.mean()),
        truth_error=float(np.abs(image - np.array(truth)).mean()) if is_known else None,
        dice=None,
        dice_patients=0,
        problem=problem,
        **figures,
    )


def gain_rows(
    ours: OperatingPoint,
    other: OperatingPoint,
    patients: Sequence[PatientMeasures],
    rng: np.random.Generator,
) -> list[GainRow]:
    """Return what one predictor gains over another in each figure, patient by patient.

    Each with its own matched levels where these are asked for.
    """
    choices: tuple[Thresholds, ...] = ("equal", "matched")
    gains: tuple[tuple[Figure, _Gain], ...] = (
        ("R", partial(_gain_in_r, LGE)),
        ("Dice", _gain_in_dice),
        ("R with ECV", partial(_gain_in_r, ECV)),
    )
    rows: list[GainRow] = []
    for thresholds in choices:
        for index, level in enumerate(LEVELS):
            matched = ours.matched_levels[index], other.matched_levels[index]
            pair = (level, level) if thresholds == "equal" else matched
            for figure, gain in gains:
                names = (ours.predictor, other.predictor)
                found = gain(names, (level, *pair), patients, rng)
                if found is not None:
                    level_name = LEVEL_NAMES.get(level, f"{level:g}")
                    rows.append(GainRow(*names, figure, thresholds, level_name, found))
    return rows


def presence_row(point: OperatingPoint, patients: Sequence[PatientMeasures]) -> PresenceRow:
    """Return how often a lesion is called present where there is none, and where there is one."""
    level, limit = point.matched_levels[0], point.present_percent
    measured = measured_patients(point.predictor, patients)

    def is_called(one: PatientMeasures) -> bool:
        return one.readings[point.predictor].burden_percent(level) > limit

    without = [one for one in measured if one.is_negative]
    good = [one for one in without if one.has_good_images]
    lesions = [
        one
        for one in measured
        if not one.is_negative and one.readings[LGE].burden_percent(LEVELS[0]) > limit
    ]
    return PresenceRow(
        predictor=point.predictor,
        level=level,
        limit_percent=limit,
        false_positives=_counted(good, is_called),
        all_false_positives=_counted(without, is_called),
        found=_counted(lesions, is_called),
    )


def left_out(names: Sequence[str], patients: Sequence[PatientMeasures]) -> list[str]:
    """Return which slices could not be measured, with the reason."""
    return [
        f"patient {one.index}, {name}: {reason}"
        for one in patients
        for name in (LGE, *names)
        for reason in one.readings[name].reasons
    ]


def _agreement_row(
    name: str,
    thresholds: Thresholds,
    levels: tuple[float, float],
    patients: Sequence[PatientMeasures],
    rng: np.random.Generator,
) -> AgreementRow:
    """Return one row; ``levels`` are the LGE's and the image's own."""
    measured = measured_patients(name, patients)
    pairs = tuple(_pair(one, name, *levels) for one in measured)
    overlaps = _overlaps(name, levels, measured)
    known = np.flatnonzero(np.isfinite(overlaps))
    dice = None
    if len(known) > 1:
        dice = bootstrap(lambda rows: float(overlaps[known][rows].mean()), known, rng)
    row = agreement_of_pairs(name, thresholds, levels, pairs)
    return replace(row, dice=dice, dice_patients=len(known))


def _pair(one: PatientMeasures, name: str, level: float, own: float) -> Pair:
    return Pair(
        one.index,
        one.readings[LGE].burden_percent(level),
        one.readings[name].burden_percent(own),
        one.readings[TRUTH].burden_percent(level),
    )


def _figures(lge: FloatArray, image: FloatArray) -> tuple[dict[str, Any], str]:
    """Return regression, correlations and bias, or why there are none."""
    try:
        icc = intraclass_correlations(np.column_stack([lge, image]))
        return {
            "fit": linear_fit(lge, image),
            "icc_single": icc.agreement_single,
            "icc_mean": icc.agreement_mean,
            "bias": bland_altman(lge, image),
        }, ""
    except StatisticsError as error:
        return dict.fromkeys(("fit", "icc_single", "icc_mean", "bias")), str(error)


def _overlaps(
    name: str, levels: tuple[float, float], patients: Sequence[PatientMeasures]
) -> FloatArray:
    """Return Dice of each patient's band with the noise-free one; NaN without a true lesion."""
    level, own = levels
    found = np.full(len(patients), np.nan)
    for index, one in enumerate(patients):
        truth = one.readings[TRUTH]
        if truth.burden_percent(level) >= LEAST_LESION_PERCENT:
            shared = overlap(one.readings[name], truth, (own, level))
            found[index] = np.nan if shared is None else shared
    return found


def _gain_in_r(
    reference: str,
    names: tuple[str, str],
    levels: tuple[float, float, float],
    patients: Sequence[PatientMeasures],
    rng: np.random.Generator,
) -> Bootstrapped | None:
    """Return the gain in the correlation with a reference's burden; None where there is none."""
    level, *own = levels
    both = [one for one in measured_patients(names[0], patients) if one.readings[names[1]].measured]
    if any(reference not in one.readings for one in both):
        return None
    known = np.array([one.readings[reference].burden_percent(level) for one in both])
    ours, other = (
        np.array([one.readings[name].burden_percent(at) for one in both])
        for name, at in zip(names, own, strict=True)
    )
    if min(np.ptp(known), np.ptp(ours), np.ptp(other)) == 0:
        return None
    return paired_gain(
        _correlation_with(known, ours), _correlation_with(known, other), np.arange(len(both)), rng
    )


def _gain_in_dice(
    names: tuple[str, str],
    levels: tuple[float, float, float],
    patients: Sequence[PatientMeasures],
    rng: np.random.Generator,
) -> Bootstrapped | None:
    """Return the gain in the mean overlap with the noise-free truth."""
    level, *own = levels
    both = [one for one in measured_patients(names[0], patients) if one.readings[names[1]].measured]
    ours, other = (_overlaps(name, (level, at), both) for name, at in zip(names, own, strict=True))
    known = np.flatnonzero(np.isfinite(ours) & np.isfinite(other))
    if len(known) < 2:
        return None
    return paired_gain(_mean_of(ours[known]), _mean_of(other[known]), known, rng)


def _correlation_with(known: FloatArray, image: FloatArray) -> Callable[[Rows], float]:
    """Return R as a figure of rows; NaN for a draw of patients that do not vary."""

    def of(rows: Rows) -> float:
        x, y = known[rows], image[rows]
        return correlation(x, y) if np.ptp(x) and np.ptp(y) else float("nan")

    return of


def _mean_of(values: FloatArray) -> Callable[[Rows], float]:
    return lambda rows: float(values[rows].mean())


def _counted(
    patients: Sequence[PatientMeasures], is_called: Callable[[PatientMeasures], bool]
) -> Count | None:
    """Return how many patients are called, None where there is none to ask."""
    if not patients:
        return None
    return exact_count(sum(map(is_called, patients)), len(patients))
