from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from app.actions import (
    ROWS,
    TABLE,
    Fact,
    enable,
    key_name,
    key_names,
    make_actions,
    set_keys,
    shortcut_rows,
    why_disabled,
)
from app.compose.facts import facts_of
from vne_core.packaged import resource


@pytest.fixture
def parent(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def actions(parent):
    return make_actions(parent)


def test_no_two_actions_share_a_key():
    keys = Counter(QKeySequence(key).toString() for row in TABLE for key in row.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_row_has_its_own_id_and_an_icon_that_is_installed():
    assert len({row.id for row in TABLE}) == len(TABLE)
    assert all(resource(f"icons/{row.icon}.svg").exists() for row in TABLE if row.icon)


def test_without_a_study_only_the_ways_in_and_help_are_enabled(actions):
    enable(actions, frozenset({Fact.IDLE}))
    enabled = {name for name, action in actions.items() if action.isEnabled()}
    assert {"open-folder", "open-archive", "open-demo", "quit", "about", "shortcuts"} <= enabled
    assert not enabled & {"export-csv", "undo", "tool-epi", "confirm", "slice-up", "cine"}


def test_a_read_only_workspace_can_be_looked_at_and_not_drawn_in(actions, session):
    facts = facts_of(session, is_idle=True, can_write=False, has_imported=False)
    enable(actions, facts)
    assert actions["slice-down"].isEnabled()
    assert actions["export-csv"].isEnabled()
    assert not any(actions[f"tool-{name}"].isEnabled() for name in ("epi", "endo", "remote"))
    assert not actions["confirm"].isEnabled()


def test_a_vne_needs_a_model_and_no_right_to_write(actions, session):
    facts = facts_of(session, is_idle=True, can_write=False, has_imported=False)
    enable(actions, facts)
    assert why_disabled(actions["generate-vne"]) == "only when a VNE model is installed"
    enable(actions, facts | {Fact.MODEL})
    assert actions["generate-vne"].isEnabled()


def test_enter_is_called_enter_in_the_sheet_and_on_buttons(actions):
    assert key_name(actions["confirm"]) == "Enter"
    assert ("Edit", "Confirm the contours of this slice", "Enter") in shortcut_rows(actions)


def test_brackets_have_stand_ins_for_keyboards_without_them(actions):
    assert key_names(actions["slower"]) == "[ or ,"
    assert key_names(actions["faster"]) == "] or ."


def test_a_disabled_action_says_the_first_thing_it_needs(actions):
    enable(actions, frozenset({Fact.IDLE}))
    assert why_disabled(actions["cine"]) == "only when a study is open"
    enable(actions, frozenset({Fact.STUDY}))
    assert why_disabled(actions["cine"]) == "only when the slice has a cine"
    assert actions["cine"].toolTip() == "Play the cine (C)\nonly when the slice has a cine"
    enable(actions, frozenset({Fact.STUDY, Fact.CINE}))
    assert not why_disabled(actions["cine"])
    assert actions["cine"].toolTip() == "Play the cine (C)"


def test_menu_tooltip_and_sheet_follow_another_key_at_once(actions):
    set_keys(actions, {"cine": ("P",), "hide": ()})
    assert actions["cine"].shortcut() == QKeySequence("P")
    assert actions["cine"].toolTip() == "Play the cine (P)"
    assert actions["hide"].toolTip() == "Hide contours and bands"
    listed = {text: keys for _, text, keys in shortcut_rows(actions)}
    assert listed["Play the cine"] == "P"
    assert "Hide contours and bands" not in listed
    set_keys(actions, {})
    assert key_name(actions["cine"]) == "C"


def test_every_toolbar_action_has_an_icon():
    assert [row.id for row in TABLE if row.on_toolbar and not row.icon] == []


def test_rows_are_found_by_their_id():
    assert all(ROWS[row.id] is row for row in TABLE)
