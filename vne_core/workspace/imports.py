"""What past imports brought and refused, without the names of files or patients."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vne_core.workspace.codec import canonical, utc_now
from vne_core.workspace.database import Database


@dataclass(frozen=True, slots=True)
class SeenFile:
    """One file that an import has dealt with, as keyed hashes.

    ``content_token`` is of the file's bytes, ``object_token`` of its SOP Instance UID,
    ``pixel_token`` of its decoded pixels. ``code`` is empty for an imported file, else why it
    was refused, with its ``reason``.
    """

    content_token: str
    object_token: str
    pixel_token: str
    study_id: str
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """One refusal; ``source_token`` stands for the file (``sources.name_of`` knows its name)."""

    source_token: str
    code: str
    reason: str
    study_id: str | None = None


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import: when (UTC), its counts, which add up to the files found, and what it refused."""

    import_id: int
    at_utc: str
    counts: Mapping[str, int]
    rejected: tuple[RejectedFile, ...]


class Imports:
    """The past imports of a workspace and the files they dealt with."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen_files(self) -> dict[str, SeenFile]:
        """Return the files that imports have dealt with, by ``content_token``."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT * FROM seen_file").fetchall()
        return {row[0]: SeenFile(*row) for row in rows}

    def record(self, counts: Mapping[str, int], rejected: Sequence[RejectedFile]) -> int:
        """Write down an import's counts and refusals; return its number."""
        with self._database.writing() as connection:
            return _record(connection, counts, rejected)

    def records(self) -> tuple[ImportRecord, ...]:
        """Return every import with its counts and refused files, newest first."""
        with self._database.reading() as connection:
            return _records(connection)


def record_files(connection: sqlite3.Connection, files: Sequence[SeenFile]) -> int:
    """Remember files in the caller's transaction; return how many imported ones are new."""
    new = 0
    for file in files:
        fields = (file.content_token, file.object_token, file.pixel_token)
        inserted = connection.execute(
            "INSERT INTO seen_file VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            (*fields, file.study_id, file.code, file.reason),
        ).rowcount
        new += inserted if not file.code else 0
    return new


def _record(
    connection: sqlite3.Connection, counts: Mapping[str, int], rejected: Sequence[RejectedFile]
) -> int:
    """Write down an import and its refusals in the caller's transaction; return its number."""
    cursor = connection.execute(
        "INSERT INTO imported (at_utc, counts) VALUES (?, ?)",
        (utc_now(), canonical(dict(counts))),
    )
    import_id = cursor.lastrowid
    assert import_id is not None
    connection.executemany(
        "INSERT INTO rejection VALUES (?,?,?,?,?,?)",
        [
            (import_id, ordinal, file.study_id, file.source_token, file.code, file.reason)
            for ordinal, file in enumerate(rejected)
        ],
    )
    return import_id


def _records(connection: sqlite3.Connection) -> tuple[ImportRecord, ...]:
    """Return every import, newest first."""
    rejected: dict[int, list[RejectedFile]] = defaultdict(list)
    for import_id, *fields in connection.execute(
        "SELECT import_id, source_token, code, reason, study_id FROM rejection ORDER BY ordinal"
    ):
        rejected[import_id].append(RejectedFile(*fields))
    rows = connection.execute(
        "SELECT import_id, at_utc, counts FROM imported ORDER BY import_id DESC"
    )
    return tuple(
        ImportRecord(number, at_utc, json.loads(counts), tuple(rejected[number]))
        for number, at_utc, counts in rows
    )
