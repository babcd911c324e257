"""One running job: what, how far, how long still, and a way to stop it."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.rows import JobRow
from app.roles import begin_role
from app.words import tr

if TYPE_CHECKING:
    from app.panels.jobs_panel import JobsPanel

COUNT_PX = 224
"""Room for "88888 of 88888 · about 88 min left", so that the bar does not jump."""

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


class JobStrip(QFrame):
    """A line above the status bar while a job runs; the panel of all jobs over it when asked for."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        begin_role(self, "panel")
        self._panel: JobsPanel | None = None
        self._rows: tuple[JobRow, ...] = ()
        self._line = QWidget(self)
        self._text = QLabel(self._line)
        self._count = QLabel(self._line)
        begin_role(self._count, "quiet")
        self._count.setFixedWidth(COUNT_PX)
        self._bar = QProgressBar(self._line)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(tr("Progress of the job"))
        self._cancel = QPushButton(tr("Cancel"), self._line)
        self._cancel.setAccessibleName(tr("Cancel the job"))
        self._cancel.clicked.connect(self._ask_to_cancel)
        self._started_s = time.monotonic()
        row = QHBoxLayout(self._line)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(16)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self._count)
        row.addWidget(self._cancel)
        self._line.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._line)
        self.hide()

    @property
    def panel(self) -> "JobsPanel":
        """The list of all jobs, made when it is first asked for."""
        if self._panel is None:
            from app.panels.jobs_panel import JobsPanel  # noqa: PLC0415 - nobody looks at it yet

            self._panel = JobsPanel(self)
            self._panel.hide()
            self._panel.cancel_requested.connect(self._ask_to_cancel)
            self._panel.close_requested.connect(self.toggle_panel)
            self._panel.show_rows(self._rows)
            self._column.insertWidget(0, self._panel)
        return self._panel

    def show_jobs(self, rows: "Sequence[JobRow]") -> None:
        """Keep what the list of all jobs shows."""
        self._rows = tuple(rows)
        if self._panel is not None:
            self._panel.show_rows(self._rows)

    def begin(self, text: str) -> None:
        """Show a job that has just started."""
        self._started_s = time.monotonic()
        aligned = QtCore.Qt.AlignmentFlag
        self._count.setAlignment(aligned.AlignRight | aligned.AlignVCenter)
        self._text.setText(text)
        self._count.clear()
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self._line.show()
        self.show()

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far the job is; a total of 0 is not known yet."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if text:
            self._text.setText(text)
        left = time_left(done, total, time.monotonic() - self._started_s)
        self._count.setText(" · ".join(part for part in (share(done, total), left) if part))

    def end(self) -> None:
        """Go away, unless the panel of all jobs is open."""
        self._line.hide()
        self.setVisible(self._panel is not None and self._panel.isVisibleTo(self))

    def toggle_panel(self) -> None:
        """Open or close the panel of all jobs."""
        is_open = not self.panel.isVisibleTo(self)
        if not is_open:
            from app.panels.keys import give_back_focus  # noqa: PLC0415 - with the list, not before

            give_back_focus(self)
        self.panel.setVisible(is_open)
        self.setVisible(is_open or self._line.isVisibleTo(self))
        if is_open:
            self.panel.list.setFocus()

    def _ask_to_cancel(self) -> None:
        self._cancel.setEnabled(False)
        if self._panel is not None:
            self._panel.cancel.setEnabled(False)
        self._text.setText(tr("Stopping…"))
        self.cancel_requested.emit()


def share(done: int, total: int) -> str:
    """Return how far a job is: "17 of 84"; empty while the total is unknown."""
    return f"{done} of {total}" if total else ""
