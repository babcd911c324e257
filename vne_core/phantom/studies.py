"""A virtual patient written as a DICOM study, with its truth beside it."""

import glob
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from vne_core.dicom.write import write_mr
from vne_core.errors import VneError
from vne_core.geometry.plane import SlicePlane
from vne_core.phantom.body import Body
from vne_core.phantom.cine import acquire_cine
from vne_core.phantom.demo import DEMO_SEED, demo_patient
from vne_core.phantom.examination import SliceScan, cine_contractions, scan_cine, scan_slice
from vne_core.phantom.headers import SeriesHeader, StudyIdentity, Tags, image_tags
from vne_core.phantom.patient import Patient, four_chamber_plane, make_body
from vne_core.phantom.reception import Stored
from vne_core.phantom.seeds import Piece
from vne_core.phantom.series_plan import cine_series, lge_series, study_identity, t1_series
from vne_core.phantom.truth import TRUTH_FOLDER, SliceTruth, Truth, save_truth

DICOM_FOLDER = "dicom"
BITS_STORED = 12
RR_SPREAD_MS = 14
"""How far a cine's mean RR interval may lie from the patient's."""
STUDY_BYTES = 32_000_000
"""Room that one written patient takes on the disk, at most."""
DRAFT_BYTES = 8
"""Of the random number in a draft's name."""
ABANDONED_AFTER_S = 3600.0
"""A patient is written in seconds: an older draft was left by a program that was killed."""


class DemoFolderError(VneError):
    """A folder that already holds something."""

    code = "folder-not-empty"


@dataclass(frozen=True, slots=True, eq=False)
class _Image:
    """One file to write."""

    series: SeriesHeader
    instance: int
    plane: SlicePlane
    pixels: Stored
    after_start_s: float
    tags: Tags


@dataclass(frozen=True, slots=True, eq=False)
class _Examination:
    """The patient on the table, and where its files go."""

    folder: Path
    study: StudyIdentity
    body: Body
    patient: Patient


def write_demo_patient(folder: Path, seed: int = DEMO_SEED, *, noise: bool = True) -> Truth:
    """Write the demo patient as a DICOM study; see ``write_patient``."""
    patient = demo_patient(seed)
    return write_patient(folder, patient if noise else without_noise(patient))


def without_noise(patient: Patient) -> Patient:
    """Return the patient scanned without noise."""
    return replace(
        patient,
        cine=replace(patient.cine, noise=False),
        t1=replace(patient.t1, noise=False),
        lge=replace(patient.lge, noise=False),
    )


def write_patient(folder: Path, patient: Patient) -> Truth:
    """Write a virtual patient as a DICOM study.

    ``folder`` gets ``dicom/`` (one folder a series) and ``truth/``; it appears whole or not at
    all. The same patient gives the same bytes. Raises DemoFolderError when ``folder`` holds
    anything already. Drafts of ``folder`` that a killed program left, untouched for an hour, go first.
    """
    _refuse_used(folder)
    _remove_abandoned(folder)
    building = folder.with_name(f".{folder.name}.{secrets.token_hex(DRAFT_BYTES)}")
    try:
        body = make_body(patient)
        truth = _examine(_Examination(building, study_identity(patient), body, patient))
        _take_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return truth


def _remove_abandoned(folder: Path) -> None:
    """Remove drafts of ``folder`` that nobody writes any more."""
    number = "[0-9a-f]" * (2 * DRAFT_BYTES)
    for draft in folder.parent.glob(f".{glob.escape(folder.name)}.{number}"):
        with suppress(OSError):  # another program may remove it at the same time
            if draft.stat().st_mtime < time.time() - ABANDONED_AFTER_S:
                shutil.rmtree(draft)


def _take_place(building: Path, folder: Path) -> None:
    """Rename ``building`` to ``folder``, which may be there but empty."""
    _refuse_used(folder)  # another program may have written it meanwhile
    try:
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    except OSError:
        _refuse_used(folder)
        raise


