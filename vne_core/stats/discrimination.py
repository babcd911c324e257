"""How well a number tells two groups apart, and what a count among n says of the rate behind it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.stats.distributions import beta_quantile, normal_quantile
from vne_core.stats.interval import CONFIDENCE, Interval, StatisticsError, tails
from vne_core.stats.regression import ranks

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Auroc:
    """Chance that a case of the group sought has the higher number; half for a tie."""

    value: float
    interval: Interval
    positives: int
    negatives: int


@dataclass(frozen=True, slots=True)
class Count:
    """``found`` of ``total``, the exact interval of the rate behind it, and its upper bound.

    ``interval`` is two-sided; ``upper_bound`` is one-sided at the same confidence: what a count
    of 0 rules out.
    """

    found: int
    total: int
    interval: Interval
    upper_bound: float


def auroc(scores: ArrayLike, sought: ArrayLike, level: float = CONFIDENCE) -> Auroc:
    """Return the area under the ROC curve of ``scores`` for telling the ``sought`` cases.

    The standard error is that of DeLong et al. 1988, its interval made on the logit, so that it
    stays within 0 and 1; cases are taken as independent. Raises StatisticsError when a group is
    empty.
    """
    value, of_positives, of_negatives = _placements(scores, sought)
    positives, negatives = len(of_positives), len(of_negatives)
    error = float(np.sqrt(_mean_variance(of_positives) + _mean_variance(of_negatives)))
    if value in (0.0, 1.0) or min(positives, negatives) < 2:
        return Auroc(value, Interval(0.0, 1.0, level), positives, negatives)
    reach = normal_quantile(tails(level)[1]) * error / (value * (1 - value))
    logit = math.log(value / (1 - value))
    low, high = (1 / (1 + math.exp(-end)) for end in (logit - reach, logit + reach))
    return Auroc(value, Interval(low, high, level), positives, negatives)


def auroc_value(scores: ArrayLike, sought: ArrayLike) -> float:
    """Return the area alone, or NaN when a group is empty: for bootstraps."""
    score, is_sought = np.asarray(scores, dtype=np.float64), np.asarray(sought, dtype=bool)
    positives = int(is_sought.sum())
    negatives = len(is_sought) - positives
    if not positives or not negatives:
        return float("nan")
    rank_sum = float(ranks(score)[is_sought].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def exact_count(found: int, total: int, level: float = CONFIDENCE) -> Count:
    """Return a count with the exact interval of its rate (Clopper & Pearson 1934).

    Raises StatisticsError for a count beyond its total.
    """
    if not 0 <= found <= total or total < 1:
        raise StatisticsError(f"{found} of {total}", "a count of at least one")
    low, high = tails(level)
    interval = Interval(_lower(found, total, low), _upper(found, total, high), level)
    return Count(found, total, interval, _upper(found, total, level))


def _lower(found: int, total: int, probability: float) -> float:
    return 0.0 if found == 0 else beta_quantile(found, total - found + 1, probability)


def _upper(found: int, total: int, probability: float) -> float:
    if found == total:
        return 1.0
    return beta_quantile(found + 1, total - found, probability)


def _placements(scores: ArrayLike, sought: ArrayLike) -> tuple[float, FloatArray, FloatArray]:
    """Return the area, and for each case the share of the other group it is right about."""
    score, is_sought = np.asarray(scores, dtype=np.float64), np.asarray(sought, dtype=bool)
    high, low = score[is_sought], score[~is_sought]
    if not len(high) or not len(low):
        raise StatisticsError(
            f"{len(high)} cases of the group sought and {len(low)} others", "cases of both"
        )
    together = ranks(score)
    of_high = (together[is_sought] - ranks(high)) / len(low)
    of_low = 1 - (together[~is_sought] - ranks(low)) / len(high)
    return float(of_high.mean()), of_high, of_low


def _mean_variance(values: FloatArray) -> float:
    """Return the variance of a mean; 0 for one value."""
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
