from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.viewer.content import PaneContent
from app.viewer.marks import Arrow, Caliper, MarkTool, Probe
from app.viewer.pane import ImagePane
from app.viewer.tools import Tool

RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def told(pane, image, square_plane) -> list:
    """What the pane told of its marks; it is drawn with them each time, as the window does."""
    heard = []

    def keep(marks, done):
        heard.append((marks, done))
        pane.show_content(PaneContent(image, square_plane, (0.0, 1200.0), marks=marks))

    pane.marks_changed.connect(keep)
    return heard


def marked(hand) -> int:
    """Return how many pixels are yellow, as marks are; the image and its words are grey."""
    red, _, blue = np.moveaxis(hand.colours().astype(int), -1, 0)
    return int((red - blue > 60).sum())


def test_a_drag_puts_down_a_caliper_that_is_seen_with_its_length(pane, hand, told):
    pane.set_mark_tool(MarkTool.CALIPER)
    assert marked(hand) == 0
    hand.drag(hand.at(30, 40), hand.at(60, 40))
    ((marks, done),) = told
    assert done == "placed"
    assert isinstance(marks[0], Caliper)
    assert marks[0].length_mm == pytest.approx(60.0, abs=0.6)
    assert marked(hand) > 100


def test_two_clicks_put_down_what_a_drag_does(pane, hand, told):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.click(hand.at(30, 40))
    assert told == []
    hand.move(hand.at(50, 40))
    assert marked(hand) > 60
    hand.click(hand.at(60, 40))
    assert told[0][0][0].length_mm == pytest.approx(60.0, abs=0.6)


def test_a_drag_on_an_end_moves_it_and_a_right_click_removes_the_mark(pane, hand, told):
    pane.set_mark_tool(MarkTool.PROBE)
    hand.drag(hand.at(60, 50), hand.at(65, 50))
    hand.drag(hand.at(65, 50), hand.at(68, 50))
    assert told[-1][1] == "moved"
    (probe,) = told[-1][0]
    assert isinstance(probe, Probe)
    assert probe.roi.radius_mm == pytest.approx(16.0, abs=0.6)
    hand.click(hand.at(68, 50), RIGHT)
    assert told[-1] == ((), "removed")
    assert marked(hand) == 0


def test_a_note_is_typed_at_the_arrows_tail(pane: ImagePane, hand, told):
    pane.set_mark_tool(MarkTool.ARROW)
    hand.drag(hand.at(60, 50), hand.at(40, 30))
    note = pane.marking._note
    assert note.isVisible()
    QTest.keyClicks(note, "thin wall")
    QTest.keyClick(note, Qt.Key.Key_Return)
    assert not note.isVisible()
    (arrow,) = told[-1][0]
    assert isinstance(arrow, Arrow)
    assert arrow.note == "thin wall"
    assert told[-1][1] == "noted"


def test_escape_leaves_an_arrow_without_a_note(pane, hand, told):
    pane.set_mark_tool(MarkTool.ARROW)
    hand.drag(hand.at(60, 50), hand.at(40, 30))
    QTest.keyClicks(pane.marking._note, "no")
    QTest.keyClick(pane.marking._note, Qt.Key.Key_Escape)
    assert told[-1][0][0].note == ""


def test_a_right_drag_with_a_caliper_in_hand_still_changes_the_window(pane, hand, told):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.drag(hand.at(30, 40), hand.at(60, 40))
    before = pane.view.window_level
    hand.drag(hand.at(60, 40), hand.at(80, 40), RIGHT)
    assert pane.view.window_level.width > before.width
    assert len(told) == 1


def test_escape_forgets_a_caliper_that_was_begun(pane, hand, told):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.click(hand.at(30, 40))
    assert pane.step_back()
    assert not pane.step_back()
    hand.click(hand.at(60, 40))
    assert told == []


def test_without_a_marking_tool_the_mouse_is_the_panes_own(pane, hand, told):
    pane.set_mark_tool(MarkTool.CALIPER)
    pane.set_mark_tool(None)
    before = pane.view.window_level
    hand.drag(QPoint(100, 100), QPoint(160, 100))
    assert pane.view.window_level != before
    assert told == []


