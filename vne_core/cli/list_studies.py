"""``vne list``: the studies of a workspace."""

import argparse
from dataclasses import asdict
from typing import Any

from vne_core.cli.output import Answer, table
from vne_core.workspace.sources import workspace_folder
from vne_core.workspace.store import Workspace


def run(arguments: argparse.Namespace) -> Answer:
    """List the studies, newest first."""
    folder = arguments.workspace or workspace_folder()
    with Workspace.open(folder, read_only=True) as workspace:
        studies = workspace.studies.summaries()
        series = {study.study_id: _series(workspace, study.study_id) for study in studies}
    rows = [
        (s.pseudonym, s.study_date, str(s.series_count), str(s.slice_count), str(s.annotated_count))
        for s in studies
    ]
    head = ("patient", "date", "series", "slices", "annotated")
    text = table(head, rows) if rows else "no studies: vne import PATH --workspace W"
    listed = [asdict(study) | {"series": series[study.study_id]} for study in studies]
    return Answer({"workspace": str(folder), "studies": listed}, text)


def _series(workspace: Workspace, study_id: str) -> list[dict[str, Any]]:
    """Return each series with what it was taken for and the rules that decided."""
    return [
        {
            "series_id": series.series_id,
            "number": series.number,
            "description": series.description,
            "images": sum(len(one.frames) for one in series.slices),
            "kind": series.kind.value,
            "rule": series.rule,
        }
        for series in workspace.studies.load(study_id).series
    ]
