from dataclasses import replace

import numpy as np
import pytest

from app.viewer import gestures
from app.viewer.gestures import (
    Aim,
    Hand,
    HandleGrip,
    MoveGrip,
    PlaceGrip,
    PushGrip,
    RimGrip,
    ScaleGrip,
)
from app.viewer.tools import Tool
from vne_core.geometry.contour import area_mm2
from vne_core.study.shapes import Part, Place

BRUSH_MM = 26.0
CENTRE = (60.0, 50.0)


def on_screen(view, x_px, y_px):
    x, y = view.screen_from_pixel([(x_px, y_px)])[0]
    return float(x), float(y)


def on_ring(view, radius_px, degrees):
    angle = np.radians(degrees)
    return on_screen(
        view, CENTRE[0] + radius_px * np.cos(angle), CENTRE[1] + radius_px * np.sin(angle)
    )


def aim_at(annotation, tool, view, point, **keys):
    return gestures.aim_at(annotation, Hand(tool, BRUSH_MM, **keys), view, point)


def grip_at(annotation, tool, view, point, **keys):
    aim = aim_at(annotation, tool, view, point, **keys)
    return None if aim is None else aim.grip


def dragged(annotation, tool, grip, view, way):
    return gestures.dragged(annotation, Aim(Place(tool.part), grip), view, way)


def test_a_press_near_a_handle_takes_it_and_a_press_between_takes_the_curve(outlined, view):
    x, y = on_ring(view, 24, 30)
    assert grip_at(outlined, Tool.EPI, view, (x + 5, y - 5)) == HandleGrip(1)
    assert grip_at(outlined, Tool.EPI, view, on_ring(view, 24, 45)) == PushGrip(BRUSH_MM)
    assert grip_at(outlined, Tool.EPI, view, on_ring(view, 10, 45)) is None


def test_the_hit_radius_is_in_screen_pixels_whatever_the_zoom(outlined, view):
    for side_mm in (50.0, 200.0, 600.0):
        zoomed = replace(view, view=replace(view.view, side_mm=side_mm))
        x, y = on_ring(zoomed, 24, 90)
        assert grip_at(outlined, Tool.EPI, zoomed, (x, y + 8)) == HandleGrip(3)
        assert grip_at(outlined, Tool.EPI, zoomed, (x, y + 10)) is None


def test_a_tool_takes_hold_of_its_own_outline_only(outlined, view):
    assert grip_at(outlined, Tool.ENDO, view, on_ring(view, 24, 30)) is None
    assert grip_at(outlined, Tool.BROWSE, view, on_ring(view, 24, 30)) is None


def test_shift_moves_and_ctrl_scales_from_anywhere(outlined, view):
    anywhere = on_screen(view, 5, 5)
    assert grip_at(outlined, Tool.EPI, view, anywhere, shift=True) == MoveGrip()
    assert grip_at(outlined, Tool.EPI, view, anywhere, ctrl=True) == ScaleGrip()


