"""One running job: what, how far, how long still, and a way to stop it."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.panels.style import begin_role

FIRST_GUESS_S = 2.0
"""Before this the time left is a guess that would only jump about."""


def time_left(done: int, total: int, elapsed_s: float) -> str:
    """Return how long the rest takes at the pace so far, in words; empty while unknown."""
    if done <= 0 or total <= 0 or elapsed_s < FIRST_GUESS_S or done >= total:
        return ""
    seconds = elapsed_s * (total - done) / done
    if seconds < 60:
        return f"about {max(1, round(seconds))} s left"
    return f"about {round(seconds / 60)} min left"


class JobStrip(QFrame):
    """A line above the status bar, there only while a job runs."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        begin_role(self, "panel")
        self._text = QLabel(self)
        self._count = QLabel(self)
        begin_role(self._count, "quiet")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._cancel = QPushButton("Cancel", self)
        self._cancel.clicked.connect(self._ask_to_cancel)
        self._started_s = time.monotonic()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(16)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self._count)
        row.addWidget(self._cancel)
        self.hide()

    def begin(self, text: str) -> None:
        """Show a job that has just started."""
        self._started_s = time.monotonic()
        self._text.setText(text)
        self._count.clear()
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self.show()

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far the job is; a total of 0 is not known yet."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if text:
            self._text.setText(text)
        left = time_left(done, total, time.monotonic() - self._started_s)
        self._count.setText(" · ".join(part for part in (_share(done, total), left) if part))

    def end(self) -> None:
        """Go away."""
        self.hide()

    def _ask_to_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._text.setText("Stopping…")
        self.cancel_requested.emit()


def _share(done: int, total: int) -> str:
    return f"{done} of {total}" if total else ""
