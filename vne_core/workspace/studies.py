"""Studies as rows and back."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vne_core.dicom.kinds import CORRECTED, Kind
from vne_core.study.model import FrameRef, Series, SliceRef, Study
from vne_core.workspace.codec import member_of, plane_from_text, plane_to_text, utc_now
from vne_core.workspace.database import Database
from vne_core.workspace.failures import SERIES_ACTION, NotInWorkspaceError
from vne_core.workspace.imports import SeenFile, record_files
from vne_core.workspace.standing import standings

Notes = Mapping[str, Sequence[str]]
"""What a reader should know of slices, by slice_id."""


@dataclass(frozen=True, slots=True)
class StudySummary:
    """One line of the study list; ``position_count`` counts the positions of every series."""

    study_id: str
    pseudonym: str
    study_date: str
    series_count: int
    position_count: int
    annotated_count: int
    added_utc: str
    confirmed_count: int = 0
    """Images whose contours a reader has confirmed."""
    unconfirmed_count: int = 0
    """Images with something drawn that nobody has confirmed."""


class Studies:
    """The imported studies of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summaries(self) -> tuple[StudySummary, ...]:
        """Return the study list, newest first."""
        with self._database.reading() as connection:
            return summaries(connection)

    def load(self, study_id: str) -> Study:
        """Return a study; raises NotInWorkspaceError."""
        with self._database.reading() as connection:
            return load(connection, study_id)

    def add(self, study: Study, files: Sequence[SeenFile], notes: Notes | None = None) -> int:
        """Add a study with the files it came from, all or nothing; return how many are new.

        Its arrays are stored first (``arrays.put``), so that a row never names absent pixels.
        """
        with self._database.writing() as connection:
            insert(connection, study, notes or {})
            return record_files(connection, files)

    def set_kind(self, series_id: str, kind: Kind | None) -> None:
        """Correct the kind of a series; None returns to what the rules decided."""
        with self._database.writing() as connection:
            correct_kind(connection, series_id, kind)

    def kind_corrections(self) -> dict[str, Kind]:
        """Return the kinds that readers gave, by series_id."""
        with self._database.reading() as connection:
            return corrections(connection)

    def notes(self, study_id: str) -> dict[str, tuple[str, ...]]:
        """Return what a reader should know of a study's slices, by slice_id."""
        with self._database.reading() as connection:
            return notes_of(connection, study_id)


def summaries(connection: sqlite3.Connection) -> tuple[StudySummary, ...]:
    """Return every study, newest first."""
    rows = connection.execute(
        """
        SELECT study_id, pseudonym, study_date,
            (SELECT count(*) FROM series WHERE series.study_id = study.study_id),
            (SELECT count(*) FROM slice JOIN series USING (series_id)
                WHERE series.study_id = study.study_id),
            (SELECT count(DISTINCT slice_id) FROM annotation JOIN slice USING (slice_id)
                JOIN series USING (series_id) WHERE series.study_id = study.study_id),
            added_utc
        FROM study ORDER BY added_utc DESC, study_id
        """
    )
    found = standings(connection)
    return tuple(_summary(row, found.get(row[0], (0, 0))) for row in rows)


def _summary(row: tuple[Any, ...], standing: tuple[int, int]) -> StudySummary:
    return StudySummary(*row, confirmed_count=standing[0], unconfirmed_count=standing[1])


def insert(connection: sqlite3.Connection, study: Study, notes: Notes) -> None:
    """Add a study, or bring a stored one up to date, inside the caller's transaction.

    A slice already there takes the frames and the array of the new one. A slice that the new
    study has not is removed, unless a reader has drawn on it, excluded or matched it. A reader's
    correction of a kind stays.
    """
    connection.execute(
        "INSERT INTO study VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (
            *(study.study_id, study.pseudonym, study.study_date, study.manufacturer),
            *(study.field_strength_t, utc_now()),
        ),
    )
    for ordinal, series in enumerate(study.series):
        _insert_series(connection, study.study_id, ordinal, series)
    for slice_id, texts in notes.items():
        rows = [(slice_id, ordinal, text) for ordinal, text in enumerate(texts)]
        connection.executemany("INSERT INTO note VALUES (?,?,?)", rows)
    _remove_others(connection, study)


def notes_of(connection: sqlite3.Connection, study_id: str) -> dict[str, tuple[str, ...]]:
    """Return what a reader should know of a study's slices, by slice_id."""
    found: dict[str, list[str]] = defaultdict(list)
    for slice_id, text in connection.execute(
        "SELECT slice_id, text FROM note JOIN slice USING (slice_id) JOIN series USING (series_id) "
        "WHERE study_id=? ORDER BY slice_id, note.ordinal",
        (study_id,),
    ):
        found[slice_id].append(text)
    return {slice_id: tuple(texts) for slice_id, texts in found.items()}


def corrections(connection: sqlite3.Connection) -> dict[str, Kind]:
    """Return the kinds that readers gave, by series_id."""
    rows = connection.execute(
        "SELECT series_id, corrected_kind FROM series WHERE corrected_kind IS NOT NULL"
    )
    return {series_id: member_of(Kind, kind) for series_id, kind in rows}


