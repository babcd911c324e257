"""The demo patient written as a DICOM study, with its truth beside it."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vne_core.dicom.write import write_mr
from vne_core.errors import VneError
from vne_core.geometry.plane import SlicePlane
from vne_core.phantom.demo import (
    SLICE_NAMES,
    DemoDials,
    cine_plane,
    four_chamber_plane,
    lge_plane,
    make_body,
    t1_plane,
)
from vne_core.phantom.headers import SeriesHeader, StudyIdentity, Tags, image_tags
from vne_core.phantom.motion import cavity_volume_ml, contraction_at
from vne_core.phantom.reception import Stored
from vne_core.phantom.scene import Body
from vne_core.phantom.sequences import LgeImages, acquire_cine, acquire_lge
from vne_core.phantom.series_plan import cine_series, lge_series, shmolli_series
from vne_core.phantom.shmolli_scan import ShmolliDials, ShmolliImages, acquire_shmolli
from vne_core.phantom.slice_truth import ScannedSlice, slice_truth
from vne_core.phantom.truth import TRUTH_FOLDER, SliceTruth, Truth, save_truth

DICOM_FOLDER = "dicom"
BITS_STORED = 12
RR_MS = 950
RR_SPREAD_MS = 14
"""How far a cine's mean RR interval may lie from the patient's."""


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
    """The patient on the table, the random numbers of the study, and where its files go."""

    folder: Path
    study: StudyIdentity
    body: Body
    dials: DemoDials
    rng: np.random.Generator
    noise: bool


def write_demo_patient(
    folder: Path, seed: int = 2021, *, noise: bool = True, dials: DemoDials | None = None
) -> Truth:
    """Write a virtual patient with hypertrophic cardiomyopathy as a DICOM study.

    ``folder`` gets ``dicom/`` (one folder a series) and ``truth/``; it appears whole or not at
    all. The same seed and dials give the same bytes. Raises DemoFolderError when ``folder``
    holds anything already.
    """
    _refuse_used(folder)
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    try:
        truth = _examine(_prepare(building, seed, dials or DemoDials(), noise=noise))
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return truth


def _refuse_used(folder: Path) -> None:
    """Raise DemoFolderError when the folder exists and is not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DemoFolderError(
            f"the folder {folder} is not empty", "an empty or new folder", "name another"
        )


def _prepare(folder: Path, seed: int, dials: DemoDials, *, noise: bool) -> _Examination:
    """Return the patient on the table; body and noise have random numbers of their own."""
    study = StudyIdentity(f"VIRTUAL-HCM-{seed}", "Virtual^HCM", seed)
    rng = np.random.default_rng([seed, 2])
    return _Examination(folder, study, make_body(dials, seed), dials, rng, noise)


def _examine(examination: _Examination) -> Truth:
    """Write every series and the truth; return the truth."""
    _write_images(examination, _cine_images(examination))
    slices = tuple(_examine_slice(examination, index) for index in range(len(SLICE_NAMES)))
    truth = Truth(
        examination.study.patient_id,
        examination.study.seed,
        _ejection_fraction(examination.body),
        slices,
    )
    save_truth(truth, examination.folder / TRUTH_FOLDER)
    return truth


def _examine_slice(examination: _Examination, index: int) -> SliceTruth:
    """Write ShMOLLI and late enhancement of a slice; return what is true of it."""
    body, dials, rng = examination.body, examination.dials, examination.rng
    t1_header, lge_header = shmolli_series(index, dials.shmolli), lge_series(index, dials.lge)
    t1 = acquire_shmolli(body, t1_plane(dials, index), dials.shmolli, rng, noise=examination.noise)
    plane = lge_plane(dials, index)
    lge = acquire_lge(
        body, plane, dials.lge, dials.lge_heart_shift_mm, rng, noise=examination.noise
    )
    _write_images(examination, _shmolli_images(t1, t1_header, dials.shmolli))
    _write_images(examination, _lge_images(lge, plane, lge_header))
    scanned = ScannedSlice(
        SLICE_NAMES[index],
        t1.plane,
        plane,
        examination.study.image_uid(t1_header[-1].number, 1),
        examination.study.image_uid(lge_header[-1].number, 1),
        lge.true_signal,
    )
    return slice_truth(body, dials, scanned)


def _write_images(examination: _Examination, images: Iterator[_Image]) -> None:
    """Write images into a folder a series."""
    for image in images:
        name = f"{image.series.number:03d}_{image.series.description.replace(' ', '_')}"
        path = examination.folder / DICOM_FOLDER / name / f"{image.instance:04d}.dcm"
        tags = image_tags(examination.study, image.series, image.instance, image.after_start_s)
        write_mr(path, image.pixels, image.plane, tags | image.tags, BITS_STORED)


def _cine_images(examination: _Examination) -> Iterator[_Image]:
    """Yield a four-chamber cine and one short-axis cine a slice, all before contrast."""
    dials = examination.dials
    plans = [("cine_trufi_retro 4CH", four_chamber_plane(dials))]
    plans += [("cine_trufi_retro", cine_plane(dials, index)) for index in range(len(SLICE_NAMES))]
    phases = dials.cine.phases
    contractions = [float(value) for value in contraction_at(np.arange(phases) / phases)]
    for order, (description, plane) in enumerate(plans):
        rr_ms = RR_MS + int(examination.rng.integers(-RR_SPREAD_MS, RR_SPREAD_MS + 1))
        series = cine_series(order, description, rr_ms, phases)
        frames = acquire_cine(
            examination.body,
            plane,
            contractions,
            dials.cine,
            examination.rng,
            noise=examination.noise,
        )
        for phase, pixels in enumerate(frames):
            tags: Tags = {"TriggerTime": round(phase * rr_ms / phases, 3)}
            yield _Image(series, phase + 1, plane, pixels, 0.0, tags)


def _shmolli_images(
    images: ShmolliImages, series: Sequence[SeriesHeader], dials: ShmolliDials
) -> Iterator[_Image]:
    """Yield the raw images in order of acquisition, then the map."""
    for header, stack in ((series[0], images.magnitude), (series[1], images.phase)):
        for index, ti_ms in enumerate(images.times_ms):
            after_s = dials.scan.beats[index] * dials.scan.rr_ms / 1000
            tags: Tags = {"InversionTime": float(ti_ms), "ImageComments": f"TIeff {ti_ms:.0f} ms"}
            yield _Image(header, index + 1, images.plane, stack[index], after_s, tags)
    yield _Image(series[2], 1, images.plane, images.t1_map_ms, 0.0, {})


def _lge_images(
    images: LgeImages, plane: SlicePlane, series: Sequence[SeriesHeader]
) -> Iterator[_Image]:
    """Yield the magnitude and the phase-sensitive image."""
    yield _Image(series[0], 1, plane, images.magnitude, 0.0, {})
    yield _Image(series[1], 1, plane, images.psir, 0.0, {})


def _ejection_fraction(body: Body) -> float:
    """Return the left ventricle's ejection fraction, fibrosis included."""
    full, left = (cavity_volume_ml(body.heart(contraction)) for contraction in (0.0, 1.0))
    return round(1 - left / full, 4)
