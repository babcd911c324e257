"""The command palette on this window's actions."""

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QAction

from app.actions import ROWS, TABLE, key_name, plain_text, why_disabled
from app.compose.reader import Reader
from app.dialogs.command_palette import CommandPalette, Entry
from app.words import tr

_SELF = "palette"


def find_action(reader: Reader) -> None:
    """Ask for an action by its words and run it; the next time it is offered first."""
    window, settings = reader.window, reader.settings
    chosen = CommandPalette.ask(window, entries(window.actions_by_id, settings.recent_actions))
    if chosen is not None:
        settings.remember_action(chosen)
        window.actions_by_id[chosen].trigger()


def entries(actions: Mapping[str, QAction], recent: Sequence[str] = ()) -> list[Entry]:
    """Return every action for the palette, those found lately first."""
    names = [row.id for row in TABLE if row.id != _SELF]
    lately = [name for name in recent if name in names]
    return [_entry(name, actions[name]) for name in dict.fromkeys([*lately, *names])]


def _entry(name: str, action: QAction) -> Entry:
    row = ROWS[name]
    return Entry(
        name,
        plain_text(row),
        tr(row.menu),
        key_name(action),
        row.also,
        why_disabled(action),
        is_on=action.isChecked(),
        icon=action.icon() if row.icon else None,
    )
