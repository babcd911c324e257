"""The periodic cubic against SciPy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline

from vne_core.geometry import spline


@given(st.integers(0, 2**32 - 1), st.integers(3, 40))
def test_the_curve_is_the_periodic_cubic_that_scipy_draws(seed, count):
    rng = np.random.default_rng(seed)
    points = rng.uniform(-100, 100, (count, 3))
    intervals = spline.chord_intervals(points)
    knots = np.r_[0, np.cumsum(intervals)]
    theirs = CubicSpline(knots, np.vstack([points, points[:1]]), bc_type="periodic")

    positions = rng.uniform(0, count, 50)
    at = np.interp(positions, np.arange(count + 1), knots)

    ours = spline.evaluate(points, intervals, positions)
    np.testing.assert_allclose(ours, theirs(at), atol=1e-7)


def test_the_curve_passes_through_its_handles():
    points = np.random.default_rng(3).uniform(0, 60, (9, 3))

    drawn = spline.evaluate(points, spline.chord_intervals(points), np.arange(9))

    np.testing.assert_allclose(drawn, points, atol=1e-12)


@pytest.mark.parametrize("points", [np.ones((5, 3)), np.repeat(np.eye(3), 2, axis=0)])
def test_handles_on_top_of_each_other_leave_the_curve_finite(points):
    drawn = spline.evaluate(points, spline.chord_intervals(points), np.linspace(0, len(points), 80))

    assert np.isfinite(drawn).all()
    assert np.abs(drawn).max() < 3
