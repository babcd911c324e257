"""How well readings of the same subjects agree: intraclass correlation, Bland-Altman."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.stats.distributions import f_quantile, t_quantile
from vne_core.stats.interval import CONFIDENCE, Interval, StatisticsError, tails
from vne_core.stats.regression import LinearFit, linear_fit

IccName = Literal["ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)"]
"""McGraw & Wong 1996: one-way, two-way absolute agreement, two-way consistency; single, mean."""
LIMIT_SDS = 1.96
"""Standard deviations of the differences between bias and limit: 95 % of a normal distribution."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Icc:
    """An intraclass correlation with the name of its form.

    ``label`` names the form with the number of readings it averages, such as "ICC(A,2)".
    """

    form: IccName
    value: float
    interval: Interval
    subjects: int
    readings: int

    @property
    def label(self) -> str:
        """The form as it is printed beside the value."""
        return self.form.replace("k)", f"{self.readings})")


@dataclass(frozen=True, slots=True)
class IccTable:
    """The six forms of Shrout & Fleiss 1979 and McGraw & Wong 1996 of the same readings."""

    one_way_single: Icc
    agreement_single: Icc
    consistency_single: Icc
    one_way_mean: Icc
    agreement_mean: Icc
    consistency_mean: Icc

    def __iter__(self) -> Iterator[Icc]:
        """Return the forms in the order of the fields."""
        return (getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Bias:
    """Bland & Altman 1986, second reading minus first: bias, limits of agreement, their intervals.

    ``proportional`` is the difference regressed on the mean of the two: a slope away from 0 says
    that the difference grows with what is measured. None where all differences, or all means,
    are equal.
    """

    subjects: int
    bias: float
    bias_interval: Interval
    sd: float
    lower_limit: float
    lower_interval: Interval
    upper_limit: float
    upper_interval: Interval
    proportional: LinearFit | None


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    """The analysis of variance of subjects by readings."""

    subjects: int
    readings: int
    between_subjects: float
    within_subjects: float
    between_readings: float
    residual: float


def intraclass_correlations(readings: ArrayLike, level: float = CONFIDENCE) -> IccTable:
    """Return all six intraclass correlations of readings, shape (subjects, readings).

    Intervals are those of McGraw & Wong 1996, Table 7. Raises StatisticsError for fewer than two
    subjects or readings, a missing reading, or subjects that do not differ at all.
    """
    squares = _mean_squares(_readings(readings))
    one_way = _one_way(squares, level)
    consistency = _consistency(squares, level)
    agreement = _agreement(squares, level)
    return IccTable(
        _single(squares, "ICC(1,1)", one_way),
        _single(squares, "ICC(A,1)", agreement),
        _single(squares, "ICC(C,1)", consistency),
        _mean(squares, "ICC(1,k)", one_way),
        _mean(squares, "ICC(A,k)", agreement),
        _mean(squares, "ICC(C,k)", consistency),
    )


def bland_altman(
    first: ArrayLike,
    second: ArrayLike,
    level: float = CONFIDENCE,
    limit_sds: float = LIMIT_SDS,
) -> Bias:
    """Return bias and limits of agreement of ``second`` minus ``first``, with their intervals.

    The standard error of a limit is s sqrt(1/n + z^2 / (2 (n - 1))), z standard deviations from
    the bias (Bland & Altman 1999, section 2.1); intervals use Student's t of n - 1. Raises
    StatisticsError for fewer than two pairs or a missing value.
    """
    readings = _readings(np.column_stack([_vector(first), _vector(second)]))
    difference = readings[:, 1] - readings[:, 0]
    count = len(difference)
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    quantile = t_quantile(count - 1, tails(level)[1])
    limit_error = sd * float(np.sqrt(1 / count + limit_sds**2 / (2 * (count - 1))))
    around_bias, around_limit = quantile * sd / float(np.sqrt(count)), quantile * limit_error
    lower, upper = bias - limit_sds * sd, bias + limit_sds * sd
    return Bias(
        subjects=count,
        bias=bias,
        bias_interval=Interval(bias - around_bias, bias + around_bias, level),
        sd=sd,
        lower_limit=lower,
        lower_interval=Interval(lower - around_limit, lower + around_limit, level),
        upper_limit=upper,
        upper_interval=Interval(upper - around_limit, upper + around_limit, level),
        proportional=_proportional(readings.mean(axis=1), difference, level),
    )


def _proportional(mean: FloatArray, difference: FloatArray, level: float) -> LinearFit | None:
    try:
        return linear_fit(mean, difference, level)
    except StatisticsError:
        return None


def _vector(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64).ravel()


def _readings(readings: ArrayLike) -> FloatArray:
    """Return readings that can be analysed, (subjects, readings)."""
    table = np.asarray(readings, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 2:
        raise StatisticsError(
            f"readings of shape {table.shape}", "two subjects with two readings each, or more"
        )
    if not np.isfinite(table).all():
        raise StatisticsError(
            f"{int((~np.isfinite(table)).any(axis=1).sum())} subjects without all readings",
            "a number for each",
            "leave these subjects out",
        )
    return table


def _mean_squares(table: FloatArray) -> _MeanSquares:
    """Return the mean squares of subjects by readings."""
    subjects, readings = table.shape
    centred = table - table.mean()
    of_subjects = readings * float(np.square(centred.mean(axis=1)).sum())
    of_readings = subjects * float(np.square(centred.mean(axis=0)).sum())
    if of_subjects == 0:
        raise StatisticsError("subjects that are all equal", "subjects that differ")
    residual = float(
        np.square(
            centred - centred.mean(axis=1, keepdims=True) - centred.mean(axis=0, keepdims=True)
        ).sum()
    )
    return _MeanSquares(
        subjects=subjects,
        readings=readings,
        between_subjects=of_subjects / (subjects - 1),
        within_subjects=(of_readings + residual) / (subjects * (readings - 1)),
        between_readings=of_readings / (readings - 1),
        residual=residual / ((subjects - 1) * (readings - 1)),
    )


_Found = tuple[float, float, float]
"""A single-reading correlation with the ends of its interval."""


def _one_way(squares: _MeanSquares, level: float) -> _Found:
    """Return ICC(1,1): readings of one subject are interchangeable."""
    n, k = squares.subjects, squares.readings
    return _from_ratio(
        squares.between_subjects, squares.within_subjects, k, (n - 1, n * (k - 1)), level
    )


def _consistency(squares: _MeanSquares, level: float) -> _Found:
    """Return ICC(C,1): a constant difference between readings does not count."""
    n, k = squares.subjects, squares.readings
    return _from_ratio(
        squares.between_subjects, squares.residual, k, (n - 1, (n - 1) * (k - 1)), level
    )


def _from_ratio(
    between: float, within: float, readings: int, freedom: tuple[int, int], level: float
) -> _Found:
    """Return (F - 1) / (F + k - 1) of the ratio of two mean squares, and of its interval's ends."""
    if within == 0:
        return 1.0, 1.0, 1.0
    high = tails(level)[1]
    ratio = between / within
    ends = (
        ratio,
        ratio / f_quantile(freedom[0], freedom[1], high),
        ratio * f_quantile(freedom[1], freedom[0], high),
    )
    value, low, upper = ((end - 1) / (end + readings - 1) for end in ends)
    return value, low, upper


def _agreement(squares: _MeanSquares, level: float) -> _Found:
    """Return ICC(A,1): a difference between the readings' means counts as disagreement.

    The degrees of freedom of the interval are Satterthwaite's, McGraw & Wong 1996, Table 7.
    """
    n, k = squares.subjects, squares.readings
    rows, columns, error = squares.between_subjects, squares.between_readings, squares.residual
    value = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    if columns == 0 and error == 0:
        return 1.0, 1.0, 1.0
    high = tails(level)[1]
    freedom = _agreement_freedom(squares, value)
    shared = k * columns + (k * n - k - n) * error
    below, above = f_quantile(n - 1, freedom, high), f_quantile(freedom, n - 1, high)
    low = n * (rows - below * error) / (below * shared + n * rows)
    upper = n * (above * rows - error) / (shared + n * above * rows)
    return value, low, upper


def _agreement_freedom(squares: _MeanSquares, value: float) -> float:
    """Return Satterthwaite's degrees of freedom of the disagreement, a MSC + b MSE."""
    n, k = squares.subjects, squares.readings
    of_columns = k * value * squares.between_readings
    of_error = (n * (1 - value) + k * value * (n - 1)) * squares.residual
    spread = of_columns**2 / (k - 1) + of_error**2 / ((n - 1) * (k - 1))
    return (of_columns + of_error) ** 2 / spread


def _single(squares: _MeanSquares, form: IccName, found: _Found) -> Icc:
    value, low, high = found
    return Icc(form, value, Interval(low, high), squares.subjects, squares.readings)


def _mean(squares: _MeanSquares, form: IccName, found: _Found) -> Icc:
    """Return the correlation of the mean of all readings (Spearman-Brown of the single one)."""
    k = squares.readings
    value, low, high = (k * one / (1 + (k - 1) * one) for one in found)
    return Icc(form, value, Interval(low, high), squares.subjects, k)
