import warnings

import numpy as np
import pytest

from vne_core.stats.agreement import bland_altman, intraclass_correlations
from vne_core.stats.interval import StatisticsError

SHROUT_FLEISS_1979 = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
)
"""Table 2 of that paper: six subjects, four raters."""
BLAND_ALTMAN_1986 = np.array(
    [
        [494, 512], [395, 430], [516, 520], [434, 428], [476, 500], [557, 600], [413, 364],
        [442, 380], [650, 658], [433, 445], [417, 432], [656, 626], [267, 260], [478, 477],
        [178, 259], [423, 350], [427, 451],
    ]
)  # fmt: skip
"""Their Table 1: peak expiratory flow in l/min, first reading of a large and of a mini meter."""


def test_the_six_forms_are_those_of_shrout_and_fleiss():
    found = {icc.form: round(icc.value, 3) for icc in intraclass_correlations(SHROUT_FLEISS_1979)}
    assert found == {
        "ICC(1,1)": 0.166,
        "ICC(A,1)": 0.290,
        "ICC(C,1)": 0.715,
        "ICC(1,k)": 0.443,
        "ICC(A,k)": 0.620,
        "ICC(C,k)": 0.909,
    }


def test_the_agreement_interval_is_the_published_one():
    interval = intraclass_correlations(SHROUT_FLEISS_1979).agreement_single.interval
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.019, 0.761)
    assert interval.level == 0.95


def test_the_label_names_the_form_and_how_many_readings_are_averaged():
    table = intraclass_correlations(SHROUT_FLEISS_1979)
    assert table.agreement_single.label == "ICC(A,1)"
    assert table.agreement_mean.label == "ICC(A,4)"
    assert table.consistency_mean.label == "ICC(C,4)"


@pytest.mark.parametrize("subjects, readings", [(6, 4), (121, 2), (30, 3), (9, 5)])
def test_values_and_intervals_equal_those_of_pingouin(subjects, readings):
    rng = np.random.default_rng(subjects)
    data = rng.normal(20, 8, (subjects, 1)) + rng.normal(0, 5, (subjects, readings))
    data += rng.normal(0, 2, readings)
    peer = _pingouin(data)
    for icc, (value, low, high) in zip(intraclass_correlations(data), peer, strict=True):
        assert icc.value == pytest.approx(value, abs=1e-10)
        assert icc.interval.low == pytest.approx(low, abs=1e-10)
        assert icc.interval.high == pytest.approx(high, abs=1e-10)


def test_a_constant_shift_lowers_agreement_and_leaves_consistency():
    rng = np.random.default_rng(5)
    truth = rng.normal(20, 8, 60)
    near = np.column_stack([truth, truth + rng.normal(0, 1, 60)])
    shifted = near + np.array([0, 6])
    before, after = intraclass_correlations(near), intraclass_correlations(shifted)
    assert after.consistency_single.value == pytest.approx(before.consistency_single.value)
    assert after.agreement_single.value < before.agreement_single.value - 0.1


def test_identical_readings_agree_completely():
    table = intraclass_correlations([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    assert [icc.value for icc in table] == [1.0] * 6


@pytest.mark.parametrize(
    "readings, found",
    [
        ([[1.0], [2.0]], "readings of shape"),
        ([[1.0, 2.0]], "readings of shape"),
        ([[1.0, np.nan], [2.0, 3.0]], "1 subjects without all readings"),
        ([[1.0, 2.0], [2.0, 1.0]], "subjects that are all equal"),
    ],
)
def test_readings_without_a_correlation_are_refused(readings, found):
    with pytest.raises(StatisticsError, match=found):
        intraclass_correlations(readings)


def test_bias_and_limits_are_those_of_bland_and_altman_1986():
    """Published with two standard deviations, large meter minus mini meter, to a tenth."""
    large, mini = BLAND_ALTMAN_1986.T
    found = bland_altman(mini, large, limit_sds=2)
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert found.lower_limit == pytest.approx(-79.7, abs=0.1)
    assert found.upper_limit == pytest.approx(75.5, abs=0.1)
    assert found.bias_interval.low == pytest.approx(-22.0, abs=0.1)
    assert found.bias_interval.high == pytest.approx(17.8, abs=0.1)


def test_the_interval_of_a_limit_follows_its_standard_error():
    """s sqrt(1/n + 1.96^2 / (2 (n - 1))) times the t quantile of 16 degrees, 2.1199."""
    found = bland_altman(BLAND_ALTMAN_1986[:, 1], BLAND_ALTMAN_1986[:, 0])
    reach = 2.119905 * found.sd * np.sqrt(1 / 17 + 1.96**2 / 32)
    assert found.upper_limit == pytest.approx(found.bias + 1.96 * found.sd)
    assert found.upper_interval.high - found.upper_limit == pytest.approx(reach, rel=1e-6)
    assert found.lower_limit - found.lower_interval.low == pytest.approx(reach, rel=1e-6)


def test_intervals_of_the_limits_cover_the_true_limits_nineteen_times_in_twenty():
    rng = np.random.default_rng(8)
    true_limit = 3 + 1.959964 * 2
    covered = [
        true_limit in bland_altman(first, first + rng.normal(3, 2, 40)).upper_interval
        for first in rng.normal(50, 10, (600, 40))
    ]
    assert 0.92 <= np.mean(covered) <= 0.98


def test_a_difference_that_grows_with_the_measure_shows_as_a_slope():
    rng = np.random.default_rng(3)
    measured = rng.uniform(0, 60, 200)
    first, second = measured + rng.normal(0, 2, (2, 200))
    growing = bland_altman(first, 0.8 * second).proportional
    level = bland_altman(first, second - 4).proportional
    assert growing.slope_interval.high < 0
    assert growing.slope == pytest.approx(-0.2 / 0.9, abs=0.02)
    assert 0 in level.slope_interval


def test_a_constant_difference_has_a_bias_and_no_slope():
    found = bland_altman([1.0, 2.0, 3.0, 4.0, 5.0], [3.0, 4.0, 5.0, 6.0, 7.0])
    assert (found.bias, found.sd, found.proportional) == (2, 0, None)
    assert found.lower_limit == found.upper_limit == 2


def _pingouin(data: np.ndarray) -> list[tuple[float, float, float]]:
    """Pingouin's value and interval of each form, in our order, unrounded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd  # noqa: PLC0415 - warns of its own dependencies
        import pingouin  # noqa: PLC0415

        pingouin.options["round.column.CI95"] = None
        pingouin.options["round.column.CI95%"] = None
        subjects, readings = data.shape
        frame = pd.DataFrame(
            {
                "subject": np.repeat(np.arange(subjects), readings),
                "rater": np.tile(np.arange(readings), subjects),
                "value": data.ravel(),
            }
        )
        table = pingouin.intraclass_corr(frame, "subject", "rater", "value")
    interval = next(name for name in table.columns if name.startswith("CI95"))
    return [(row["ICC"], *row[interval]) for _, row in table.iterrows()]
