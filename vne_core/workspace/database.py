"""The database as the parts of a workspace see it: read in words, written whole or not at all."""

import contextlib
import sqlite3
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from vne_core.workspace.connect import transaction
from vne_core.workspace.failures import ReadOnlyError, in_words


@dataclass(frozen=True, slots=True)
class Database:
    """One thread's connection to the database in ``folder``.

    ``read_only_reason`` says why nothing can be written, as a clause; empty for a writer.
    """

    connection: sqlite3.Connection
    folder: Path
    read_only_reason: str = ""

    @contextlib.contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Give the connection; what goes wrong is a WorkspaceError."""
        with in_words(self.folder):
            yield self.connection

    @contextlib.contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """Give the connection inside a transaction; raises ReadOnlyError where none is allowed."""
        if self.read_only_reason:
            raise ReadOnlyError(
                f"the workspace {self.folder} cannot be changed: {self.read_only_reason}",
                "the right to write",
                "close the other window, or open another workspace",
            )
        with transaction(self.connection, self.folder):
            yield self.connection

    def version(self) -> int:
        """Return a number that is another once a different connection has committed.

        Cheap, and comparable on this connection only (sqlite.org/pragma.html, data_version).
        """
        with self.reading() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])
