"""Runs one job in its own process and tells its events as signals; the window stays live."""

import contextlib
import os
import shutil
import signal
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from vne_core.jobs.events import Event, Failed, JobSpec, Progress, Stopped, Warned
from vne_core.jobs.folder import (
    CANCEL_PATIENCE_S,
    LOG_NAME,
    YIELDS,
    is_cancel_requested,
    job_command,
    log_tail,
    make_job_folder,
    request_cancel,
)
from vne_core.jobs.stream import JobStream

LAST_WAIT_MS = 5_000
"""How long the end of the program waits for a killed job to be gone."""


class JobClient(QObject):
    """One job at a time. ``ended`` is emitted once a job, also when its process dies.

    It carries ``Finished``, ``Failed`` or ``Stopped``.
    """

    progressed = Signal(Progress)
    warned = Signal(str)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder = Path()
        self._stream = JobStream()
        self.log = ""
        """The last lines that the last job printed beside its events."""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._kill)

    @property
    def is_running(self) -> bool:
        """True from ``start`` to ``ended``."""
        return self._process is not None

    def start(self, spec: JobSpec) -> None:
        """Run a job. Raises OSError when its folder cannot be made."""
        assert self._process is None, "one job at a time"
        self._folder = make_job_folder(spec)
        self._stream = JobStream()
        self._process = process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert(YIELDS, "1")
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(str(self._folder / LOG_NAME))
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail_to_start)
        program, *arguments = job_command(self._folder)
        process.start(program, arguments)

    def cancel(self) -> None:
        """Ask the job to stop; it is killed when it has not done so in ten seconds."""
        if self._process is not None:
            request_cancel(self._folder)
            self._patience.start(round(CANCEL_PATIENCE_S * 1000))

    def close(self) -> None:
        """Stop at once and tell nothing: the program is ending."""
        process = self._process
        if process is not None:
            process.blockSignals(True)
            self._kill()
            process.waitForFinished(LAST_WAIT_MS)
            self._let_go()

    def _read(self) -> None:
        if self._process is None:
            return
        for event in self._stream.feed(bytes(self._process.readAllStandardOutput().data())):
            self._pass_on(event)

    def _pass_on(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.progressed.emit(event)
        elif isinstance(event, Warned):
            self.warned.emit(event.text)

    def _finish(self) -> None:
        if self._process is None:
            return
        self._read()
        crashed = self._process.exitStatus() is QProcess.ExitStatus.CrashExit
        exit_code = -signal.SIGKILL if crashed else self._process.exitCode()
        was_cancelled = is_cancel_requested(self._folder)
        self.log = log_tail(self._folder)
        ending = self._stream.end(exit_code, self.log) or self._stream.terminal
        if was_cancelled and isinstance(ending, Failed) and ending.code == "died":
            ending = Stopped()
        self._let_go()
        self.ended.emit(ending)

    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._finish()

    def _kill(self) -> None:
        """End the job and the worker processes it started."""
        if self._process is not None and self._process.processId():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.processId(), signal.SIGKILL)
            self._process.kill()

    def _let_go(self) -> None:
        process, self._process = self._process, None
        self._patience.stop()
        if process is not None:
            process.deleteLater()
        shutil.rmtree(self._folder, ignore_errors=True)
