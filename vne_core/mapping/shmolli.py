"""ShMOLLI: the conditional T1 fit of the 5-1-1 scheme.

Piechnik et al. 2010 (J Cardiovasc Magn Reson 12:69, doi:10.1186/1532-429X-12-69) shorten MOLLI to
nine heart beats: three inversions with five, one and one images, without full recovery between
them, and "conditional interpretation of samples". The later inversions start from the equilibrium
only where T1 is short, so the sixth image is admitted for T1 below the interval between beats, the
seventh below 0.4 of it, and each only where it serves the fit. How that is weighed, and that B/A is
bounded, was read from the branch map of a scanner's own fit: see resources/adr/0002.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.geometry.plane import FloatArray
from vne_core.mapping.curve import (
    GRID_PRECISION,
    Curves,
    Floats,
    fit_curves,
    least_grid_residual,
    squares_about_mean,
)
from vne_core.mapping.fit import T1Fit, assemble, checked_times, usable_pixels

SCHEME = "ShMOLLI 5-1-1"

FIRST_IMAGES = 5
"""Images after the first inversion."""

SIXTH_LIMIT_RR = 1.0
"""The sixth image is admitted for T1 below this share of the RR interval."""

SEVENTH_LIMIT_RR = 0.4
"""The seventh image is admitted for T1 below this share of the RR interval."""

RESIDUAL_FLOOR = 1e-4
"""Residuals below this share of a pixel's brightest sample count as equal: 12-bit storage rounds
by more."""

_AMBIGUOUS_SHARE = 1e-3
"""Share of unexplained variance above which other signs of the single images are tried."""

_MIN_BEAT_MS = 300.0
_MAX_BEAT_CHANGE = 1.6
_START_SPREAD_MS = 300.0


class NotShmolliError(VneError):
    """Inversion times of another scheme."""

    code = "not-shmolli"


def shmolli_order(times_ms: Sequence[float] | FloatArray) -> tuple[int, ...] | None:
    """Return the indices of the images in order of acquisition, or None for another scheme.

    Five images of the first inversion one beat apart, then one image after each of the two later
    inversions, whose times are short. Files sorted by time are recognised too: the first
    inversion has the shortest time of the three.
    """
    times = np.asarray(times_ms, dtype=np.float64)
    if len(times) != FIRST_IMAGES + 2:
        return None
    if (
        _are_beats(times[:FIRST_IMAGES])
        and (times[FIRST_IMAGES:] < times[0] + _START_SPREAD_MS).all()
    ):
        return tuple(range(len(times)))
    rank = [int(index) for index in np.argsort(times, kind="stable")]
    first = [rank[0], *rank[3:]]
    if _are_beats(times[first]) and times[rank[2]] < times[rank[0]] + _START_SPREAD_MS:
        return (*first, rank[1], rank[2])
    return None


def rr_from_times(times_ms: Sequence[float] | FloatArray) -> float:
    """Return the mean interval between the five beats of the first inversion, ms.

    Raises NotShmolliError where the times are not of the 5-1-1 scheme.
    """
    times = np.asarray(times_ms, dtype=np.float64)
    order = _order_or_refuse(times)
    return float(times[order[FIRST_IMAGES - 1]] - times[order[0]]) / (FIRST_IMAGES - 1)


def fit_shmolli(
    signed: Floats,
    times_ms: Sequence[float] | FloatArray,
    rr_ms: float | None = None,
    inversion_efficiency: float = 1.0,
    *,
    first_sign_known: bool = True,
) -> T1Fit:
    """Return the conditional T1 map of seven polarity-restored images (7, rows, columns).

    With s_k = sqrt(residual sum of squares / (k - 1)) of the fit to the first k images and T_k its
    T1, the sixth image is admitted where 0 < T_6 < RR and s_6 T_6 / RR < s_5; the seventh where
    0 < T_7 < 0.4 RR and s_7 T_7 / (0.4 RR) < s_6. Otherwise the first five stand alone.

    Parameters
    ----------
    times_ms
        Inversion times in any order.
    rr_ms
        Interval between heart beats; None, or 0 as headers say where they have none, takes the
        spacing of the five.
    first_sign_known
        False where the polarity was restored from magnitude alone: five images of a short T1 fit
        equally well with either sign of the first, which the later images then settle.

    Raises
    ------
    NotShmolliError
        When the times are not of the 5-1-1 scheme.
    """
    times = checked_times(signed, times_ms)
    order = list(_order_or_refuse(times))
    interval_ms = rr_ms or rr_from_times(times)
    times = times[order]
    usable = usable_pixels(np.abs(signed))
    samples = signed[order][:, usable]
    free = (
        (FIRST_IMAGES, FIRST_IMAGES + 1)
        if first_sign_known
        else (0, FIRST_IMAGES, FIRST_IMAGES + 1)
    )
    curves, used = _conditional_curves(samples, times, interval_ms, free)
    return assemble(
        curves,
        _total_squares(samples, used),
        used,
        usable,
        inversion_efficiency=inversion_efficiency,
        scheme=SCHEME,
    )


def foretold_single_images(
    fit: T1Fit, times_ms: Sequence[float] | FloatArray
) -> tuple[tuple[int, FloatArray], ...]:
    """Return (index among the times, signed signal (rows, columns)) of the sixth and seventh image.

    They start from incomplete recovery, so the fitted curve is not theirs where T1 is long. One
    beat without an image parts the inversions: after an image the magnetisation approaches A with
    T1* for a beat, as between the first five, then M0 = A T1 / T1* with T1. The inversion makes it
    -e times itself, e = (B - A) / M0. NaN where the fit is not valid. Raises NotShmolliError where
    the times are not of the 5-1-1 scheme.
    """
    times = np.asarray(times_ms, dtype=np.float64)
    order = _order_or_refuse(times)
    rr_ms = rr_from_times(times)
    equilibrium = fit.a * fit.t1_ms / fit.t1_star_ms
    efficiency = (fit.b - fit.a) / equilibrium
    signal = fit.a - fit.b * np.exp(-times[order[FIRST_IMAGES - 1]] / fit.t1_star_ms)
    foretold: list[tuple[int, FloatArray]] = []
    for index in order[FIRST_IMAGES:]:
        after_beat = _approached(fit.a, signal, rr_ms / fit.t1_star_ms)
        recovered = _approached(equilibrium, after_beat, (rr_ms - times[index]) / fit.t1_ms)
        signal = _approached(fit.a, -efficiency * recovered, times[index] / fit.t1_star_ms)
        foretold.append((index, signal))
    return tuple(foretold)


def _approached(plateau: Floats, signal: Floats, time_constants: Floats) -> FloatArray:
    """Return the signal after so many time constants on its way to a plateau."""
    return plateau - (plateau - signal) * np.exp(-time_constants)


def _conditional_curves(
    samples: Floats, times: FloatArray, rr_ms: float, free: tuple[int, ...]
) -> tuple[Curves, NDArray[np.uint8]]:
    """Return the admitted curve of each pixel and how many images it uses."""
    five = fit_curves(samples[:FIRST_IMAGES], times[:FIRST_IMAGES])
    six = _fit_free_signs(samples[: FIRST_IMAGES + 1], times[: FIRST_IMAGES + 1], free)
    seven = _fit_free_signs(samples, times, free)
    floor = RESIDUAL_FLOOR * np.abs(samples).max(axis=0)
    spread = [
        np.maximum(np.sqrt(curves.sum_squares / (count - 1)), floor)
        for count, curves in enumerate((five, six, seven), start=FIRST_IMAGES)
    ]
    sixth = _admits(six, spread[1], spread[0], SIXTH_LIMIT_RR * rr_ms)
    seventh = _admits(seven, spread[2], spread[1], SEVENTH_LIMIT_RR * rr_ms)
    used = np.where(
        seventh, FIRST_IMAGES + 2, np.where(sixth, FIRST_IMAGES + 1, FIRST_IMAGES)
    ).astype(np.uint8)
    return seven.where(seventh, six.where(sixth, five)), used


def _admits(
    more: Curves, more_spread: FloatArray, spread: FloatArray, limit_ms: float
) -> NDArray[np.bool_]:
    """Return where the curve with one image more is short enough and good enough."""
    share = more.t1_ms / limit_ms
    with np.errstate(invalid="ignore"):
        return (share > 0) & (share < 1) & (more_spread * share < spread)


def _fit_free_signs(samples: Floats, times: FloatArray, free: tuple[int, ...]) -> Curves:
    """Return the least-squares curves over the signs of the images in ``free``.

    Near its null, where tissues share a pixel, the phase of a single image is not its sign. Other
    signs are tried only where the given ones leave a residual, and fitted only where the grid
    says that they may leave less.
    """
    best = fit_curves(samples, times)
    total = squares_about_mean(samples)
    within = [index for index in free if index < len(times)]
    for count in range(1, len(within) + 1):
        for flipped in combinations(within, count):
            signs = np.ones((len(times), 1), dtype=samples.dtype)
            signs[list(flipped)] = -1
            best = _less_residual(best, samples * signs, times, total)
    return best


def _less_residual(best: Curves, samples: Floats, times: FloatArray, total: Floats) -> Curves:
    """Return the curves of other signs where they leave less than the best so far.

    ``total`` (P,) is the sum of squares of the samples as they came, about their mean.
    """
    doubtful = np.flatnonzero(~(best.sum_squares < _AMBIGUOUS_SHARE * total))
    least = least_grid_residual(samples[:, doubtful], times)
    slack = GRID_PRECISION * squares_about_mean(samples[:, doubtful])
    tried = doubtful[~(least - slack > best.sum_squares[doubtful])]
    if not tried.size:
        return best
    now, other = best.at(tried), fit_curves(samples[:, tried], times)
    with np.errstate(invalid="ignore"):
        worse = ~(other.sum_squares < now.sum_squares)
    return best.put(tried, now.where(worse & np.isfinite(now.sum_squares), other))


def _total_squares(samples: Floats, used: NDArray[np.uint8]) -> Floats:
    """Return the sum of squares about the mean of the images each pixel uses, (P,)."""
    counts = range(FIRST_IMAGES, FIRST_IMAGES + 3)
    totals = [squares_about_mean(samples[:count]) for count in counts]
    return np.choose(used - FIRST_IMAGES, totals)


def _are_beats(times: FloatArray) -> bool:
    """Return whether the times rise by intervals that a heart could keep."""
    gaps = np.diff(times)
    return bool(gaps.min() >= _MIN_BEAT_MS and gaps.max() <= _MAX_BEAT_CHANGE * gaps.min())


def _order_or_refuse(times: FloatArray) -> tuple[int, ...]:
    """Return the order of acquisition, or refuse the times."""
    order = shmolli_order(times)
    if order is None:
        raise NotShmolliError(
            f"inversion times {[float(time) for time in times]} ms",
            "five images one beat apart and two of short inversion time",
            "fit the series as MOLLI",
        )
    return order
