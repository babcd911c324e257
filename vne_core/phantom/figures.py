"""What a patient measures: burdens, T1 of tissues, walls, AHA segments; without cine or files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.contour import centroid_mm
from vne_core.geometry.plane import FloatArray
from vne_core.geometry.raster import roi_coverage
from vne_core.phantom.anatomy import LONG_AXIS_MM
from vne_core.phantom.body import Body
from vne_core.phantom.examination import SliceScan, scan_slice
from vne_core.phantom.patient import Patient, make_body, t1_plane
from vne_core.phantom.placement import STILL
from vne_core.phantom.reception import Signal
from vne_core.phantom.scene import PlaneScene
from vne_core.phantom.slice_truth import on_grid
from vne_core.phantom.tissue import Tissue
from vne_core.phantom.truth import LEVELS, SliceTruth, true_burden
from vne_core.phantom.window import heart_window

SEGMENTS = {"base": 6, "mid": 6, "apex": 4}
"""AHA segments of a slice."""
LESION_RISE = 0.15
"""Extracellular volume above the least of the slice from which a pixel is lesion."""
LEAST_PX = 12
"""Pixels below which nothing is measured."""
MAPPED = (Tissue.BLOOD, Tissue.FAT, Tissue.LIVER)
"""Tissues whose T1 is read off the map beside the wall."""
_SCANNED_MM = (-30.0, 26.0)
"""Levels of the ventricle whose wall thickness is reported."""

Burdens = Mapping[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """One AHA segment: true extracellular volume and native T1, and T1 as the map reads it."""

    ecv: float
    t1_ms: float
    map_t1_ms: float


@dataclass(frozen=True, slots=True)
class PatientFigures:
    """Figures of one patient; burdens in percent by level, T1 in ms off the acquired map.

    ``true_burden`` is on noise-free LGE, ``burden`` on the acquired one, both with the true
    contours and without slices whose LGE is uninterpretable (as in Zhang et al. 2021). ``t1_ms`` holds "remote", "lesion" (where there is one), "blood", "fat" and "liver".
    """

    index: int
    shape_name: str
    pattern: tuple[str, ...]
    ejection_fraction: float
    thickest_mm: float
    true_burden: Burdens
    burden: Burdens
    lge_snr: float
    t1_ms: Mapping[str, float]
    segments: tuple[Segment, ...]
    categories: Mapping[str, tuple[int, ...]]

    @property
    def is_negative(self) -> bool:
        """Whether the patient has no focal fibrosis."""
        return not self.pattern


def patient_figures(patient: Patient) -> PatientFigures:
    """Return the figures of a patient, scanned in memory."""
    body = make_body(patient)
    scans = [
        scan_slice(body, patient, index, window=heart_window(patient, index))
        for index in range(len(patient.slices))
    ]
    acquired, truth = _Pooled(), _Pooled()
    for scan in _interpretable(scans):
        truth.add(scan.truth.burden_percent, scan.truth.myocardium_mm2)
        on_map = on_grid(scan.lge.psir.astype(np.float32), scan.lge_plane, scan.truth.t1_plane)
        area, burden = true_burden(on_map, scan.truth.t1_plane, scan.truth.lge)
        acquired.add(burden, area)
    return PatientFigures(
        index=patient.index,
        shape_name=patient.shape_name,
        pattern=patient.pattern,
        ejection_fraction=body.ejection_fraction,
        thickest_mm=_thickest(body),
        true_burden=truth.percent(),
        burden=acquired.percent(),
        lge_snr=patient.lge.blood_snr,
        t1_ms=_t1_means(body, patient, scans),
        segments=tuple(part for scan in scans for part in _segments(scan)),
        categories={
            image: tuple(scan.truth.images[image].category for scan in scans)
            for image in ("cine", "t1", "lge")
        },
    )


def _interpretable(scans: list[SliceScan]) -> list[SliceScan]:
    """Return the slices whose LGE can be read, or all where none can."""
    return [scan for scan in scans if scan.truth.images["lge"].category > 1] or scans


class _Pooled:
    """Percents pooled over slices by their myocardial area."""

    def __init__(self) -> None:
        self._sums = dict.fromkeys(LEVELS, 0.0)
        self._area = 0.0

    def add(self, percent: Burdens, area: float) -> None:
        """Add a slice."""
        for level in LEVELS:
            self._sums[level] += percent[level] * area
        self._area += area

    def percent(self) -> dict[float, float]:
        """Return the pooled percents."""
        return {level: total / self._area for level, total in self._sums.items()}


def _thickest(body: Body) -> float:
    """Return the greatest wall thickness at end-diastole over the scanned levels."""
    state = body.heart(0.0)
    rows = (_SCANNED_MM[0] <= LONG_AXIS_MM) & (_SCANNED_MM[1] >= LONG_AXIS_MM)
    return float((state.epi_mm - state.endo_mm)[rows].max())


def _t1_means(body: Body, patient: Patient, scans: list[SliceScan]) -> dict[str, float]:
    """Return mean T1 off the map: wall over all slices, other tissues in the middle one."""
    remote, lesion = (
        np.concatenate([values[kind] for values in map(_wall_t1, scans)]) for kind in (0, 1)
    )
    means = {"remote": float(remote.mean())}
    if lesion.size >= LEAST_PX:
        means["lesion"] = float(lesion.mean())
    middle = len(scans) // 2
    means.update(_tissue_t1(body, patient, scans[middle], middle))
    return means


def _wall_t1(scan: SliceScan) -> tuple[FloatArray, FloatArray]:
    """Return T1 off the map in the remote region and where the wall is lesion, borders left out."""
    rise = _inset(scan.truth.ecv_at_t1) - np.nanmin(scan.truth.ecv_at_t1)
    remote = roi_coverage(scan.truth.t1.remote, scan.truth.t1_plane) > 0.5
    t1 = scan.t1.t1_map_ms.astype(float)
    return t1[remote], t1[rise > LESION_RISE]


def _inset(wall: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a wall map (NaN outside) without the pixels next to its borders."""
    from scipy.ndimage import binary_erosion  # noqa: PLC0415 - heavy, start-up path

    kept = np.asarray(binary_erosion(np.isfinite(wall), iterations=2))
    return np.where(kept, wall, np.nan)


