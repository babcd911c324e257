"""Roles: what the style sheet knows a widget by, whichever theme is on."""

from PySide6.QtWidgets import QWidget


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget one of the roles that the style sheet knows, now or in place of another."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def begin_role(widget: QWidget, role: str) -> None:
    """Give a widget just made its first role: it is dressed when it is first shown."""
    widget.setProperty("role", role)
