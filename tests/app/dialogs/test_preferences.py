import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.dialogs.preferences import PreferencesDialog
from app.keys import KeyMap
from app.settings import CineOpening, Preferences

COLOURS = (("Grey", "grey"), ("Rainbow", "rainbow"))


@pytest.fixture
def dialog(qtbot):
    dialog = PreferencesDialog(Preferences(), COLOURS, KeyMap())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def told(dialog):
    told = []
    dialog.chosen.connect(told.append)
    return told


def test_each_choice_is_told_at_once(dialog, told):
    QTest.keyClick(dialog.theme, Qt.Key.Key_Down)
    QTest.keyClick(dialog.colours, Qt.Key.Key_Down)
    QTest.keyClick(dialog.cine, Qt.Key.Key_Down)
    assert [one.theme for one in told] == ["light", "light", "light"]
    assert told[-1].t1_colours == "rainbow"
    assert told[-1].cine_opening is CineOpening.PLAYS


def test_a_size_says_that_it_waits_for_the_next_start(dialog, told):
    assert not dialog._size_note.isVisible()
    QTest.keyClick(dialog.interface_size, Qt.Key.Key_Down)
    assert told[-1].size_percent == 125
    assert dialog._size_note.isVisible()


def test_a_typed_range_is_told_when_it_is_entered_and_its_ends_stay_in_order(dialog, told):
    dialog.low.selectAll()
    QTest.keyClicks(dialog.low, "400")
    assert told == []
    QTest.keyClick(dialog.low, Qt.Key.Key_Return)
    assert told[-1].t1_range_ms == (400.0, 1800.0)
    dialog.high.setValue(100)
    low, high = dialog.preferences.t1_range_ms
    assert low < high


def press(page, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(page.box, key, modifier)


def test_a_pressed_key_is_bound_and_told(dialog):
    told = []
    dialog.keys_chosen.connect(told.append)
    dialog.keys.choose("cine")
    press(dialog.keys, Qt.Key.Key_P)
    assert told[-1].keys("cine") == ("P",)
    press(dialog.keys, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert told[-1].keys("cine") == ("Ctrl+P",)


def test_a_taken_key_changes_nothing_and_its_owner_is_named(dialog):
    told = []
    dialog.keys_chosen.connect(told.append)
    dialog.keys.choose("tool-epi")
    press(dialog.keys, Qt.Key.Key_N)
    assert told == []
    assert "N belongs to “Endocardium”" in dialog.keys.line.text()
    assert dialog.keys.keys == KeyMap()


def test_a_sign_typed_with_shift_is_bound_as_the_sign(dialog):
    dialog.keys.choose("cine")
    press(dialog.keys, Qt.Key.Key_Exclam, Qt.KeyboardModifier.ShiftModifier)
    assert dialog.keys.keys.keys("cine") == ("!",)


def test_control_alone_is_no_key_yet_and_esc_leaves_the_box(dialog):
    dialog.keys.choose("cine")
    press(dialog.keys, Qt.Key.Key_Control)
    press(dialog.keys, Qt.Key.Key_Escape)
    assert dialog.keys.keys == KeyMap()
    assert dialog.isVisible()


def test_one_key_and_all_keys_can_be_reset(dialog):
    page = dialog.keys
    for name, key in (("cine", Qt.Key.Key_P), ("hide", Qt.Key.Key_K)):
        page.choose(name)
        press(page, key)
    page.choose("cine")
    page.reset.click()
    assert set(page.keys.own) == {"hide"}
    page.reset_all.click()
    assert page.keys == KeyMap()
    assert not page.reset_all.isEnabled()


def test_an_action_can_be_left_without_a_key(dialog):
    dialog.keys.choose("cine")
    dialog.keys.clear.click()
    assert dialog.keys.keys.keys("cine") == ()


def test_the_key_that_steps_back_cannot_be_changed(dialog):
    dialog.keys.choose("step-back")
    assert not dialog.keys.box.isEnabled()
    assert "cannot be changed" in dialog.keys.line.text()


def test_the_search_leaves_the_actions_that_fit_and_their_menus(dialog):
    page = dialog.keys
    QTest.keyClicks(page.search, "nudge")
    shown = [name for name, item in page._items.items() if not item.isHidden()]
    assert shown == ["nudge-up", "nudge-down", "nudge-left", "nudge-right"]
    menus = [page.tree.topLevelItem(at) for at in range(page.tree.topLevelItemCount())]
    assert [menu.text(0) for menu in menus if not menu.isHidden()] == ["Edit"]
