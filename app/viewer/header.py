"""The strip above an image: its name and its controls."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.viewer import palette


class PaneHeader(QWidget):
    """24 px: title, a quiet note (such as "AI-generated"), and room for controls at the right."""

    double_clicked = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("PaneHeader")
        self.setFixedHeight(palette.HEADER_PX)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self._is_active = False
        self._title, self._note = QLabel(title, self), QLabel("", self)
        self._title.setObjectName("PaneTitle")
        self._note.setObjectName("PaneNote")
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 4, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._title)
        self._row.addWidget(self._note, 1)
        self._show_active()

    @property
    def title(self) -> str:
        """The pane's name."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Name the pane."""
        self._title.setText(title)

    def set_note(self, note: str) -> None:
        """Write beside the title."""
        self._note.setText(note)

    def add_control(self, control: QWidget) -> None:
        """Add a small control at the right end."""
        control.setMaximumHeight(palette.HEADER_PX - 2)
        self._row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_active(self, *, is_active: bool) -> None:
        """Mark the pane that keys and tools act on."""
        if is_active != self._is_active:
            self._is_active = is_active
            self._show_active()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the pane alone."""
        event.accept()
        self.double_clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the accent line of the active pane."""
        super().paintEvent(event)
        if self._is_active:
            painter = QPainter(self)
            painter.fillRect(0, 0, self.width(), 2, self.palette().highlight())
            painter.end()

    def _show_active(self) -> None:
        role = QPalette.ColorRole
        self._title.setForegroundRole(role.WindowText if self._is_active else role.PlaceholderText)
        self.update()
