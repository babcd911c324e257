"""A button that is an action, and stays one however often the action changes."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QActionEvent
from PySide6.QtWidgets import QToolButton, QWidget


class ActionButton(QToolButton):
    """Triggers an action and looks as the action does.

    Qt's own button takes its default action anew at each change of it, and each time connects
    itself to the action once more (Qt 6.11): 144 bytes and one more call at every later change,
    for as long as the window lives. Here the change is taken over, and nothing is connected.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDefaultAction(action)

    def actionEvent(self, event: QActionEvent) -> None:
        """Follow a change of the action; whatever else becomes of it is Qt's to do.

        Only a change is asked for its action: one that is being removed may be half gone.
        """
        if event.type() == QEvent.Type.ActionChanged and event.action() is self.defaultAction():
            self._follow(self.defaultAction())
        else:
            super().actionEvent(event)

    def _follow(self, action: QAction) -> None:
        self.setText(action.iconText())
        self.setIcon(action.icon())
        self.setToolTip(action.toolTip())
        self.setCheckable(action.isCheckable())
        self.setChecked(action.isChecked())
        self.setEnabled(action.isEnabled())
