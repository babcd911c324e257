"""What several dialogs are made of."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QWidget

SMALL_PX = 11
"""Quiet words beside the main ones."""


def role_label(text: str, role: str, parent: QWidget | None = None) -> QLabel:
    """Return words that wrap, in a role that the style sheet knows."""
    label = QLabel(text, parent)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def answer_buttons(dialog: QDialog, taking: str, *, can_change: bool) -> QDialogButtonBox:
    """Return the button ``taking`` beside Cancel, or Close alone where nothing can be changed."""
    kinds = QDialogButtonBox.StandardButton
    wanted = kinds.Ok | kinds.Cancel if can_change else kinds.Close
    buttons = QDialogButtonBox(wanted, dialog)
    if can_change:
        buttons.button(kinds.Ok).setText(taking)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons


def resize_on_screen(widget: QWidget, width: int, height: int) -> None:
    """Give a window a size, or as much of it as its screen has."""
    room = widget.screen().availableGeometry()
    widget.resize(min(width, room.width()), min(height, room.height()))