def _refuse_used(folder: Path) -> None:
    """Raise DemoFolderError when the folder exists and is not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DemoFolderError(
            f"the folder {folder} is not empty", "an empty or new folder", "name another"
        )


def _examine(examination: _Examination) -> Truth:
    """Write every series and the truth; return the truth."""
    patient = examination.patient
    _write_images(examination, _cine_images(examination))
    slices = tuple(_examine_slice(examination, index) for index in range(len(patient.slices)))
    truth = Truth(
        patient.patient_id,
        patient.seed,
        examination.body.ejection_fraction,
        slices,
        patient.shape_name,
        patient.pattern,
    )
    save_truth(truth, examination.folder / TRUTH_FOLDER)
    return truth


def _examine_slice(examination: _Examination, index: int) -> SliceTruth:
    """Write T1 mapping and late enhancement of a slice; return what is true of it."""
    body, patient, study = examination.body, examination.patient, examination.study
    t1_headers, lge_headers = t1_series(patient, index), lge_series(patient, body.tissues, index)
    uids = (study.image_uid(t1_headers[-1].number, 1), study.image_uid(lge_headers[-1].number, 1))
    scan = scan_slice(body, patient, index, uids)
    _write_images(examination, _t1_images(scan, t1_headers, patient))
    _write_images(examination, _lge_images(scan, lge_headers))
    return scan.truth


def _write_images(examination: _Examination, images: Iterator[_Image]) -> None:
    """Write images into a folder a series."""
    for image in images:
        name = f"{image.series.number:03d}_{image.series.description.replace(' ', '_')}"
        path = examination.folder / DICOM_FOLDER / name / f"{image.instance:04d}.dcm"
        tags = image_tags(examination.study, image.series, image.instance, image.after_start_s)
        write_mr(path, image.pixels, image.plane, tags | image.tags, BITS_STORED)


def _cine_images(examination: _Examination) -> Iterator[_Image]:
    """Yield a four-chamber cine and one short-axis cine a slice, all before contrast."""
    patient = examination.patient
    phases = patient.cine.phases
    beats = patient.random(Piece.CINE)
    for order in range(1 + len(patient.slices)):
        spread = int(beats.integers(-RR_SPREAD_MS, RR_SPREAD_MS + 1))
        rr_ms = round(patient.t1.scan.rr_ms) + spread
        series = cine_series(patient, order, rr_ms)
        frames, plane = _cine_of(examination, order)
        for phase, pixels in enumerate(frames):
            tags: Tags = {"TriggerTime": round(phase * rr_ms / phases, 3)}
            yield _Image(series, phase + 1, plane, pixels, 0.0, tags)


def _cine_of(examination: _Examination, order: int) -> tuple[Stored, SlicePlane]:
    """Return the frames and plane of cine number ``order``; number 0 is the long axis."""
    body, patient = examination.body, examination.patient
    if order:
        return scan_cine(body, patient, order - 1)
    plane = four_chamber_plane(patient)
    contractions = cine_contractions(patient.cine.phases)
    rng = patient.random(Piece.CINE, len(patient.slices))
    return acquire_cine(body, plane, contractions, patient.cine, rng), plane


def _t1_images(
    scan: SliceScan, series: Sequence[SeriesHeader], patient: Patient
) -> Iterator[_Image]:
    """Yield the raw images in order of acquisition, then the map."""
    images, sequence = scan.t1, patient.t1.scan
    for header, stack in ((series[0], images.magnitude), (series[1], images.phase)):
        for index, ti_ms in enumerate(images.times_ms):
            after_s = sequence.beats[index] * sequence.rr_ms / 1000
            tags: Tags = {
                "InversionTime": round(float(ti_ms), 1),
                "ImageComments": f"TIeff {ti_ms:.0f} ms",
            }
            yield _Image(header, index + 1, images.plane, stack[index], after_s, tags)
    yield _Image(series[2], 1, images.plane, images.t1_map_ms, 0.0, {})


def _lge_images(scan: SliceScan, series: Sequence[SeriesHeader]) -> Iterator[_Image]:
    """Yield the magnitude and the phase-sensitive image."""
    yield _Image(series[0], 1, scan.lge_plane, scan.lge.magnitude, 0.0, {})
    yield _Image(series[1], 1, scan.lge_plane, scan.lge.psir, 0.0, {})
