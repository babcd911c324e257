import numpy as np
import pytest

from app.viewer.field_of_view import (
    HEART_SIDE_MM,
    SMALLEST_SIDE_MM,
    FieldOfView,
    ViewMap,
    heart_view,
    whole_image,
)


@pytest.fixture
def oblique(plane):
    return ViewMap(plane, FieldOfView(tuple(plane.centre_mm), 120.0), (500, 300))


def test_screen_points_come_back_from_pixels_and_from_millimetres(oblique):
    points = np.array([[0.0, 0], [499, 299], [123.4, 56.7]])
    np.testing.assert_allclose(
        oblique.screen_from_pixel(oblique.pixel_from_screen(points)), points, atol=1e-9
    )
    np.testing.assert_allclose(
        oblique.screen_from_mm(oblique.mm_from_screen(points)), points, atol=1e-9
    )


def test_the_shorter_side_of_the_pane_shows_the_side_in_millimetres(oblique):
    top, bottom = oblique.mm_from_screen([(250, 0), (250, 300)])
    assert np.linalg.norm(bottom - top) == pytest.approx(120.0)


def test_a_millimetre_is_as_long_across_as_down_when_pixels_are_not_square(oblique):
    middle, right, down = oblique.mm_from_screen([(100, 100), (200, 100), (100, 200)])
    assert np.linalg.norm(right - middle) == pytest.approx(np.linalg.norm(down - middle))


def test_zooming_keeps_what_is_under_the_pointer(oblique):
    before = oblique.mm_from_screen([(71, 33)])[0]
    zoomed = ViewMap(oblique.plane, oblique.zoomed_at((71, 33), 2.5), oblique.size_px)
    np.testing.assert_allclose(zoomed.mm_from_screen([(71, 33)])[0], before, atol=1e-9)
    assert zoomed.mm_per_px == pytest.approx(oblique.mm_per_px / 2.5)


def test_zooming_ends_at_the_smallest_side(oblique):
    assert oblique.zoomed_at((0, 0), 1e9).side_mm == SMALLEST_SIDE_MM


def test_panning_carries_the_image_with_the_hand(oblique):
    grabbed = oblique.mm_from_screen([(200, 100)])[0]
    panned = ViewMap(oblique.plane, oblique.panned((30, -40)), oblique.size_px)
    np.testing.assert_allclose(panned.mm_from_screen([(230, 60)])[0], grabbed, atol=1e-9)


def test_panes_of_other_sizes_show_the_same_length_on_their_shorter_side():
    shared = FieldOfView((0.0, 0.0, 0.0), 150.0)
    assert shared.mm_per_px((300, 700)) * 300 == pytest.approx(150)
    assert shared.mm_per_px((1000, 600)) * 600 == pytest.approx(150)


@pytest.mark.parametrize("size", [(300, 700), (700, 300), (200, 200)])
def test_the_whole_image_lies_inside_the_pane_and_touches_two_edges(plane, size):
    view = ViewMap(plane, whole_image(plane, size), size)
    rows, cols = plane.shape_px
    corners = view.screen_from_pixel([(-0.5, -0.5), (cols - 0.5, rows - 0.5)])
    assert corners.min() >= -1e-9
    assert np.all(corners <= np.array(size) + 1e-9)
    assert np.isclose(corners[0], 0).any()


def test_the_first_view_of_a_chest_is_the_heart_in_its_middle(plane):
    wide = ViewMap(plane, heart_view(plane, (400, 400)), (400, 400))
    assert wide.view.side_mm == min(240.0, HEART_SIDE_MM)
    np.testing.assert_allclose(wide.view.centre_mm, plane.centre_mm)
