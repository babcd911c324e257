"""The demo patient as a DICOM study with its truth beside it."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vne_core.dicom.write import write_mr
from vne_core.errors import VneError
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.phantom.anatomy import (
    HeartFrame,
    HeartShape,
    cavity_volume_ml,
    contraction_at,
)
from vne_core.phantom.dials import require_within
from vne_core.phantom.fibrosis import FibrosisDials, Lesion, make_fibrosis
from vne_core.phantom.headers import (
    STUDY_START_S,
    SeriesHeader,
    StudyIdentity,
    Tags,
    cine_tags,
    image_tags,
    lge_tags,
    shmolli_tags,
)
from vne_core.phantom.outlines import outlines
from vne_core.phantom.scene import Body, map_wall
from vne_core.phantom.sequences import (
    CineDials,
    LgeDials,
    LgeImages,
    ShmolliDials,
    ShmolliImages,
    Stored,
    acquire_cine,
    acquire_lge,
    acquire_shmolli,
    tissue_enhancement,
)
from vne_core.phantom.thorax import make_lung_vessels
from vne_core.phantom.truth import (
    LEVELS,
    TRUTH_FOLDER,
    SliceTruth,
    Truth,
    save_truth,
    true_burden,
)

DICOM_FOLDER = "dicom"
BITS_STORED = 12
SLICE_NAMES = ("base", "mid", "apex")
ROW_DIR: Vector = (0.792071, 0.0, 0.610431)
COL_DIR: Vector = (0.377690, 0.785620, -0.490075)
HEART_CENTRE_MM: Vector = (46.0, -12.0, 0.0)
"""Between spine and left chest wall, as in the thorax that surrounds it."""

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
class _Scanner:
    """The patient on the table, and the noise of the study."""

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
        truth = _write_all(building, seed, dials or DemoDials(), noise=noise)
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return truth


def _refuse_used(folder: Path) -> None:
    """Raise DemoFolderError when the folder exists and is not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DemoFolderError(f"{folder} is not empty", "an empty or new folder", "name another")


def _write_all(folder: Path, seed: int, dials: DemoDials, *, noise: bool) -> Truth:
    """Write every series and the truth into ``folder``."""
    study = StudyIdentity(f"VIRTUAL-HCM-{seed}", "Virtual^HCM", seed)
    scanner = _Scanner(make_body(dials, seed), dials, np.random.default_rng([seed, 2]), noise)
    _write_images(folder, study, _cine_images(scanner))
    slices: list[SliceTruth] = []
    for index, name in enumerate(SLICE_NAMES):
        t1 = acquire_shmolli(
            scanner.body, t1_plane(dials, index), dials.shmolli, scanner.rng, noise=noise
        )
        lge_plane = lge_plane(dials, index)
        lge = acquire_lge(
            scanner.body, lge_plane, dials.lge, dials.lge_heart_shift_mm, scanner.rng, noise=noise
        )
        t1_series, lge_series = _shmolli_series(index), _lge_series(index, dials.lge)
        _write_images(folder, study, _shmolli_images(t1, t1_series, dials.shmolli))
        _write_images(folder, study, _lge_images(lge, lge_plane, lge_series))
        uids = (study.uid("image", t1_series[2].number, 1), study.uid("image", lge_series[1].number, 1))
        slices.append(_slice_truth(scanner, name, t1.plane, lge_plane, uids, lge))
    truth = Truth(study.patient_id, seed, _ejection_fraction(scanner.body), tuple(slices))
    save_truth(truth, folder / TRUTH_FOLDER)
    return truth


def _write_images(folder: Path, study: StudyIdentity, images: Iterator[_Image]) -> None:
    """Write images into a folder a series."""
    for image in images:
        name = f"{image.series.number:03d}_{image.series.description.replace(' ', '_')}"
        path = folder / DICOM_FOLDER / name / f"{image.instance:04d}.dcm"
        tags = image_tags(study, image.series, image.instance, image.after_start_s) | image.tags
        write_mr(path, image.pixels, image.plane, tags, BITS_STORED)


