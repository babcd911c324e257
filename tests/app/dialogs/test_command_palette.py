import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.dialogs.command_palette import CommandPalette, Entry, found
from app.panels.style import apply_theme

ENTRIES = (
    Entry("open", "Open folder", "File", "Ctrl+O"),
    Entry("cine", "Play the cine", "View", "C", lacks="only when the slice has a cine"),
    Entry("slower", "Play slower", "View", "[", also="speed"),
    Entry("keys", "Keys and mouse", "Help", "?", also="shortcuts"),
)


@pytest.fixture
def palette(qtbot, qapp):
    apply_theme(qapp, "dark")
    palette = CommandPalette(ENTRIES)
    qtbot.addWidget(palette)
    palette.show()
    yield palette
    qapp.setStyleSheet("")


def ids(entries):
    return [entry.action_id for entry in entries]


def test_an_action_is_found_by_its_words_its_menu_its_key_and_other_names():
    assert ids(found(ENTRIES, "fold")) == ["open"]
    assert ids(found(ENTRIES, "view slow")) == ["slower"]
    assert ids(found(ENTRIES, "ctrl+o")) == ["open"]
    assert ids(found(ENTRIES, "shortcut")) == ["keys"]


def test_nothing_typed_keeps_the_order_given_and_what_can_run_wins_ties():
    assert ids(found(ENTRIES, "")) == ["open", "cine", "slower", "keys"]
    assert ids(found(ENTRIES, "play")) == ["slower", "cine"]


def test_keys_go_to_the_field_from_the_first_on(qtbot):
    palette = CommandPalette(ENTRIES)
    qtbot.addWidget(palette)
    assert palette.focusWidget() is palette.field


def test_enter_takes_what_arrows_marked(palette):
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.result() == CommandPalette.DialogCode.Accepted
    assert palette.chosen.action_id == "slower"


def test_enter_on_a_disabled_action_keeps_the_palette_and_the_reason_stands_below(palette):
    QTest.keyClicks(palette.field, "cine")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert palette.line.text() == "only when the slice has a cine"


def test_a_disabled_action_is_painted_in_quiet_grey(palette):
    QTest.keyClicks(palette.field, "play")
    colours = palette.palette()
    quiet = colours.color(QPalette.ColorRole.PlaceholderText).name()
    text = colours.color(QPalette.ColorRole.Text).name()
    assert seen(palette, row=0, colour=text)
    assert not seen(palette, row=1, colour=text)
    assert seen(palette, row=1, colour=quiet)


def seen(palette, *, row: int, colour: str) -> bool:
    area = palette.list.visualItemRect(palette.list.item(row))
    image = palette.list.viewport().grab(area).toImage()
    words = range(40, 160)
    return any(
        image.pixelColor(x, y).name() == colour for x in words for y in range(image.height())
    )


def test_words_of_no_action_are_said_to_be_none_and_run_nothing(palette):
    QTest.keyClicks(palette.field, "zzzz")
    assert palette.list.item(0).text() == "No action has these words."
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_a_click_takes_an_action(palette, qtbot):
    area = palette.list.visualItemRect(palette.list.item(3))
    where = palette.list.viewport()
    QTest.mouseClick(where, Qt.MouseButton.LeftButton, pos=area.center())
    assert palette.chosen.action_id == "keys"
    assert palette.result() == CommandPalette.DialogCode.Accepted


@pytest.mark.parametrize("key, answer", [(Qt.Key.Key_Return, "open"), (Qt.Key.Key_Escape, None)])
def test_ask_answers_with_the_action_and_with_none_after_esc(qtbot, key, answer):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    QTimer.singleShot(0, lambda: QTest.keyClick(QApplication.activePopupWidget().field, key))
    assert CommandPalette.ask(window, ENTRIES) == answer
