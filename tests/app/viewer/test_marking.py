import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.viewer.content import PaneContent
from app.viewer.marks import Arrow, Caliper, MarkTool, Probe
from app.viewer.pane import ImagePane

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
