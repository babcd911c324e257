import pytest
from PySide6.QtCore import SIGNAL, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from app.main_window import MainWindow
from app.panels.action_button import ActionButton
from app.settings import Settings

ICON_PX = 16


def square(colour):
    pixmap = QPixmap(ICON_PX, ICON_PX)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)


@pytest.fixture
def shown(qtbot):
    """An action and its button, on a page that is shown."""
    page = QWidget()
    qtbot.addWidget(page)
    action = QAction("Play", page, checkable=True)
    button = ActionButton(action, page)
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.resize(40, 40)
    page.show()
    qtbot.waitExposed(page)
    yield action, button
    page.close()


def test_a_change_of_the_action_adds_no_listener(shown):
    action, _button = shown
    before = action.receivers(SIGNAL("changed()"))
    for at in range(50):
        action.setToolTip(f"tip {at}")
        action.toggle()
    assert action.receivers(SIGNAL("changed()")) == before


def test_words_state_and_picture_follow_the_action(shown):
    action, button = shown
    action.setIcon(square("#ff0000"))
    action.setIconText("Rest")
    action.setToolTip("Let the cine rest (C)")
    action.setChecked(True)
    assert (button.text(), button.toolTip()) == ("Rest", "Let the cine rest (C)")
    assert button.isChecked()
    picture = button.grab().toImage()
    assert picture.pixelColor(picture.rect().center()) == QColor("#ff0000")
    action.setEnabled(False)
    assert not button.isEnabled()


def test_a_click_triggers_the_action_once(shown):
    action, button = shown
    presses = []
    action.triggered.connect(lambda on: presses.append(("triggered", on)))
    action.toggle()
    action.toggle()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert presses == [("triggered", True)]
    assert action.isChecked()
    assert button.isChecked()


def test_no_button_of_the_toolbar_listens_more_when_its_action_changes(qtbot, tmp_path):
    window = MainWindow(Settings(tmp_path, tmp_path / "workspace"))
    qtbot.addWidget(window)
    followed = [button.defaultAction() for button in window.toolbar.findChildren(QToolButton)]
    assert len(followed) > 3
    before = [action.receivers(SIGNAL("changed()")) for action in followed]
    for _ in range(3):
        for action in followed:
            action.setEnabled(not action.isEnabled())
    assert [action.receivers(SIGNAL("changed()")) for action in followed] == before
