"""Measure every annotated study of a workspace into one CSV.

Parameters: ``workspace`` and ``csv`` (text), ``images`` (list of LGE, VNE), and optionally
``preset`` ("matched": VNE with the thresholds of the card of the model in use).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vne_core.errors import Cancelled
from vne_core.jobs.events import Event, Finished, Progress, Warned
from vne_core.jobs.registry import IsCancelled, parameter
from vne_core.quantify.rows import MEASURED, NOT_MEASURED, PATIENT, BurdenRow, write_csv
from vne_core.study.annotation import ImageKind
from vne_core.workspace.burdens import burden_rows, vne_measure
from vne_core.workspace.failures import NotInWorkspaceError
from vne_core.workspace.store import Workspace

MATCHED = "matched"


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Write the table and tell each patient's row; an unmeasured one with its reason."""
    csv_path = Path(parameter(params, "csv", str))
    images = [ImageKind(image) for image in parameter(params, "images", list)]
    rows: list[BurdenRow] = []
    with Workspace.open(Path(parameter(params, "workspace", str)), read_only=True) as workspace:
        studies = workspace.studies.summaries()
        if not studies:
            raise NotInWorkspaceError("the workspace holds no study", "", "import one first")
        vne = vne_measure(workspace, is_matched=params.get("preset") == MATCHED)
        for done, study in enumerate(studies):
            if cancelled():
                raise Cancelled
            yield Progress(done, len(studies), "measuring")
            for image in images:
                rows += burden_rows(workspace, study.study_id, image, vne)
        identity = workspace.workspace_id
    models = vne.provenance() if ImageKind.VNE in images else []
    write_csv(csv_path, rows, {"workspace_id": identity, "models": models})
    patients = [row for row in rows if row.slice == PATIENT]
    for row in patients:
        if row.status == NOT_MEASURED:
            yield Warned(f"{row.study} {row.image}: {row.reason}")
    for study, image, slice_number, note in _notes(rows):
        yield Warned(f"{study} {image}, slice {slice_number}: {note}")
    yield Finished({"csv": str(csv_path), "rows": len(rows), "patients": _told(patients)})


def _notes(rows: list[BurdenRow]) -> list[tuple[str, str, str, str]]:
    """Return study, image, slice and note of each measured slice that has one, once."""
    noted = [row for row in rows if row.status == MEASURED and row.slice != PATIENT and row.reason]
    return list(dict.fromkeys((row.study, row.image, row.slice, row.reason) for row in noted))


def _told(patients: list[BurdenRow]) -> list[dict[str, Any]]:
    return [
        {
            "study": row.study,
            "image": row.image,
            "level": row.level,
            "burden_percent": row.burden_percent,
            "status": row.status,
            "reason": row.reason,
        }
        for row in patients
    ]
