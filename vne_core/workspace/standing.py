"""How far the reading of each study is, from the newest revisions."""

import sqlite3


def standings(connection: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Return by study_id how many drawn images are confirmed, and how many are not.

    Drawn is what is not ``SliceAnnotation.is_empty``. A study on which nothing is drawn is left out.
    """
    rows = connection.execute(
        """
        SELECT study_id, sum(is_confirmed), sum(NOT is_confirmed) FROM (
            SELECT study_id, json_extract(body, '$.confirmed') AS is_confirmed,
                coalesce(json_extract(body, '$.epi'), json_extract(body, '$.endo'),
                    json_extract(body, '$.remote'), json_extract(body, '$.blood_pool'),
                    json_extract(body, '$.septal'), json_extract(body, '$.rv_insertion'),
                    nullif(json_extract(body, '$.exclusions'), '[]'),
                    nullif(json_extract(body, '$.inclusions'), '[]')) AS drawn
            FROM annotation JOIN (
                SELECT slice_id, image_kind, max(revision) AS revision FROM annotation
                GROUP BY slice_id, image_kind
            ) USING (slice_id, image_kind, revision)
            JOIN slice USING (slice_id) JOIN series USING (series_id)
        ) WHERE drawn IS NOT NULL GROUP BY study_id
        """  # newest found by the index alone: the bodies of older revisions are not read
    )
    return {study_id: (confirmed, waiting) for study_id, confirmed, waiting in rows}