def _cine_images(scanner: _Scanner) -> Iterator[_Image]:
    """Yield a four-chamber cine and one short-axis cine a slice, all before contrast."""
    dials = scanner.dials
    plans = [("cine_trufi_retro 4CH", _four_chamber_plane(dials.thickness_mm))]
    plans += [("cine_trufi_retro", cine_plane(dials, index)) for index in range(3)]
    contractions = contraction_at(np.arange(dials.cine.phases) / dials.cine.phases)
    for order, (description, plane) in enumerate(plans):
        rr_ms = 950 + int(scanner.rng.integers(-14, 15))
        frames = acquire_cine(
            scanner.body, plane, [float(c) for c in contractions], dials.cine, scanner.rng,
            noise=scanner.noise,
        )
        series = SeriesHeader(
            6 + order,
            description,
            ("ORIGINAL", "PRIMARY", "M", "RETRO", "NORM", "DIS2D"),
            STUDY_START_S + 190.0 + 25.0 * order,
            cine_tags(rr_ms, dials.cine.phases),
        )
        for phase, pixels in enumerate(frames):
            trigger_ms = round(phase * rr_ms / dials.cine.phases, 3)
            yield _Image(series, phase + 1, plane, pixels, 0.0, {"TriggerTime": trigger_ms})


def _shmolli_series(index: int) -> tuple[SeriesHeader, SeriesHeader, SeriesHeader]:
    """Return magnitude, phase and map of a slice; the map calls itself a phase image."""
    description = f"ShMOLLI_192i_SAX_{SLICE_NAMES[index]}"
    number, start_s = 12 + 3 * index, STUDY_START_S + 480.0 + 30.0 * index
    shared = shmolli_tags(ShmolliDials().scan.flip_deg)
    raw = {**shared, "RepetitionTime": 379.4, "EchoTime": 1.07}
    phase = {**raw, "RescaleSlope": 2, "RescaleIntercept": -4096, "RescaleType": "US"}
    return (
        SeriesHeader(number, description, ("ORIGINAL", "PRIMARY", "M", "DIS2D"), start_s, raw),
        SeriesHeader(number + 1, description, ("ORIGINAL", "PRIMARY", "P", "DIS2D"), start_s, phase),
        SeriesHeader(
            number + 2,
            f"{description}_T1MAP",
            ("ORIGINAL", "PRIMARY", "P", "DIS2D"),
            start_s + 10.0,
            {**shared, "WindowCenter": 1000, "WindowWidth": 2000, "InversionTime": None},
        ),
    )


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


def _lge_series(index: int, dials: LgeDials) -> tuple[SeriesHeader, SeriesHeader]:
    """Return magnitude and phase-sensitive series of a slice, twelve minutes after contrast."""
    start_s = STUDY_START_S + 26 * 60.0 + 25.0 * index
    shared = lge_tags(dials.inversion_time_ms, round(dials.cycle_share * dials.rr_ms, 1))
    return (
        SeriesHeader(
            30 + 2 * index,
            "MDE FLASH PSIR_MAG",
            ("ORIGINAL", "PRIMARY", "M", "ND"),
            start_s,
            {**shared, "WindowCenter": 240, "WindowWidth": 560},
        ),
        SeriesHeader(
            31 + 2 * index,
            "MDE FLASH PSIR_PSIR",
            ("ORIGINAL", "PRIMARY", "R", "ND"),
            start_s,
            {
                **shared,
                "ImageComments": "PS recon image",
                "RescaleSlope": 1,
                "RescaleIntercept": 0,
                "RescaleType": "US",
                "WindowCenter": 2260,
                "WindowWidth": 800,
            },
        ),
    )


def _lge_images(
    images: LgeImages, plane: SlicePlane, series: Sequence[SeriesHeader]
) -> Iterator[_Image]:
    """Yield the magnitude and the phase-sensitive image."""
    yield _Image(series[0], 1, plane, images.magnitude, 0.0, {})
    yield _Image(series[1], 1, plane, images.psir, 0.0, {})


