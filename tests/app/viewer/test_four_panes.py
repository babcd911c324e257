import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.viewer import palette
from app.viewer.arrangement import Arrangement, larger_arrangement
from app.viewer.content import PaneContent
from app.viewer.four_panes import FourPanes
from app.viewer.tools import Tool
from tests.app.viewer.conftest import Hand
from vne_core.study.annotation import ImageKind


@pytest.fixture
def four(qtbot, image, square_plane):
    four = FourPanes()
    qtbot.addWidget(four)
    four.resize(1000, 800)
    four.show()
    qtbot.waitExposed(four)
    for kind in (ImageKind.T1, ImageKind.CINE, ImageKind.LGE):
        four.pane(kind).show_content(PaneContent(image, square_plane, (0, 1200)))
    four.pane(ImageKind.VNE).set_placeholder("No model is installed.")
    four.show_whole(square_plane)
    return four


def places(four):
    return [pane.pos() for pane in four.panes.values()]


def test_panes_stand_in_a_row_where_that_makes_them_larger():
    assert larger_arrangement(1000, 800) is Arrangement.GRID
    assert larger_arrangement(2000, 800) is Arrangement.ROW
    assert larger_arrangement(1600, 800) is Arrangement.ROW


def test_the_arrangement_can_be_a_row_or_a_square(four, qtbot):
    with qtbot.waitSignal(four.arrangement_changed):
        four.set_arrangement(Arrangement.ROW)
    qtbot.waitUntil(lambda: len({place.y() for place in places(four)}) == 1)
    widths = [pane.width() for pane in four.panes.values()]
    assert max(widths) - min(widths) <= 1
    four.set_arrangement(Arrangement.GRID)
    qtbot.waitUntil(lambda: len({place.y() for place in places(four)}) == 2)
    assert len({place.x() for place in places(four)}) == 2


def test_an_enlarged_pane_fills_the_widget_until_it_is_asked_for_again(four, qtbot):
    four.toggle_enlarged(ImageKind.LGE)
    assert four.enlarged is ImageKind.LGE
    qtbot.waitUntil(lambda: four.pane(ImageKind.LGE).size() == four.size())
    assert not four.pane(ImageKind.T1).isVisible()
    four.toggle_enlarged(ImageKind.LGE)
    assert four.enlarged is None
    qtbot.waitUntil(lambda: four.pane(ImageKind.LGE).width() < 600)


def test_a_double_click_enlarges_the_pane_under_it(four):
    view = four.pane(ImageKind.CINE).view.viewport()
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert four.enlarged is ImageKind.CINE
    assert four.active is ImageKind.CINE


def test_an_enlarged_pane_and_the_others_keep_one_field_of_view(four, qtbot):
    four.enlarge(ImageKind.LGE)
    qtbot.waitUntil(lambda: four.pane(ImageKind.LGE).size() == four.size())
    turn(four.pane(ImageKind.LGE).view.viewport(), 120, Qt.KeyboardModifier.ControlModifier)
    four.enlarge(None)
    qtbot.waitUntil(lambda: four.pane(ImageKind.LGE).width() < 600)
    scales = [four.pane(kind).view.view_map.mm_per_px for kind in (ImageKind.T1, ImageKind.LGE)]
    assert scales[0] == pytest.approx(scales[1], rel=0.01)


def turn(surface, delta, keys):
    at = QPointF(surface.rect().center() + QPoint(40, 30))
    event = QWheelEvent(
        at,
        QPointF(surface.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(surface, event)


def test_zooming_one_pane_zooms_all_to_the_same_place(four):
    views = []
    four.view_changed.connect(views.append)
    turn(four.pane(ImageKind.T1).view.viewport(), 240, Qt.KeyboardModifier.ControlModifier)
    assert len(views) == 1
    for kind in (ImageKind.T1, ImageKind.CINE, ImageKind.LGE):
        assert four.pane(kind).view.view_map.view == views[0]


def test_the_window_of_one_pane_is_its_own(four):
    view = four.pane(ImageKind.LGE).view
    other = four.pane(ImageKind.T1).view.window_level
    QTest.mousePress(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    QTest.mouseMove(view.viewport(), QPoint(90, 50))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(90, 50))
    assert four.pane(ImageKind.T1).view.window_level == other


def test_the_cross_hair_is_seen_in_the_other_panes_only(four, hand_over):
    source, other = four.pane(ImageKind.T1), four.pane(ImageKind.LGE)
    x, y = hand_over(source, 90.0, 20.0)
    seen = grabbed(other, x, y)
    assert (np.abs(seen.astype(int) - palette.rgb(palette.ACCENT)).max(axis=-1) < 10).sum() > 30
    own = grabbed(source, x, y)
    assert (np.abs(own.astype(int) - palette.rgb(palette.ACCENT)).max(axis=-1) < 10).sum() == 0


@pytest.fixture
def hand_over():
    """Moves the pointer with Shift over an image point and returns its screen point."""

    def move(pane, x_px, y_px):
        hand = Hand(pane)
        at = hand.at(x_px, y_px)
        hand.move(at, keys=Qt.KeyboardModifier.ShiftModifier)
        return at.x(), at.y()

    return move


def grabbed(pane, x, y):
    picture = pane.view.viewport().grab().toImage()
    return np.array(
        [
            [picture.pixelColor(col, row).getRgb()[:3] for col in range(x - 20, x + 21)]
            for row in range(y - 20, y + 21)
        ]
    )


def test_a_press_makes_a_pane_the_active_one(four):
    heard = []
    four.active_changed.connect(heard.append)
    surface = four.pane(ImageKind.LGE).view.viewport()
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert heard == [ImageKind.LGE]
    assert four.active is ImageKind.LGE


def test_escape_reaches_the_pane_that_has_something_to_end(four, empty):
    four.pane(ImageKind.LGE).set_annotation(empty)
    four.set_tool(Tool.EPI)
    surface = four.pane(ImageKind.LGE).view.viewport()
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert four.step_back()
    assert not four.step_back()
