"""Bring a database to the version this software writes, or refuse it politely."""

import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from vne_core.workspace.codec import utc_now
from vne_core.workspace.connect import transaction
from vne_core.workspace.failures import OtherVersionError, WorkspaceDamagedError, in_words
from vne_core.workspace.schema import VERSIONS

APPLICATION_ID = 0x564E4552
"""``VNER`` in ASCII: marks the file as ours (sqlite.org, PRAGMA application_id)."""
LATEST = len(VERSIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version of the file; 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def require_known_version(connection: sqlite3.Connection, folder: Path) -> int:
    """Return the file's version.

    Raises OtherVersionError for a version of later software and WorkspaceDamagedError for a
    database that is not a workspace.
    """
    with in_words(folder):
        version = version_of(connection)
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if (version or tables) and owner != APPLICATION_ID:
        raise WorkspaceDamagedError(
            f"the database in {folder} is not a workspace", "", "choose another folder"
        )
    if version > LATEST:
        raise OtherVersionError(
            f"the workspace {folder} has version {version}",
            f"version {LATEST} or older",
            "open it with the newer vne-reader that wrote it",
        )
    return version


def migrate(connection: sqlite3.Connection, folder: Path) -> None:
    """Make a new database, or bring an older one to ``LATEST``: all the way or not at all."""
    if require_known_version(connection, folder) == LATEST:
        return
    with transaction(connection, folder):
        version = version_of(connection)
        if version == 0:
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        for script in VERSIONS[version:]:
            for statement in statements(script):
                connection.execute(statement)
        if version == 0:
            connection.execute(
                "INSERT INTO workspace VALUES (?, ?)", (secrets.token_hex(16), utc_now())
            )
        connection.execute(f"PRAGMA user_version={LATEST}")


def statements(script: str) -> Iterator[str]:
    """Split SQL text into statements; a trigger's own semicolons do not end it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
