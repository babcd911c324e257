import json

import pytest

from app.actions import TABLE
from app.keys import KeyMap, KeyTakenError


def test_a_taken_key_is_refused_with_the_name_of_the_action_that_has_it():
    with pytest.raises(KeyTakenError, match="N belongs to “Endocardium”"):
        KeyMap().bound("tool-epi", ("N",))


@pytest.mark.parametrize("key", ["Esc", "Tab", "Shift+Tab"])
def test_keys_that_walk_through_the_window_cannot_be_bound(key):
    with pytest.raises(KeyTakenError):
        KeyMap().bound("tool-epi", (key,))


def test_a_key_given_up_by_one_action_is_free_for_another():
    keys = KeyMap().bound("tool-endo", ("I",)).bound("tool-epi", ("N",))
    assert keys.keys("tool-epi") == ("N",)
    assert keys.holder("N") == "tool-epi"
    assert keys.holder("E") is None


def test_a_reset_to_a_key_taken_meanwhile_is_refused():
    keys = KeyMap().bound("tool-endo", ("I",)).bound("tool-epi", ("N",))
    with pytest.raises(KeyTakenError, match="Epicardium"):
        keys.reset("tool-endo")
    assert keys.reset("tool-epi").reset("tool-endo") == KeyMap()


def test_binding_the_tables_own_keys_leaves_nothing_changed():
    assert KeyMap().bound("slower", ("[", ",")) == KeyMap()


def test_no_key_is_remembered_as_a_choice():
    keys = KeyMap().bound("cine", ())
    assert KeyMap.of_text(keys.to_text()).keys("cine") == ()


def test_keys_that_were_swapped_are_read_back_as_they_were_written():
    swapped = (
        KeyMap().bound("tool-epi", ("I",)).bound("tool-endo", ("E",)).bound("tool-epi", ("N",))
    )
    assert KeyMap.of_text(swapped.to_text()) == swapped
    assert swapped.keys("tool-epi") == ("N",)
    assert swapped.keys("tool-endo") == ("E",)


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        json.dumps({"gone": ["P"]}),
        json.dumps({"cine": "P"}),
        json.dumps({"cine": [1]}),
        json.dumps({"cine": ["N"]}),
        json.dumps({"cine": ["Esc"]}),
        json.dumps({"step-back": ["P"]}),
    ],
)
def test_remembered_keys_that_are_not_allowed_are_as_if_never_chosen(text):
    assert KeyMap.of_text(text) == KeyMap()


def test_whatever_was_remembered_no_two_actions_share_a_key():
    text = json.dumps({"cine": ["P"], "hide": ["P"], "tool-epi": ["N", "Q"], "help": ["Q"]})
    keys = KeyMap.of_text(text)
    held = [key for row in TABLE for key in keys.keys(row.id)]
    assert len(held) == len(set(held))
