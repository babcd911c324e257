"""Slices left out by a reader, append-only: the newest row of a slice is in force."""

from vne_core.study.exclusion import ExclusionReason, Scope, SliceExclusion, Stage
from vne_core.workspace.codec import utc_now
from vne_core.workspace.database import Database
from vne_core.workspace.failures import NotInWorkspaceError, WorkspaceDamagedError

_SEPARATOR = ";"


class Exclusions:
    """What readers have left out of a workspace, and why."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, exclusion: SliceExclusion, author: str) -> None:
        """Record what a slice is left out of now; when this returns it is on the disk.

        Raises NotInWorkspaceError for a slice that was not imported.
        """
        slice_id = exclusion.slice_id
        scopes = _SEPARATOR.join(scope.value for scope in Scope if scope in exclusion.scopes)
        with self._database.writing() as connection:
            known = connection.execute("SELECT 1 FROM slice WHERE slice_id=?", (slice_id,))
            if not known.fetchone():
                raise NotInWorkspaceError(
                    f"slice {slice_id} is not in this workspace", "an imported slice"
                )
            connection.execute(
                "INSERT INTO slice_exclusion "
                "(slice_id, scopes, reason, stage, note, author, saved_utc) VALUES (?,?,?,?,?,?,?)",
                (
                    *(slice_id, scopes, exclusion.reason.value, exclusion.stage.value),
                    *(exclusion.note, author, utc_now()),
                ),
            )

    def of_study(self, study_id: str) -> dict[str, SliceExclusion]:
        """Return the exclusions of a study in force, by slice_id.

        Raises WorkspaceDamagedError for a row that names no scope, reason or stage there is.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT slice_id, scopes, reason, stage, note, author, max(seq) "
                "FROM slice_exclusion JOIN slice USING (slice_id) JOIN series USING (series_id) "
                "WHERE study_id=? GROUP BY slice_id",  # SQLite's bare columns are of max()'s row
                (study_id,),
            ).fetchall()
        found = (_from_row(row) for row in rows)
        return {exclusion.slice_id: exclusion for exclusion in found if exclusion.is_in_force}


def _from_row(row: tuple[str, ...]) -> SliceExclusion:
    slice_id, scopes, reason, stage, note, author = row[:6]
    try:
        return SliceExclusion(
            slice_id,
            frozenset(Scope(part) for part in scopes.split(_SEPARATOR) if part),
            ExclusionReason(reason),
            Stage(stage),
            note,
            author,
        )
    except ValueError as error:
        raise WorkspaceDamagedError(
            f"the exclusion of slice {slice_id} cannot be read ({error})",
            "an exclusion as this software writes it",
            "restore the workspace from a copy",
        ) from error
