"""Contours against circles and ellipses, whose areas and lengths are known."""

import numpy as np
import pytest

from vne_core.geometry import contour as c
from vne_core.geometry.plane import SlicePlane

TILT = 0.7
PLANE = SlicePlane(
    origin_mm=(-120.0, 35.0, 60.0),
    row_dir=(float(np.cos(TILT)), 0.0, float(np.sin(TILT))),
    col_dir=(0.0, 1.0, 0.0),
    spacing_mm=(1.5, 0.9),
    shape_px=(192, 256),
)
CENTRE_MM = PLANE.pixel_to_patient([[120.3, 90.7]])[0]
ACROSS, DOWN = np.array(PLANE.row_dir), np.array(PLANE.col_dir)


def at(x_mm: float, y_mm: float) -> np.ndarray:
    return CENTRE_MM + x_mm * ACROSS + y_mm * DOWN


def ellipse(x_radius_mm: float, y_radius_mm: float, n: int = 12) -> c.Contour:
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return c.Contour([at(x_radius_mm * np.cos(a), y_radius_mm * np.sin(a)) for a in angles])


def from_centre_mm(points_mm: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points_mm - CENTRE_MM, axis=1)


def trace_px(x_mm: np.ndarray, y_mm: np.ndarray) -> np.ndarray:
    return PLANE.patient_to_pixel([at(x, y) for x, y in zip(x_mm, y_mm, strict=True)])


@pytest.mark.parametrize("radius", [4.0, 20.0, 40.0])
def test_a_circle_of_twelve_handles_encloses_pi_r_squared(radius):
    assert c.area_mm2(ellipse(radius, radius), PLANE) == pytest.approx(np.pi * radius**2, rel=1e-3)


def test_an_ellipse_encloses_pi_times_its_half_axes():
    assert c.area_mm2(ellipse(30, 22, 16), PLANE) == pytest.approx(np.pi * 30 * 22, rel=2e-3)


def test_the_outline_stays_on_the_circle_between_the_handles():
    drawn = from_centre_mm(c.outline_mm(ellipse(30, 30), 8))

    assert np.abs(drawn - 30).max() < 0.05


def test_every_eighth_outline_pixel_is_a_handle():
    contour = ellipse(30, 24)
    handles_px = PLANE.patient_to_pixel(contour.points_mm)

    np.testing.assert_allclose(c.outline_px(contour, PLANE)[::8], handles_px, atol=1e-9)


def test_handles_given_in_pixels_come_back_as_the_same_pixels():
    handles_px = [[10.0, 12.5], [40.0, 11.0], [25.0, 60.25]]

    contour = c.contour_from_pixels(PLANE, handles_px)

    np.testing.assert_allclose(PLANE.patient_to_pixel(contour.points_mm), handles_px, atol=1e-9)


def test_an_inserted_handle_leaves_the_curve_where_it_is():
    contour = ellipse(34, 26)
    more = c.insert_handle(contour, at(33, 6))

    assert len(more.points_mm) == 13
    before, after = c.outline_mm(contour, 128), c.outline_mm(more, 128)
    moved = [np.linalg.norm(before - point, axis=1).min() for point in after]
    assert max(moved) < 0.25


def test_an_inserted_handle_stands_between_its_neighbours():
    more = c.insert_handle(ellipse(30, 30), at(30 * np.cos(0.8), 30 * np.sin(0.8)))

    angles = np.arctan2((more.points_mm - CENTRE_MM) @ DOWN, (more.points_mm - CENTRE_MM) @ ACROSS)
    assert np.all(np.diff(np.unwrap(angles)) > 0)
    assert angles[2] == pytest.approx(0.8, abs=0.02)


def test_a_removed_handle_is_gone_and_the_others_stay():
    contour = ellipse(30, 30)

    fewer = c.remove_handle(contour, 4)

    np.testing.assert_array_equal(fewer.points_mm, np.delete(contour.points_mm, 4, axis=0))


def test_the_third_last_handle_cannot_be_removed():
    with pytest.raises(c.ContourError, match="3 handles"):
        c.remove_handle(ellipse(30, 30, n=3), 0)


