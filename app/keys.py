"""A reader's own keys: each key belongs to one action, and a taken one is refused by name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtGui import QKeySequence

from app.actions import ROWS, TABLE, Keys, on_keyboards, plain_text
from app.words import tr
from vne_core.errors import VneError

RESERVED = ("Tab", "Shift+Tab", "Backtab", "Esc")
"""Keys that walk through the window and step back in it, whatever else is bound."""


class KeyTakenError(VneError):
    """A key that belongs to another action, or to the window itself."""

    code = "key-taken"


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys that differ from the table, by action id; no keys is a choice too."""

    own: Mapping[str, Keys] = field(default_factory=dict)

    def keys(self, action_id: str) -> Keys:
        """Return the keys of an action."""
        return self.own.get(action_id, ROWS[action_id].keys)

    def holder(self, key: str) -> str | None:
        """Return the id of the action that has a key."""
        wanted = _portable(key)
        return next((row.id for row in TABLE if wanted in map(_portable, self.keys(row.id))), None)

    def bound(self, action_id: str, keys: Keys) -> "KeyMap":
        """Return the map with other keys for one action.

        Raises KeyTakenError, naming the action that has one of them already.
        """
        for key in keys:
            _refuse_reserved(action_id, key)
            holder = self.holder(key)
            if holder not in {None, action_id}:
                raise KeyTakenError(
                    tr("{key} belongs to “{action}”").format(
                        key=on_keyboards(key), action=plain_text(ROWS[holder or ""])
                    ),
                    action=tr("choose another key, or change that one first"),
                )
        others = {name: own for name, own in self.own.items() if name != action_id}
        is_default = tuple(map(_portable, keys)) == tuple(map(_portable, ROWS[action_id].keys))
        return KeyMap(others if is_default else {**others, action_id: keys})

    def reset(self, action_id: str) -> "KeyMap":
        """Return the map with the table's keys for one action; raises KeyTakenError as above."""
        return self.bound(action_id, ROWS[action_id].keys)

    def to_text(self) -> str:
        """Return the map as a line that ``of_text`` reads."""
        return json.dumps({name: list(keys) for name, keys in sorted(self.own.items())})

    @classmethod
    def of_text(cls, text: str) -> "KeyMap":
        """Return a remembered map, without what this version's table does not allow."""
        try:
            stored = json.loads(text)
        except ValueError:
            return cls()
        rows = stored.items() if isinstance(stored, dict) else ()
        return _sound(cls({name: tuple(keys) for name, keys in rows if _is_allowed(name, keys)}))


def _is_allowed(name: str, keys: object) -> bool:
    """Return whether this version lets an action have such keys."""
    is_ours = name in ROWS and not ROWS[name].keeps_keys
    return is_ours and isinstance(keys, list) and all(isinstance(key, str) for key in keys)


def _sound(known: KeyMap) -> KeyMap:
    """Return the map without the reader's keys that another action has."""
    held = set(map(_portable, RESERVED))
    for row in sorted(TABLE, key=lambda row: row.id in known.own):
        keys = set(map(_portable, known.keys(row.id)))
        if row.id in known.own and held & keys:
            return _sound(KeyMap({n: own for n, own in known.own.items() if n != row.id}))
        held |= keys
    return known


def _refuse_reserved(action_id: str, key: str) -> None:
    if not ROWS[action_id].keeps_keys and _portable(key) in map(_portable, RESERVED):
        raise KeyTakenError(
            tr("{key} belongs to the window: it walks through it or steps back").format(key=key),
            action=tr("choose another key"),
        )


def _portable(key: str) -> str:
    return QKeySequence(key).toString()
