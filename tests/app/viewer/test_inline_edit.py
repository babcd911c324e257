"""Lines to type in over one of four panes: where the keys go afterwards."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.viewer.content import PaneContent
from app.viewer.four_panes import FourPanes
from app.viewer.marks import MarkTool
from tests.app.viewer.conftest import Hand
from vne_core.study.annotation import ImageKind

ENDS = [Qt.Key.Key_Return, Qt.Key.Key_Escape]


@pytest.fixture
def cine(qtbot, image, square_plane):
    """A pane among four, with a colour bar and an arrow in the hand."""
    four = FourPanes()
    qtbot.addWidget(four)
    four.resize(1600, 500)
    content = PaneContent(image, square_plane, (0.0, 1200.0), unit="ms", has_range_bar=True)
    for pane in four.panes.values():
        pane.show_content(content)
    four.show()
    qtbot.waitExposed(four)
    four.activateWindow()
    four.set_mark_tool(MarkTool.ARROW)
    return four.pane(ImageKind.CINE)


def typed_in(pane) -> QLineEdit:
    """Return the line that can be typed in now."""
    return next(line for line in pane.findChildren(QLineEdit) if line.isVisible())


@pytest.mark.parametrize("key", ENDS)
def test_after_a_note_the_keys_are_its_images_again(cine, qtbot, key):
    hand = Hand(cine)
    hand.drag(hand.at(60, 50), hand.at(50, 40))
    line = typed_in(cine)
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClick(line, key)
    assert cine.view.hasFocus()


@pytest.mark.parametrize("key", ENDS)
def test_after_a_typed_range_the_keys_are_its_images_again(cine, qtbot, key):
    bar = cine.view._around.bar
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=bar.strip.topLeft().toPoint())
    line = typed_in(cine)
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, "900")
    QTest.keyClick(line, key)
    assert cine.view.hasFocus()
    expected = 900.0 if key == Qt.Key.Key_Return else 1200.0
    assert cine.view.window_level.levels[1] == expected
