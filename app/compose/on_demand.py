"""Dialogs, and what only they need, loaded when they are asked for.

A study opens without any of them; loaded with the window they would be a tenth of its start.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from vne_core.align.roles import Role

if TYPE_CHECKING:
    from app.compose.reader import Reader

# ruff: noqa: PLC0415 - imports inside functions are what this file is for


def ask_match(reader: "Reader", role: Role | None = None) -> None:
    """Ask what belongs to the slice shown, beginning with a role."""
    from app.compose.matching import ask_match as ask

    ask(reader, role)


def ask_series(reader: "Reader") -> None:
    """Ask about the kinds of the study's series."""
    from app.compose.series import ask_series as ask

    ask(reader)


def ask_exclusion(reader: "Reader") -> None:
    """Ask what the slice shown is left out of, and why."""
    from app.compose.excluding import ask_exclusion as ask

    ask(reader)


def show_import(reader: "Reader") -> None:
    """Show the last import beside the window, in place of the one before."""
    from app.dialogs.import_summary import ImportSummaryDialog

    for older in reader.window.findChildren(ImportSummaryDialog):
        older.close()
    if reader.imports.last is not None:
        ImportSummaryDialog(reader.imports.last, reader.window).show()


def show_keys(reader: "Reader") -> None:
    """Show every key and use of the mouse."""
    from app.compose.help_pages import show_keys as show

    show(reader)


def show_help(reader: "Reader", page: str = "") -> None:
    """Show the help beside the window, at a page."""
    from app.compose.help_pages import show_help as show

    show(reader, page)


def find_action(reader: "Reader") -> None:
    """Ask for an action by its words and run it."""
    from app.compose.find_action import find_action as find

    find(reader)


def ask_preferences(reader: "Reader") -> None:
    """Show the reader's choices until they are closed."""
    from app.compose.preferences import ask_preferences as ask

    ask(reader)


def save_report(reader: "Reader") -> None:
    """Write a problem report where the reader wants it."""
    from app.compose.problem_report import save_report as save

    save(reader)


def picture_presses(reader: "Reader") -> dict[str, Callable[[], object]]:
    """Return what the actions about pictures do."""

    def press(name: str) -> None:
        from app.compose.pictures import picture_presses as presses

        presses(reader)[name]()

    return {name: partial(press, name) for name in ("copy-picture", "copy-all", "save-picture")}


def show_about(reader: "Reader") -> None:
    """Show what this program is, in which version, and which model it generates with."""
    from app.dialogs.about import AboutDialog

    model = reader.vne.model
    AboutDialog.show_over(reader.window, software_version(), model.model_id, model.caution)


def software_version() -> str:
    """Return the installed version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("vne-reader")
    except PackageNotFoundError:
        return "of a checkout"
