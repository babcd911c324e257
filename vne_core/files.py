"""Files that appear whole or not at all, content hashes, free space."""

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import IO

from vne_core.errors import VneError


class NoSpaceError(VneError):
    """The disk has less room than the work needs."""

    code = "no-space"


@contextlib.contextmanager
def atomic_open(path: Path) -> Generator[IO[bytes]]:
    """Open a file that replaces ``path`` only once it is whole and on the disk.

    A reader of ``path`` sees the old bytes or the new ones, also after a power cut.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def atomic_write(path: Path, data: bytes | str) -> None:
    """Write ``data`` (text as UTF-8) so that ``path`` holds all of it or what it held before."""
    with atomic_open(path) as stream:
        stream.write(data.encode() if isinstance(data, str) else data)


def sha256_bytes(data: bytes | bytearray | memoryview) -> str:
    """Return the SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def require_free_space(folder: Path, needed_bytes: int) -> None:
    """Raise NoSpaceError when the disk of ``folder`` has less than ``needed_bytes`` free."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free_bytes = shutil.disk_usage(existing).free
    if free_bytes < needed_bytes:
        raise NoSpaceError(
            f"the disk of {existing} has {free_bytes / 1e6:.0f} MB free",
            f"{needed_bytes / 1e6:.0f} MB",
            "free some space or choose a workspace on another disk",
        )


def _sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable, where the system allows a folder to be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
