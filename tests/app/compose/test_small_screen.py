"""Twice the size on a full-HD screen: 960 by 540 points must hold everything."""

from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.viewer.four_panes import NARROWEST_PX

WIDTH, HEIGHT = 960, 540


@pytest.fixture
def reader(open_window, workspace):
    return open_window(workspace)


def resize(reader, qtbot, width: int, height: int = HEIGHT) -> None:
    reader.window.resize(width, height)
    qtbot.waitUntil(lambda: reader.window.size().toTuple() == (width, height))
    qtbot.waitUntil(lambda: reader.page.width() == width)


def shown_parts(parent: QWidget) -> list[QRect]:
    """Return the places of a widget's visible children, from left to right."""
    children = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    places = [child.geometry() for child in children if child.isVisible() and child.width()]
    return sorted(places, key=lambda place: place.left())


def is_apart_and_inside(parent: QWidget) -> bool:
    """Return whether no part lies over another or out of its parent."""
    places = shown_parts(parent)
    are_apart = all(left.right() < right.left() for left, right in pairwise(places))
    return are_apart and places[-1].right() < parent.width()


def bottom_bar(reader) -> QWidget:
    return reader.page.strip.parentWidget()


def test_the_window_fits_with_either_page_and_with_the_list_of_jobs(reader, qtbot):
    resize(reader, qtbot, WIDTH)
    hints = [reader.window.minimumSizeHint()]
    reader.window.jobs.toggle_panel()
    hints.append(reader.window.minimumSizeHint())
    reader.window.jobs.toggle_panel()
    reader.close_study()
    hints.append(reader.window.minimumSizeHint())
    assert all(hint.width() <= WIDTH and hint.height() <= HEIGHT for hint in hints)


@pytest.mark.parametrize(("width", "figures"), [(WIDTH, 0), (1280, 3), (1920, 3)])
def test_no_part_of_the_bottom_bar_or_the_status_line_lies_over_another(
    reader, qtbot, width, figures
):
    reader.window.status.show_value("LGE PSIR  2435   x 178, y 144")
    reader.window.status.say("Epicardium: click around the border.", offer="List them")
    resize(reader, qtbot, width)
    qtbot.waitUntil(lambda: reader.window.status.width() == width)
    shown = [part.isVisible() for part in reader.page.transport.figures]
    assert sum(shown) == figures
    for parent in (bottom_bar(reader), reader.page.transport, reader.window.status):
        assert len(shown_parts(parent)) > 1
        qtbot.waitUntil(partial(is_apart_and_inside, parent))


def test_the_cine_gives_up_time_rate_and_phase_in_this_order(reader, qtbot):
    transport = reader.page.transport
    seen = []
    for room in range(600, 100, -4):
        transport.set_room(room)
        seen.append(sum(not part.isHidden() for part in transport.figures))
    assert sorted(seen, reverse=True) == seen
    assert set(seen) == {0, 1, 2, 3}
    transport.set_room(600)
    words = transport.figures[2].text()
    assert words.endswith("ms")
    assert words in transport.slider.toolTip()


def test_a_row_that_does_not_fit_stands_as_a_square(reader, qtbot):
    reader.window.actions_by_id["layout-row"].trigger()
    panes = list(reader.page.panes.panes.values())
    resize(reader, qtbot, 1600)
    assert len({pane.y() for pane in panes}) == 1
    resize(reader, qtbot, WIDTH)
    qtbot.waitUntil(lambda: len({pane.y() for pane in panes}) == 2)
    assert reader.page.panes.width() < 4 * NARROWEST_PX


def test_a_key_folds_each_side_away_and_the_next_window_remembers_it(
    reader, qtbot, open_window, workspace
):
    resize(reader, qtbot, WIDTH)
    before = reader.page.panes.width()
    reader.page.studies.search.setFocus()
    QTest.keyClick(reader.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(reader.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: reader.page.panes.width() == WIDTH)
    assert reader.page.panes.width() > before
    assert not reader.page.studies.isVisible()
    assert not reader.page.studies.isAncestorOf(reader.window.focusWidget())
    reader.window.close()
    again = open_window(workspace)
    assert not again.page.studies.isVisible()
    assert not again.page.tabs.isVisible()
    assert not again.window.actions_by_id["side-tools"].isChecked()
    QTest.keyClick(again.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert again.page.tabs.isVisible()


def settle() -> None:
    """Let Qt do the layouts that it has put off, and those that follow from them."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


@pytest.mark.parametrize(("width", "has_line"), [(WIDTH, False), (1250, None), (1280, True)])
def test_a_job_moves_no_image_and_its_line_stands_beside_the_slices(reader, qtbot, width, has_line):
    """At 1250 there is hardly room or just none: either is right."""
    resize(reader, qtbot, width)
    settle()
    place, least = reader.page.panes.geometry(), reader.window.minimumSizeHint()
    reader.window.jobs.begin("Importing files…")
    reader.window.jobs.show_progress(17, 84, "")
    settle()
    assert is_apart_and_inside(bottom_bar(reader))
    assert has_line in {None, reader.window.jobs.line.isVisible()}
    assert reader.page.panes.geometry() == place
    assert reader.window.minimumSizeHint() == least
    assert not reader.window.jobs.isVisible()
    reader.window.jobs.end()
    assert not reader.window.jobs.line.isVisible()


def test_the_line_of_a_job_goes_from_a_window_made_narrow_and_comes_on_the_welcome_page(
    reader, qtbot
):
    resize(reader, qtbot, 1440)
    reader.window.jobs.begin("Importing files…")
    assert reader.window.jobs.line.isVisible()
    resize(reader, qtbot, WIDTH)
    assert not reader.window.jobs.line.isVisible()
    reader.close_study()
    assert reader.window.jobs.isVisible()
    assert reader.window.jobs.line.isVisible()
