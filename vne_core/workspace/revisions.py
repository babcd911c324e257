"""Append-only annotation revisions, each row hash-chained to the one before it.

The chain is the audit trail: who, when (UTC), what, from which revision. The database refuses
UPDATE and DELETE; ``verify_chain`` finds what was done to the file by other means.
"""

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.workspace.codec import (
    annotation_from_text,
    annotation_to_text,
    canonical,
    utc_now,
)
from vne_core.workspace.database import Database
from vne_core.workspace.failures import NotInWorkspaceError

CHAIN_START = "0" * 64
_COLUMNS = (
    "seq, slice_id, image_kind, revision, from_revision, author, saved_utc, body, "
    "previous_hash, row_hash"
)
AnnotationKey = tuple[str, ImageKind]


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored state of an annotation and where it came from (``from_revision`` 0: nothing)."""

    annotation: SliceAnnotation
    from_revision: int
    saved_utc: str
    row_hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a walk along the chain found; ``broken_seq`` is the first row that does not fit."""

    rows: int
    broken_seq: int | None = None
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        """True when every row is as it was written."""
        return self.broken_seq is None


class Annotations:
    """What readers drew in a workspace, revision by revision."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_study(self, study_id: str) -> dict[AnnotationKey, SliceAnnotation]:
        """Return the newest annotation of each image by (slice_id, image kind)."""
        with self._database.reading() as connection:
            return current(connection, study_id)

    def append(self, annotation: SliceAnnotation, author: str) -> SliceAnnotation:
        """Store a new revision; when this returns it is on the disk.

        Returns the annotation with its revision number and author.
        """
        with self._database.writing() as connection:
            return append(connection, annotation, author)

    def history(self, slice_id: str, image_kind: ImageKind) -> tuple[Revision, ...]:
        """Return every revision of one image's annotation, oldest first."""
        with self._database.reading() as connection:
            return history(connection, slice_id, image_kind)

    def verify_chain(self) -> ChainReport:
        """Check that no stored revision was changed or lost."""
        with self._database.reading() as connection:
            return verify_chain(connection)


def append(
    connection: sqlite3.Connection, annotation: SliceAnnotation, author: str
) -> SliceAnnotation:
    """Insert a new revision inside the caller's transaction and return it with its number.

    ``annotation.revision`` is the one it was made from. Raises NotInWorkspaceError for a slice
    that was not imported.
    """
    key = (annotation.slice_id, annotation.image_kind.value)
    if not connection.execute("SELECT 1 FROM slice WHERE slice_id=?", key[:1]).fetchone():
        raise NotInWorkspaceError(
            f"slice {annotation.slice_id} is not in this workspace", "an imported slice"
        )
    latest = connection.execute(
        "SELECT coalesce(max(revision), 0) FROM annotation WHERE slice_id=? AND image_kind=?", key
    ).fetchone()[0]
    seq, previous = _chain_end(connection)
    row = (
        *(seq + 1, *key, latest + 1, annotation.revision, author),
        *(utc_now(), annotation_to_text(annotation), previous),
    )
    connection.execute(
        f"INSERT INTO annotation ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)",  # noqa: S608 - own names
        (*row, _hash(row)),
    )
    return replace(annotation, author=author, revision=latest + 1)


def current(connection: sqlite3.Connection, study_id: str) -> dict[AnnotationKey, SliceAnnotation]:
    """Return the newest revision of each annotated image of a study."""
    rows = connection.execute(
        "SELECT slice_id, image_kind, author, revision, body FROM annotation JOIN "
        "(SELECT slice_id, image_kind, max(revision) AS revision FROM annotation "
        "JOIN slice USING (slice_id) JOIN series USING (series_id) WHERE study_id=? "
        "GROUP BY slice_id, image_kind) USING (slice_id, image_kind, revision)",
        (study_id,),  # found by the index alone: the bodies of older revisions are not read
    )
    found = (
        annotation_from_text(body, slice_id, kind, author, revision)
        for slice_id, kind, author, revision, body in rows
    )
    return {(annotation.slice_id, annotation.image_kind): annotation for annotation in found}


def history(
    connection: sqlite3.Connection, slice_id: str, image_kind: ImageKind
) -> tuple[Revision, ...]:
    """Return every revision of one image's annotation, oldest first."""
    rows = connection.execute(
        "SELECT body, slice_id, image_kind, author, revision, from_revision, saved_utc, row_hash "
        "FROM annotation WHERE slice_id=? AND image_kind=? ORDER BY revision",
        (slice_id, image_kind.value),
    )
    return tuple(Revision(annotation_from_text(*row[:5]), *row[5:]) for row in rows)


def verify_chain(connection: sqlite3.Connection) -> ChainReport:
    """Walk all revisions and report the first that is changed, missing or out of place."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM annotation ORDER BY seq")  # noqa: S608
    report, end_seq = _walk(rows)
    issued = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name='annotation'"
    ).fetchone()[0]
    if report.is_whole and issued > end_seq:
        return ChainReport(report.rows, end_seq + 1, f"row {end_seq + 1} and later are missing")
    return report


def _walk(rows: Iterable[tuple[object, ...]]) -> tuple[ChainReport, int]:
    count, previous = 0, CHAIN_START
    for row in rows:
        seq = count + 1
        if row[0] != seq:
            return ChainReport(count, seq, f"row {seq} is missing"), count
        if row[-2] != previous:
            return ChainReport(count, seq, f"row {seq} does not follow the row before it"), count
        if row[-1] != _hash(row[:-1]):
            return ChainReport(count, seq, f"row {seq} is not as it was written"), count
        count, previous = seq, str(row[-1])
    return ChainReport(count), count


def _chain_end(connection: sqlite3.Connection) -> tuple[int, str]:
    """Return number and hash of the newest row."""
    row = connection.execute(
        "SELECT seq, row_hash FROM annotation ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return (0, CHAIN_START) if row is None else (row[0], row[1])


def _hash(row: tuple[object, ...]) -> str:
    """Return the SHA-256 of a row's fields, the previous row's hash among them."""
    return hashlib.sha256(canonical(list(row)).encode()).hexdigest()
