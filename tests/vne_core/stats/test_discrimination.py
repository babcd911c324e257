import numpy as np
import pytest
from scipy import stats

from vne_core.stats.discrimination import auroc, auroc_value, exact_count
from vne_core.stats.interval import StatisticsError
from vne_core.stats.overlap import dice


def test_the_area_is_the_share_of_pairs_in_the_right_order():
    found = auroc([1, 2, 3, 4, 4], [False, True, False, True, False])
    # pairs (2,1) (2,3) (2,4) (4,1) (4,3) and (4,4), a tie
    assert found.value == pytest.approx((1 + 0 + 0 + 1 + 1 + 0.5) / 6)
    assert (found.positives, found.negatives) == (2, 3)
    assert auroc_value([1, 2, 3, 4, 4], [False, True, False, True, False]) == found.value


def test_the_area_equals_the_mann_whitney_statistic():
    rng = np.random.default_rng(1)
    sought = rng.random(150) < 0.2
    scores = np.round(rng.normal(size=150) + sought, 1)
    peer = stats.mannwhitneyu(scores[sought], scores[~sought]).statistic
    assert auroc(scores, sought).value == pytest.approx(
        peer / (sought.sum() * (~sought).sum()), rel=1e-12
    )


def test_the_interval_covers_the_true_area_nineteen_times_in_twenty():
    rng = np.random.default_rng(2)
    true_area = stats.norm.cdf(1.2 / np.sqrt(2))
    covered = []
    for _ in range(500):
        sought = np.arange(160) < 40
        covered.append(true_area in auroc(rng.normal(size=160) + 1.2 * sought, sought).interval)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_complete_separation_claims_no_narrow_interval():
    found = auroc([1, 2, 3, 4], [False, False, True, True])
    assert found.value == 1
    assert (found.interval.low, found.interval.high) == (0, 1)


def test_an_empty_group_is_refused_and_in_a_draw_is_no_number():
    with pytest.raises(StatisticsError, match="0 cases of the group sought"):
        auroc([1, 2], [False, False])
    assert np.isnan(auroc_value([1, 2], [True, True]))


@pytest.mark.parametrize("found, total", [(0, 48), (1, 48), (7, 48), (48, 48)])
def test_exact_intervals_equal_those_of_scipy(found, total):
    count = exact_count(found, total)
    peer = stats.binomtest(found, total).proportion_ci(0.95, "exact")
    assert (count.interval.low, count.interval.high) == pytest.approx((peer.low, peer.high))


def test_none_of_sixty_rules_out_a_rate_of_five_percent():
    """The rule of three: the one-sided bound of 0 in n is 1 - .05^(1/n), about 3/n."""
    assert exact_count(0, 60).upper_bound == pytest.approx(1 - 0.05 ** (1 / 60))
    with pytest.raises(StatisticsError, match="3 of 2"):
        exact_count(3, 2)


def test_overlap_of_squares_is_known_by_construction():
    first, second = np.zeros((10, 10)), np.zeros((10, 10))
    first[2:6, 2:6] = 1
    second[4:8, 2:6] = 1
    assert dice(first, second) == pytest.approx(2 * 8 / 32)
    assert dice(first, first) == 1
    assert dice(first, np.zeros((10, 10))) == 0
    assert dice(np.zeros((10, 10)), np.zeros((10, 10))) is None


def test_shares_of_pixels_overlap_by_the_smaller_share():
    assert dice([0.5, 1.0], [1.0, 0.25]) == pytest.approx(2 * 0.75 / 2.75)
