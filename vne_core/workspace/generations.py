"""Which VNE was made of a slice, with which model, when and by whom: append-only, the audit trail.

The images themselves are rebuildable arrays (``generated``); a slice that could not be generated
has a row too, with the reason.
"""

from dataclasses import dataclass

from vne_core.workspace.codec import utc_now
from vne_core.workspace.database import Database


@dataclass(frozen=True, slots=True)
class Generation:
    """One row: ``reason`` is empty where an image was made, and ``image_key`` names its arrays.

    The key is a hash of the inputs, the model's graphs and the code's version, so that the same
    row is current exactly as long as none of them has changed.
    """

    slice_id: str
    image_key: str
    model_id: str
    model_fingerprint: str
    input_hash: str = ""
    reason: str = ""
    author: str = ""
    generated_utc: str = ""


class Generations:
    """What was generated in a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, generation: Generation, author: str) -> None:
        """Record what was made of a slice; when this returns it is on the disk."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO generation (slice_id, image_key, model_id, model_fingerprint, "
                "input_hash, reason, author, generated_utc) VALUES (?,?,?,?,?,?,?,?)",
                (
                    *(generation.slice_id, generation.image_key, generation.model_id),
                    *(generation.model_fingerprint, generation.input_hash, generation.reason),
                    *(author, utc_now()),
                ),
            )

    def of_study(self, study_id: str) -> dict[str, Generation]:
        """Return the newest row of each slice of a study, by slice_id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT slice_id, image_key, model_id, model_fingerprint, input_hash, reason, "
                "author, generated_utc, max(seq) FROM generation JOIN slice USING (slice_id) "
                "JOIN series USING (series_id) WHERE study_id=? GROUP BY slice_id",
                (study_id,),  # SQLite's bare columns are of max()'s row
            ).fetchall()
        return {row[0]: Generation(*row[:-1]) for row in rows}

    def history(self, slice_id: str) -> tuple[Generation, ...]:
        """Return every row of a slice, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT slice_id, image_key, model_id, model_fingerprint, input_hash, reason, "
                "author, generated_utc FROM generation WHERE slice_id=? ORDER BY seq",
                (slice_id,),
            ).fetchall()
        return tuple(Generation(*row) for row in rows)
