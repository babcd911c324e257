"""A made-up language shows which words would not be translated."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QMenu,
    QTabWidget,
    QTreeWidget,
)

from app.actions import ROWS, Fact, enable, shortcut_rows
from app.compose.find_action import entries
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.save_picture import PictureChoice, SavePictureDialog
from app.dialogs.shortcuts import MOUSE, ShortcutSheet
from app.keys import KeyMap
from app.main_window import MainWindow
from app.settings import Preferences, Settings, config_folder
from app.words import tr


@pytest.fixture
def window(qtbot, bracketed, tmp_path):
    window = MainWindow(Settings(config_folder(), tmp_path))
    qtbot.addWidget(window)
    return window


def foreign(texts) -> list[str]:
    """Return the words that stayed English."""
    return [text for text in texts if any(c.isalpha() for c in text) and "⟦" not in text]


def test_words_stay_as_they_are_without_a_translator(qapp):
    assert tr("Play the cine") == "Play the cine"


def test_menus_tooltips_palette_and_reasons_are_translated(window):
    enable(window.actions_by_id, frozenset({Fact.IDLE}))
    actions = window.actions_by_id.values()
    menus = [menu.title() for menu in window.menuBar().findChildren(QMenu)]
    assert foreign([*menus, *(action.text() for action in actions)]) == []
    assert foreign(action.toolTip() for action in actions) == []
    listed = entries(window.actions_by_id)
    assert foreign([*(one.text for one in listed), *(one.menu for one in listed)]) == []
    assert foreign(one.lacks for one in listed) == []
    assert {action for action in actions if isinstance(action, QAction)} == set(actions)
    assert len(listed) == len(ROWS) - 1


def test_the_dialogs_of_this_table_are_translated(qtbot, window):
    preferences = PreferencesDialog(Preferences(), (("Grey", "grey"),), KeyMap())
    picture = SavePictureDialog(lambda _: window.grab().toImage(), "⟦⟧", PictureChoice())
    sheet = ShortcutSheet(shortcut_rows(window.actions_by_id), "Ctrl+,")
    keys = {keys for _, _, keys in shortcut_rows(window.actions_by_id)}
    for dialog in (preferences, picture, sheet):
        qtbot.addWidget(dialog)
        assert foreign(set(texts(dialog)) - keys) == []
    assert {f"⟦{hand}⟧" for _, _, hand in MOUSE} <= set(texts(sheet))


def texts(dialog) -> list[str]:
    """Return every word of a dialog but those of Qt's own buttons."""
    ours = [dialog.windowTitle(), *(label.text() for label in dialog.findChildren(QLabel))]
    buttons = dialog.findChildren(QAbstractButton)
    ours += [one.text() for one in buttons if not isinstance(one.parent(), QDialogButtonBox)]
    for box in dialog.findChildren(QComboBox):
        ours += [box.itemText(at) for at in range(box.count())]
    for tabs in dialog.findChildren(QTabWidget):
        ours += [tabs.tabText(at) for at in range(tabs.count())]
    for tree in dialog.findChildren(QTreeWidget):
        ours += [tree.headerItem().text(at) for at in range(tree.columnCount())]
    return ours
