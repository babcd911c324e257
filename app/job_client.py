"""Runs one job in its own process and tells its events as signals; the window stays live."""

import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from vne_core.files import atomic_write
from vne_core.jobs.events import TERMINAL, Failed, Finished, JobSpec, Progress, Stopped, Warned
from vne_core.jobs.events import from_line as event_from_line

CANCEL_FILE = "cancel"
PATIENCE_MS = 10_000
"""How long a cancelled job may take to stop by itself."""
TAIL_CHARACTERS = 2_000
Ending = Finished | Failed | Stopped


class JobClient(QObject):
    """One job at a time. ``ended`` is emitted exactly once a job, also when its process dies."""

    progressed = Signal(Progress)
    warned = Signal(str)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder = Path()
        self._ending: Ending | None = None
        self._unread = b""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._kill)

    @property
    def is_running(self) -> bool:
        """True from ``start`` to ``ended``."""
        return self._process is not None

    def start(self, spec: JobSpec, jobs_folder: Path) -> None:
        """Run a job in a new folder under ``jobs_folder``. Raises OSError when there is no room."""
        self._folder = _new_folder(jobs_folder, spec.kind)
        atomic_write(self._folder / "spec.json", json.dumps(asdict(spec)))
        self._ending, self._unread = None, b""
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._not_started)
        self._process = process
        process.start(sys.executable, ["-m", "vne_core.jobs.run", str(self._folder)])

    def cancel(self) -> None:
        """Ask the job to stop; it is killed when it has not done so in ten seconds."""
        if self._process is not None:
            (self._folder / CANCEL_FILE).touch()
            self._patience.start(PATIENCE_MS)

    def close(self) -> None:
        """Stop at once: the program is ending."""
        if (process := self._process) is not None:
            self._process = None
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(2_000)

    def _read(self) -> None:
        assert self._process is not None
        lines = (self._unread + self._process.readAllStandardOutput().data()).split(b"\n")
        self._unread = lines.pop()
        for line in lines:
            self._hear(line.decode(errors="replace"))

    def _hear(self, line: str) -> None:
        event = event_from_line(line)
        if isinstance(event, Progress):
            self.progressed.emit(event)
        elif isinstance(event, Warned):
            self.warned.emit(event.text)
        elif isinstance(event, TERMINAL):
            self._ending = event

    def _finish(self) -> None:
        process, self._process = self._process, None
        self._patience.stop()
        if process is None:
            return
        stopped = (self._folder / CANCEL_FILE).exists() and self._ending is None
        died = Stopped() if stopped else _death(process)
        process.deleteLater()
        self.ended.emit(self._ending or died)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._finish()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def _new_folder(jobs_folder: Path, kind: str) -> Path:
    jobs_folder.mkdir(parents=True, exist_ok=True)
    moment = time.strftime("%Y%m%d-%H%M%S")
    return Path(tempfile.mkdtemp(prefix=f"{moment}-{kind}-", dir=jobs_folder))


def _death(process: QProcess) -> Failed:
    """Return what is known of a process that ended without saying so."""
    tail = process.readAllStandardError().data().decode(errors="replace")[-TAIL_CHARACTERS:]
    last = next((line.strip() for line in reversed(tail.splitlines()) if line.strip()), "")
    found = f"the job's process ended without a result (exit {process.exitCode()})"
    return Failed("died", f"{found}: {last}" if last else found, "", "try again")
