import numpy as np
import pytest

from app.viewer.window_level import DOUBLING_PX, Window, percentile_window


def test_levels_are_the_ends_of_the_window():
    assert Window(100.0, 40.0).levels == (80.0, 120.0)
    assert Window.of_levels(80.0, 120.0) == Window(100.0, 40.0)


def test_a_drag_to_the_right_widens_and_back_restores():
    start = Window(500.0, 200.0)
    assert start.dragged((DOUBLING_PX, 0)).width == pytest.approx(400)
    back = start.dragged((37.0, 0)).dragged((-37.0, 0))
    assert (back.centre, back.width) == pytest.approx((500, 200))


def test_a_drag_up_brightens_a_middle_grey():
    start = Window(500.0, 200.0)
    up = start.dragged((0, -30.0))
    assert up.centre < 500
    assert up.width == start.width


def test_a_fine_drag_moves_a_fifth_as_far():
    start = Window(500.0, 200.0)
    assert start.dragged((0, 50), is_fine=True).centre - 500 == pytest.approx(
        (start.dragged((0, 50)).centre - 500) / 5
    )


def test_the_window_never_closes():
    assert Window(1.0, 1e-6).dragged((-10_000, 0)).width > 0
    assert Window.of_levels(3.0, 3.0).width > 0


def test_the_first_window_leaves_out_outliers_and_what_was_not_measured():
    values = np.r_[np.linspace(0, 100, 1001), [1e9, np.nan, np.inf]]
    low, high = percentile_window(values).levels
    assert low == pytest.approx(1, abs=0.2)
    assert high == pytest.approx(99, abs=0.3)


def test_an_image_without_a_number_still_has_a_window():
    assert percentile_window(np.full((3, 3), np.nan)).width > 0
