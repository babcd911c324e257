"""Write virtual patients as DICOM studies with their truth.

Parameters: ``out`` (text), ``patients`` and ``seed`` (numbers; patient i has seed + i).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vne_core.errors import Cancelled
from vne_core.jobs.events import Event, Finished, Progress
from vne_core.jobs.registry import IsCancelled, parameter
from vne_core.phantom.studies import DICOM_FOLDER, write_demo_patient
from vne_core.phantom.truth import TRUTH_FOLDER, Truth


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Write each patient in a folder of its own; one that is being written appears whole."""
    out = Path(parameter(params, "out", str))
    count, seed = parameter(params, "patients", int), parameter(params, "seed", int)
    written: list[dict[str, Any]] = []
    for index in range(count):
        if cancelled():
            raise Cancelled
        yield Progress(index, count, "making virtual patients")
        folder = out / f"patient-{seed + index}"
        written.append(_described(folder, write_demo_patient(folder, seed + index)))
    yield Finished({"patients": written})


def _described(folder: Path, truth: Truth) -> dict[str, Any]:
    return {
        "patient_id": truth.patient_id,
        "dicom": str(folder / DICOM_FOLDER),
        "truth": str(folder / TRUTH_FOLDER),
        "burden_percent": {str(level): value for level, value in truth.burden_percent.items()},
    }
