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

DEMO_LESIONS = (
    Lesion(238.0, 0.6, -20.0, 4.4, 3.0, 22.0, 0.95),
    Lesion(128.0, 0.58, -12.0, 4.2, 3.0, 22.0, 0.9),
    Lesion(186.0, 0.5, -2.0, 7.5, 2.3, 18.0, 0.75),
    Lesion(205.0, 0.45, 22.0, 6.0, 2.2, 10.0, 0.6),
)
"""Both insertion points of the right ventricle and the middle of the septum."""


class DemoFolderError(VneError):
    """A folder that already holds something."""

    code = "folder-not-empty"


@dataclass(frozen=True, slots=True)
class DemoDials:
    """Everything that makes the demo patient. Raises DialError outside allowed ranges."""

    heart: HeartShape = field(default_factory=HeartShape)
    fibrosis: FibrosisDials = field(default_factory=lambda: FibrosisDials(DEMO_LESIONS))
    cine: CineDials = field(default_factory=CineDials)
    shmolli: ShmolliDials = field(default_factory=ShmolliDials)
    lge: LgeDials = field(default_factory=LgeDials)
    slice_w_mm: tuple[float, float, float] = (-26.0, -2.0, 20.0)
    thickness_mm: float = 8.0
    lge_plane_offset_mm: float = 1.5
    lge_heart_shift_mm: Vector = (0.6, -0.5, 0.5)
    cine_plane_offset_mm: float = -0.8

    def __post_init__(self) -> None:
        """Refuse slices outside the ventricle and shifts beyond those of a breath-hold."""
        require_within(
            self,
            {
                "slice_w_mm": (-40, 35),
                "thickness_mm": (4, 12),
                "lge_plane_offset_mm": (-4, 4),
                "lge_heart_shift_mm": (-4, 4),
                "cine_plane_offset_mm": (-4, 4),
            },
        )


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


def make_body(dials: DemoDials, seed: int) -> Body:
    """Return the demo patient's body; the same seed gives the same body."""
    rng = np.random.default_rng([seed, 1])
    fibrosis = make_fibrosis(dials.heart, dials.fibrosis, rng)
    return Body(dials.heart, heart_frame(), fibrosis, make_lung_vessels(rng))


def heart_frame() -> HeartFrame:
    """Return where the demo patient's heart lies: short axes as in a usual examination."""
    row = np.array(ROW_DIR) / np.linalg.norm(ROW_DIR)
    col = np.array(COL_DIR) - row * (row @ np.array(COL_DIR))
    col = col / np.linalg.norm(col)
    return HeartFrame(HEART_CENTRE_MM, _vector(row), _vector(col), _vector(-np.cross(row, col)))


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
            scanner.body, _t1_plane(dials, index), dials.shmolli, scanner.rng, noise=noise
        )
        lge_plane = _lge_plane(dials, index)
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
    plans += [("cine_trufi_retro", _cine_plane(dials, index)) for index in range(3)]
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


def _slice_truth(
    scanner: _Scanner,
    name: str,
    t1_plane: SlicePlane,
    lge_plane: SlicePlane,
    uids: tuple[str, str],
    lge: LgeImages,
) -> SliceTruth:
    """Return what is true of a slice; burdens on the T1 grid, at the LGE's breath-hold."""
    dials, body = scanner.dials, scanner.body
    t1_contraction = float(contraction_at(dials.shmolli.cycle_share))
    lge_contraction = float(contraction_at(dials.lge.cycle_share))
    shift = dials.lge_heart_shift_mm
    at_lge = outlines(body.heart(lge_contraction), body.frame, lge_plane, shift)
    on_grid = _moved_to(t1_plane, lge_plane)
    wall = map_wall(body, on_grid, lge_contraction, shift)
    true_lge = _on_grid(lge.true_signal, lge_plane, t1_plane)
    area, burden = true_burden(true_lge, t1_plane, at_lge)
    in_wall = np.isfinite(wall.ecv)
    enhancement = tissue_enhancement(wall.ecv[in_wall], wall.t1_ms[in_wall], dials.lge)
    return SliceTruth(
        name=name,
        t1_plane=t1_plane,
        lge_plane=lge_plane,
        t1_map_uid=uids[0],
        lge_uid=uids[1],
        t1=outlines(body.heart(t1_contraction), body.frame, t1_plane, (0.0, 0.0, 0.0)),
        lge=at_lge,
        myocardium_mm2=area,
        burden_percent=burden,
        tissue_percent={level: 100 * float(np.mean(enhancement >= level)) for level in LEVELS},
        fibrosis_share=wall.share,
        ecv=wall.ecv,
        true_lge=true_lge,
    )


