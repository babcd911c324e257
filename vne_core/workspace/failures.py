"""What can go wrong with a workspace, in words a reader can act on."""

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Generator
from pathlib import Path

from vne_core.errors import VneError

PRIMARY_CODE_MASK = 0xFF
"""SQLite's extended result codes carry the primary code in their low byte."""
LEAST_ROOM_BYTES = 65_536
"""SQLite needs this much for its shared index; without it every access is an input/output error."""


SERIES_ACTION = "take its id from vne list --json"
"""What to do about a series that is not in the workspace."""


class WorkspaceError(VneError):
    """The workspace cannot do what was asked."""

    code = "workspace"


class NoWorkspaceError(WorkspaceError):
    """The folder holds no workspace."""

    code = "no-workspace"


class OtherVersionError(WorkspaceError):
    """The workspace has a version that cannot be opened here."""

    code = "workspace-version"


class ReadOnlyError(WorkspaceError):
    """The workspace is open for reading only."""

    code = "read-only"


class WorkspaceFullError(WorkspaceError):
    """The disk of the workspace is full."""

    code = "disk-full"


class WorkspaceBusyError(WorkspaceError):
    """Another program kept the workspace for longer than the busy timeout."""

    code = "workspace-busy"


class WorkspaceDamagedError(WorkspaceError):
    """The database file is not what was written."""

    code = "workspace-damaged"


class NotInWorkspaceError(WorkspaceError):
    """A study, series or slice that this workspace does not hold."""

    code = "not-in-workspace"


@contextlib.contextmanager
def in_words(folder: Path) -> Generator[None]:
    """Turn SQLite's and the system's errors about ``folder`` into a WorkspaceError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(folder, error) from error
    except PermissionError as error:
        raise _read_only(folder) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _full(folder) from error
        raise WorkspaceError(
            f"the folder {folder} cannot be used ({error.strerror or error})",
            "a folder that can be written",
            "choose another workspace",
        ) from error


def _of_sqlite(folder: Path, error: sqlite3.Error) -> WorkspaceError:
    primary = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE_MASK
    if primary == sqlite3.SQLITE_IOERR and shutil.disk_usage(folder).free < LEAST_ROOM_BYTES:
        primary = sqlite3.SQLITE_FULL
    match primary:
        case sqlite3.SQLITE_FULL:
            return _full(folder)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return _read_only(folder)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return WorkspaceBusyError(
                f"another program is writing to {folder}", "", "try again when it has finished"
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return WorkspaceDamagedError(
                f"the database in {folder} is damaged ({error})",
                "the file as it was written",
                "restore the folder from a copy",
            )
        case sqlite3.SQLITE_CANTOPEN:
            return NoWorkspaceError(
                f"the database in {folder} cannot be opened",
                "a workspace folder",
                "check the folder's permissions",
            )
        case _:
            return WorkspaceError(f"the database in {folder} failed ({error})", "", "try again")


def _full(folder: Path) -> WorkspaceFullError:
    return WorkspaceFullError(
        f"the disk of {folder} is full",
        "room for what is not saved yet",
        "free some space: what was saved is there, what was not is kept and tried again",
    )


def _read_only(folder: Path) -> ReadOnlyError:
    return ReadOnlyError(
        f"the folder {folder} is read-only",
        "a folder that can be written",
        "change its permissions or choose another workspace",
    )
