"""Worker processes that each hold one batch; one that dies costs the file it was at.

Not ``multiprocessing.Pool`` nor ``ProcessPoolExecutor``: neither survives the death of a worker
without losing the other workers' items, and both import the program's main module again in the
child, which for the window means Qt.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from vne_core.dicom.import_worker import READY, Task
from vne_core.errors import Cancelled, VneError

POLL_SECONDS: Final = 0.1
"""How often a running batch asks whether it is cancelled."""
EXIT_SECONDS: Final = 2.0
"""How long a worker that has closed its socket may take to be gone."""
_MODULE: Final = "vne_core.dicom.import_worker"
_ROOT: Final = str(Path(__file__).parents[2])


class WorkerStartError(VneError):
    """The import's child processes do not start."""

    code = "no-workers"

    def __init__(self, exit_code: int) -> None:
        super().__init__(
            f"an import worker ended with code {exit_code} before its first file",
            "a complete installation and some free memory",
            f"try: {sys.executable} -m {_MODULE}",
        )


@dataclass(frozen=True, slots=True)
class Lost:
    """An item whose worker died over it; ``reason`` says of what, as far as the system tells."""

    code: str
    reason: str


_CAUSES: Final = {
    -signal.SIGPROF: Lost("too-slow", "took too long to read: given up"),
    -signal.SIGALRM: Lost("too-slow", "its disk or network did not answer in time"),
    -signal.SIGKILL: Lost("too-large", "the system ended its import: probably out of memory"),
}
_CRASHED: Final = Lost("damaged", "its image is damaged (its decoder crashed)")


class WorkerPool:
    """Child processes for reading files of strangers. Use it as a context manager.

    Parameters
    ----------
    workers
        How many processes; the number of processors where None. They start when first needed.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.limit = max(1, workers or os.cpu_count() or 1)
        self._workers: list[_Worker] = []
        self._is_working = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The processes that live now."""
        return tuple(worker.process_id for worker in self._workers)

    def close(self) -> None:
        """End all workers, at once, and wait until they are gone."""
        while self._workers:
            self._workers.pop().kill()

    def work(
        self,
        task: Task,
        items: Sequence[Any],
        *,
        batch: int,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[int, Any]]:
        """Give (index of the item, answer or Lost) as answers come, in no particular order.

        Raises Cancelled within POLL_SECONDS of ``cancelled`` saying so; the workers end then, as
        they do when the iterator is closed before its end. One piece of work at a time: starting
        another before that is a RuntimeError.
        """
        if self._is_working:
            raise RuntimeError("the workers are busy: finish or close what was started first")
        indices = range(len(items))
        waiting = deque(indices[at : at + batch] for at in range(0, len(items), batch))
        self._is_working = True
        try:
            while waiting or any(worker.held for worker in self._workers):
                if cancelled is not None and cancelled():
                    raise Cancelled
                self._hand_out(task, items, waiting)
                yield from self._collect(waiting)
        finally:
            self._is_working = False
            if any(worker.held for worker in self._workers):
                self.close()

    def _hand_out(self, task: Task, items: Sequence[Any], waiting: "deque[range]") -> None:
        """Give every idle worker a batch, starting workers up to the limit."""
        idle = [worker for worker in self._workers if not worker.held]
        while waiting and (idle or len(self._workers) < self.limit):
            worker = idle.pop() if idle else self._start()
            indices = waiting.popleft()
            if not worker.take(indices, task, [items[index] for index in indices]):
                self._workers.remove(worker)
                waiting.appendleft(indices)

    def _start(self) -> "_Worker":
        """Start one more worker."""
        worker = _Worker()
        self._workers.append(worker)
        return worker

    def _collect(self, waiting: "deque[range]") -> Iterator[tuple[int, Any]]:
        """Give what has arrived within the polling time."""
        busy = [worker for worker in self._workers if worker.held]
        ready = wait([worker.connection for worker in busy], timeout=POLL_SECONDS)
        for worker in [worker for worker in busy if worker.connection in ready]:
            answers = worker.receive()
            if answers is None:
                yield from self._bury(worker, waiting)
            else:
                yield from answers

    def _bury(self, worker: "_Worker", waiting: "deque[range]") -> Iterator[tuple[int, Any]]:
        """Blame a dead worker's only item; send several out again one by one to find the one."""
        self._workers.remove(worker)
        unanswered = worker.held
        exit_code = worker.exit_code()
        if len(unanswered) == 1:
            yield unanswered[0], _CAUSES.get(exit_code, _CRASHED)
        else:
            waiting.extendleft(unanswered[at : at + 1] for at in reversed(range(len(unanswered))))


class _Worker:
    """One child process and the socket to it."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        self.held: range = range(0)
        self._is_ready = False
        with theirs:
            # sys.executable and a module of ours: nothing of a user's is part of the command
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", _MODULE, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                pass_fds=(theirs.fileno(),),
            )

    @property
    def process_id(self) -> int:
        """The child's process id."""
        return self._process.pid

    def take(self, indices: range, task: Task, items: list[Any]) -> bool:
        """Send a batch; False where the worker has died while it had nothing to do."""
        try:
            self.connection.send((task.value, items))
        except OSError:
            self._require_started()
            return False
        self.held = indices
        return True

    def receive(self) -> list[tuple[int, Any]] | None:
        """Return (index, answer) of what has arrived; None where the worker is dead."""
        try:
            answers = self.connection.recv()
        except (EOFError, OSError):
            self._require_started()
            return None
        if answers == READY:
            self._is_ready = True
            return []
        indices, self.held = self.held[: len(answers)], self.held[len(answers) :]
        return list(zip(indices, answers, strict=True))

    def _require_started(self) -> None:
        """Raise WorkerStartError for a worker that ended before it was ever ready."""
        exit_code = self.exit_code()
        if not self._is_ready:
            raise WorkerStartError(exit_code)

    def kill(self) -> None:
        """End the child now and wait until it is gone."""
        self.connection.close()
        self._process.kill()
        self._process.wait()

    def exit_code(self) -> int:
        """Return the exit code of a child whose socket has closed."""
        self.connection.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(EXIT_SECONDS)
        self._process.kill()
        return self._process.wait()


def _environment() -> dict[str, str]:
    """Return the child's environment: this package and none of the working folder's modules."""
    paths = (_ROOT, os.environ.get("PYTHONPATH", ""))
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONSAFEPATH": "1",
    }
