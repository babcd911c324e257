"""The reader's own matches: for an anchor and a role, another slice or none."""

import sqlite3

from vne_core.workspace.codec import utc_now

OverrideKey = tuple[str, str]


def put(connection: sqlite3.Connection, anchor_id: str, role: str, slice_id: str | None) -> None:
    """Record that ``slice_id`` (None: nothing) belongs to the anchor; in a transaction."""
    connection.execute(
        "INSERT INTO match_override VALUES (?,?,?,?) ON CONFLICT (anchor_id, role) DO UPDATE SET "
        "slice_id=excluded.slice_id, at_utc=excluded.at_utc",
        (anchor_id, role, slice_id, utc_now()),
    )


def remove(connection: sqlite3.Connection, anchor_id: str, role: str) -> None:
    """Return to the automatic match; in a transaction."""
    connection.execute("DELETE FROM match_override WHERE anchor_id=? AND role=?", (anchor_id, role))


def of_study(connection: sqlite3.Connection, study_id: str) -> dict[OverrideKey, str | None]:
    """Return the reader's matches of a study by (anchor slice, role)."""
    rows = connection.execute(
        "SELECT anchor_id, role, match_override.slice_id FROM match_override "
        "JOIN slice ON slice.slice_id = anchor_id JOIN series USING (series_id) WHERE study_id=?",
        (study_id,),
    )
    return {(anchor_id, role): slice_id for anchor_id, role, slice_id in rows}
