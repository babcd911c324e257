"""A line to type in over an image: Enter takes the words, Esc leaves things as they were."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_OWN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class InlineEdit(QLineEdit):
    """Emits ``taken(str)`` once, or nothing after Esc; it hides itself either way.

    The keys go back to what it stands over.
    """

    taken = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrame(False)
        self.hide()

    def begin(self, text: str) -> None:
        """Show the line with the words there are, all selected."""
        self.setText(text)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Claim Enter and Esc from the window's shortcuts."""
        is_claim = event.type() == QEvent.Type.ShortcutOverride
        if is_claim and isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End with Enter or Esc."""
        if event.key() not in _OWN_KEYS:
            super().keyPressEvent(event)
            return
        event.accept()
        self._end(is_taken=event.key() != Qt.Key.Key_Escape)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed when the hand goes elsewhere."""
        super().focusOutEvent(event)
        self._end(is_taken=True)

    def _end(self, *, is_taken: bool) -> None:
        if self.isHidden():
            return
        had_keys = self.hasFocus()
        self.hide()
        if had_keys:
            home = self.parentWidget()
            if home is not None:
                home.setFocus(Qt.FocusReason.OtherFocusReason)
        if is_taken:
            self.taken.emit(self.text())