def _tissue_t1(body: Body, patient: Patient, scan: SliceScan, index: int) -> dict[str, float]:
    """Return mean T1 off the map in pixels that one tissue fills, and those around it too."""
    from scipy.ndimage import binary_erosion, zoom  # noqa: PLC0415 - heavy, start-up path

    plane = t1_plane(patient, index)
    filling = PlaneScene(body, plane).fill(0.0, STILL)
    window, factor = heart_window(patient, index), patient.t1.zero_fill
    found: dict[str, float] = {}
    for tissue in MAPPED:
        full = filling.shares[:, tissue].reshape(plane.shape_px) > 0.999
        pure: NDArray[Any] = zoom(binary_erosion(full).astype(np.uint8), factor, order=0)
        values = scan.t1.t1_map_ms[pure[window].astype(bool)]
        values = values[values > 0]
        if values.size >= LEAST_PX:
            found[tissue.name.lower()] = float(np.median(values))
    return found


def _segments(scan: SliceScan) -> list[Segment]:
    """Return the AHA segments of a slice: from the anterior insertion point round the free wall."""
    truth = scan.truth
    wall = _inset(truth.ecv_at_t1)
    rows, cols = np.nonzero(np.isfinite(wall))
    turn = _angles_deg(truth, rows, cols)
    count = SEGMENTS[truth.name]
    which = (turn // (360.0 / count)).astype(int) % count
    return [
        Segment(*(float(np.mean(image[rows[own], cols[own]])) for image in _mapped(scan)))
        for own in (which == segment for segment in range(count))
        if own.sum() >= LEAST_PX
    ]


def _mapped(scan: SliceScan) -> tuple[Signal, Signal, NDArray[Any]]:
    """Return extracellular volume, true T1 and the T1 map of a slice."""
    return scan.truth.ecv_at_t1, scan.truth.t1_ms, scan.t1.t1_map_ms


def _angles_deg(truth: SliceTruth, rows: NDArray[np.intp], cols: NDArray[np.intp]) -> FloatArray:
    """Return the angle of pixels about the ventricle's middle from the anterior insertion."""
    middle = truth.t1_plane.patient_to_pixel([centroid_mm(truth.t1.epi)])[0]
    insertion = truth.t1_plane.patient_to_pixel([np.asarray(truth.t1.rv_insertion)])[0] - middle
    start = np.arctan2(insertion[1], insertion[0])
    return np.degrees(np.arctan2(rows - middle[1], cols - middle[0]) - start) % 360.0
