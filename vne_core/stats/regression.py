"""A straight line through pairs, and correlation, with their intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.stats.distributions import normal_quantile, t_probability, t_quantile
from vne_core.stats.interval import CONFIDENCE, Interval, StatisticsError, tails

LEAST_PAIRS = 4
"""Pairs from which Fisher's interval of a correlation exists: its variance is 1 / (n - 3)."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearFit:
    """y = ``intercept`` + ``slope`` x by least squares; ``p_value`` tests slope 0, two-sided."""

    pairs: int
    slope: float
    slope_interval: Interval
    intercept: float
    intercept_interval: Interval
    r: float
    r_interval: Interval
    p_value: float
    residual_sd: float


def linear_fit(x: ArrayLike, y: ArrayLike, level: float = CONFIDENCE) -> LinearFit:
    """Return the regression of ``y`` on ``x``; Fisher's interval for R, Student's for the line.

    Raises StatisticsError for fewer than four pairs, a missing value, or an ``x`` or ``y`` that
    does not vary.
    """
    x, y = paired(x, y)
    count, freedom = len(x), len(x) - 2
    dx, dy = x - x.mean(), y - y.mean()
    xx, xy = float(dx @ dx), float(dx @ dy)
    slope = xy / xx
    intercept = float(y.mean()) - slope * float(x.mean())
    r = correlation(x, y)
    residual_sd = float(np.sqrt(np.square(dy - slope * dx).sum() / freedom))
    quantile = t_quantile(freedom, tails(level)[1])
    of_slope = quantile * residual_sd / float(np.sqrt(xx))
    of_intercept = quantile * residual_sd * float(np.sqrt(1 / count + float(x.mean()) ** 2 / xx))
    return LinearFit(
        pairs=count,
        slope=slope,
        slope_interval=Interval(slope - of_slope, slope + of_slope, level),
        intercept=intercept,
        intercept_interval=Interval(intercept - of_intercept, intercept + of_intercept, level),
        r=r,
        r_interval=correlation_interval(r, count, level),
        p_value=_p_value(r, freedom),
        residual_sd=residual_sd,
    )


def correlation(x: FloatArray, y: FloatArray) -> float:
    """Return Pearson's correlation of two vectors that both vary."""
    dx, dy = x - x.mean(), y - y.mean()
    r = float(dx @ dy) / float(np.sqrt(float(dx @ dx) * float(dy @ dy)))
    return min(max(r, -1.0), 1.0)


def correlation_interval(r: float, pairs: int, level: float = CONFIDENCE) -> Interval:
    """Return the interval of a correlation by Fisher's z. Raises StatisticsError below 4 pairs."""
    if pairs < LEAST_PAIRS:
        raise StatisticsError(f"{pairs} pairs", f"{LEAST_PAIRS} or more")
    if abs(r) == 1:
        return Interval(r, r, level)
    reach = normal_quantile(tails(level)[1]) / float(np.sqrt(pairs - 3))
    z = float(np.arctanh(r))
    return Interval(float(np.tanh(z - reach)), float(np.tanh(z + reach)), level)


def ranks(values: FloatArray) -> FloatArray:
    """Return the rank of each value from 1 on, equal values sharing the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def paired(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return two vectors from which a correlation can be computed; raises StatisticsError."""
    first = np.asarray(x, dtype=np.float64).ravel()
    second = np.asarray(y, dtype=np.float64).ravel()
    if len(first) != len(second) or len(first) < LEAST_PAIRS:
        raise StatisticsError(
            f"{len(first)} and {len(second)} values", f"{LEAST_PAIRS} pairs or more"
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise StatisticsError("pairs with a missing value", "numbers", "leave these pairs out")
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        raise StatisticsError("values that are all equal", "values that vary")
    return first, second


def _p_value(r: float, freedom: int) -> float:
    """Return the two-sided probability of a correlation as large where there is none."""
    if abs(r) == 1:
        return 0.0
    t = abs(r) * float(np.sqrt(freedom / (1 - r**2)))
    return 2 * t_probability(freedom, -t)
