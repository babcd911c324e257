"""Keys that stay in the widget that has the focus, instead of going to the window's shortcuts."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

LIST_KEYS = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
    }
)
"""What moves about in a list and chooses from it."""
IMAGES = "images"
"""The object name of what has the focus while nothing else asks for it."""
COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
"""With these a key is a command of the window's, wherever the focus is."""


class KeptKeys(QObject):
    """Keeps plain keys in a widget: with Ctrl, Alt or Meta they still belong to the window."""

    def __init__(self, widget: QWidget, keys: Iterable[int] = LIST_KEYS) -> None:
        super().__init__(widget)
        self._keys = frozenset(keys)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the keys before a shortcut takes them."""
        if event.type() == QEvent.Type.ShortcutOverride and self._keeps(event):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def _keeps(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.modifiers() & COMMANDS:
            return False
        return event.key() in self._keys


def press_by_enter(button: QPushButton) -> None:
    """Let Enter press a button that has the focus, as in a dialog, before a shortcut takes it."""
    button.setAutoDefault(True)
    KeptKeys(button, (Qt.Key.Key_Return, Qt.Key.Key_Enter))


def give_back_focus(widget: QWidget) -> None:
    """Leave a widget for the images, so that every key is the window's again."""
    images = widget.window().findChild(QWidget, IMAGES)
    if images is not None and images.isVisible():
        images.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        widget.clearFocus()
