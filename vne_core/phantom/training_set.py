"""Training arrays of a cohort: one memory-mapped file a kind of image, one row a slice.

Written without DICOM, straight from the simulation; every patient has its own rows, so patients can
be made in any order, in parallel, and an interrupted run goes on where it stopped.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.files import atomic_write
from vne_core.phantom.bloch import SCHEMES
from vne_core.phantom.config import CohortConfig
from vne_core.phantom.config_file import config_hash
from vne_core.phantom.patient import Patient, make_body
from vne_core.phantom.training_slice import (
    CINE_COUNTS,
    COVERED,
    IMAGE_TYPES,
    LGE_STEPS,
    PHASES,
    TABLE_TYPE,
    training_slice,
)
from vne_core.phantom.truth import LEVELS
from vne_core.phantom.window import SIZE_PX

SCHEMA = 2
"""Counts changes of the files and of the images in them: a set begun by other code is not gone on
with."""
INDEX_FILE = "arrays.json"
TABLE = "table"
SLICES = 3
"""Slices a patient: base, mid, apex."""

AnyArray = NDArray[Any]


class TrainingSetError(VneError):
    """A folder of training arrays of another cohort, or damaged."""

    code = "training-set"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingSet:
    """Memory-mapped arrays of a cohort by name, and the cohort's description.

    Images are (slices, [channels,] 192, 192) on the T1 grid, the ventricle in the middle: ``cine``
    (25 phases, 8 bits, ``CINE_COUNTS`` counts a step), ``ir`` (signed, in acquisition order),
    ``t1`` (ms), ``lge`` and ``lge_again`` (two scans of the same truth, ``LGE_STEPS`` steps a
    count), ``true_lge`` (noise-free, blood at 1), ``ecv`` (0 outside the wall), ``epi`` and
    ``endo`` of the LGE and ``epi_t1`` and ``endo_t1`` of the T1 map (coverage, ``COVERED`` is
    full), ``remote`` and ``blood`` (the LGE's regions, coverage). ``table`` has one record a slice.
    """

    arrays: Mapping[str, AnyArray]
    description: Mapping[str, Any]


def create_training_set(folder: Path, config: CohortConfig, patients: int, seed: int) -> list[int]:
    """Make the files of a training set, or find those of an earlier run; return who is missing.

    Raises TrainingSetError when the folder holds arrays of another cohort.
    """
    wanted = _description(config, patients, seed)
    if (folder / INDEX_FILE).exists():
        found = _read_description(folder)
        if found != wanted:
            raise TrainingSetError(
                f"{folder} holds training arrays of {found.get('config_name')}, "
                f"{found.get('patients')} patients, seed {found.get('seed')}",
                "the same cohort, number and seed, to go on; or an empty folder",
                "name another folder",
            )
        table = np.load(folder / f"{TABLE}.npy", mmap_mode="r")
        done = table["done"].reshape(patients, SLICES).all(axis=1)
        return [int(index) for index in np.flatnonzero(~done)]
    folder.mkdir(parents=True, exist_ok=True)
    for name, (shape, kind) in _layout(config, patients).items():
        np.lib.format.open_memmap(folder / f"{name}.npy", "w+", kind, shape).flush()
    atomic_write(folder / INDEX_FILE, json.dumps(wanted, indent=1) + "\n")
    return list(range(patients))


def training_set_bytes(config: CohortConfig, patients: int) -> int:
    """Return the room that a training set takes on the disk."""
    return sum(
        int(np.prod(shape)) * np.dtype(kind).itemsize
        for shape, kind in _layout(config, patients).values()
    )


def write_training_patient(folder: Path, patient: Patient) -> None:
    """Scan a patient and put it into its rows, which count once all are on the disk."""
    body = make_body(patient)
    arrays = _opened(folder, "r+")
    first = patient.index * SLICES
    for index in range(SLICES):
        images, record = training_slice(patient, body, index)
        for name, image in images.items():
            arrays[name][first + index] = image
        for name, value in record.items():
            arrays[TABLE][name][first + index] = value
    for array in arrays.values():
        array.flush()
    arrays[TABLE]["done"][first : first + SLICES] = True
    arrays[TABLE].flush()


def open_training_set(folder: Path) -> TrainingSet:
    """Return a training set, read-only. Raises TrainingSetError when it is missing or damaged."""
    description = _read_description(folder)
    return TrainingSet(_opened(folder, "r"), description)


def _layout(
    config: CohortConfig, patients: int
) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
    """Return the shape and type of every array."""
    rows = patients * SLICES
    times = sum(SCHEMES[config.scanner.scheme].images)
    channels = {"cine": (PHASES,), "ir": (times,)}
    layout = {
        name: ((rows, *channels.get(name, ()), SIZE_PX, SIZE_PX), np.dtype(kind))
        for name, kind in IMAGE_TYPES.items()
    }
    return {
        **layout,
        "times_ms": ((rows, times), np.dtype(np.float32)),
        TABLE: ((rows,), TABLE_TYPE),
    }


def _opened(folder: Path, mode: Literal["r", "r+"]) -> dict[str, "np.memmap[Any, Any]"]:
    """Return every array of a folder, memory-mapped."""
    names = (*IMAGE_TYPES, "times_ms", TABLE)
    try:
        return {name: np.lib.format.open_memmap(folder / f"{name}.npy", mode) for name in names}
    except (OSError, ValueError) as error:
        raise TrainingSetError(
            f"the training arrays in {folder} cannot be read ({error})", "", "make them again"
        ) from error


def _description(config: CohortConfig, patients: int, seed: int) -> dict[str, Any]:
    """Return what the index file says, as JSON values."""
    return {
        "schema": SCHEMA,
        "note": "virtual cohort: simulated images, nobody was scanned",
        "config_name": config.name,
        "config_hash": config_hash(config, seed),
        "patients": patients,
        "seed": seed,
        "field_t": config.scanner.field_t,
        "scheme": config.scanner.scheme,
        "slices_a_patient": SLICES,
        "cine_counts_a_step": CINE_COUNTS,
        "lge_steps_a_count": LGE_STEPS,
        "full_coverage": COVERED,
        "levels": list(LEVELS),
    }


def _read_description(folder: Path) -> dict[str, Any]:
    """Return what the index file of a folder says."""
    try:
        return json.loads((folder / INDEX_FILE).read_text())
    except (OSError, ValueError) as error:
        raise TrainingSetError(
            f"{folder / INDEX_FILE} cannot be read ({error})", "training arrays", "make them again"
        ) from error
