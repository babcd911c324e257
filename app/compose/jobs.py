"""The jobs of this sitting, as rows: what each did, how it ended, what to try when it failed."""

import time
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.panels.job_line import share, time_left
from app.panels.rows import JobRow, JobState
from app.words import tr
from vne_core.jobs.events import Event, Failed, Finished, Progress, Stopped

KEPT_LINES = 400
"""Lines of log kept of a job: what one reads, not what one searches."""
TRY_AGAIN = "Try again; if it fails again, send the log with a report (Help, Show log)."
_SECOND = "%H:%M:%S"


class JobHistory(QObject):
    """Follows the one running job and keeps those before it; ``changed`` follows each event."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[JobRow] = []
        self._began_s = 0.0

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The jobs, the newest first."""
        return tuple(reversed(self._rows))

    @property
    def summary(self) -> str:
        """What the status bar says: the running job, else how the last one failed."""
        if not self._rows:
            return ""
        last = self._rows[-1]
        if last.state in {JobState.RUNNING, JobState.STOPPING}:
            return tr("job {state}").format(state=tr(last.state))
        return (
            ""
            if last.state is JobState.DONE
            else tr("last job {state}").format(state=tr(last.state))
        )

    def begin(self, title: str) -> None:
        """Take up a job that has just started."""
        self._began_s = time.monotonic()
        row = JobRow(title.rstrip("…"), JobState.RUNNING, _now(), text=title)
        self._rows.append(_logged(row, tr("started")))
        self.changed.emit()

    def show_progress(self, progress: Progress) -> None:
        """Take up how far the running job is; a new stage is a line of its log."""
        if not self._is_running:
            return
        row = self._rows[-1]
        if progress.text and progress.text != row.text:
            row = _logged(replace(row, text=progress.text), progress.text)
        elapsed_s = time.monotonic() - self._began_s
        self._put(
            replace(
                row,
                progress=share(progress.done, progress.total),
                time=time_left(progress.done, progress.total, elapsed_s),
            )
        )

    def warn(self, words: str) -> None:
        """Keep what the running job said."""
        if self._is_running:
            self._put(_logged(self._rows[-1], words))

    def stopping(self) -> None:
        """Take up that the running job was asked to stop."""
        if self._is_running:
            row = replace(self._rows[-1], state=JobState.STOPPING, time="")
            self._put(_logged(row, tr("asked to stop")))

    def end(self, ending: Event, printed: str) -> None:
        """Take up how the running job ended, with what it printed beside its events."""
        if not self._is_running:
            return
        state, outcome = _outcome(ending)
        row = self._rows[-1]
        for line in printed.splitlines() if state is JobState.FAILED else ():
            row = replace(row, log=(*row.log, f"    {line}")[-KEPT_LINES:])
        row = _logged(row, outcome)
        took = tr("took {seconds} s").format(seconds=f"{time.monotonic() - self._began_s:.1f}")
        is_done = state is JobState.DONE
        progress = "" if is_done else row.progress
        row = replace(row, state=state, outcome=outcome, time=took, text="", progress=progress)
        self._put(row)

    @property
    def _is_running(self) -> bool:
        running = {JobState.RUNNING, JobState.STOPPING}
        return bool(self._rows) and self._rows[-1].state in running

    def _put(self, row: JobRow) -> None:
        self._rows[-1] = row
        self.changed.emit()


def _outcome(ending: Event) -> tuple[JobState, str]:
    """Return how a job ended and the sentences about it."""
    match ending:
        case Finished():
            return JobState.DONE, tr("Done.")
        case Failed(_, found, needed, action):
            parts = [_sentence(found)]
            parts += [tr("Needed: {needed}.").format(needed=needed)] if needed else []
            parts += [
                tr("To try: {action}").format(action=_sentence(action)) if action else tr(TRY_AGAIN)
            ]
            return JobState.FAILED, " ".join(parts)
        case Stopped():
            return JobState.CANCELLED, tr("Cancelled; nothing half-done is kept.")
        case _:
            return JobState.FAILED, f"{tr('It ended without saying how.')} {tr(TRY_AGAIN)}"


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _logged(row: JobRow, words: str) -> JobRow:
    words = words[:1].upper() + words[1:]
    return replace(row, log=(*row.log, f"{_now()}  {words}")[-KEPT_LINES:])


def _now() -> str:
    return datetime.now().astimezone().strftime(_SECOND)
