"""Make the demo patient, unless it is there as this version makes it, and import it.

Parameters: ``workspace`` (text), ``folder`` (text; where the patient's DICOM files are kept), and
optionally ``truth`` (true: its true contours too).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vne_core.jobs.events import Event, Finished, Progress
from vne_core.jobs.import_study import ImportRequest, import_paths
from vne_core.jobs.registry import IsCancelled, parameter
from vne_core.phantom.studies import DICOM_FOLDER, DemoFolderError, write_demo_patient
from vne_core.phantom.truth import TRUTH_FILE, TRUTH_FOLDER, TruthError, load_truth


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Run the job; its result is that of an import."""
    folder = Path(parameter(params, "folder", str))
    truth = folder / TRUTH_FOLDER
    if not _is_made(truth):
        yield Progress(0, 1, "making the virtual patient")
        _clear_older(folder)
        _make(folder)
    request = ImportRequest(
        paths=(folder / DICOM_FOLDER,),
        workspace=Path(parameter(params, "workspace", str)),
        truth=truth if params.get("truth") else None,
    )
    result = yield from import_paths(request, cancelled)
    yield Finished(result)


def _is_made(truth: Path) -> bool:
    if not (truth / TRUTH_FILE).exists():
        return False
    try:
        load_truth(truth)
    except TruthError:
        return False
    return True


def _make(folder: Path) -> None:
    """Write the patient's files, unless another window has meanwhile made the same."""
    try:
        write_demo_patient(folder)
    except DemoFolderError:
        if not _is_made(folder / TRUTH_FOLDER):
            raise


def _clear_older(folder: Path) -> None:
    """Remove the files of a demo patient that another version made; nothing else there."""
    if (folder / TRUTH_FOLDER / TRUTH_FILE).exists():
        for part in (DICOM_FOLDER, TRUTH_FOLDER):
            shutil.rmtree(folder / part, ignore_errors=True)
