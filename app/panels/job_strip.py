"""The job that runs, and over it the list of all jobs when asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.panels.rows import JobRow
from app.roles import begin_role

if TYPE_CHECKING:
    from app.panels.job_line import JobLine
    from app.panels.jobs_panel import JobsPanel


class JobHolder(Protocol):
    """A part of a page that has room for the running job, so that nothing else moves for it."""

    def hold_job(self, line: "JobLine") -> None:
        """Take the line in."""
        ...

    def show_job(self, *, is_running: bool) -> None:
        """Show the line, or let it go."""
        ...


class JobStrip(QFrame):
    """Stands above the status bar; the line of the running job may be lent to a page."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        begin_role(self, "panel")
        self._line: JobLine | None = None
        self._panel: JobsPanel | None = None
        self._rows: tuple[JobRow, ...] = ()
        self._holder: JobHolder | None = None
        self._is_running = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    @property
    def line(self) -> "JobLine":
        """The line of the running job, made when there is one or a page to hold it."""
        if self._line is None:
            from app.panels.job_line import JobLine  # noqa: PLC0415 - not before the first paint

            self._line = JobLine(self)
            self._line.cancel_requested.connect(self._ask_to_cancel)
            self._line.hide()
            self._column.addWidget(self._line)
        return self._line

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

    def lend_line(self, holder: JobHolder | None) -> None:
        """Let a page hold the line of the running job; None takes it back."""
        if holder is self._holder:
            return
        self._holder = holder
        self.line.set_compact(is_compact=holder is not None)
        if holder is None:
            self._column.addWidget(self.line)
        else:
            holder.hold_job(self.line)
        self._show()

    def show_jobs(self, rows: "Sequence[JobRow]") -> None:
        """Keep what the list of all jobs shows."""
        self._rows = tuple(rows)
        if self._panel is not None:
            self._panel.show_rows(self._rows)

    def begin(self, text: str) -> None:
        """Show a job that has just started."""
        self.line.begin(text)
        self._is_running = True
        self._show()

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far the job is; a total of 0 is not known yet."""
        self.line.show_progress(done, total, text)

    def end(self) -> None:
        """Go away, unless the panel of all jobs is open."""
        self._is_running = False
        self._show()

    def toggle_panel(self) -> None:
        """Open or close the panel of all jobs."""
        is_open = not self.panel.isVisibleTo(self)
        if not is_open:
            from app.panels.keys import give_back_focus  # noqa: PLC0415 - with the list, not before

            give_back_focus(self)
        self.panel.setVisible(is_open)
        self._show()
        if is_open:
            self.panel.list.setFocus()

    def _show(self) -> None:
        has_panel = self._panel is not None and self._panel.isVisibleTo(self)
        if self._holder is None:
            self.line.setVisible(self._is_running)
        else:
            self._holder.show_job(is_running=self._is_running)
        self.setVisible(has_panel or (self._is_running and self._holder is None))

    def _ask_to_cancel(self) -> None:
        self.line.stop()
        if self._panel is not None:
            self._panel.cancel.setEnabled(False)
        self.cancel_requested.emit()
