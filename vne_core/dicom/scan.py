"""Every file of some folders, through the import door, on all processors."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vne_core.dicom.beside import BESIDE_WORD
from vne_core.dicom.door import open_archive
from vne_core.dicom.header import Header, Imported, Rejected, SourceFile
from vne_core.dicom.import_worker import Task
from vne_core.dicom.pool import Lost, WorkerPool
from vne_core.dicom.sources import is_archive
from vne_core.errors import Cancelled

IGNORED_CODES: Final = frozenset(("dicomdir", BESIDE_WORD))
"""Rejections that lose nothing: what a DICOMDIR says is read from the files it lists."""
LARGEST_BATCH: Final = 32
"""Files handed to a worker at a time."""
ASK_SECONDS: Final = 0.1
"""How often a listing asks whether it is cancelled."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Every file found, exactly once, in the order of their names."""

    imported: tuple[Header, ...]
    rejected: tuple[Rejected, ...]
    ignored: tuple[Rejected, ...]

    @property
    def file_count(self) -> int:
        """How many files were found."""
        return len(self.imported) + len(self.rejected) + len(self.ignored)


def find_files(paths: Iterable[Path]) -> Iterator[SourceFile]:
    """Give every file under ``paths`` once, in the order of names: the members of a .zip too.

    Links are followed, a folder met before is not entered again. What cannot be entered or read
    is given as it is, so that the door says why.
    """
    folders: set[tuple[int, int]] = set()
    given: set[str] = set()
    for path in paths:
        for name in _under(os.path.abspath(path), folders):  # noqa: PTH100 - a link keeps its name
            if name not in given:
                given.add(name)
                yield from _members(Path(name))


def scan(
    paths: Iterable[Path],
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ScanResult:
    """Return the headers of every MR image under ``paths``, and what was refused.

    Parameters
    ----------
    paths
        Folders, files, .zip archives.
    workers
        How many processes; the number of processors where None.
    progress
        Called with (files done, files in all) as they are done.
    cancelled
        Asked several times a second; a scan that is cancelled raises Cancelled.
    """
    sources = _list_files(paths, cancelled)
    answers: list[Imported | Rejected | None] = [None] * len(sources)
    with WorkerPool(workers) as pool:
        batch = max(1, min(LARGEST_BATCH, len(sources) // (4 * pool.limit)))
        found = pool.work(Task.HEADER, sources, batch=batch, cancelled=cancelled)
        for done, (index, answer) in enumerate(found, start=1):
            answers[index] = _as_outcome(sources[index], answer)
            if progress is not None:
                progress(done, len(sources))
    return _sorted_out(answer for answer in answers if answer is not None)


def _list_files(
    paths: Iterable[Path], cancelled: Callable[[], bool] | None
) -> tuple[SourceFile, ...]:
    """Return all files, asking every tenth of a second whether to go on."""
    sources: list[SourceFile] = []
    asked = time.monotonic()
    for source in find_files(paths):
        sources.append(source)
        if cancelled is not None and time.monotonic() - asked > ASK_SECONDS:
            asked = time.monotonic()
            if cancelled():
                raise Cancelled
    return tuple(sources)


def _under(root: str, folders: set[tuple[int, int]]) -> Iterator[str]:
    """Give the files at and below ``root``, depth first, without entering a folder twice."""
    waiting = [(root, Path(root).is_dir())]
    while waiting:
        here, is_folder = waiting.pop()
        children = _children(here, folders) if is_folder else None
        if children is None:
            yield here
        else:
            waiting.extend(reversed(children))


def _children(folder: str, folders: set[tuple[int, int]]) -> list[tuple[str, bool]] | None:
    """Return a folder's entries by name and whether each is a folder.

    None of a folder met before; None in place of the list where it cannot be read.
    """
    try:
        status = Path(folder).stat()
        identity = status.st_dev, status.st_ino
        if identity in folders:
            return []
        folders.add(identity)
        with os.scandir(folder) as entries:
            return sorted((entry.path, _is_folder(entry)) for entry in entries)
    except OSError:
        return None


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Tell whether an entry is a folder; what cannot be followed, a link to itself, is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _members(path: Path) -> Iterator[SourceFile]:
    """Give a file itself, or the members of an archive; an unreadable archive as one file."""
    source = SourceFile(path)
    if not is_archive(path):
        yield source
        return
    members = open_archive(source)
    yield from (source,) if isinstance(members, Rejected) else members


def _as_outcome(source: SourceFile, answer: Imported | Rejected | Lost) -> Imported | Rejected:
    """Return what a worker answered, or the file's rejection where it died instead."""
    return Rejected(source, answer.code, answer.reason) if isinstance(answer, Lost) else answer


def _sorted_out(answers: Iterable[Imported | Rejected]) -> ScanResult:
    """Return the answers told apart."""
    imported: list[Header] = []
    rejected: list[Rejected] = []
    ignored: list[Rejected] = []
    for answer in answers:
        match answer:
            case Imported(header):
                imported.append(header)
            case Rejected(code=code) if code in IGNORED_CODES:
                ignored.append(answer)
            case Rejected():
                rejected.append(answer)
    return ScanResult(tuple(imported), tuple(rejected), tuple(ignored))
