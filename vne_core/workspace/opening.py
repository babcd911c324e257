"""Ways to open a workspace: as the window that writes, beside it for a job, or to read only."""

import contextlib
import errno
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from vne_core.workspace.connect import choose_journal, connect
from vne_core.workspace.failures import OtherVersionError, in_words
from vne_core.workspace.lock import Holder, HolderLock, take_lock
from vne_core.workspace.migrate import LATEST, migrate, require_known_version


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection, and what may be done through it (``read_only_reason`` empty: everything)."""

    connection: sqlite3.Connection
    workspace_id: str
    lock: HolderLock | None = None
    read_only_reason: str = ""
    holder: Holder | None = None
    warning: str = ""


def for_window(folder: Path) -> Opened:
    """Open to write, making the workspace when needed; to read where another window writes."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = take_lock(folder)
    except OSError as error:
        return _without_lock(folder, error)
    if isinstance(lock, Holder):
        return to_read(folder, f"it is being used by {lock}", lock)
    with contextlib.ExitStack() as undo:
        undo.callback(lock.release)
        opened = replace(to_write(folder), lock=lock)
        undo.pop_all()
    return opened


def to_write(folder: Path) -> Opened:
    """Open to write beside whoever holds the lock, making or migrating the database if needed."""
    with in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
    connection = connect(folder, read_only=False)
    with contextlib.ExitStack() as undo:
        undo.callback(connection.close)
        require_known_version(connection, folder)
        with in_words(folder):
            warning = choose_journal(connection, folder)
        migrate(connection, folder)
        opened = Opened(connection, _workspace_id(connection, folder), warning=warning)
        undo.pop_all()
    return opened


def to_read(folder: Path, reason: str, holder: Holder | None = None) -> Opened:
    """Open to read; ``reason`` says why nothing can be written.

    Raises NoWorkspaceError where there is nothing to read, and OtherVersionError where the
    versions of file and software differ.
    """
    connection = connect(folder, read_only=True)
    with contextlib.ExitStack() as undo:
        undo.callback(connection.close)
        _require_latest(require_known_version(connection, folder), folder)
        identity = _workspace_id(connection, folder)
        opened = Opened(connection, identity, read_only_reason=reason, holder=holder)
        undo.pop_all()
    return opened


def _without_lock(folder: Path, error: OSError) -> Opened:
    """Open to read where nothing can be written, else to write with a warning."""
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return to_read(folder, "its folder is read-only")
    opened = to_write(folder)
    unlocked = f"{folder} has no file locks: use one window at a time"
    return replace(opened, warning="; ".join(filter(None, (opened.warning, unlocked))))


def _require_latest(version: int, folder: Path) -> None:
    if version < LATEST:
        raise OtherVersionError(
            f"the workspace {folder} has version {version}, older than this software's",
            "the right to bring it up to date",
            "open it once where it can be written",
        )


def _workspace_id(connection: sqlite3.Connection, folder: Path) -> str:
    with in_words(folder):
        return str(connection.execute("SELECT workspace_id FROM workspace").fetchone()[0])
