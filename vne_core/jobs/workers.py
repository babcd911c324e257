"""The same work for many patients, in worker processes."""

import multiprocessing
import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import TypeVar

from vne_core.errors import Cancelled
from vne_core.jobs.events import Event, Progress
from vne_core.jobs.registry import IsCancelled

POLL_S = 0.5
"""How often a wish to stop is looked for."""

Task = TypeVar("Task")
Made = TypeVar("Made")


def each_in_workers(
    work: Callable[[Task], Made],
    tasks: Sequence[Task],
    text: str,
    cancelled: IsCancelled,
    *,
    done: int = 0,
) -> Generator[Event, None, list[Made]]:
    """Do the work of every task, a worker a core; yield progress, return results in order.

    ``done`` tasks were done before and count. On a wish to stop, tasks begun are finished and the
    others are not begun. Raises Cancelled, and what the work raises.
    """
    total = done + len(tasks)
    yield Progress(done, total, text)
    if not tasks:
        return []
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a worker a core: no threads of their own
    workers = min(len(tasks), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(work, task) for task in tasks]
        waiting: set[Future[Made]] = set(futures)
        try:
            while waiting:
                finished, waiting = wait(waiting, POLL_S, FIRST_COMPLETED)
                for future in finished:
                    future.result()
                if cancelled():
                    raise Cancelled
                if finished:
                    yield Progress(total - len(waiting), total, text)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return [future.result() for future in futures]
