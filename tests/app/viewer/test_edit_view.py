"""What the pane shows of what a press would do, and the keys of the hand."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest

from app.viewer import palette
from app.viewer.tools import HINTS, Tool
from tests.app.viewer.conftest import Hand
from tests.app.viewer.test_image_view import Heard, count_near, ring
from vne_core.geometry.contour import contour_from_pixels
from vne_core.study.annotation import Origin

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def region(plane, x_px, y_px, radius_px=6.0):
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    circle = radius_px * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return contour_from_pixels(plane, circle + np.array([x_px, y_px]))


@pytest.fixture
def excluded(outlined, square_plane):
    """Two exclusions outside the ventricle, at (20, 50) and (100, 50)."""
    both = region(square_plane, 20, 50), region(square_plane, 100, 50)
    return replace(outlined, exclusions=both)


def cursor(pane) -> Qt.CursorShape:
    return pane.view.viewport().cursor().shape()


@pytest.mark.parametrize(
    "tool, pointer, shape",
    [
        (Tool.EPI, (ring(24, 30), NONE), Qt.CursorShape.PointingHandCursor),
        (Tool.EPI, (ring(24, 45), NONE), Qt.CursorShape.OpenHandCursor),
        (Tool.EPI, (ring(10, 45), NONE), Qt.CursorShape.ArrowCursor),
        (Tool.EPI, (ring(10, 45), SHIFT), Qt.CursorShape.SizeAllCursor),
        (Tool.EPI, (ring(10, 45), CTRL), Qt.CursorShape.SizeFDiagCursor),
        (Tool.BLOOD, (ring(0, 0), NONE), Qt.CursorShape.SizeAllCursor),
        (Tool.BLOOD, (ring(6, 0), NONE), Qt.CursorShape.SizeFDiagCursor),
        (Tool.SEPTAL, (ring(20, 0), NONE), Qt.CursorShape.CrossCursor),
        (Tool.INSERTION, (ring(20, 0), NONE), Qt.CursorShape.CrossCursor),
        (Tool.EXCLUDE, ((20, 50), NONE), Qt.CursorShape.SizeAllCursor),
        (Tool.EXCLUDE, ((60, 50), NONE), Qt.CursorShape.CrossCursor),
        (Tool.INCLUDE, ((20, 50), NONE), Qt.CursorShape.CrossCursor),
        (Tool.BROWSE, (ring(24, 30), NONE), Qt.CursorShape.ArrowCursor),
    ],
)
def test_the_cursor_tells_what_a_press_will_do(pane, excluded, tool, pointer, shape):
    pane.set_annotation(excluded)
    pane.set_tool(tool)
    (place, keys), hand = pointer, Hand(pane)
    hand.move(hand.at(*place), keys=keys)
    assert cursor(pane) is shape


def test_the_cursor_follows_shift_while_the_pointer_rests(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    hand.move(hand.at(10, 10))
    QTest.keyPress(pane.view, Qt.Key.Key_Shift)
    assert cursor(pane) is Qt.CursorShape.SizeAllCursor
    QTest.keyRelease(pane.view, Qt.Key.Key_Shift)
    assert cursor(pane) is Qt.CursorShape.ArrowCursor


def test_the_handle_under_the_pointer_turns_white_and_the_curve_thicker(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    handle = hand.at(*ring(24, 30))
    assert hand.colour(handle).red() < 100
    hand.move(handle)
    assert hand.colour(handle).red() > 200
    hand.move(hand.at(10, 10))
    thin = count_near(hand.colours(), palette.EPI, 12)
    hand.move(hand.at(*ring(24, 45)))
    assert count_near(hand.colours(), palette.EPI, 12) > 1.2 * thin


def test_on_the_curve_the_brush_is_a_ring_of_its_radius_and_nowhere_else(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    pane.view.editor.brush.radius_mm = 20.0
    centre = hand.at(*ring(24, 45))
    rim = centre + QPoint(round(20.0 / pane.view.view_map.mm_per_px), 0)
    bare = brightest_near(hand, rim)
    hand.move(centre)
    assert brightest_near(hand, rim) > bare + 60
    hand.move(hand.at(*ring(24, 30)))
    assert brightest_near(hand, rim) == bare


def brightest_near(hand, at: QPoint) -> int:
    """Return the brightest blue within 2 px, where neither contours nor image have much."""
    return int(hand.colours()[at.y() - 2 : at.y() + 3, at.x() - 2 : at.x() + 3, 2].max())


def test_plus_and_minus_set_the_brush_on_the_curve_and_belong_to_the_window_elsewhere(
    pane, hand, outlined, qtbot
):
    pressed = []
    for key in ("+", "-"):
        QShortcut(QKeySequence(key), pane, lambda key=key: pressed.append(key))
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    pane.activateWindow()
    pane.view.setFocus()
    qtbot.waitUntil(pane.view.hasFocus)
    brush = pane.view.editor.brush
    before = brush.radius_mm
    hand.move(hand.at(*ring(24, 45)))
    qtbot.keyClick(pane.view, Qt.Key.Key_Plus)
    assert brush.radius_mm > before
    qtbot.keyClick(pane.view, Qt.Key.Key_Minus)
    assert brush.radius_mm == pytest.approx(before)
    assert pressed == []
    hand.move(hand.at(10, 10))
    qtbot.keyClick(pane.view, Qt.Key.Key_Plus)
    assert pressed == ["+"]


def test_ctrl_z_while_drawing_takes_back_a_point_and_not_an_earlier_edit(pane, hand, empty, qtbot):
    undone = []
    QShortcut(QKeySequence.StandardKey.Undo, pane, lambda: undone.append(1))
    pane.set_annotation(empty)
    pane.set_tool(Tool.EPI)
    pane.activateWindow()
    pane.view.setFocus()
    qtbot.waitUntil(pane.view.hasFocus)
    for degrees in (0, 90):
        hand.click(hand.at(*ring(20, degrees)))
    left = []
    for _ in range(3):
        qtbot.keyClick(pane.view, Qt.Key.Key_Z, CTRL)
        left.append((len(pane.view.editor.draft.points_px), len(undone)))
    assert left == [(1, 0), (0, 0), (0, 1)]


def test_no_key_but_escape_reaches_anything_while_a_shape_is_held(pane, hand, outlined, qtbot):
    pressed = []
    for key in ("Ctrl+Z", "Del", "Down"):
        QShortcut(QKeySequence(key), pane, lambda key=key: pressed.append(key))
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    pane.activateWindow()
    pane.view.setFocus()
    qtbot.waitUntil(pane.view.hasFocus)
    hand.press(hand.at(*ring(24, 0)))
    hand.move(hand.at(*ring(28, 0)), LEFT)
    held = pane.view.editor.annotation
    qtbot.keyClick(pane.view, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(pane.view, Qt.Key.Key_Delete)
    qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert pressed == []
    assert pane.view.editor.annotation is held
    hand.release(hand.at(*ring(28, 0)))
    qtbot.keyClick(pane.view, Qt.Key.Key_Delete)
    assert pressed == ["Del"]


def test_an_exclusion_is_hatched_grey_and_an_inclusion_outlined_in_the_highest_band(
    pane, hand, empty, square_plane
):
    middle = hand.at(20, 50)
    box = slice(middle.y() - 12, middle.y() + 13), slice(middle.x() - 12, middle.x() + 13)
    pane.set_annotation(empty)
    flat = np.ptp(hand.colours()[box].astype(int), axis=(0, 1)).max()
    pane.set_annotation(replace(empty, exclusions=(region(square_plane, 20, 50),)))
    inside = hand.colours()[box].astype(int)
    assert np.ptp(inside, axis=(0, 1)).max() > flat + 60
    assert np.abs(inside - inside.mean(axis=-1, keepdims=True)).max() < 25
    pane.set_annotation(replace(empty, inclusions=(region(square_plane, 20, 50),)))
    assert count_near(hand.colours(), palette.INCLUSION, 40) > 60
    assert np.ptp(hand.colours()[box].astype(int), axis=(0, 1)).max() == flat


def test_full_handles_mark_the_region_that_delete_would_remove(pane, hand, excluded):
    pane.set_annotation(excluded)
    pane.set_tool(Tool.EXCLUDE)
    handles = [hand.at(26, 50), hand.at(106, 50)]
    pane.view.take_aim()
    assert [hand.colour(at).red() > 120 for at in handles] == [False, True]
    hand.click(hand.at(20, 50))
    assert [hand.colour(at).red() > 120 for at in handles] == [True, False]
    commits = Heard(pane.edit_committed)
    pane.view.delete_shape()
    ((_, after),) = commits.values
    assert after.exclusions == (excluded.exclusions[1],)


def test_a_ghost_is_dashed_and_dimmed_until_confirmed(pane, hand, outlined):
    pane.set_annotation(outlined)
    solid = count_near(hand.colours(), palette.EPI)
    pane.set_annotation(replace(outlined, origin=Origin.COPIED))
    assert count_near(hand.colours(), palette.EPI) < 0.5 * solid
    pane.set_annotation(replace(outlined, origin=Origin.COPIED, confirmed=True))
    assert count_near(hand.colours(), palette.EPI) == solid


def test_the_insertion_point_is_put_by_a_click_and_dragged(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.INSERTION)
    commits = Heard(pane.edit_committed)
    hand.click(hand.at(40, 30))
    assert count_near(hand.colours(), palette.INSERTION, 30) > 20
    hand.drag(hand.at(40, 30), hand.at(45, 32))
    put, moved = (np.array(after.rv_insertion) for _, after in commits.values)
    np.testing.assert_allclose(put, (80, 60, 0), atol=0.3)
    np.testing.assert_allclose(moved, (90, 64, 0), atol=0.6)


@pytest.mark.parametrize("deed", ["delete_shape", "smooth_shape"])
def test_keys_change_nothing_that_is_hidden(pane, outlined, deed):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    pane.set_overlays_visible(is_visible=False)
    commits, reasons = Heard(pane.edit_committed), Heard(pane.refused)
    getattr(pane.view, deed)()
    pane.view.nudge_shape((1, 0))
    assert not commits.values
    assert reasons.values == [("the outlines are hidden; show them before you edit",)] * 2


def test_every_tool_but_browse_has_a_line_short_enough_for_the_status_bar():
    assert set(HINTS) == set(Tool)
    assert HINTS[Tool.BROWSE] == ""
    lengths = [len(tool.hint) for tool in Tool if tool is not Tool.BROWSE]
    assert min(lengths) > 20
    assert max(lengths) <= 80
