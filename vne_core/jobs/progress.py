"""Work that reports by a callback, as a generator of Progress events."""

import queue
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from vne_core.jobs.events import Progress
from vne_core.jobs.registry import IsCancelled

Result = TypeVar("Result")
Report = Callable[[int, int], None]
_Reports = queue.SimpleQueue[tuple[int, int] | None]


def reporting(
    work: Callable[[Report, IsCancelled], Result], text: str, cancelled: IsCancelled
) -> Generator[Progress, None, Result]:
    """Yield what ``work`` reports and return its value; its error is raised here.

    ``work`` gets a report function (done, total) and whether it should stop, which is also true
    when nobody listens any more. Reports that nobody had time to read are passed over.
    """
    reports: _Reports = queue.SimpleQueue()
    abandoned = threading.Event()

    def report(done: int, total: int) -> None:
        reports.put((done, total))

    def should_stop() -> bool:
        return abandoned.is_set() or cancelled()

    with ThreadPoolExecutor(1, thread_name_prefix="job-work") as pool:
        future = pool.submit(work, report, should_stop)
        future.add_done_callback(lambda _: reports.put(None))
        try:
            while batch := _waiting(reports):
                yield Progress(*batch[-1], text)
        finally:
            abandoned.set()
        return future.result()


def _waiting(reports: _Reports) -> list[tuple[int, int]]:
    """Wait for reports and return those there are; none once the work is done."""
    batch: list[tuple[int, int]] = []
    while not (batch and reports.empty()):
        report = reports.get()
        if report is None:
            reports.put(None)
            break
        batch.append(report)
    return batch
