"""Bootstrap by patient: intervals for any figure, and gains over a baseline on the same patients.

Slices of a patient resemble each other, so whole patients are drawn, with all their rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.stats.distributions import normal_probability, normal_quantile
from vne_core.stats.interval import CONFIDENCE, Interval, StatisticsError, tails

RESAMPLES = 2000
"""Draws of a bootstrap: the 2.5 % end then stands on fifty of them."""

FloatArray = NDArray[np.float64]
Rows = NDArray[np.intp]
Statistic = Callable[[Rows], float]
"""A figure of some rows of a table, given by their indices (which can repeat)."""
Method = Literal["BCa", "percentile"]


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """A figure with its bootstrap interval, and how that was made.

    ``method`` is "percentile" also where BCa was asked for and does not exist (draws or leave-
    one-out values that are all equal). ``undefined`` draws had no value, such as a correlation of
    a draw that does not vary, and are left out.
    """

    value: float
    interval: Interval
    method: Method
    clusters: int
    resamples: int
    undefined: int = 0

    @property
    def is_above_zero(self) -> bool:
        """Whether even the lower end of the interval is above 0."""
        return self.interval.low > 0


def bootstrap(
    statistic: Statistic,
    clusters: ArrayLike,
    rng: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    level: float = CONFIDENCE,
    method: Method = "BCa",
) -> Bootstrapped:
    """Return a figure with its interval over draws of whole clusters, with replacement.

    Parameters
    ----------
    statistic
        Takes row indices; NaN where a draw has no value.
    clusters
        For each row the patient it belongs to; rows of one patient are drawn together.
    method
        "BCa" (Efron 1987: corrected for bias and for skewness; the acceleration by leaving out
        one patient after the other) or "percentile".

    Raises StatisticsError with fewer than two clusters or when the figure itself has no value.
    """
    members = _members(clusters)
    rows_of = _drawing(members)
    value = statistic(np.concatenate(members))
    if not np.isfinite(value):
        raise StatisticsError("a figure without a value", "one that exists for all patients")
    drawn = rng.integers(0, len(members), (resamples, len(members)))
    draws = np.array([statistic(rows_of(chosen)) for chosen in drawn])
    known = np.sort(draws[np.isfinite(draws)])
    if not known.size:
        raise StatisticsError("a figure that no draw of patients has", "more patients")
    probabilities = np.array(tails(level))
    corrected = _corrected(statistic, members, value, known, probabilities)
    used: Method = "BCa" if method == "BCa" and corrected is not None else "percentile"
    ends = corrected if used == "BCa" and corrected is not None else probabilities
    low, high = (float(end) for end in np.quantile(known, ends))
    return Bootstrapped(
        value,
        Interval(low, high, level),
        used,
        len(members),
        resamples,
        resamples - len(known),
    )


def paired_gain(
    ours: Statistic,
    baseline: Statistic,
    clusters: ArrayLike,
    rng: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    level: float = CONFIDENCE,
    method: Method = "BCa",
) -> Bootstrapped:
    """Return how much a figure gains over a baseline's, both computed on the same drawn patients.

    The lower end of the two-sided interval is the bound that a claim of gain must have above 0.
    """
    return bootstrap(
        lambda rows: ours(rows) - baseline(rows),
        clusters,
        rng,
        resamples=resamples,
        level=level,
        method=method,
    )


def _members(clusters: ArrayLike) -> list[Rows]:
    """Return the rows of each cluster."""
    labels = np.asarray(clusters)
    order = np.argsort(labels, kind="stable")
    _, starts = np.unique(labels[order], return_index=True)
    members: list[Rows] = [np.asarray(part) for part in np.split(order, starts[1:])]
    if len(members) < 2:
        raise StatisticsError(f"{len(members)} patients to draw from", "two or more")
    return members


def _drawing(members: list[Rows]) -> Callable[[Rows], Rows]:
    """Return what gives the rows of chosen clusters, one cluster after the other."""
    if len({len(rows) for rows in members}) == 1:
        table = np.stack(members)
        return lambda chosen: table[chosen].ravel()
    return lambda chosen: np.concatenate([members[int(index)] for index in chosen])


def _corrected(
    statistic: Statistic,
    members: list[Rows],
    value: float,
    draws: FloatArray,
    probabilities: FloatArray,
) -> FloatArray | None:
    """Return the probabilities of BCa's ends, or None where they do not exist.

    Efron & Tibshirani 1993, equations 14.9 to 14.15.
    """
    below = (np.count_nonzero(draws < value) + np.count_nonzero(draws <= value)) / 2
    bias = normal_quantile(below / len(draws))
    rows_of, everyone = _drawing(members), np.arange(len(members))
    left_out = np.array([statistic(rows_of(np.delete(everyone, one))) for one in everyone])
    pull = left_out.mean() - left_out
    spread = float(np.square(pull).sum())
    if not (np.isfinite(bias) and np.isfinite(spread) and spread > 0):
        return None
    acceleration = float((pull**3).sum()) / (6 * spread**1.5)
    ends: list[float] = []
    for probability in probabilities:
        shifted = bias + normal_quantile(probability)
        ends.append(normal_probability(bias + shifted / (1 - acceleration * shifted)))
    return np.array(ends)
