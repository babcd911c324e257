"""Slices left out by a reader, append-only: the newest row of a slice is in force."""

import sqlite3

from vne_core.study.exclusion import ExclusionReason, Scope, SliceExclusion, Stage
from vne_core.workspace.codec import utc_now
from vne_core.workspace.failures import NotInWorkspaceError

_SEPARATOR = ";"


def append(connection: sqlite3.Connection, exclusion: SliceExclusion, author: str) -> None:
    """Record what a slice is left out of now; in a transaction.

    Raises NotInWorkspaceError for a slice that was not imported.
    """
    slice_id = exclusion.slice_id
    if not connection.execute("SELECT 1 FROM slice WHERE slice_id=?", (slice_id,)).fetchone():
        raise NotInWorkspaceError(f"slice {slice_id} is not in this workspace", "an imported slice")
    scopes = _SEPARATOR.join(scope.value for scope in Scope if scope in exclusion.scopes)
    connection.execute(
        "INSERT INTO slice_exclusion (slice_id, scopes, reason, stage, note, author, saved_utc) "
        "VALUES (?,?,?,?,?,?,?)",
        (
            *(slice_id, scopes, exclusion.reason.value, exclusion.stage.value, exclusion.note),
            *(author, utc_now()),
        ),
    )


def of_study(connection: sqlite3.Connection, study_id: str) -> dict[str, SliceExclusion]:
    """Return the exclusions of a study in force, by slice_id."""
    rows = connection.execute(
        "SELECT slice_id, scopes, reason, stage, note, author, max(seq) FROM slice_exclusion "
        "JOIN slice USING (slice_id) JOIN series USING (series_id) WHERE study_id=? "
        "GROUP BY slice_id",  # with max(), SQLite's bare columns are of that row
        (study_id,),
    )
    found = (_from_row(row) for row in rows)
    return {exclusion.slice_id: exclusion for exclusion in found if exclusion.is_in_force}


def _from_row(row: tuple[str, ...]) -> SliceExclusion:
    slice_id, scopes, reason, stage, note, author = row[:6]
    return SliceExclusion(
        slice_id,
        frozenset(Scope(part) for part in scopes.split(_SEPARATOR) if part),
        ExclusionReason(reason),
        Stage(stage),
        note,
        author,
    )