def load(connection: sqlite3.Connection, study_id: str) -> Study:
    """Return a study with its series and slices; raises NotInWorkspaceError."""
    row = connection.execute(
        "SELECT study_id, pseudonym, study_date, manufacturer, field_strength_t FROM study "
        "WHERE study_id=?",
        (study_id,),
    ).fetchone()
    if row is None:
        raise NotInWorkspaceError(
            f"study {study_id} is not in this workspace", "", "import its folder again"
        )
    slices = _load_slices(connection, study_id)
    series_rows = connection.execute(
        "SELECT series_id, number, description, coalesce(corrected_kind, kind), "
        "CASE WHEN corrected_kind IS NULL THEN rule ELSE ? END "
        "FROM series WHERE study_id=? ORDER BY ordinal, series_id",
        (CORRECTED, study_id),
    )
    series = (
        Series(
            series_id, number, description, member_of(Kind, kind), rule, tuple(slices[series_id])
        )
        for series_id, number, description, kind, rule in series_rows
    )
    study_id, pseudonym, study_date, manufacturer, field_strength_t = row
    return Study(study_id, pseudonym, study_date, manufacturer, field_strength_t, tuple(series))


def correct_kind(connection: sqlite3.Connection, series_id: str, kind: Kind | None) -> None:
    """Record a reader's kind of a series, None to return to the rule's; in a transaction."""
    changed = connection.execute(
        "UPDATE series SET corrected_kind=?, corrected_utc=? WHERE series_id=?",
        (kind, utc_now(), series_id),
    ).rowcount
    if not changed:
        raise NotInWorkspaceError(f"series {series_id} is not in this workspace", "", SERIES_ACTION)


def _insert_series(
    connection: sqlite3.Connection, study_id: str, ordinal: int, series: Series
) -> None:
    connection.execute(
        "INSERT INTO series (series_id, study_id, ordinal, number, description, kind, rule) "
        "VALUES (?,?,?,?,?,?,?) ON CONFLICT (series_id) DO UPDATE SET ordinal=excluded.ordinal, "
        "kind=iif(corrected_kind IS NULL, excluded.kind, kind), "
        "rule=iif(corrected_kind IS NULL, excluded.rule, rule)",
        (
            *(series.series_id, study_id, ordinal, series.number),
            *(series.description, series.kind.value, series.rule),
        ),
    )
    for position, slice_ref in enumerate(series.slices):
        _insert_slice(connection, position, slice_ref)


def _insert_slice(connection: sqlite3.Connection, ordinal: int, slice_ref: SliceRef) -> None:
    connection.execute(
        "INSERT INTO slice VALUES (?,?,?,?,?,?,?) ON CONFLICT (slice_id) DO UPDATE SET "
        "ordinal=excluded.ordinal, rr_interval_ms=excluded.rr_interval_ms, "
        "array_key=excluded.array_key",
        (
            *(slice_ref.slice_id, slice_ref.series_id, ordinal, plane_to_text(slice_ref.plane)),
            *(slice_ref.frame_of_reference, slice_ref.rr_interval_ms, slice_ref.array_key),
        ),
    )
    for table in ("frame", "note"):
        connection.execute(f"DELETE FROM {table} WHERE slice_id=?", (slice_ref.slice_id,))  # noqa: S608
    connection.executemany(
        "INSERT INTO frame VALUES (?,?,?,?,?,?,?,?)", _frame_rows(slice_ref.slice_id, slice_ref)
    )


def _remove_others(connection: sqlite3.Connection, study: Study) -> None:
    """Remove the stored slices that the study has not, where no reader's work hangs on them."""
    kept = {slice_ref.slice_id for series in study.series for slice_ref in series.slices}
    stale = connection.execute(
        "SELECT slice_id FROM slice JOIN series USING (series_id) WHERE study_id=? "
        "AND slice_id NOT IN (SELECT slice_id FROM annotation) "
        "AND slice_id NOT IN (SELECT slice_id FROM slice_exclusion) "
        "AND slice_id NOT IN (SELECT anchor_id FROM match_override) "
        "AND slice_id NOT IN (SELECT slice_id FROM match_override WHERE slice_id IS NOT NULL)",
        (study.study_id,),
    ).fetchall()
    for (slice_id,) in stale:
        if slice_id not in kept:
            for table in ("frame", "note", "slice"):
                connection.execute(f"DELETE FROM {table} WHERE slice_id=?", (slice_id,))  # noqa: S608
    connection.execute(
        "DELETE FROM series WHERE study_id=? AND corrected_kind IS NULL "
        "AND series_id NOT IN (SELECT series_id FROM slice)",
        (study.study_id,),
    )


def _frame_rows(slice_id: str, slice_ref: SliceRef) -> Iterable[tuple[object, ...]]:
    for frame in slice_ref.frames:
        yield (
            *(slice_id, frame.index, frame.trigger_time_ms, frame.inversion_time_ms),
            *(frame.acquisition_time_s, frame.slope, frame.intercept, frame.comment),
        )


def _load_slices(connection: sqlite3.Connection, study_id: str) -> dict[str, list[SliceRef]]:
    """Return the slices of each series."""
    frames: dict[str, list[FrameRef]] = defaultdict(list)
    for slice_id, *fields in connection.execute(
        "SELECT frame.* FROM frame JOIN slice USING (slice_id) JOIN series USING (series_id) "
        "WHERE study_id=? ORDER BY slice_id, row",
        (study_id,),
    ):
        frames[slice_id].append(FrameRef(*fields))
    slices: dict[str, list[SliceRef]] = defaultdict(list)
    for slice_id, series_id, kind, plane, frame_of_reference, rr_ms, key in connection.execute(
        "SELECT slice_id, series_id, coalesce(corrected_kind, kind), plane, frame_of_reference, "
        "rr_interval_ms, array_key FROM slice JOIN series USING (series_id) "
        "WHERE study_id=? ORDER BY series_id, slice.ordinal, slice_id",
        (study_id,),
    ):
        slices[series_id].append(
            SliceRef(
                *(slice_id, series_id, member_of(Kind, kind), plane_from_text(plane)),
                *(frame_of_reference, rr_ms, tuple(frames[slice_id]), key),
            )
        )
    return slices
