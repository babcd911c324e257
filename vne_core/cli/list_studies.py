"""``vne list``: the studies of a workspace."""

import argparse
from dataclasses import asdict

from vne_core.cli.output import Answer, table
from vne_core.workspace.sources import workspace_folder
from vne_core.workspace.store import Workspace


def run(arguments: argparse.Namespace) -> Answer:
    """List the studies, newest first."""
    folder = arguments.workspace or workspace_folder()
    with Workspace.open(folder, read_only=True) as workspace:
        studies = workspace.studies()
    rows = [
        (s.pseudonym, s.study_date, str(s.series_count), str(s.slice_count), str(s.annotated_count))
        for s in studies
    ]
    head = ("patient", "date", "series", "slices", "annotated")
    text = table(head, rows) if rows else "no studies: vne import PATH --workspace W"
    data = {"workspace": str(folder), "studies": [asdict(study) for study in studies]}
    return Answer(data, text)
