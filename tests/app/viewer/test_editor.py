from dataclasses import replace

import numpy as np
import pytest

from app.viewer.editor import Editor, is_click
from app.viewer.outcomes import Committed, Edited, Refused
from app.viewer.tools import Tool
from vne_core.geometry.contour import contains, is_simple
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


@pytest.mark.parametrize("seed", range(6))
def test_no_drag_of_any_kind_crosses_an_outline_or_lets_the_endocardium_out(editor, view, seed):
    rng = np.random.default_rng(seed)
    for _ in range(25):
        editor.tool = Tool.EPI if rng.random() < 0.5 else Tool.ENDO
        radius = 24 if editor.tool is Tool.EPI else 15
        keys = [{}, {"shift": True}, {"ctrl": True}][rng.integers(3)]
        start = on_ring(view, radius, rng.uniform(0, 360))
        end = (rng.uniform(-50, 530), rng.uniform(-50, 450))
        drag(editor, start, end, steps=3, **keys)
        annotation = editor.annotation
        assert is_simple(annotation.epi, view.plane)
        assert is_simple(annotation.endo, view.plane)
        assert contains(annotation.epi, annotation.endo, view.plane)


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
    assert refusal.reason == "the endocardial contour would leave the epicardial one"
    assert len(editor.draft.points_px) == 8


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