def test_a_dragged_handle_lands_under_the_pointer_and_its_neighbours_stay(outlined, view):
    start = on_ring(view, 24, 0)
    after = dragged(outlined, Tool.EPI, HandleGrip(0), view, (start, (start[0] + 12, start[1])))
    moved = after.epi.points_mm - outlined.epi.points_mm
    np.testing.assert_allclose(moved[0], [6.0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(moved[1:], 0, atol=1e-9)


def test_a_push_moves_the_near_side_and_not_the_far_side(outlined, view):
    start = on_ring(view, 24, 45)
    after = dragged(
        outlined, Tool.EPI, PushGrip(BRUSH_MM), view, (start, (start[0] + 8, start[1] + 8))
    )
    moved = np.linalg.norm(after.epi.points_mm - outlined.epi.points_mm, axis=1)
    assert moved[[1, 2]].min() > 1.0
    assert moved[6:10].max() < 1e-9


def test_shift_drag_moves_every_handle_alike(outlined, view):
    after = dragged(outlined, Tool.EPI, MoveGrip(), view, ((0, 0), (10, -6)))
    moved = after.epi.points_mm - outlined.epi.points_mm
    np.testing.assert_allclose(moved, [[5.0, -3.0, 0.0]] * 12, atol=1e-9)


def test_ctrl_drag_out_to_twice_the_distance_makes_four_times_the_area(outlined, view):
    way = (on_ring(view, 10, 20), on_ring(view, 20, 20))
    after = dragged(outlined, Tool.ENDO, ScaleGrip(), view, way)
    ratio = area_mm2(after.endo, view.plane) / area_mm2(outlined.endo, view.plane)
    assert ratio == pytest.approx(4.0, rel=1e-3)


def test_ctrl_drag_through_the_centre_leaves_a_contour(outlined, view):
    way = (on_ring(view, 10, 20), on_ring(view, 0, 0))
    assert area_mm2(dragged(outlined, Tool.ENDO, ScaleGrip(), view, way).endo, view.plane) > 1


def test_the_first_press_of_a_circle_tool_places_a_circle_of_its_usual_size(empty, view):
    at = on_screen(view, 30, 40)
    assert grip_at(empty, Tool.REMOTE, view, at) == PlaceGrip()
    after = dragged(empty, Tool.REMOTE, PlaceGrip(), view, (at, at))
    np.testing.assert_allclose(after.remote.centre_mm, [60, 80, 0], atol=1e-9)
    assert after.remote.radius_mm == gestures.DEFAULT_RADIUS_MM[Part.REMOTE]
    assert after.blood_pool is None


def test_a_circle_is_moved_inside_resized_at_its_rim_and_placed_anew_outside(outlined, view):
    inside, rim, outside = (on_ring(view, radius, 0) for radius in (2.0, 6.0, 12.0))
    assert grip_at(outlined, Tool.BLOOD, view, inside) == MoveGrip()
    assert grip_at(outlined, Tool.BLOOD, view, rim) == RimGrip()
    assert grip_at(outlined, Tool.BLOOD, view, outside) == PlaceGrip()


def test_a_small_circle_can_still_be_moved(outlined, view):
    tiny = replace(outlined, blood_pool=replace(outlined.blood_pool, radius_mm=2.0))
    assert grip_at(tiny, Tool.BLOOD, view, on_ring(view, 0, 0)) == MoveGrip()


def test_dragging_the_rim_changes_the_radius_by_the_drag_alone(outlined, view):
    x, y = on_ring(view, 6, 0)
    after = dragged(outlined, Tool.BLOOD, RimGrip(), view, ((x + 3, y), (x + 11, y)))
    assert after.blood_pool.radius_mm == pytest.approx(16.0)
    assert after.blood_pool.centre_mm == outlined.blood_pool.centre_mm


def test_a_rim_dragged_through_the_centre_keeps_the_smallest_radius(outlined, view):
    way = (on_ring(view, 6, 0), on_ring(view, 0, 0))
    after = dragged(outlined, Tool.BLOOD, RimGrip(), view, way)
    assert after.blood_pool.radius_mm == gestures.SMALLEST_RADIUS_MM


def test_the_insertion_point_is_put_where_pressed_and_moved_from_near_it(empty, view):
    at = on_screen(view, 30, 40)
    assert grip_at(empty, Tool.INSERTION, view, at) == PlaceGrip()
    marked = dragged(empty, Tool.INSERTION, PlaceGrip(), view, (at, at))
    np.testing.assert_allclose(marked.rv_insertion, [60, 80, 0], atol=1e-9)
    near = (at[0] + 8, at[1])
    assert grip_at(marked, Tool.INSERTION, view, near) == MoveGrip()
    moved = dragged(marked, Tool.INSERTION, MoveGrip(), view, (near, (near[0] + 10, near[1])))
    np.testing.assert_allclose(moved.rv_insertion, [65, 80, 0], atol=1e-9)
    assert grip_at(marked, Tool.INSERTION, view, (at[0] + 30, at[1])) == PlaceGrip()


def test_of_several_regions_the_one_under_the_pointer_is_taken(empty, view, circle):
    left, right = regions(circle)
    both = replace(empty, exclusions=(left, right))
    assert aim_at(both, Tool.EXCLUDE, view, on_screen(view, 40, 50)) == Aim(first(0), MoveGrip())
    assert aim_at(both, Tool.EXCLUDE, view, on_screen(view, 80, 50)) == Aim(first(1), MoveGrip())
    assert aim_at(both, Tool.EXCLUDE, view, on_screen(view, 46, 50)).grip == HandleGrip(0)
    assert aim_at(both, Tool.EXCLUDE, view, on_screen(view, 60, 50)) is None
    assert aim_at(both, Tool.INCLUDE, view, on_screen(view, 40, 50)) is None


def test_a_handle_is_taken_though_it_lies_inside_a_region_drawn_later(empty, view, circle):
    small, large = circle(6.0), circle(12.0)
    both = replace(empty, exclusions=(small, large))
    assert aim_at(both, Tool.EXCLUDE, view, on_screen(view, 66, 50)) == Aim(first(0), HandleGrip(0))


def test_shift_and_ctrl_beside_the_regions_take_the_one_chosen(empty, view, circle):
    both = replace(empty, exclusions=regions(circle))
    aside = on_screen(view, 5, 5)
    chosen = aim_at(both, Tool.EXCLUDE, view, aside, shift=True, chosen=first(0))
    assert chosen == Aim(first(0), MoveGrip())
    assert aim_at(both, Tool.EXCLUDE, view, aside, ctrl=True) == Aim(first(1), ScaleGrip())


def first(index):
    return Place(Part.EXCLUSION, index)


def regions(circle):
    """Two circles of 6 pixels, 20 pixels left and right of the ventricle's centre."""
    small = circle(6.0)
    return tuple(type(small)(small.points_mm + np.array([by_mm, 0, 0])) for by_mm in (-40.0, 40.0))
