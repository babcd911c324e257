"""Stored pixel values, decoded in worker processes with limits on memory and time.

GDCM aborts the interpreter on a mutated file and the RLE decoder panics in Rust, which no handler
of ordinary errors sees: a worker that dies costs the file it was at, and is replaced.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from vne_core.dicom.header import Header, Rejected
from vne_core.dicom.import_worker import Task
from vne_core.dicom.pool import Lost, WorkerPool

Pixels = NDArray[np.generic]

LARGEST_BATCH: Final = 8
"""Objects handed to a worker at a time."""
BATCH_BYTES: Final = 8 << 20
"""Decoded size above which an object travels alone."""


class PixelDecoder:
    """Decodes the pixels of imported objects. Use it as a context manager.

    The workers start with the first object and stay until the end.

    Parameters
    ----------
    workers
        How many processes; the number of processors where None.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._pool = WorkerPool(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The worker processes that live now."""
        return self._pool.process_ids

    def decode(self, header: Header) -> Pixels | Rejected:
        """Return the stored values, shape (frames, rows, columns), or why there are none."""
        ((_, pixels),) = self.decode_many((header,))
        return pixels

    def decode_many(
        self,
        headers: Iterable[Header],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[Header, Pixels | Rejected]]:
        """Give each object with its stored values as they come, in no particular order.

        Parameters
        ----------
        headers
            What to decode.
        progress
            Called with (objects done, objects in all) as they are done.
        cancelled
            Asked several times a second; when it says so, Cancelled is raised.
        """
        return self._each(Task.PIXELS, tuple(headers), progress, cancelled)

    def digest(self, header: Header) -> str | Rejected:
        """Return the SHA-256 of the stored values, whatever syntax they are stored in."""
        ((_, digest),) = self.digest_many((header,))
        return digest

    def digest_many(
        self,
        headers: Iterable[Header],
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[Header, str | Rejected]]:
        """Give each object with its digest as they come; the pixels stay in the workers."""
        return self._each(Task.DIGEST, tuple(headers), progress, cancelled)

    def _each(
        self,
        task: Task,
        headers: Sequence[Header],
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Iterator[tuple[Header, Any]]:
        """Give each header with the worker's answer, a lost one as its rejection."""
        batch = _batch_size(headers, self._pool.limit)
        answers = self._pool.work(task, headers, batch=batch, cancelled=cancelled)
        for done, (index, answer) in enumerate(answers, start=1):
            header = headers[index]
            if progress is not None:
                progress(done, len(headers))
            yield header, _rejection(header, answer) if isinstance(answer, Lost) else answer


def _batch_size(headers: Sequence[Header], workers: int) -> int:
    """Return how many objects travel together: few where they are large or few in all."""
    if any(header.decoded_bytes > BATCH_BYTES for header in headers):
        return 1
    return max(1, min(LARGEST_BATCH, len(headers) // (2 * workers)))


def _rejection(header: Header, lost: Lost) -> Rejected:
    """Return the rejection of an object whose worker died over it."""
    return Rejected(header.source, lost.code, lost.reason)
