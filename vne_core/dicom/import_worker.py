"""A child process that opens headers and decodes pixels: ``python -m vne_core.dicom.import_worker``.

It is started with one end of a socket and holds nothing else: when a decoder crashes, runs out of
memory or does not come to an end, the system ends this process and the import goes on. It ends
itself when its parent is gone.
"""

import gc
import logging
import resource
import signal
import sys
import time
import warnings
from collections.abc import Callable
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any, Final

from vne_core.dicom.door import digest_pixels, open_header, open_pixels
from vne_core.dicom.header import Header, SourceFile

MEMORY_BYTES: Final = 4 << 30
"""Address space of a worker: the largest decoded image, its copies, and the libraries."""
CPU_SECONDS: Final = 0.8
"""Processor time for one file, however busy the machine is, beyond what its size allows."""
CPU_SECONDS_A_MEGABYTE: Final = 0.05
WALL_SECONDS: Final = 30.0
"""Time for one file by the clock: a disk or network that does not answer."""
FLUSH_SECONDS: Final = 0.02
"""How long answers may gather before they are sent."""
READY: Final = "ready"
"""The first message: the worker has its libraries and waits for work."""


class Task(StrEnum):
    """What a worker does with each item of a batch."""

    HEADER = "header"
    PIXELS = "pixels"
    DIGEST = "digest"


def main(arguments: list[str]) -> int:
    """Serve batches from the socket whose descriptor is the one argument, until it closes."""
    _stay_small_and_quiet()
    connection = Connection(int(arguments[0]))
    try:
        connection.send(READY)
        while True:
            task, items = connection.recv()
            _answer(connection, _WORK[Task(task)], items)
    except (EOFError, OSError):
        return 0


def _answer(connection: Connection, work: Callable[[Any], object], items: list[Any]) -> None:
    """Send the answers to ``items`` in their order, a few at a time."""
    answers: list[object] = []
    last_sent = time.monotonic()
    for item in items:
        _start_timers(item)
        answers.append(work(item))
        _stop_timers()
        if time.monotonic() - last_sent > FLUSH_SECONDS:
            connection.send(answers)
            answers, last_sent = [], time.monotonic()
    if answers:
        connection.send(answers)


def _stay_small_and_quiet() -> None:
    """Limit memory, leave no core file, and keep libraries' remarks to themselves."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    gc.freeze()


def _start_timers(item: SourceFile | Header) -> None:
    """Have the system end this process when one item takes too long."""
    allowance = CPU_SECONDS + CPU_SECONDS_A_MEGABYTE * _size_bytes(item) / 1e6
    signal.setitimer(signal.ITIMER_PROF, allowance)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS + allowance)


def _stop_timers() -> None:
    """Stop both clocks."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _size_bytes(item: SourceFile | Header) -> int:
    """Return how large a piece of work is: a file's (an archive's) size, or the decoded pixels'."""
    if isinstance(item, Header):
        return item.decoded_bytes
    try:
        return item.path.stat().st_size
    except (OSError, ValueError):
        return 0


_WORK: Final[dict[Task, Callable[[Any], object]]] = {
    Task.HEADER: open_header,
    Task.PIXELS: open_pixels,
    Task.DIGEST: digest_pixels,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
