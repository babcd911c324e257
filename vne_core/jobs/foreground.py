"""Run a job for someone who waits: the same job process a window starts, its events passed on."""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import ClassVar

from vne_core.errors import Cancelled, VneError
from vne_core.jobs.events import Event, Failed, Finished, JobSpec
from vne_core.jobs.folder import (
    CANCEL_PATIENCE_S,
    LOG_NAME,
    job_command,
    log_tail,
    make_job_folder,
    request_cancel,
)
from vne_core.jobs.stream import JobStream

_READ_BYTES = 65536
_POLL_S = 0.2


class JobFailedError(VneError):
    """A job that ended by refusal or fault; ``job_code`` is the code it gave."""

    code: ClassVar[str] = "job-failed"

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.found, failed.needed, failed.action)
        self.job_code = failed.code


def run_foreground(spec: JobSpec, on_event: Callable[[Event], None]) -> Finished:
    """Run a job to its end and return its result; every event goes to ``on_event``.

    Ctrl-C asks the job to stop and kills it after ``CANCEL_PATIENCE_S``, or at a second Ctrl-C.
    Raises Cancelled, or JobFailedError with the job's own words.
    """
    folder = make_job_folder(spec)
    try:
        terminal = _watch(folder, on_event)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    match terminal:
        case Finished():
            return terminal
        case Failed():
            raise JobFailedError(terminal)
        case _:
            raise Cancelled


def _watch(folder: Path, on_event: Callable[[Event], None]) -> Event:
    """Start the job and pass its events on; return the terminal one."""
    stream = JobStream()
    with _started(folder) as process:
        assert process.stdout is not None
        try:
            _pump(process.stdout.fileno(), stream, on_event, None)
        except KeyboardInterrupt:
            request_cancel(folder)
            deadline = time.monotonic() + CANCEL_PATIENCE_S
            with contextlib.suppress(KeyboardInterrupt):
                _pump(process.stdout.fileno(), stream, on_event, deadline)
            if stream.terminal is None:
                raise Cancelled from None
    death = stream.end(process.returncode, log_tail(folder))
    if death is not None:
        on_event(death)
    assert stream.terminal is not None
    return stream.terminal


@contextlib.contextmanager
def _started(folder: Path) -> Generator["subprocess.Popen[bytes]"]:
    """Run the job's process; on leaving, it and its workers are gone."""
    with (
        (folder / LOG_NAME).open("wb") as log,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            job_command(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(CANCEL_PATIENCE_S)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _pump(
    descriptor: int,
    stream: JobStream,
    on_event: Callable[[Event], None],
    deadline: float | None,
) -> None:
    """Pass events on until the terminal one, the end of the stream, or the deadline."""
    with selectors.DefaultSelector() as ready:
        ready.register(descriptor, selectors.EVENT_READ)
        while stream.terminal is None and (deadline is None or time.monotonic() < deadline):
            if not ready.select(_POLL_S):
                continue
            data = os.read(descriptor, _READ_BYTES)
            if not data:
                return
            for event in stream.feed(data):
                on_event(event)
