"""The reader's own matches: for an anchor and a role, another slice or none."""

from vne_core.align.roles import Role
from vne_core.workspace.codec import member_of, utc_now
from vne_core.workspace.database import Database

OverrideKey = tuple[str, Role]


class MatchOverrides:
    """The matches that readers chose in a workspace, against or with the rule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, anchor_id: str, role: Role, slice_id: str | None) -> None:
        """Record the reader's match of a role; None means that nothing matches."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO match_override VALUES (?,?,?,?) ON CONFLICT (anchor_id, role) "
                "DO UPDATE SET slice_id=excluded.slice_id, at_utc=excluded.at_utc",
                (anchor_id, role.value, slice_id, utc_now()),
            )

    def clear(self, anchor_id: str, role: Role) -> None:
        """Return to the automatic match of a role."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM match_override WHERE anchor_id=? AND role=?", (anchor_id, role.value)
            )

    def of_study(self, study_id: str) -> dict[OverrideKey, str | None]:
        """Return the reader's matches of a study, as ``match_study`` takes them."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT anchor_id, role, match_override.slice_id FROM match_override "
                "JOIN slice ON slice.slice_id = anchor_id JOIN series USING (series_id) "
                "WHERE study_id=?",
                (study_id,),
            ).fetchall()
        return {(anchor_id, member_of(Role, role)): slice_id for anchor_id, role, slice_id in rows}
