"""Thresholds between remote myocardium and blood pool."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vne_core.quantify.thresholds import ReferenceOrderError, levels, threshold_level
from vne_core.study.rules import RemoteBlood, RuleError

means = st.floats(-5000, 5000)


def test_the_papers_levels_lie_at_a_half_a_quarter_and_an_eighth():
    assert levels(100, 900, RemoteBlood()) == (500, 300, 200)


@given(means, st.floats(1, 5000))
def test_levels_fall_between_remote_and_blood(remote, contrast):
    first, second, third = levels(remote, remote + contrast, RemoteBlood((0.35, 0.2, 0.1)))

    assert remote < third < second < first < remote + contrast


@given(means, st.floats(1, 5000), st.floats(0.1, 10), means)
def test_levels_follow_the_images_offset_and_scale(remote, contrast, factor, offset):
    blood = remote + contrast

    scaled = threshold_level(factor * remote + offset, factor * blood + offset, 0.25)

    expected = factor * threshold_level(remote, blood, 0.25) + offset
    assert scaled == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("blood", [900.0, 812.0, float("nan")])
def test_a_blood_pool_that_is_not_brighter_is_refused_with_both_means(blood):
    with pytest.raises(ReferenceOrderError, match="not brighter than remote myocardium 900"):
        levels(900, blood, RemoteBlood())


@pytest.mark.parametrize("wrong", [(), (0.25, 0.5), (0.5, 0.5), (1.0, 0.5), (0.5, 0.0)])
def test_levels_that_cannot_nest_are_refused(wrong):
    with pytest.raises(RuleError, match="between 0 and 100"):
        RemoteBlood(wrong)


def test_levels_are_refused_in_the_percent_they_are_typed_in():
    with pytest.raises(RuleError) as refused:
        RemoteBlood((0.25, 0.5, 0.125))
    assert refused.value.sentence.startswith("The threshold levels are 25, 50, 12.5 %; needed: ")
