"""The help of this window: its pages, with the keys as they are bound now."""

from PySide6.QtGui import QAction

from app.actions import key_name, shortcut_rows
from app.compose.reader import Reader
from app.dialogs.help import HelpWindow, key_table, markdown_words, read_pages
from app.dialogs.shortcuts import ShortcutSheet, mouse_rows
from app.settings import config_folder
from app.words import tr
from vne_core.packaged import resource

ORDER = (
    "start",
    "reading",
    "contours",
    "thresholds",
    "vne",
    "keys",
    "importing",
    "places",
    "glossary",
)
"""The pages of ``resources/help``, as the contents list them."""


def show_help(reader: Reader, page: str = "") -> HelpWindow:
    """Show the help beside the window, or bring it to the front, at a page."""
    shown = next((one for one in reader.window.findChildren(HelpWindow) if one.isVisible()), None)
    if shown is None:
        folder = resource("help")
        shown = HelpWindow(folder, read_pages(folder, ORDER, _inserts(reader)), reader.window)
    if page:
        shown.show_page(page)
    shown.show()
    shown.raise_()
    shown.activateWindow()
    return shown


def show_keys(reader: Reader) -> None:
    """Show every key and use of the mouse."""
    actions = reader.window.actions_by_id
    ShortcutSheet.show_over(reader.window, shortcut_rows(actions), key_name(actions["preferences"]))


def _inserts(reader: Reader) -> dict[str, str]:
    heads = (tr("What"), tr("How"))
    actions = reader.window.actions_by_id
    named = {f"key:{name}": _key_words(action) for name, action in actions.items()}
    return {
        **named,
        "keys": key_table(shortcut_rows(actions), heads),
        "mouse": key_table(mouse_rows(), heads),
        "workspace": f"`{reader.library.folder}`",
        "config": f"`{config_folder()}`",
    }


def _key_words(action: QAction) -> str:
    """Return an action's key for a sentence, or where to find the action when it has none."""
    key = markdown_words(key_name(action))
    return f"**{key}**" if key else f"*{action.text().rstrip('…')}*"