def test_a_moved_contour_keeps_its_area():
    contour = ellipse(30, 22)
    by = 5 * ACROSS - 3 * DOWN

    moved = c.translate(contour, by)

    np.testing.assert_allclose(moved.points_mm, contour.points_mm + by)
    assert c.area_mm2(moved, PLANE) == pytest.approx(c.area_mm2(contour, PLANE))


def test_scaling_by_two_quadruples_the_area_and_keeps_the_centre():
    contour = ellipse(15, 12)

    twice = c.scale(contour, 2)

    assert c.area_mm2(twice, PLANE) == pytest.approx(4 * c.area_mm2(contour, PLANE))
    np.testing.assert_allclose(c.centroid_mm(twice), c.centroid_mm(contour), atol=1e-9)


@pytest.mark.parametrize("factor", [0, -1, float("nan")])
def test_a_scale_that_is_not_positive_is_refused(factor):
    with pytest.raises(c.ContourError, match="positive"):
        c.scale(ellipse(15, 12), factor)


def test_the_centroid_of_an_unevenly_handled_circle_is_its_centre():
    angles = np.r_[np.linspace(0, 1.5, 12), 2.5, 3.5, 4.5, 5.4]
    uneven = c.Contour([at(30 * np.cos(a), 30 * np.sin(a)) for a in angles])

    np.testing.assert_allclose(c.centroid_mm(uneven), CENTRE_MM, atol=0.3)


@pytest.mark.parametrize("between", [0.0, 0.5])
def test_the_curve_under_the_hand_follows_a_push(between):
    contour = ellipse(30, 30)
    angle = between * 2 * np.pi / 12
    hand = at(30 * np.cos(angle), 30 * np.sin(angle))

    pushed = c.push(contour, hand, 3 * ACROSS, radius_mm=15)

    target = hand + 3 * ACROSS
    reached = np.linalg.norm(c.outline_mm(pushed, 128) - target, axis=1).min()
    assert reached < 0.3


def test_a_push_leaves_handles_beyond_its_radius_alone():
    contour = ellipse(30, 30)

    pushed = c.push(contour, at(30, 0), 4 * ACROSS, radius_mm=12)

    far = np.linalg.norm(contour.points_mm - at(30, 0), axis=1) > 24
    np.testing.assert_array_equal(pushed.points_mm[far], contour.points_mm[far])
    assert not np.array_equal(pushed.points_mm[0], contour.points_mm[0])


def test_a_push_narrower_than_the_handles_puts_one_under_the_hand():
    angle = np.pi / 12
    hand = at(30 * np.cos(angle), 30 * np.sin(angle))
    contour = ellipse(30, 30)

    pushed = c.push(contour, hand, 2 * ACROSS, radius_mm=5)

    assert len(pushed.points_mm) == 13
    np.testing.assert_array_equal(np.delete(pushed.points_mm, 1, axis=0), contour.points_mm)
    assert np.linalg.norm(pushed.points_mm[1] - hand - 2 * ACROSS) < 0.3


def test_a_push_as_wide_as_the_handles_adds_none():
    assert len(c.push(ellipse(30, 30), at(0, 30), 2 * DOWN, radius_mm=18).points_mm) == 12


def wavy(lobes: int, depth_mm: float = 3.0) -> c.Contour:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radii = 30 + depth_mm * np.cos(lobes * angles)
    return c.Contour([at(r * np.cos(a), r * np.sin(a)) for r, a in zip(radii, angles, strict=True)])


def bending(contour: c.Contour) -> float:
    """Return the integral of the squared curvature along the curve, by central differences."""
    points = PLANE.patient_to_pixel(c.outline_mm(contour, 64)) * (0.9, 1.5)
    ahead, behind = np.roll(points, -1, axis=0) - points, points - np.roll(points, 1, axis=0)
    steps = np.linalg.norm(ahead, axis=1)
    turn = np.arctan2(
        behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0], (behind * ahead).sum(axis=1)
    )
    return float((turn**2 / steps).sum())


@pytest.mark.parametrize("lobes", [3, 5, 8])
def test_smoothing_bends_a_wavy_contour_less_and_keeps_its_area(lobes):
    contour = wavy(lobes)

    calm = c.smooth(contour)

    least = bending(ellipse(30, 30, 24))
    assert bending(calm) - least < 0.5 * (bending(contour) - least)
    assert c.area_mm2(calm, PLANE) == pytest.approx(c.area_mm2(contour, PLANE), rel=1e-9)
    assert len(calm.points_mm) == len(contour.points_mm)


