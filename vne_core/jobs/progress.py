"""Work that reports by a callback, as a generator of Progress events."""

import queue
import threading
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from vne_core.jobs.events import Progress
from vne_core.jobs.registry import IsCancelled

Result = TypeVar("Result")
Report = Callable[[int, int], None]
_DONE = None


class _Worker(threading.Thread, Generic[Result]):
    """Runs the work and keeps its value or its error."""

    def __init__(self, work: Callable[[], Result], done: Callable[[], None]) -> None:
        super().__init__(name="job-work")
        self._work = work
        self._done = done
        self.value: list[Result] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        """Run the work; an error waits for the generator to raise it."""
        try:
            self.value.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self.error = error
        finally:
            self._done()


def reporting(
    work: Callable[[Report, IsCancelled], Result], text: str, cancelled: IsCancelled
) -> Generator[Progress, None, Result]:
    """Yield what ``work`` reports and return its value; its error is raised here.

    ``work`` gets a report function (done, total) and whether it should stop, which is also true
    when nobody listens any more. Reports that nobody had time to read are passed over.
    """
    reports: queue.SimpleQueue[tuple[int, int] | None] = queue.SimpleQueue()
    abandoned = threading.Event()
    worker = _Worker(
        lambda: work(
            lambda done, total: reports.put((done, total)),
            lambda: abandoned.is_set() or cancelled(),
        ),
        lambda: reports.put(_DONE),
    )
    worker.start()
    try:
        while (report := _latest(reports)) is not _DONE:
            yield Progress(*report, text)
    finally:
        abandoned.set()
        worker.join()
    if worker.error is not None:
        raise worker.error
    return worker.value[0]


def _latest(reports: "queue.SimpleQueue[tuple[int, int] | None]") -> tuple[int, int] | None:
    """Wait for a report and return the newest one there is; None once the work is done."""
    report = reports.get()
    while report is not _DONE and not reports.empty():
        report = reports.get()
    return report
