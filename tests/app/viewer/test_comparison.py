import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.viewer.comparison import LINE_PX, Pair, Way
from app.viewer.content import PaneContent
from app.viewer.four_panes import FourPanes
from app.viewer.range_bar import RangeBar
from vne_core.study.annotation import ImageKind

LEFT = Qt.MouseButton.LeftButton
T1, LGE = ImageKind.T1, ImageKind.LGE
DARK, BRIGHT = 40, 200
"""What the two compared images look like everywhere."""


@pytest.fixture
def four(qtbot, square_plane):
    """Four panes, the T1 map dark and the LGE bright all over."""
    four = FourPanes()
    qtbot.addWidget(four)
    four.resize(800, 600)
    four.show()
    qtbot.waitExposed(four)
    for kind, value in ((T1, DARK), (ImageKind.CINE, 0), (LGE, BRIGHT)):
        flat = np.full((100, 120), value, np.float32)
        four.pane(kind).show_content(PaneContent(flat, square_plane, (0, 255)))
    four.show_whole(square_plane)
    yield four
    four.compare(None)


def wiped(four, qtbot) -> None:
    four.compare(Pair(T1, LGE, Way.WIPE))
    qtbot.waitUntil(lambda: four.pane(LGE).width() == four.width())


def greys(four, y: int = 250) -> np.ndarray:
    """Return what the eye sees along a line across the panes."""
    seen = four.grab().toImage()
    return np.array([seen.pixelColor(x, y).value() for x in range(four.width())])


def test_a_wipe_shows_one_image_left_of_the_line_and_the_other_right_of_it(four, qtbot):
    wiped(four, qtbot)
    seen = greys(four)
    assert seen[200] == DARK
    assert seen[600] == BRIGHT
    assert not four.pane(ImageKind.CINE).isVisible()


def test_the_line_follows_the_hand(four, qtbot):
    wiped(four, qtbot)
    line = four.comparison.line
    grip = QPoint(LINE_PX // 2, 300)
    QTest.mousePress(line, LEFT, pos=grip)
    QTest.mouseMove(line, grip + QPoint(-250, 0))
    QTest.mouseRelease(line, LEFT, pos=grip)
    seen = greys(four)
    assert seen[100] == DARK
    assert seen[200] == BRIGHT
    assert abs(line.x() + LINE_PX // 2 - 150) <= 1


def test_the_line_moves_by_keys_and_stays_inside(four, qtbot):
    wiped(four, qtbot)
    for _ in range(80):
        QTest.keyClick(four.comparison.line, Qt.Key.Key_Right)
    assert 700 < four.comparison.line.x() < four.width()


def test_each_side_keeps_its_own_window(four, qtbot):
    wiped(four, qtbot)
    before = {kind: four.pane(kind).view.window_level for kind in (T1, LGE)}
    surface = four.childAt(600, 300)
    QTest.mousePress(surface, Qt.MouseButton.RightButton, pos=QPoint(600, 270))
    QTest.mouseMove(surface, QPoint(660, 270))
    QTest.mouseRelease(surface, Qt.MouseButton.RightButton, pos=QPoint(660, 270))
    assert four.pane(LGE).view.window_level != before[LGE]
    assert four.pane(T1).view.window_level == before[T1]


def test_what_is_written_over_each_image_can_be_seen_on_its_side(four, qtbot):
    wiped(four, qtbot)
    left, right = (four.pane(kind).view.written for kind in (T1, LGE))
    assert "R" in left.split("\n")
    assert "L" not in left.split("\n")
    assert "L" in right.split("\n")
    assert "W 255" in left
    assert "W 255" in right


def test_the_colour_bar_of_the_left_image_keeps_away_from_the_line(four, qtbot, square_plane):
    flat = np.full((100, 120), DARK, np.float32)
    content = PaneContent(flat, square_plane, (0, 255), unit="ms", has_range_bar=True)
    four.pane(T1).show_content(content)
    bar = four.pane(T1).view.findChild(RangeBar)
    wiped(four, qtbot)
    qtbot.waitUntil(lambda: bar.geometry().right() < 100)
    assert bar.isVisible()
    four.compare(None)
    qtbot.waitUntil(lambda: bar.geometry().right() > four.pane(T1).view.width() - 20)


def test_a_flicker_shows_the_images_in_turn_by_itself(four, qtbot):
    four.comparison.set_rate(4)
    four.compare(Pair(T1, LGE, Way.FLICKER))
    qtbot.waitUntil(lambda: greys(four)[400] == DARK)
    qtbot.waitUntil(lambda: greys(four)[400] == BRIGHT, timeout=2000)
    qtbot.waitUntil(lambda: greys(four)[400] == DARK, timeout=2000)


def test_a_flicker_by_key_only_waits_for_the_key(four, qtbot):
    four.comparison.set_rate(0)
    four.compare(Pair(T1, LGE, Way.FLICKER))
    qtbot.waitUntil(lambda: four.pane(LGE).width() == four.width())
    assert greys(four)[400] == DARK
    assert not four.comparison._timer.isActive()
    four.comparison.flip()
    assert four.comparison.shown is LGE
    assert greys(four)[400] == BRIGHT


def test_escape_brings_the_four_panes_back_whole(four, qtbot):
    wiped(four, qtbot)
    assert four.step_back()
    qtbot.waitUntil(lambda: four.pane(LGE).width() < 500)
    assert all(pane.isVisible() for pane in four.panes.values())
    assert four.pane(LGE).mask().isEmpty()
    assert not four.comparison.line.isVisible()
    assert not four.step_back()


def test_a_double_click_ends_a_comparison(four, qtbot):
    wiped(four, qtbot)
    surface = four.pane(T1).view.viewport()
    QTest.mouseDClick(surface, LEFT, pos=QPoint(100, 200))
    assert four.comparison.pair is None
    assert four.enlarged is None


def test_enlarging_one_pane_ends_a_comparison(four, qtbot):
    wiped(four, qtbot)
    four.enlarge(LGE)
    assert four.comparison.pair is None
    assert not four.pane(T1).isVisible()


@pytest.mark.parametrize("way", list(Way))
def test_escape_comes_back_to_the_pane_that_was_enlarged_before(four, way):
    four.enlarge(LGE)
    four.compare(Pair(T1, LGE, way))
    four.compare(Pair(T1, LGE, Way.WIPE if way is Way.FLICKER else Way.FLICKER))
    assert four.enlarged is None
    assert four.step_back()
    assert (four.comparison.pair, four.enlarged) == (None, LGE)
    four.enlarge(None)
    assert four.enlarged is None
