"""Coverage against closed forms and against scikit-image."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.draw import polygon2mask
from skimage.measure import points_in_poly

from vne_core.geometry.contour import contour_from_pixels
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.raster import coverage, polygon_coverage, reaches_outside, roi_coverage
from vne_core.geometry.roi import Roi, RoiError

SHAPE = (192, 192)
PLANE = SlicePlane((5.0, -9.0, 3.0), (0.0, 0.6, 0.8), (1.0, 0.0, 0.0), (1.6, 0.9), (160, 220))


def circle_px(centre: tuple[float, float], radii: tuple[float, float], n: int) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack(
        [centre[0] + radii[0] * np.cos(angles), centre[1] + radii[1] * np.sin(angles)], -1
    )


@settings(max_examples=200, deadline=None)
@given(st.floats(8, 60), st.floats(80, 110), st.floats(80, 110))
def test_a_disc_covers_pi_r_squared_within_half_a_percent(radius, x, y):
    covered = coverage(circle_px((x, y), (radius, radius), 400), SHAPE)

    assert covered.sum() == pytest.approx(np.pi * radius**2, rel=0.005)


@pytest.mark.parametrize("radius_mm", [10.0, 25.0, 40.0])
def test_a_round_contour_of_twelve_handles_covers_pi_r_squared_on_oblique_pixels(radius_mm):
    handles = circle_px((110.2, 81.7), (radius_mm / 0.9, radius_mm / 1.6), 12)

    covered = polygon_coverage(contour_from_pixels(PLANE, handles), PLANE)

    area_mm2 = covered.sum() * PLANE.pixel_area_mm2
    assert area_mm2 == pytest.approx(np.pi * radius_mm**2, rel=0.005)


def test_a_ring_covers_the_difference_of_two_discs():
    outer = coverage(circle_px((95.3, 96.1), (40, 40), 300), SHAPE)
    inner = coverage(circle_px((95.3, 96.1), (28, 28), 300), SHAPE)

    assert (outer - inner).min() >= 0
    assert (outer - inner).sum() == pytest.approx(np.pi * (40**2 - 28**2), rel=0.005)


def test_a_rectangle_on_pixel_edges_covers_whole_pixels():
    covered = coverage([[2.5, 1.5], [7.5, 1.5], [7.5, 4.5], [2.5, 4.5]], (10, 12))

    expected = np.zeros((10, 12))
    expected[2:5, 3:8] = 1
    np.testing.assert_array_equal(covered, expected)


def test_a_rectangle_through_pixel_middles_covers_halves_and_a_quarter_at_its_corner():
    covered = coverage([[2, 3], [6, 3], [6, 8], [2, 8]], (12, 12))

    assert covered[3, 2] == 0.25
    assert covered[3, 4] == 0.5
    assert covered[5, 2] == 0.5
    assert covered[5, 4] == 1


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 40))
def test_any_polygon_covers_what_scikit_image_finds_at_the_same_sixteen_points(seed, corners):
    rng = np.random.default_rng(seed)
    outline = rng.uniform(-8, 40, (corners, 2))
    rows, cols = 24, 30
    places = -0.5 + (np.arange(4 * max(rows, cols)) + 0.5) / 4
    y, x = np.meshgrid(places[: 4 * rows], places[: 4 * cols], indexing="ij")

    inside = points_in_poly(np.stack([x.ravel(), y.ravel()], -1), outline)
    theirs = inside.reshape(rows, 4, cols, 4).mean(axis=(1, 3))

    np.testing.assert_array_equal(coverage(outline, (rows, cols)), theirs.astype(np.float32))


def test_pixels_at_least_half_covered_are_the_mask_of_scikit_image_but_for_the_border():
    outline = circle_px((90.4, 101.8), (37, 29), 200)

    ours = coverage(outline, SHAPE) >= 0.5
    theirs = polygon2mask(SHAPE, outline[:, ::-1])

    assert np.count_nonzero(ours != theirs) < 0.02 * np.count_nonzero(theirs)


def test_coverage_has_seventeen_levels():
    covered = coverage(circle_px((90.4, 101.8), (37, 29), 200), SHAPE)

    assert covered.dtype == np.float32
    np.testing.assert_array_equal(np.unique(covered), np.arange(17) / 16)


def test_a_disc_half_off_the_image_covers_half():
    covered = coverage(circle_px((-0.5, 96), (30, 30), 400), SHAPE)

    assert covered.sum() == pytest.approx(np.pi * 30**2 / 2, rel=0.005)


@pytest.mark.parametrize("centre", [(-80, 50), (400, 50), (50, -80), (50, 400)])
def test_a_disc_beyond_the_image_covers_nothing(centre):
    assert not coverage(circle_px(centre, (30, 30), 100), SHAPE).any()


@settings(max_examples=200, deadline=None)
@given(st.floats(11, 30), st.floats(90, 120), st.floats(70, 90))
def test_a_circular_region_covers_pi_r_squared_where_pixels_are_not_square(radius_mm, x, y):
    centre = PLANE.pixel_to_patient([[x, y]])[0] + 4 * PLANE.normal

    covered = roi_coverage(Roi(tuple(centre), radius_mm), PLANE)

    area_mm2 = covered.sum() * PLANE.pixel_area_mm2
    assert area_mm2 == pytest.approx(np.pi * radius_mm**2, rel=0.005)


def test_a_circular_region_covers_what_its_polygon_covers():
    centre_px = (101.3, 77.9)
    centre = PLANE.pixel_to_patient([centre_px])[0]

    region = roi_coverage(Roi(tuple(centre), 18), PLANE)
    polygon = coverage(circle_px(centre_px, (18 / 0.9, 18 / 1.6), 2000), PLANE.shape_px)

    assert np.abs(region - polygon).max() <= 1 / 16
    assert np.count_nonzero(region != polygon) < 5


def test_a_region_off_the_image_covers_nothing():
    assert not roi_coverage(Roi((5000.0, 0.0, 0.0), 10), PLANE).any()


def test_a_region_without_an_area_is_refused():
    with pytest.raises(RoiError, match="positive radius"):
        Roi((0.0, 0.0, 0.0), 0)


def test_masks_cannot_be_written_to_by_who_asked_for_them():
    covered = roi_coverage(Roi(tuple(PLANE.centre_mm), 10), PLANE)

    with pytest.raises(ValueError, match="read-only"):
        covered[0, 0] = 1


@pytest.mark.parametrize(
    ("point", "is_outside"),
    [((-0.5, 0), False), ((-0.6, 0), True), ((9.5, 4.5), False), ((5, 4.6), True)],
)
def test_an_outline_is_outside_from_the_outer_edge_of_the_border_pixels(point, is_outside):
    assert reaches_outside([[3, 3], point, [2, 1]], (5, 10)) is is_outside
