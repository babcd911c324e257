import pytest
from PySide6.QtWidgets import QLabel, QWidget

from app.actions import make_actions, shortcut_rows
from app.dialogs.shortcuts import MOUSE, ShortcutSheet


@pytest.fixture
def rows(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return shortcut_rows(make_actions(widget))


def test_the_sheet_shows_every_key_and_every_use_of_the_mouse(qtbot, rows):
    sheet = ShortcutSheet(rows, "Ctrl+,")
    qtbot.addWidget(sheet)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {text for _, text, _ in (*rows, *MOUSE)} <= texts
    assert {keys for _, _, keys in (*rows, *MOUSE)} <= texts
    assert "Keys can be changed in the preferences (Ctrl+,)." in texts


def test_the_sheet_fits_its_screen(qtbot, rows):
    sheet = ShortcutSheet(rows)
    qtbot.addWidget(sheet)
    sheet.show()
    room = sheet.screen().availableGeometry()
    assert sheet.width() <= room.width()
    assert sheet.height() <= room.height()
