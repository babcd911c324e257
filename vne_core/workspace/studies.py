"""Studies as rows and back."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from vne_core.dicom.kinds import Kind
from vne_core.study.model import FrameRef, Series, SliceRef, Study
from vne_core.workspace.codec import plane_from_text, plane_to_text
from vne_core.workspace.failures import NotInWorkspaceError

READER_RULE = "reader"
"""The name of the rule when a reader has corrected a kind."""


@dataclass(frozen=True, slots=True)
class StudySummary:
    """One line of the study list."""

    study_id: str
    pseudonym: str
    study_date: str
    series_count: int
    slice_count: int
    annotated_count: int
    added_utc: str


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
    return tuple(StudySummary(*row) for row in rows)


def insert(connection: sqlite3.Connection, study: Study) -> None:
    """Add a study, or to a study what it lacks, inside the caller's transaction.

    A slice already there takes the frames and the array of the new one; a reader's correction of
    a kind stays.
    """
    connection.execute(
        "INSERT INTO study VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (
            study.study_id,
            study.pseudonym,
            study.study_date,
            study.manufacturer,
            study.field_strength_t,
            _now(),
        ),
    )
    for ordinal, series in enumerate(study.series):
        _insert_series(connection, study.study_id, ordinal, series)


def load(connection: sqlite3.Connection, study_id: str) -> Study:
    """Return a study with its series and slices; raises NotInWorkspaceError."""
    row = connection.execute(
        "SELECT study_id, pseudonym, study_date, manufacturer, field_strength_t FROM study "
        "WHERE study_id=?",
        (study_id,),
    ).fetchone()
    if row is None:
        raise NotInWorkspaceError(f"study {study_id} is not in this workspace")
    slices = _load_slices(connection, study_id)
    series_rows = connection.execute(
        "SELECT series_id, number, description, coalesce(corrected_kind, kind), "
        "CASE WHEN corrected_kind IS NULL THEN rule ELSE ? END "
        "FROM series WHERE study_id=? ORDER BY ordinal, series_id",
        (READER_RULE, study_id),
    )
    series = (
        Series(series_id, number, description, Kind(kind), rule, tuple(slices[series_id]))
        for series_id, number, description, kind, rule in series_rows
    )
    return Study(*row, tuple(series))


def correct_kind(connection: sqlite3.Connection, series_id: str, kind: Kind | None) -> None:
    """Record a reader's kind of a series, None to return to the rule's; in a transaction."""
    changed = connection.execute(
        "UPDATE series SET corrected_kind=?, corrected_utc=? WHERE series_id=?",
        (kind, _now(), series_id),
    ).rowcount
    if not changed:
        raise NotInWorkspaceError(f"series {series_id} is not in this workspace")


def _insert_series(
    connection: sqlite3.Connection, study_id: str, ordinal: int, series: Series
) -> None:
    connection.execute(
        "INSERT INTO series (series_id, study_id, ordinal, number, description, kind, rule) "
        "VALUES (?,?,?,?,?,?,?) ON CONFLICT (series_id) DO UPDATE SET ordinal=excluded.ordinal",
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
    connection.execute("DELETE FROM frame WHERE slice_id=?", (slice_ref.slice_id,))
    connection.executemany(
        "INSERT INTO frame VALUES (?,?,?,?,?,?,?,?)", _frame_rows(slice_ref.slice_id, slice_ref)
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
                *(slice_id, series_id, Kind(kind), plane_from_text(plane)),
                *(frame_of_reference, rr_ms, tuple(frames[slice_id]), key),
            )
        )
    return slices


def _now() -> str:
    return datetime.now(UTC).isoformat()
