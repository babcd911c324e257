import numpy as np
import pytest
from scipy import stats

from vne_core.stats.interval import StatisticsError
from vne_core.stats.resampling import bootstrap, paired_gain


def test_both_methods_equal_scipy_draw_for_draw():
    """One row a cluster: the same generator draws the same rows, so the ends must be the same."""
    values = np.random.default_rng(1).gamma(2, 5, 60)
    for method in ("percentile", "BCa"):
        ours = bootstrap(
            lambda rows: float(values[rows].mean()),
            np.arange(60),
            np.random.default_rng(9),
            resamples=999,
            method=method,
        )
        peer = stats.bootstrap(
            (values,), np.mean, n_resamples=999, method=method, rng=np.random.default_rng(9)
        ).confidence_interval
        assert (ours.interval.low, ours.interval.high) == pytest.approx(tuple(peer), rel=1e-9)
        assert ours.method == method


def test_rows_of_a_patient_are_drawn_together():
    """Four equal rows a patient hold the information of one: the interval must not shrink."""
    values = np.random.default_rng(2).normal(0, 1, 40)
    single = bootstrap(
        lambda rows: float(values[rows].mean()), np.arange(40), np.random.default_rng(3)
    )
    repeated = np.repeat(values, 4)
    clustered = bootstrap(
        lambda rows: float(repeated[rows].mean()),
        np.repeat(np.arange(40), 4),
        np.random.default_rng(3),
    )
    assert clustered.clusters == 40
    assert clustered.interval.low == pytest.approx(single.interval.low, rel=1e-9)
    assert clustered.interval.high == pytest.approx(single.interval.high, rel=1e-9)


def test_intervals_cover_the_truth_nineteen_times_in_twenty():
    rng = np.random.default_rng(4)
    covered = []
    for _ in range(200):
        x = rng.normal(size=60)
        y = 0.8 * x + 0.6 * rng.normal(size=60)  # a correlation of .8
        found = bootstrap(
            lambda rows, x=x, y=y: float(np.corrcoef(x[rows], y[rows])[0, 1]),
            np.arange(60),
            rng,
            resamples=400,
        )
        covered.append(0.8 in found.interval)
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_paired_gain_sees_what_two_separate_intervals_hide():
    """Two readings that share their errors: the better one is better on every draw."""
    rng = np.random.default_rng(5)
    truth = rng.normal(0, 1, 80)
    shared = rng.normal(0, 2, 80)
    good, bad = truth + shared, truth + shared + rng.normal(0, 0.5, 80)

    def error(read):
        return lambda rows: -float(np.abs(read[rows] - truth[rows] - shared[rows]).mean())

    gain = paired_gain(error(good), error(bad), np.arange(80), np.random.default_rng(6))
    assert gain.is_above_zero
    assert gain.value == pytest.approx(np.abs(bad - good).mean())
    none = paired_gain(error(good), error(good), np.arange(80), np.random.default_rng(6))
    assert (none.value, none.interval.low, none.is_above_zero) == (0, 0, False)
    assert none.method == "percentile"


def test_equal_seeds_give_equal_intervals():
    values = np.random.default_rng(7).normal(size=30)

    def draw(seed):
        return bootstrap(
            lambda rows: float(np.median(values[rows])),
            np.arange(30),
            np.random.default_rng(seed),
            resamples=200,
        )

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_draws_without_a_value_are_left_out_and_counted():
    sought = np.array([True, False, False, False])

    def share(rows):
        return 1.0 / sought[rows].sum() if sought[rows].any() else float("nan")

    found = bootstrap(share, np.arange(4), np.random.default_rng(8), resamples=500)
    assert found.undefined == pytest.approx(500 * 0.75**4, rel=0.25)
    assert np.isfinite([found.interval.low, found.interval.high]).all()


def test_one_patient_is_not_drawn_from():
    with pytest.raises(StatisticsError, match="1 patients"):
        bootstrap(lambda rows: float(len(rows)), [3, 3, 3], np.random.default_rng(0))
