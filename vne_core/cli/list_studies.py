"""``vne list``: the studies of a workspace."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vne_core.align.match import match_study
from vne_core.cli.output import Answer, table
from vne_core.study.model import Series
from vne_core.workspace.sources import workspace_folder
from vne_core.workspace.store import Workspace
from vne_core.workspace.studies import StudySummary

_HEAD = ("patient", "date", "series", "short-axis slices", "series positions", "annotated")


def run(arguments: argparse.Namespace) -> Answer:
    """List the studies, newest first, and what a reader should know of their slices."""
    folder = arguments.workspace or workspace_folder()
    with Workspace.open(folder, read_only=True) as workspace:
        studies = [_study(workspace, line) for line in workspace.studies.summaries()]
    return Answer({"workspace": str(folder), "studies": studies}, _text(studies))


def _study(workspace: Workspace, line: StudySummary) -> dict[str, Any]:
    """Return a study, its slices counted as the window counts them, and its series."""
    study = workspace.studies.load(line.study_id)
    matches = match_study(study, workspace.overrides.of_study(line.study_id))
    notes = workspace.studies.notes(line.study_id)
    series = [_series(one, notes) for one in study.series]
    return asdict(line) | {"slice_count": len(matches), "series": series}


def _series(series: Series, notes: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return a series with what it was taken for, the rules that decided, and its notes."""
    return {
        "series_id": series.series_id,
        "number": series.number,
        "description": series.description,
        "images": sum(len(one.frames) for one in series.slices),
        "kind": series.kind.value,
        "rule": series.rule,
        "notes": [
            {"position": position, "text": text}
            for position, one in enumerate(series.slices, start=1)
            for text in notes.get(one.slice_id, ())
        ],
    }


def _text(studies: Sequence[dict[str, Any]]) -> str:
    if not studies:
        return "no studies: vne import PATH --workspace W"
    names = ("pseudonym", "study_date", "series_count", "slice_count", "position_count")
    rows = [[str(study[name]) for name in (*names, "annotated_count")] for study in studies]
    notes = [line for study in studies for line in _note_lines(study)]
    return "\n".join([table(_HEAD, rows), *([""] if notes else []), *notes])


def _note_lines(study: dict[str, Any]) -> list[str]:
    """Return a line for each note: which study, series and position, and what it is."""
    return [
        f"{study['pseudonym']}, series {_name(series)}, position {note['position']}: {note['text']}"
        for series in study["series"]
        for note in series["notes"]
    ]


def _name(series: dict[str, Any]) -> str:
    number = "" if series["number"] is None else str(series["number"])
    return " ".join(part for part in (number, series["description"]) if part)
