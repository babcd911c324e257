from dataclasses import replace

import numpy as np
import pytest

from app.viewer.brush import LARGEST_RADIUS_MM, SMALLEST_RADIUS_MM, Brush
from app.viewer.editor import Editor
from app.viewer.outcomes import Committed, Edited, Noted, Refused
from app.viewer.pointer import is_click
from app.viewer.tools import Tool
from vne_core.geometry.contour import area_mm2, contains
from vne_core.study.shapes import flaws


def on_ring(view, radius_px, degrees):
    angle = np.radians(degrees)
    point = (60 + radius_px * np.cos(angle), 50 + radius_px * np.sin(angle))
    x, y = view.screen_from_pixel([point])[0]
    return float(x), float(y)


@pytest.fixture
def editor(view, outlined):
    editor = Editor()
    editor.view, editor.annotation, editor.tool = view, outlined, Tool.ENDO
    return editor


@pytest.fixture
def blank(view, empty):
    editor = Editor()
    editor.view, editor.annotation, editor.tool = view, empty, Tool.EPI
    return editor


def drag(editor, start, end, steps=10, **keys):
    outcomes = list(editor.press(start, **keys))
    for step in range(1, steps + 1):
        part = step / steps
        outcomes += editor.move(
            (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
        )
    return [*outcomes, *editor.release(end)]


def test_a_press_that_moves_less_than_four_pixels_is_a_click():
    assert is_click((10, 10), (12.5, 12.5))
    assert not is_click((10, 10), (14, 10))


def test_one_drag_gives_live_edits_and_one_commit(editor, outlined, view):
    outcomes = drag(editor, on_ring(view, 15, 0), on_ring(view, 18, 0))
    assert [type(outcome) for outcome in outcomes] == [Edited] * (len(outcomes) - 1) + [Committed]
    assert len(outcomes) > 5
    commit = outcomes[-1]
    assert commit.before is outlined
    assert commit.after == outcomes[-2].annotation == editor.annotation


def test_a_press_and_release_on_a_handle_commits_nothing(editor, outlined, view):
    at = on_ring(view, 15, 0)
    assert editor.press(at) == ()
    assert editor.move((at[0] + 2, at[1])) == ()
    assert editor.release((at[0] + 2, at[1])) == ()
    assert editor.annotation is outlined


def test_an_endocardial_handle_pulled_through_the_epicardium_stops_inside(editor, view):
    drag(editor, on_ring(view, 15, 0), on_ring(view, 40, 0))
    annotation = editor.annotation
    assert contains(annotation.epi, annotation.endo, view.plane)
    reached = np.linalg.norm(annotation.endo.points_mm[0][:2] - (120, 100)) / 2
    assert 23.0 < reached < 24.0


def test_a_jump_beyond_the_border_is_carried_up_to_it_not_left_behind(editor, view):
    drag(editor, on_ring(view, 15, 0), on_ring(view, 45, 0), steps=1)
    reached = np.linalg.norm(editor.annotation.endo.points_mm[0][:2] - (120, 100)) / 2
    assert reached > 20.0


def test_a_held_endocardium_comes_back_when_the_pointer_does(editor, outlined, view):
    start = on_ring(view, 15, 0)
    editor.press(start)
    editor.move(on_ring(view, 45, 0))
    editor.move(on_ring(view, 17, 0))
    np.testing.assert_allclose(editor.annotation.endo.points_mm[0][:2], [120 + 34, 100], atol=1e-6)


def test_an_epicardium_scaled_down_stops_around_the_endocardium(editor, view):
    editor.tool = Tool.EPI
    drag(editor, on_ring(view, 30, 0), on_ring(view, 10, 0), ctrl=True)
    assert contains(editor.annotation.epi, editor.annotation.endo, view.plane)
    radii = np.linalg.norm(editor.annotation.epi.points_mm[:, :2] - (120, 100), axis=1) / 2
    assert radii.max() < 16.5


def test_a_contour_that_was_already_outside_can_still_be_mended(editor, circle, view):
    editor.annotation = replace(editor.annotation, endo=circle(26.0))
    assert flaws(editor.annotation, view.plane)
    outcomes = drag(editor, on_ring(view, 26, 0), on_ring(view, 15, 0), ctrl=True)
    assert isinstance(outcomes[-1], Committed)
    assert not flaws(editor.annotation, view.plane)


def test_escape_in_a_drag_gives_back_what_was(editor, outlined, view):
    editor.press(on_ring(view, 15, 0))
    editor.move(on_ring(view, 18, 0))
    had_one, outcomes = editor.step_back()
    assert had_one
    assert outcomes == (Edited(outlined),)
    assert editor.release(on_ring(view, 18, 0)) == ()
    assert editor.annotation is outlined


def test_clicks_and_a_click_on_the_first_point_draw_a_contour(blank, view):
    for degrees in range(0, 360, 40):
        at = on_ring(view, 20, degrees)
        assert blank.press(at) == ()
        assert blank.release(at) == ()
    at = on_ring(view, 20, 0)
    blank.press(at)
    (commit,) = blank.release(at)
    assert commit.before.epi is None
    assert len(commit.after.epi.points_mm) == 9
    assert blank.draft.is_empty


def test_a_drag_on_an_empty_slice_draws_freehand(blank, view):
    blank.press(on_ring(view, 20, 0))
    for degrees in range(2, 358, 4):
        assert blank.move(on_ring(view, 20, degrees)) == ()
    (commit,) = blank.release(on_ring(view, 20, 358))
    assert len(commit.after.epi.points_mm) == 12


def test_a_double_click_closes_and_too_few_points_say_so_and_stay(blank, view):
    for degrees in (0, 120):
        blank.press(on_ring(view, 20, degrees))
        blank.release(on_ring(view, 20, degrees))
    (refusal,) = blank.close()
    assert isinstance(refusal, Refused)
    assert "2 points" in refusal.reason
    assert len(blank.draft.points_px) == 2
    blank.press(on_ring(view, 20, 240))
    blank.release(on_ring(view, 20, 240))
    (commit,) = blank.double_click(on_ring(view, 20, 240))
    assert isinstance(commit, Committed)


def test_an_endocardium_drawn_across_the_epicardium_is_refused_in_words(editor, outlined, view):
    editor.annotation = replace(outlined, endo=None)
    for degrees in range(0, 360, 45):
        at = on_ring(view, 26, degrees)
        editor.press(at)
        editor.release(at)
    (refusal,) = editor.close()
    assert refusal.reason == (
        "The endocardial contour would leave the epicardial one."
        " Take points back with Backspace, or draw it anew."
    )
    assert len(editor.draft.points_px) == 8


def stroke(editor, view, radius_mm):
    editor.press(on_ring(view, radius_mm, 0))
    for degrees in range(5, 361, 5):
        editor.move(on_ring(view, radius_mm, degrees))
    return editor.release(on_ring(view, radius_mm, 360))


def test_a_second_stroke_takes_the_place_of_a_refused_one(editor, outlined, view):
    editor.annotation = replace(outlined, endo=None)
    assert isinstance(stroke(editor, view, 26)[0], Refused)
    (commit,) = stroke(editor, view, 15)
    assert isinstance(commit, Committed)
    assert editor.draft.is_empty


def test_a_point_put_after_a_refused_stroke_continues_it(editor, outlined, view):
    editor.annotation = replace(outlined, endo=None)
    stroke(editor, view, 26)
    editor.step_back()
    at = on_ring(view, 10, 350)
    editor.press(at)
    editor.release(at)
    assert len(editor.draft.points_px) == 12
    assert not editor.draft.takes_trace


def test_a_refused_freehand_endocardium_stays_as_points_until_it_fits(editor, outlined, view):
    editor.annotation = replace(outlined, endo=None)
    (refusal,) = stroke(editor, view, 26)
    assert refusal.reason.startswith("The endocardial contour would leave the epicardial one.")
    assert len(editor.draft.points_px) == 12
    assert not editor.draft.is_freehand
    for _ in range(12):
        assert editor.step_back() == (True, ())
    assert editor.draft.is_empty
    assert editor.annotation == replace(outlined, endo=None)


def test_points_drawn_as_a_figure_of_eight_are_refused(blank, view):
    for x, y in ((-20, -20), (20, 20), (20, -20), (-20, 20)):
        at = tuple(float(value) for value in view.screen_from_pixel([(60 + x, 50 + y)])[0])
        blank.press(at)
        blank.release(at)
    (refusal,) = blank.close()
    assert "cross itself" in refusal.reason


def test_a_double_click_on_the_curve_inserts_and_a_right_click_removes(editor, view):
    (inserted,) = editor.double_click(on_ring(view, 15, 45))
    assert len(inserted.after.endo.points_mm) == 13
    (removed,) = editor.right_click(on_ring(view, 15, 45))
    assert len(removed.after.endo.points_mm) == 12


def test_a_right_click_beside_the_handles_does_nothing(editor, view):
    assert editor.right_click(on_ring(view, 5, 45)) == ()


def test_a_circle_is_placed_by_a_press_and_follows_until_release(blank, view):
    blank.tool = Tool.REMOTE
    outcomes = drag(blank, (100.0, 100.0), (140.0, 100.0))
    commit = outcomes[-1]
    assert commit.before.remote is None
    np.testing.assert_allclose(
        view.screen_from_mm([commit.after.remote.centre_mm])[0], [140, 100], atol=1e-9
    )
    assert sum(isinstance(outcome, Committed) for outcome in outcomes) == 1


def test_a_click_with_a_circle_tool_places_a_circle(blank):
    blank.tool = Tool.BLOOD
    blank.press((100.0, 100.0))
    (commit,) = blank.release((100.0, 100.0))
    assert commit.after.blood_pool is not None


def test_a_circle_cannot_be_dragged_off_the_image(blank, view):
    blank.tool = Tool.BLOOD
    drag(blank, (100.0, 100.0), (-900.0, -900.0))
    x, y = view.plane.patient_to_pixel([blank.annotation.blood_pool.centre_mm])[0]
    assert (x, y) == pytest.approx((-0.5, -0.5))


def test_without_an_annotation_or_a_tool_nothing_happens(view, outlined):
    editor = Editor()
    editor.view, editor.tool = view, Tool.EPI
    assert drag(editor, (10.0, 10.0), (90.0, 90.0)) == []
    editor.annotation, editor.tool = outlined, Tool.BROWSE
    assert drag(editor, on_ring(view, 24, 0), (90.0, 90.0)) == []
    assert editor.annotation is outlined


def clicks(editor, points):
    outcomes = []
    for point in points:
        editor.press(point)
        outcomes += editor.release(point)
    return outcomes


def around(view, x_px, y_px, radius_px, count=6):
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ring = radius_px * np.stack([np.cos(angles), np.sin(angles)], axis=-1) + (x_px, y_px)
    return [tuple(map(float, point)) for point in view.screen_from_pixel(ring)]


def inside(view, x_px, y_px):
    (point,) = around(view, x_px, y_px, 0.0, 1)
    return point


def draw_region(editor, x_px, y_px, radius_px=4.0):
    """Click round a region and close it on its first point."""
    points = around(editor.view, x_px, y_px, radius_px)
    return clicks(editor, [*points, points[0]])


@pytest.mark.parametrize(
    "tool, field", [(Tool.EXCLUDE, "exclusions"), (Tool.INCLUDE, "inclusions")]
)
def test_any_number_of_regions_is_drawn_one_after_another(editor, tool, field):
    editor.tool = tool
    for number, x_px in enumerate((40, 60, 80), start=1):
        commit, *_ = draw_region(editor, x_px, 50)
        assert len(getattr(commit.after, field)) == number
    assert not flaws(editor.annotation, editor.view.plane)


def test_a_region_is_drawn_freehand_across_the_border(editor, view):
    editor.tool = Tool.EXCLUDE
    trace = around(view, 84, 50, 8.0, 60)
    editor.press(trace[0])
    for point in trace[1:]:
        editor.move(point)
    (commit,) = editor.release(trace[-1])
    (region,) = commit.after.exclusions
    assert not contains(commit.after.epi, region, view.plane)


def test_a_region_is_dragged_from_its_inside_and_only_it_moves(editor, view):
    editor.tool = Tool.EXCLUDE
    draw_region(editor, 40, 50)
    draw_region(editor, 80, 50)
    left, right = editor.annotation.exclusions
    drag(editor, inside(view, 40, 50), inside(view, 45, 53))
    moved = editor.annotation.exclusions
    np.testing.assert_allclose(moved[0].points_mm - left.points_mm, [[10, 6, 0]] * 6, atol=1e-6)
    assert moved[1] == right


def test_delete_removes_the_region_pressed_last_and_then_the_last_drawn(editor, view):
    editor.tool = Tool.EXCLUDE
    for x_px in (40, 60, 80):
        draw_region(editor, x_px, 50)
    left, _, right = editor.annotation.exclusions
    clicks(editor, [inside(view, 60, 50)])
    (commit,) = editor.delete()
    assert commit.after.exclusions == (left, right)
    (commit,) = editor.delete()
    assert commit.after.exclusions == (left,)


def test_a_right_click_on_the_third_last_handle_takes_the_region_away(editor, view):
    editor.tool = Tool.EXCLUDE
    draw_region(editor, 40, 50)
    counts = []
    while editor.annotation.exclusions:
        (handle, *_) = view.screen_from_mm(editor.annotation.exclusions[0].points_mm)
        (commit,) = editor.right_click(tuple(handle))
        counts.append([len(region.points_mm) for region in commit.after.exclusions])
    assert counts == [[5], [4], [3], []]


def test_the_third_last_handle_of_a_border_stays_with_a_reason(blank, view):
    clicks(blank, around(view, 60, 50, 20, 3))
    blank.close()
    (handle, *_) = view.screen_from_mm(blank.annotation.epi.points_mm)
    (refusal,) = blank.right_click(tuple(handle))
    assert "3 handles" in refusal.reason


def test_while_a_region_is_drawn_a_click_on_another_puts_a_point(editor, view):
    editor.tool = Tool.EXCLUDE
    draw_region(editor, 40, 50)
    clicks(editor, [inside(view, 60, 50), inside(view, 40, 50)])
    assert len(editor.draft.points_px) == 2
    assert editor.aim_at(inside(view, 40, 50)) is None


def test_double_click_inside_a_region_adds_no_handle_and_on_its_curve_one(editor, view):
    editor.tool = Tool.EXCLUDE
    draw_region(editor, 40, 50, radius_px=10.0)
    assert editor.double_click(inside(view, 40, 50)) == ()
    at = around(view, 40, 50, 10.0, 12)[1]
    (commit,) = editor.double_click(at)
    assert len(commit.after.exclusions[0].points_mm) == 7


def test_nothing_but_the_drag_changes_a_shape_in_the_hand(editor, view):
    editor.press(on_ring(view, 15, 0))
    editor.move(on_ring(view, 17, 0))
    assert editor.delete() == editor.nudge((1, 0)) == editor.smooth() == ()


def test_a_nudge_is_one_pixel_of_the_image_and_stops_at_the_other_border(editor, outlined, view):
    (commit,) = editor.nudge((1, 0))
    np.testing.assert_allclose(
        commit.after.endo.points_mm - outlined.endo.points_mm, [[2.0, 0, 0]] * 12, atol=1e-9
    )
    for _ in range(20):
        *_, outcome = editor.nudge((1, 0))
    assert outcome == Refused("The endocardial contour would leave the epicardial one.")


def test_smooth_calms_the_contour_of_the_tool_and_keeps_its_area(editor, view):
    drag(editor, on_ring(view, 15, 0), on_ring(view, 20, 0))
    rough = editor.annotation.endo
    (commit,) = editor.smooth()
    radii = [
        np.linalg.norm(c.points_mm[:, :2] - (120, 100), axis=1) for c in (rough, commit.after.endo)
    ]
    assert np.ptp(radii[1]) < 0.7 * np.ptp(radii[0])
    assert area_mm2(commit.after.endo, view.plane) == pytest.approx(area_mm2(rough, view.plane))


def test_a_wider_brush_moves_more_of_the_curve(editor, view):
    moved = []
    for steps in (-4, 0, 4):
        editor.annotation = replace(editor.annotation, endo=None)
        editor.tool, editor.brush = Tool.EPI, Brush()
        editor.brush.resize(steps)
        before = editor.annotation.epi
        drag(editor, on_ring(view, 24, 45), on_ring(view, 27, 45))
        new = editor.annotation.epi.points_mm
        still = {tuple(point) for point in before.points_mm} & {tuple(point) for point in new}
        moved.append(len(new) - len(still))
        editor.annotation = replace(editor.annotation, epi=before)
    assert moved[0] < moved[1] < moved[2]


def test_the_brush_can_change_while_it_pushes(editor, view):
    editor.tool = Tool.EPI
    editor.press(on_ring(view, 24, 45))
    editor.move(on_ring(view, 27, 45))
    narrow = editor.annotation.epi
    (edited,) = editor.resize_brush(4)
    assert edited.annotation.epi != narrow
    editor.release(on_ring(view, 27, 45))
    assert editor.resize_brush(-4) == ()


def test_the_brush_keeps_within_sensible_sizes():
    brush = Brush()
    brush.resize(100)
    assert brush.radius_mm == LARGEST_RADIUS_MM
    brush.resize(-200)
    assert brush.radius_mm == SMALLEST_RADIUS_MM


def test_a_held_endocardium_slides_along_the_epicardium_with_the_hand(editor, view):
    """Beyond the wall the handle stays by the place of the wall nearest the hand."""
    editor.press(on_ring(view, 15, 0))
    for degrees in range(0, 31, 2):
        editor.move(on_ring(view, 30, degrees))
    x, y = (editor.annotation.endo.points_mm[0][:2] - (120, 100)) / 2
    assert np.hypot(x, y) == pytest.approx(24, abs=1.5)
    assert np.degrees(np.arctan2(y, x)) == pytest.approx(30, abs=4)


def test_escape_during_a_freehand_trace_leaves_nothing_behind(blank, view):
    trace = around(view, 60, 50, 20, 40)
    blank.press(trace[0])
    for point in trace[1:20]:
        blank.move(point)
    assert blank.step_back() == (True, ())
    for point in trace[20:]:
        assert blank.move(point) == ()
    assert blank.release(trace[-1]) == ()
    assert blank.draft.is_empty


@pytest.mark.parametrize(
    "tool, words",
    [
        (Tool.EXCLUDE, "the exclusion lies outside the myocardium and changes nothing"),
        (Tool.INCLUDE, "the inclusion lies outside the myocardium and changes nothing"),
    ],
)
def test_a_region_beside_the_myocardium_is_taken_and_said_to_change_nothing(editor, tool, words):
    editor.tool = tool
    commit, noted = draw_region(editor, 60, 50)
    assert isinstance(commit, Committed)
    assert noted == Noted(words)
    assert len(draw_region(editor, 80, 50)) == 1
