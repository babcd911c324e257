"""Who is working in a workspace: one window writes, the others read and say who it is.

The lock is the operating system's, on an open file: a crash or a kill releases it.
"""

import contextlib
import errno
import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

LOCK_NAME = "workspace.lock"
_TAKEN = (errno.EWOULDBLOCK, errno.EACCES)
_LARGEST_LOCK_FILE = 4096


@dataclass(frozen=True, slots=True)
class Holder:
    """The program that may write: its machine, process number, and since when (ISO 8601, UTC).

    Process 0 on no machine is a program that has only just begun and not said who it is.
    """

    host: str
    pid: int
    since_utc: str

    def __str__(self) -> str:
        """Return who holds the workspace as part of a sentence."""
        if not self.pid:
            return "another program"
        return f"process {self.pid} on {self.host}, since {self.since_utc}"


class HolderLock:
    """The right to write in a workspace, held until ``release`` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Give the right back; a second call does nothing."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def take_lock(folder: Path) -> HolderLock | Holder:
    """Return the lock of the workspace in ``folder``, or who has it.

    Raises OSError where the folder cannot be written or its file system has no locks.
    """
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        held_by = _read_holder(descriptor)
        os.close(descriptor)
        if error.errno in _TAKEN:
            return held_by
        raise
    _write_holder(descriptor)
    return HolderLock(descriptor)


def _write_holder(descriptor: int) -> None:
    me = Holder(os.uname().nodename, os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"))
    text = json.dumps(asdict(me)).encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text, 0)


def _read_holder(descriptor: int) -> Holder:
    with contextlib.suppress(ValueError, TypeError):
        return Holder(**json.loads(os.pread(descriptor, _LARGEST_LOCK_FILE, 0)))
    return Holder("", 0, "")
