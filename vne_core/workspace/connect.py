"""Connections to a workspace's database: a journal that suits the disk, commits that last."""

import contextlib
import os
import re
import sqlite3
from collections.abc import Generator
from pathlib import Path

from vne_core.workspace.failures import NoWorkspaceError, in_words

DATABASE_NAME = "workspace.sqlite"
BUSY_TIMEOUT_S = 5.0
KEPT_PAGES_KIB = 512
"""Of the database, by each connection, full after some 2000 edits (SQLite's own choice: 2000)."""
PRAGMAS = (
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "synchronous=FULL",
    f"cache_size=-{KEPT_PAGES_KIB}",  # pages where it is positive (sqlite.org/pragma.html)
)
MOUNT_TABLE = Path("/proc/self/mountinfo")

NETWORK_FILESYSTEMS = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "gpfs",
        "beegfs",
        "pvfs2",
        "vboxsf",
        "davfs",
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.ceph",
        "fuse.rclone",
        "fuse.gvfsd-fuse",
        "fuse.s3fs",
    )
)
"""Where the shared memory of SQLite's write-ahead log is not shared (sqlite.org/wal.html, 2.)."""


def connect(folder: Path, *, read_only: bool) -> sqlite3.Connection:
    """Return a connection to the database in ``folder``; a writer makes the file when needed.

    Each COMMIT is on the disk when it returns. Transactions are begun explicitly
    (``transaction``). A reader needs an existing file: raises NoWorkspaceError.
    """
    path = folder / DATABASE_NAME
    if read_only and not path.exists():
        raise NoWorkspaceError(
            f"the folder {folder} holds no workspace",
            f"a folder with {DATABASE_NAME}",
            "import a study into it first",
        )
    with in_words(folder):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{_open_mode(folder, read_only=read_only)}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
        )
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, folder: Path) -> Generator[None]:
    """Do all of what is inside, durably, or none of it; errors come in words."""
    with in_words(folder):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:  # neither the work nor its COMMIT came to an end
                connection.execute("ROLLBACK")


def choose_journal(connection: sqlite3.Connection, folder: Path) -> str:
    """Set the journal that suits the disk and return a warning, empty where there is none.

    The write-ahead log needs memory shared between the programs of one machine; elsewhere the
    rollback journal is used, and the warning says so.
    """
    network = network_filesystem(folder)
    if network is None and _journal(connection, "WAL") == "wal":
        return ""
    _journal(connection, "DELETE")
    where = (
        f"is on a network share ({network})" if network else "is on a disk without shared memory"
    )
    return f"{folder} {where}: saving is slower there, and only one machine at a time should use it"


def network_filesystem(folder: Path, mount_table: str | None = None) -> str | None:
    """Return the type of the network file system ``folder`` is on, None for a local disk.

    ``mount_table`` is the text of ``/proc/self/mountinfo`` (proc_pid_mountinfo(5)), read when not
    given; a system without one counts as local.
    """
    if mount_table is None:
        mount_table = MOUNT_TABLE.read_text() if MOUNT_TABLE.exists() else ""
    resolved = folder.resolve()
    best = ("", "")
    for line in mount_table.splitlines():
        mount, _, source = line.partition(" - ")
        point = _unescaped(mount.split()[4])
        if resolved.is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, source.split()[0])
    return best[1] if best[1] in NETWORK_FILESYSTEMS else None


def _journal(connection: sqlite3.Connection, mode: str) -> str:
    return str(connection.execute(f"PRAGMA journal_mode={mode}").fetchone()[0])


def _open_mode(folder: Path, *, read_only: bool) -> str:
    """Return the URI query; a folder that nobody can write is read without its shared memory."""
    if not read_only:
        return "mode=rwc"
    has_log = (folder / f"{DATABASE_NAME}-wal").exists()
    return "mode=ro" if has_log or os.access(folder, os.W_OK) else "mode=ro&immutable=1"


def _unescaped(field: str) -> str:
    """Return a mount point with its octal escapes, three digits after a backslash, resolved."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