def _on_grid(
    image: NDArray[np.float64], source: SlicePlane, target: SlicePlane
) -> NDArray[np.float32]:
    """Return an image of a parallel plane, linearly interpolated on the target's pixels."""
    from scipy.ndimage import map_coordinates  # noqa: PLC0415 - heavy, start-up path

    rows, cols = target.shape_px
    x_px, y_px = np.meshgrid(np.arange(cols), np.arange(rows))
    points = target.pixel_to_patient(np.stack([x_px.ravel(), y_px.ravel()], axis=1))
    x, y = source.patient_to_pixel(points).T
    return map_coordinates(image, [y, x], order=1).reshape(rows, cols).astype(np.float32)


def _moved_to(plane: SlicePlane, depth_of: SlicePlane) -> SlicePlane:
    """Return the plane moved along its normal to the depth of a parallel one."""
    height = float(plane.height_mm(depth_of.centre_mm[None])[0])
    origin = np.asarray(plane.origin_mm) + height * plane.normal
    return SlicePlane(
        _vector(origin), plane.row_dir, plane.col_dir, plane.spacing_mm, plane.shape_px,
        plane.thickness_mm,
    )


def _ejection_fraction(body: Body) -> float:
    """Return the left ventricle's ejection fraction, fibrosis included."""
    full, left = (cavity_volume_ml(body.heart(contraction)) for contraction in (0.0, 1.0))
    return round(1 - left / full, 4)


def _t1_plane(dials: DemoDials, index: int) -> SlicePlane:
    """Return the grid that ShMOLLI acquires: 192 columns over 360 mm."""
    at = (0.0, 0.0, dials.slice_w_mm[index])
    return heart_frame().short_axis(at, (96.0, 68.0), 1.875, (144, 192), dials.thickness_mm)


def _cine_plane(dials: DemoDials, index: int) -> SlicePlane:
    """Return the plane of a short-axis cine."""
    at = (0.0, 0.0, dials.slice_w_mm[index] + dials.cine_plane_offset_mm)
    return heart_frame().short_axis(at, (126.3, 96.6), 1.40625, (208, 256), dials.thickness_mm)


def _lge_plane(dials: DemoDials, index: int) -> SlicePlane:
    """Return the plane of a late-enhancement slice."""
    at = (0.0, 0.0, dials.slice_w_mm[index] + dials.lge_plane_offset_mm)
    return heart_frame().short_axis(at, (127.6, 90.8), 1.40625, (192, 256), dials.thickness_mm)


def _four_chamber_plane(thickness_mm: float) -> SlicePlane:
    """Return the long-axis plane through both ventricles, its rows toward the patient's left."""
    frame = heart_frame()
    u, w = np.array(frame.u_dir), np.array(frame.w_dir)
    row = u * u[0] + w * w[0]
    row = row / np.linalg.norm(row)
    col = u * w[0] - w * u[0]
    col = col / np.linalg.norm(col)
    spacing, shape = 1.40625, (208, 256)
    middle = np.asarray(frame.centre_mm) - 12.0 * w - 8.0 * u
    corner = middle - row * spacing * 128 - col * spacing * 104
    return SlicePlane(
        _vector(corner.round(3)), _vector(row), _vector(col), (spacing, spacing), shape, thickness_mm
    )


def _vector(values: NDArray[np.float64]) -> Vector:
    x, y, z = (float(value) for value in values)
    return x, y, z