def test_smoothing_calms_short_waves_more_than_long_ones():
    left = [np.ptp(from_centre_mm(c.smooth(wavy(lobes)).points_mm)) / 6.0 for lobes in (3, 5, 8)]

    assert left[0] > left[1] > left[2]
    assert left[2] < 0.1


@pytest.mark.parametrize(("shorter_mm", "most_mm"), [(30, 1e-3), (28, 0.2), (26, 0.4)])
def test_smoothing_hardly_moves_an_ellipse(shorter_mm, most_mm):
    ring = ellipse(30, shorter_mm, 24)

    assert np.linalg.norm(c.smooth(ring).points_mm - ring.points_mm, axis=1).max() < most_mm


def test_a_handle_moved_where_nothing_crosses_is_exactly_there():
    moved = c.move_handle(ellipse(30, 30), 3, at(2, 37))

    np.testing.assert_array_equal(moved.points_mm[3], at(2, 37))


def test_a_figure_of_eight_is_not_simple():
    eight = c.contour_from_pixels(PLANE, [[10, 10], [60, 60], [60, 10], [10, 60]])

    assert not c.is_simple(eight, PLANE)
    assert c.is_simple(ellipse(30, 22), PLANE)


@pytest.mark.parametrize(
    ("shift_mm", "radius_mm", "is_contained"),
    [(0, 20, True), (9, 20, True), (12, 20, False), (0, 31, False), (80, 5, False)],
)
def test_a_contour_is_inside_another_only_when_wholly_so(shift_mm, radius_mm, is_contained):
    inner = c.translate(ellipse(radius_mm, radius_mm), shift_mm * ACROSS)

    assert c.contains(ellipse(30, 30), inner, PLANE) is is_contained


def test_a_hand_drawn_circle_becomes_twelve_handles_on_it():
    rng = np.random.default_rng(8)
    angles = np.linspace(0, 2 * np.pi, 300)[:-3]
    radii = 28 + rng.normal(0, 0.3, len(angles))

    drawn = c.from_freehand(PLANE, trace_px(radii * np.cos(angles), radii * np.sin(angles)))

    assert len(drawn.points_mm) == 12
    assert c.area_mm2(drawn, PLANE) == pytest.approx(np.pi * 28**2, rel=0.01)


def test_a_hand_drawn_circle_that_overruns_its_start_loses_the_tail():
    angles = np.linspace(0, 2 * np.pi + 0.5, 200)
    radii = 28 + 1.5 * (angles - np.pi) / np.pi

    drawn = c.from_freehand(PLANE, trace_px(radii * np.cos(angles), radii * np.sin(angles)))

    assert c.is_simple(drawn, PLANE)
    assert c.area_mm2(drawn, PLANE) == pytest.approx(np.pi * 28**2, rel=0.05)


def test_a_hand_drawn_figure_of_eight_is_refused():
    t = np.linspace(0, 2 * np.pi, 200)

    with pytest.raises(c.ContourError, match="cross itself"):
        c.from_freehand(PLANE, trace_px(30 * np.sin(t), 20 * np.sin(2 * t)))


@pytest.mark.parametrize("trace", [[], [[5, 5]], [[5, 5], [5, 5], [9, 9]]])
def test_a_trace_without_an_inside_is_refused(trace):
    with pytest.raises(c.ContourError, match="encloses nothing"):
        c.from_freehand(PLANE, trace)


@pytest.mark.parametrize(
    "points", [np.zeros((2, 3)), np.zeros((5, 2)), np.full((4, 3), np.nan), np.zeros(3)]
)
def test_points_that_are_no_contour_are_refused(points):
    with pytest.raises(c.ContourError, match="contour handles"):
        c.Contour(points)


def test_a_contour_keeps_its_own_read_only_copy_of_its_handles():
    handles = np.array(ellipse(30, 30).points_mm)
    contour = c.Contour(handles)
    handles[0] = 0

    assert contour.points_mm[0].any()
    with pytest.raises(ValueError, match="read-only"):
        contour.points_mm[0] = 0
