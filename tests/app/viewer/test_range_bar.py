import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.viewer.content import PaneContent
from app.viewer.lookup import Lookup, table
from app.viewer.range_bar import RangeBar

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(pane, image, square_plane) -> RangeBar:
    """The colour bar of a map shown from 300 to 1800 ms."""
    colours = table(Lookup.RAINBOW)
    content = PaneContent(image, square_plane, (300.0, 1800.0), colours, "ms", has_range_bar=True)
    pane.show_content(content)
    bar = pane.view.findChild(RangeBar)
    assert bar.isVisible()
    return bar


@pytest.fixture
def told(pane) -> list[tuple[float, float]]:
    heard = []
    pane.window_changed.connect(lambda centre, width: heard.append((centre, width)))
    return heard


def drag(bar, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(bar, LEFT, pos=start)
    for part in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(bar, start + (end - start) * part)
    QTest.mouseRelease(bar, LEFT, pos=end)


def ends(bar) -> tuple[QPoint, QPoint]:
    strip = bar.strip
    x = round(strip.center().x())
    return QPoint(x, round(strip.top())), QPoint(x, round(strip.bottom()))


def test_the_strip_shows_the_colours_with_the_highest_on_top(bar):
    seen = bar.grab().toImage()
    top, bottom = ends(bar)
    colours = table(Lookup.RAINBOW)
    for at, expected in ((top + QPoint(0, 4), colours[-4]), (bottom - QPoint(0, 4), colours[4])):
        found = seen.pixelColor(at).getRgb()[:3]
        assert np.abs(np.subtract(found, expected)).max() < 30


def test_pulling_the_upper_end_up_shows_higher_values_and_keeps_the_lower_end(bar, pane, told):
    top, _ = ends(bar)
    drag(bar, top, top - QPoint(0, round(bar.strip.height() / 3)))
    low, high = pane.view.window_level.levels
    assert low == 300.0
    assert high == pytest.approx(1800 + 500, abs=20)
    assert told[-1] == pytest.approx(((low + high) / 2, high - low))


def test_pulling_the_lower_end_down_shows_lower_values(bar, pane):
    _, bottom = ends(bar)
    drag(bar, bottom, bottom + QPoint(0, round(bar.strip.height() / 10)))
    low, high = pane.view.window_level.levels
    assert low == pytest.approx(150, abs=20)
    assert high == 1800.0


def test_the_ends_never_cross(bar, pane):
    top, bottom = ends(bar)
    drag(bar, top, bottom + QPoint(0, 200))
    low, high = pane.view.window_level.levels
    assert high > low


@pytest.mark.parametrize(
    "typed, levels",
    [("2000", (300, 2000)), ("1.500", (300, 1800)), ("x", (300, 1800)), ("100", (300, 1800))],
)
def test_a_number_typed_at_the_end_is_taken_when_it_is_a_range(bar, pane, typed, levels):
    top, _ = ends(bar)
    QTest.mouseDClick(bar, LEFT, pos=top)
    edit = bar._edit
    assert edit.isVisible()
    assert edit.text() == "1800"
    QTest.keyClicks(edit, typed)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert not edit.isVisible()
    assert pane.view.window_level.levels == pytest.approx(levels)


def test_a_press_between_the_ends_is_the_images(bar, pane, qtbot):
    middle = QPoint(8, bar.height() // 2)
    with qtbot.waitSignal(pane.clicked):
        QTest.mouseClick(bar, LEFT, pos=middle)


def test_a_low_pane_has_no_bar(bar, pane, qtbot):
    pane.resize(480, 170)
    qtbot.waitUntil(lambda: not bar.isVisible())