def test_hidden_overlays_hide_the_marks(pane, hand, told):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.drag(hand.at(30, 40), hand.at(60, 40))
    pane.set_overlays_visible(is_visible=False)
    assert marked(hand) == 0


def test_the_image_may_be_moved_between_the_two_clicks(pane, hand, told):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.click(hand.at(50, 40))
    hand.turn(240, hand.at(60, 50), Qt.KeyboardModifier.ControlModifier)
    hand.click(hand.at(70, 40))
    assert told[0][0][0].length_mm == pytest.approx(40.0, abs=0.6)


def test_a_mark_in_the_hand_stays_seen_while_the_cine_plays_and_the_view_moves(
    pane, hand, told, image
):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.press(hand.at(30, 40))
    hand.move(hand.at(60, 40), Qt.MouseButton.LeftButton)
    seen = marked(hand)
    pane.set_frame(image)
    assert marked(hand) == seen
    pane.set_view(replace(pane.view.view_map.view, side_mm=190.0))
    assert marked(hand) > 60
    assert pane.step_back()
    assert marked(hand) == 0


def test_no_wheel_turns_while_a_mark_is_held(pane, hand, told, qtbot):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.press(hand.at(30, 40))
    with qtbot.assertNotEmitted(pane.wheel_slices):
        hand.turn(-120)
    hand.release(hand.at(60, 40))
    with qtbot.waitSignal(pane.wheel_slices):
        hand.turn(-120)


def below(plane):
    """Return the plane of the next slice."""
    return replace(plane, origin_mm=(0.0, 0.0, 10.0))


def test_a_mark_begun_on_one_slice_is_not_ended_on_another(pane, hand, told, image, square_plane):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.click(hand.at(30, 40))
    pane.show_content(PaneContent(image, below(square_plane), (0.0, 1200.0)))
    hand.click(hand.at(60, 40))
    assert told == []


def test_a_mark_whose_slice_is_left_while_it_is_held_stays_as_it_was(
    pane, hand, told, image, square_plane
):
    pane.set_mark_tool(MarkTool.CALIPER)
    hand.drag(hand.at(30, 40), hand.at(60, 40))
    hand.press(hand.at(60, 40))
    pane.show_content(PaneContent(image, below(square_plane), (0.0, 1200.0)))
    hand.move(hand.at(70, 60), Qt.MouseButton.LeftButton)
    hand.release(hand.at(70, 60))
    assert [done for _, done in told] == ["placed"]


def test_a_note_stays_away_from_another_slices_arrow(pane, hand, told, image, square_plane):
    pane.set_mark_tool(MarkTool.ARROW)
    hand.drag(hand.at(60, 50), hand.at(40, 30))
    other = Arrow((0.0, 0.0, 10.0), (5.0, 5.0, 10.0))
    pane.show_content(PaneContent(image, below(square_plane), (0.0, 1200.0), marks=(other,)))
    QTest.keyClicks(pane.marking._note, "thin wall")
    QTest.keyClick(pane.marking._note, Qt.Key.Key_Return)
    assert [done for _, done in told] == ["placed"]


def test_the_cursor_of_a_marking_tool_stays_when_the_pointer_comes_back(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    pane.set_mark_tool(MarkTool.CALIPER)
    cross, surface = Qt.CursorShape.CrossCursor, pane.view.viewport()
    assert surface.cursor().shape() is cross
    pane.set_tool(Tool.BROWSE)
    hand.move(hand.at(30, 30))
    QApplication.sendEvent(pane.view, QEvent(QEvent.Type.Leave))
    spot = QPointF(hand.at(50, 50))
    QApplication.sendEvent(pane.view, QEnterEvent(spot, spot, spot))
    assert surface.cursor().shape() is cross
    pane.set_mark_tool(None)
    assert surface.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_a_press_with_a_marking_tool_takes_the_pane_in_hand(pane, hand, told, qtbot):
    pane.set_mark_tool(MarkTool.CALIPER)
    with qtbot.waitSignal(pane.clicked):
        hand.press(hand.at(30, 40))
