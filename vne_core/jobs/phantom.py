"""Make virtual patients: DICOM studies with their truth, or training arrays, or figures only.

Parameters: ``out`` (text), ``patients`` and ``seed`` (whole numbers; null for the cohort's own),
``config`` (text: a preset or a .toml file), ``make`` ("dicom", "arrays" or "figures") and ``report``
(true or false: contact sheet and table). What an interrupted run finished is kept, and a repeated
one goes on from there.
"""

import json
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vne_core.errors import VneError
from vne_core.files import atomic_write, require_free_space
from vne_core.jobs.events import Event, Finished, Progress
from vne_core.jobs.registry import IsCancelled, JobParameterError, parameter
from vne_core.jobs.workers import each_in_workers
from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.cohort_table import cohort_rows, table_text
from vne_core.phantom.config import CohortConfig
from vne_core.phantom.config_file import config_hash, load_config
from vne_core.phantom.contact_sheet import write_contact_sheet, write_figures_page
from vne_core.phantom.dials import DialError
from vne_core.phantom.figures import PatientFigures, patient_figures
from vne_core.phantom.studies import DICOM_FOLDER, STUDY_BYTES, write_patient
from vne_core.phantom.training_set import (
    create_training_set,
    training_set_bytes,
    write_training_patient,
)
from vne_core.phantom.truth import TRUTH_FILE, TRUTH_FOLDER, load_truth

MAKES = ("dicom", "arrays", "figures")
COHORT_FILE = "cohort.json"
ARRAYS_FOLDER = "arrays"
REPORT_FOLDER = "report"
SHEET_PATIENTS = 12
MOST_PATIENTS = 100_000
MAKING = "making virtual patients"


class OtherCohortError(VneError):
    """A folder that holds another cohort."""

    code = "other-cohort"


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Run the job; every patient is there whole or not at all."""
    out, config, count, seed = _asked(params)
    make = parameter(params, "make", str) if "make" in params else "dicom"
    if make not in MAKES:
        raise JobParameterError(f"make is {make!r}", f"one of {', '.join(MAKES)}")
    result: dict[str, Any] = {"cohort": config.name, "seed": seed, "count": count}
    _claim(out, config, count, seed)
    if make == "dicom":
        result["patients"] = yield from _studies(out, config, count, seed, cancelled)
    elif make == "arrays":
        result["arrays"] = yield from _arrays(out, config, count, seed, cancelled)
    if make == "figures" or params.get("report"):
        result["report"] = yield from _report(out, config, count, seed, cancelled)
    yield Finished(result)


def _asked(params: dict[str, Any]) -> tuple[Path, CohortConfig, int, int]:
    """Return the folder, the cohort, how many patients and which seed."""
    config = (
        load_config(parameter(params, "config", str)) if params.get("config") else load_config()
    )
    count = (
        config.patients if params.get("patients") is None else parameter(params, "patients", int)
    )
    seed = config.seed if params.get("seed") is None else parameter(params, "seed", int)
    if not 1 <= count <= MOST_PATIENTS:
        raise DialError(f"patients is {count}", f"1 to {MOST_PATIENTS}")
    if not 0 <= seed < 2**32:
        raise DialError(f"seed is {seed}", "0 to 4294967295")
    return Path(parameter(params, "out", str)), config, count, seed


def _claim(out: Path, config: CohortConfig, count: int, seed: int) -> None:
    """Note the cohort in the folder, or refuse one that holds another."""
    document = {
        "note": "virtual cohort: simulated images, nobody was scanned",
        "config_hash": config_hash(config, seed),
        "seed": seed,
        "config": asdict(config),
    }
    path = out / COHORT_FILE
    if path.exists():
        found = json.loads(path.read_text()).get("config_hash")
        if found != document["config_hash"]:
            raise OtherCohortError(
                f"{out} holds another cohort, or the same with another seed",
                "a new folder, or the cohort it was begun with",
                "name another folder",
            )
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OtherCohortError(
            f"{out} is not empty and holds no virtual cohort", "a new folder", "name another folder"
        )
    require_free_space(out, count * STUDY_BYTES // 100)
    atomic_write(path, json.dumps(document, indent=1) + "\n")


def _studies(
    out: Path, config: CohortConfig, count: int, seed: int, cancelled: IsCancelled
) -> Generator[Event, None, list[dict[str, Any]]]:
    """Write the patients that are not there yet; return where each is and its true burden."""
    folders = [out / f"patient-{index:04d}" for index in range(count)]
    missing = [i for i in range(count) if not _is_written(folders[i])]
    require_free_space(out, len(missing) * STUDY_BYTES)
    tasks = [(config, seed, index, folders[index]) for index in missing]
    yield from each_in_workers(_write_study, tasks, MAKING, cancelled, done=count - len(missing))
    return [_described(folder) for folder in folders]


def _arrays(
    out: Path, config: CohortConfig, count: int, seed: int, cancelled: IsCancelled
) -> Generator[Event, None, str]:
    """Fill the rows of the patients that are not there yet; return the folder of the arrays."""
    folder = out / ARRAYS_FOLDER
    if not folder.exists():
        require_free_space(out, training_set_bytes(config, count))
    missing = create_training_set(folder, config, count, seed)
    tasks = [(config, seed, index, folder) for index in missing]
    yield from each_in_workers(_write_arrays, tasks, MAKING, cancelled, done=count - len(missing))
    return str(folder)


def _report(
    out: Path, config: CohortConfig, count: int, seed: int, cancelled: IsCancelled
) -> Generator[Event, None, dict[str, Any]]:
    """Measure every patient and write contact sheet, figures and table; return what was found."""
    folder = out / REPORT_FOLDER
    tasks = [(config, seed, index, folder) for index in range(count)]
    found = yield from each_in_workers(_measure, tasks, "measuring virtual patients", cancelled)
    rows = cohort_rows(config, found)
    title = f"{config.about}, {count} patients, seed {seed}"
    yield Progress(0, 1, "drawing the contact sheet")
    shown = [draw_patient(config, seed, index) for index in range(min(count, SHEET_PATIENTS))]
    paths = write_contact_sheet(folder, title, shown) + write_figures_page(folder, title, rows)
    text = table_text(rows)
    atomic_write(folder / "figures.txt", f"{title}\n\n{text}\n")
    atomic_write(
        folder / "figures.json", json.dumps([asdict(row) for row in rows], indent=1) + "\n"
    )
    return {
        "folder": str(folder),
        "files": [path.name for path in paths] + ["figures.txt", "figures.json"],
        "table": text,
        "outside": [row.name for row in rows if not row.is_met()],
    }


Task = tuple[CohortConfig, int, int, Path]


def _write_study(task: Task) -> None:
    config, seed, index, folder = task
    write_patient(folder, draw_patient(config, seed, index))


def _write_arrays(task: Task) -> None:
    config, seed, index, folder = task
    write_training_patient(folder, draw_patient(config, seed, index))


def _measure(task: Task) -> PatientFigures:
    config, seed, index, _ = task
    return patient_figures(draw_patient(config, seed, index))


def _is_written(folder: Path) -> bool:
    """Return whether a patient is there; a folder appears whole, its truth included."""
    return (folder / TRUTH_FOLDER / TRUTH_FILE).exists()


def _described(folder: Path) -> dict[str, Any]:
    truth = load_truth(folder / TRUTH_FOLDER)
    return {
        "patient_id": truth.patient_id,
        "dicom": str(folder / DICOM_FOLDER),
        "truth": str(folder / TRUTH_FOLDER),
        "burden_percent": {str(level): value for level, value in truth.burden_percent.items()},
    }
