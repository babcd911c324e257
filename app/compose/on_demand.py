"""Dialogs, and what only they need, loaded when they are asked for.

A study opens without any of them; loaded with the window they would be a tenth of its start.
"""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.actions import shortcut_rows
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
    """Show the last import beside the window."""
    from app.dialogs.import_summary import ImportSummaryDialog

    if reader.imports.last is not None:
        ImportSummaryDialog(reader.imports.last, reader.window).show()


def show_shortcuts(window: QWidget) -> None:
    """Show every key over the window."""
    from app.dialogs.shortcuts import ShortcutSheet

    ShortcutSheet.show_over(window, shortcut_rows())


def show_about(window: QWidget) -> None:
    """Show what this program is, in which version."""
    from app.dialogs.about import AboutDialog

    AboutDialog.show_over(window, software_version())


def software_version() -> str:
    """Return the installed version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("vne-reader")
    except PackageNotFoundError:
        return "of a checkout"
