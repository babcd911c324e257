"""What stands where an image is absent: why, and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.words import tr


class Placeholder(QWidget):
    """A reason, advice below it, and at most one button that does what is advised."""

    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("PanePlaceholder")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self._reason, self._advice = _paragraph(self), _paragraph(self)
        self._reason.setObjectName("PlaceholderReason")
        self._advice.setObjectName("PlaceholderAdvice")
        self._advice.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._offer = QPushButton(self)
        self._offer.clicked.connect(self.accepted)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._reason)
        column.addWidget(self._advice)
        column.addSpacing(8)
        column.addWidget(self._offer, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.say(tr("No image."), "", "")

    @property
    def text(self) -> str:
        """The reason and the advice."""
        return " ".join(part for part in (self._reason.text(), self._advice.text()) if part)

    def say(self, reason: str, advice: str, offer: str) -> None:
        """Write the reason, the advice and the button's label; "" leaves one out."""
        self._reason.setText(reason)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._offer.setText(offer)
        self._offer.setVisible(bool(offer))


def _paragraph(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return label
