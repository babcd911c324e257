"""A folder that one training at a time may write into."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Generator
from pathlib import Path

from vne_core.errors import VneError

LOCK_FILE = "training.lock"
_TAKEN = (errno.EWOULDBLOCK, errno.EACCES)


class FolderTakenError(VneError):
    """Another program is training into the folder."""

    code = "folder-taken"


@contextlib.contextmanager
def claimed(folder: Path) -> Generator[None]:
    """Hold the right to write into a folder, made where it is missing.

    The lock is the operating system's: it ends with the process, however that ends. Raises
    FolderTakenError while another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno not in _TAKEN:
            raise
        raise FolderTakenError(
            f"another program is training into {folder}",
            "a folder of its own for each training",
            "wait until it has ended, or name another folder",
        ) from error
    try:
        yield
    finally:
        os.close(descriptor)
