import numpy as np
import pytest
from scipy import stats

from vne_core.stats.interval import StatisticsError
from vne_core.stats.regression import linear_fit, ranks

LEVEL = 0.95


@pytest.fixture(scope="module")
def pairs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    x = rng.gamma(2, 10, 121)
    return x, 0.7 * x + 3 + rng.normal(0, 8, 121)


def test_the_line_and_its_intervals_equal_those_of_scipy(pairs):
    fit, peer = linear_fit(*pairs), stats.linregress(*pairs)
    reach = stats.t.ppf(0.975, 119)
    assert fit.slope == pytest.approx(peer.slope, rel=1e-12)
    assert fit.intercept == pytest.approx(peer.intercept, rel=1e-12)
    assert fit.slope_interval.low == pytest.approx(peer.slope - reach * peer.stderr, rel=1e-10)
    assert fit.intercept_interval.high == pytest.approx(
        peer.intercept + reach * peer.intercept_stderr, rel=1e-10
    )


def test_the_correlation_and_its_interval_equal_those_of_scipy(pairs):
    fit, peer = linear_fit(*pairs), stats.pearsonr(*pairs)
    low, high = peer.confidence_interval(LEVEL)
    assert fit.r == pytest.approx(peer.statistic, rel=1e-12)
    assert fit.p_value == pytest.approx(peer.pvalue, rel=1e-8)
    assert (fit.r_interval.low, fit.r_interval.high) == pytest.approx((low, high), rel=1e-10)


def test_the_slope_is_found_in_its_interval_nineteen_times_in_twenty():
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 50, 30)
    found = [0.9 in linear_fit(x, 0.9 * x + e).slope_interval for e in rng.normal(0, 6, (800, 30))]
    assert 0.93 <= np.mean(found) <= 0.97


def test_a_perfect_line_has_no_width():
    fit = linear_fit([1, 2, 3, 4], [3, 5, 7, 9])
    assert (fit.slope, fit.intercept, fit.r, fit.p_value) == (2, 1, 1, 0)
    assert fit.r_interval.low == fit.r_interval.high == 1
    assert fit.residual_sd == pytest.approx(0, abs=1e-12)


def test_ranks_share_ties_as_in_scipy():
    values = np.random.default_rng(4).integers(0, 9, 80).astype(float)
    np.testing.assert_array_equal(ranks(values), stats.rankdata(values))


@pytest.mark.parametrize(
    "x, y, found",
    [
        ([1, 2, 3], [1, 2, 3], "3 and 3 values"),
        ([1, 2, 3, 4], [1, 2, 3], "4 and 3 values"),
        ([1, 1, 1, 1], [1, 2, 3, 4], "all equal"),
        ([1, 2, 3, 4], [1, 2, np.nan, 4], "a missing value"),
    ],
)
def test_values_without_a_line_are_refused(x, y, found):
    with pytest.raises(StatisticsError, match=found):
        linear_fit(x, y)
