"""What was done in this study, step by step; a step that is clicked is gone back to."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QUndoStack
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QUndoView, QVBoxLayout, QWidget

from app.panels.keys import LIST_KEYS, KeptKeys, give_back_focus
from app.roles import set_role
from app.words import tr

FIRST = "As it was opened"
_WORDS = "Click a step to go back to it; later steps stay until something new is drawn."


class History(QFrame):
    """A list of the steps of one undo stack, the one that holds now marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self.view = _Steps()
        words = QLabel(tr(_WORDS))
        words.setWordWrap(True)
        set_role(words, "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(words)
        column.addWidget(self.view, 1)

    def set_stack(self, stack: QUndoStack) -> None:
        """Show the steps of a stack."""
        self.view.setStack(stack)


class _Steps(QUndoView):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Steps that can be undone"))
        self.setEmptyLabel(tr(FIRST))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        set_role(self, "steps")
        KeptKeys(self, LIST_KEYS | {Qt.Key.Key_Escape})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave by Esc or Enter; the arrows go from step to step."""
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            give_back_focus(self)
        else:
            super().keyPressEvent(event)
