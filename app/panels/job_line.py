"""What a running job is, how far it is, how long it still takes, and a way to stop it."""

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QWidget,
)

from app.roles import begin_role
from app.words import tr

COUNT_PX = 224
"""Room for "88888 of 88888 · about 88 min left", so that the bar does not jump."""
COMPACT_PX = 320
_ANY_PX = (1 << 24) - 1
"""Qt's QWIDGETSIZE_MAX: no bound."""
FIRST_GUESS_S = 2.0
"""Before this the time left is a guess that would only jump about."""


def time_left(done: int, total: int, elapsed_s: float) -> str:
    """Return how long the rest takes at the pace so far, in words; empty while unknown."""
    if done <= 0 or total <= 0 or elapsed_s < FIRST_GUESS_S or done >= total:
        return ""
    seconds = elapsed_s * (total - done) / done
    if seconds < 60:
        return f"about {max(1, round(seconds))} s left"
    return tr("about {minutes} min left").format(minutes=round(seconds / 60))


class JobLine(QWidget):
    """In one line, or upon each other where there is height and little width."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel(self)
        self.count = QLabel(self)
        begin_role(self.count, "quiet")
        self.count.setFixedWidth(COUNT_PX)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(tr("Progress of the job"))
        self.cancel = QPushButton(tr("Cancel"), self)
        self.cancel.setAccessibleName(tr("Cancel the job"))
        self.cancel.clicked.connect(self.cancel_requested)
        self._started_s = time.monotonic()
        self._grid = QGridLayout(self)
        self.set_compact(is_compact=False)

    def set_compact(self, *, is_compact: bool) -> None:
        """Stand in one line or, ``COMPACT_PX`` wide, in three."""
        places = ((0, 0), (1, 0), (2, 0)) if is_compact else ((0, 0), (0, 1), (0, 2))
        for part, (row, column) in zip((self.text, self._bar, self.count), places, strict=True):
            self._grid.addWidget(part, row, column)
        rows, column = (3, 1) if is_compact else (1, 3)
        self._grid.addWidget(self.cancel, 0, column, rows, 1, Qt.AlignmentFlag.AlignVCenter)
        self._grid.setColumnStretch(0, int(is_compact))
        self._grid.setColumnStretch(1, int(not is_compact))
        self._grid.setContentsMargins(*((0, 0, 0, 0) if is_compact else (16, 6, 16, 6)))
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        side = Qt.AlignmentFlag.AlignLeft if is_compact else Qt.AlignmentFlag.AlignRight
        self.count.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setMaximumWidth(COMPACT_PX if is_compact else _ANY_PX)

    def begin(self, text: str) -> None:
        """Tell of a job that has just started."""
        self._started_s = time.monotonic()
        self.text.setText(text)
        self.count.clear()
        self._bar.setRange(0, 0)
        self.cancel.setEnabled(True)

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Tell how far the job is; a total of 0 is not known yet."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if text:
            self.text.setText(text)
        left = time_left(done, total, time.monotonic() - self._started_s)
        self.count.setText(" · ".join(part for part in (share(done, total), left) if part))

    def stop(self) -> None:
        """Tell that the job is asked to stop."""
        self.cancel.setEnabled(False)
        self.text.setText(tr("Stopping…"))


def share(done: int, total: int) -> str:
    """Return how far a job is: "17 of 84"; empty while the total is unknown."""
    return f"{done} of {total}" if total else ""
