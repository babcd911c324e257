"""The bytes of a file, or of a member of a .zip that is never unpacked to disk."""

import contextlib
import functools
import io
import stat
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, Final, cast

from vne_core.dicom.header import SourceFile
from vne_core.dicom.limits import (
    ARCHIVE_WORD,
    FREE_PIXEL_BYTES,
    MAX_ARCHIVE_DIRECTORY_BYTES,
    MAX_FILE_BYTES,
    MAX_MEMBER_RATIO,
    FileRefusedError,
    in_megabytes,
)

ENCRYPTED_FLAG: Final = 1
"""Bit 0 of a member's general purpose flags (APPNOTE.TXT 4.4.4)."""
_ARCHIVE_SUFFIX: Final = ".zip"
_END_RECORD: Final = b"PK\x05\x06"
_END_RECORD_BYTES: Final = 22
_END64_LOCATOR: Final = b"PK\x06\x07"
_END64_BYTES: Final = 76
_LONGEST_COMMENT: Final = 1 << 16
ARCHIVE_ERRORS: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises on a damaged, encrypted or exotic archive."""

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@contextlib.contextmanager
def open_source(source: SourceFile) -> Generator[tuple[BinaryIO, int]]:
    """Open the bytes of ``source``; give the stream and how many bytes it holds.

    Raises FileRefusedError for what is no readable, regular file within the size cap.
    """
    if source.member is None:
        size = _regular_size(source.path)
        with _opened(source.path) as stream:
            yield stream, size
    else:
        with _open_member(source.path, source.member) as (stream, size):
            yield stream, size


def member_names(path: Path) -> tuple[str, ...]:
    """Return the names of an archive's files, each once, folders left out, in its own order.

    Raises FileRefusedError for what is no readable archive.
    """
    members = _archive_at(path).members
    return tuple(name for name, found in members.items() if not found[0].is_dir())


def explain_archive(source: SourceFile) -> None:
    """Raise FileRefusedError with why an archive was not opened, where more can be said of it."""
    if source.member is not None:
        raise FileRefusedError(ARCHIVE_WORD, "an archive within the archive", "", "unpack it first")
    if has_archive_name(source.path):
        member_names(source.path)


def has_archive_name(path: Path) -> bool:
    """Tell whether a file calls itself a zip archive."""
    return path.suffix.lower() == _ARCHIVE_SUFFIX


def is_archive(path: Path) -> bool:
    """Tell whether a file is named .zip and really is a zip archive."""
    try:
        return has_archive_name(path) and path.is_file() and zipfile.is_zipfile(path)
    except OSError:
        return False


def unreadable(error: OSError) -> FileRefusedError:
    """Say in words why the system refused a file."""
    reason = (error.strerror or type(error).__name__).lower()
    return FileRefusedError("unreadable", f"cannot be read: {reason}")


def _opened(path: Path) -> BinaryIO:
    """Open a file for reading, unbuffered: the head is read in one go."""
    try:
        return cast("BinaryIO", path.open("rb", buffering=0))
    except OSError as error:
        raise unreadable(error) from error


def _regular_size(path: Path) -> int:
    """Return the size of a regular file within the cap."""
    try:
        status = path.stat()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.is_symlink():
            raise FileRefusedError("unreadable", "a link to a file that is not there") from error
        raise unreadable(error) from error
    except ValueError as error:
        raise FileRefusedError("unreadable", f"not a usable file name: {error}") from error
    if not stat.S_ISREG(status.st_mode):
        what = next((name for test, name in _KINDS if test(status.st_mode)), "no regular file")
        raise FileRefusedError("not-a-file", f"{what}, not a file")
    return _within_cap(status.st_size)


def _within_cap(size: int) -> int:
    """Return ``size`` unless it is nothing or too much."""
    if size == 0:
        raise FileRefusedError("empty", "an empty file")
    if size > MAX_FILE_BYTES:
        raise FileRefusedError(
            "too-large",
            f"a file of {in_megabytes(size)}",
            f"at most {in_megabytes(MAX_FILE_BYTES)}",
        )
    return size


@contextlib.contextmanager
def _open_member(path: Path, member: str) -> Generator[tuple[BinaryIO, int]]:
    """Open one member of an archive as a stream that inflates as it is read."""
    archive = _archive_at(path)
    info = _the_member(archive, member)
    size = _within_cap(info.file_size)
    if size > FREE_PIXEL_BYTES + MAX_MEMBER_RATIO * info.compress_size:
        raise FileRefusedError(
            "inflating", f"{in_megabytes(info.compress_size)} that inflate to {in_megabytes(size)}"
        )
    try:
        stream = archive.file.open(info)
    except ARCHIVE_ERRORS as error:
        raise FileRefusedError("damaged", f"a damaged member of its archive: {error}") from error
    with stream:
        yield cast("BinaryIO", stream), size


def _the_member(archive: "_Archive", member: str) -> zipfile.ZipInfo:
    """Return the one plain member of that name."""
    found = archive.members.get(member, [])
    if not found:
        raise FileRefusedError("unreadable", "the archive has no such member")
    if len(found) > 1:
        raise FileRefusedError(
            "ambiguous", f"{len(found)} members of the archive have this name", "one of each name"
        )
    if found[0].flag_bits & ENCRYPTED_FLAG:
        raise FileRefusedError(
            "encrypted", "encrypted in its archive", "", "unpack it with its password first"
        )
    return found[0]


class _Archive:
    """An open archive and its members by name."""

    __slots__ = ("file", "members")

    def __init__(self, path: Path) -> None:
        self.file = zipfile.ZipFile(path)
        self.members: dict[str, list[zipfile.ZipInfo]] = {}
        for info in self.file.infolist():
            self.members.setdefault(info.filename, []).append(info)


def _archive_at(path: Path) -> _Archive:
    """Return the archive, kept open between members while it stays the same file."""
    _regular_size_of_archive(path)
    try:
        status = path.stat()
        return _cached_archive(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise unreadable(error) from error
    except ARCHIVE_ERRORS as error:
        raise FileRefusedError(
            "damaged", "a zip archive that is damaged or was not copied whole"
        ) from error


def _regular_size_of_archive(path: Path) -> None:
    """Refuse what is not a regular file; an archive itself may be of any size."""
    try:
        _regular_size(path)
    except FileRefusedError as refusal:
        if refusal.word != "too-large":
            raise


@functools.lru_cache(maxsize=1)
def _cached_archive(path: Path, _mtime_ns: int, _size: int) -> _Archive:
    """Open an archive whose list of members is within its cap."""
    with path.open("rb") as stream:
        directory_bytes = _directory_bytes(stream)
    if directory_bytes > MAX_ARCHIVE_DIRECTORY_BYTES:
        raise FileRefusedError(
            "too-large",
            f"an archive whose list of members is {in_megabytes(directory_bytes)} long",
            f"at most {in_megabytes(MAX_ARCHIVE_DIRECTORY_BYTES)}",
            "unpack it, or split it",
        )
    return _Archive(path)


def _directory_bytes(stream: BinaryIO) -> int:
    """Return the announced length of an archive's central directory (APPNOTE.TXT 4.3.14-16)."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END_RECORD_BYTES - _LONGEST_COMMENT - _END64_BYTES))
    tail = stream.read()
    at = tail.rfind(_END_RECORD)
    if at < 0:
        return 0
    announced = int.from_bytes(tail[at + 12 : at + 16], "little")
    if at >= _END64_BYTES and tail[at - 20 : at - 16] == _END64_LOCATOR:
        return int.from_bytes(tail[at - _END64_BYTES + 40 : at - _END64_BYTES + 48], "little")
    return announced
