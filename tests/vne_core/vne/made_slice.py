"""A slice whose ventricle, T1 and motion are known, on any grid: discs in a body of fat.

The ventricle's centre lies off the image's middle. The wall has a lesion on one side.
"""

from dataclasses import replace

import numpy as np

from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane

BLOOD_MS, WALL_MS, LESION_MS, AROUND_MS = 1500.0, 980.0, 1120.0, 500.0
ENDO_MM, EPI_MM = 18.0, 32.0
OFF_MM = (12.0, -8.0)
"""Where the ventricle lies from the image's middle: along rows, along columns."""
INVERSION_TIMES_MS = (100.0, 180.0, 260.0, 1100.0, 2100.0, 3100.0, 4100.0)
PHASES = 25
RR_MS = 1000.0
ROW, COL = (0.8, 0.6, 0.0), (-0.6, 0.8, 0.0)


def made_plane(shape_px=(192, 176), spacing_mm=(1.2, 1.2)) -> SlicePlane:
    return SlicePlane((-60.0, -90.0, 25.0), ROW, COL, spacing_mm, shape_px, 8.0)


def heart_centre_mm(plane: SlicePlane) -> tuple[float, float, float]:
    centre = plane.centre_mm + OFF_MM[0] * np.array(ROW) + OFF_MM[1] * np.array(COL)
    return tuple(float(v) for v in centre)


def distances_mm(plane: SlicePlane) -> tuple[np.ndarray, np.ndarray]:
    """Distance along rows and along columns of every pixel from the ventricle's centre."""
    x, y = plane.patient_to_pixel([heart_centre_mm(plane)])[0]
    rows, columns = np.indices(plane.shape_px)
    return (columns - x) * plane.spacing_mm[1], (rows - y) * plane.spacing_mm[0]


def true_t1_ms(plane: SlicePlane, endo_mm: float = ENDO_MM) -> np.ndarray:
    along, down = distances_mm(plane)
    radius = np.hypot(along, down)
    t1 = np.full(plane.shape_px, AROUND_MS, np.float32)
    t1[radius < EPI_MM] = WALL_MS
    t1[(radius < EPI_MM) & (along > 22) & (np.abs(down) < 10)] = LESION_MS
    t1[radius < endo_mm] = BLOOD_MS
    return t1


def circle(plane: SlicePlane, radius_mm: float) -> Contour:
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    around = np.outer(np.cos(angles), ROW) + np.outer(np.sin(angles), COL)
    return Contour(np.array(heart_centre_mm(plane)) + radius_mm * around)


def made_slice(plane: SlicePlane | None = None, **fields) -> AlignedSlice:
    """Every channel on one grid; ``fields`` replaces any of them."""
    plane = plane or made_plane()
    t1 = true_t1_ms(plane)
    times = np.array(INVERSION_TIMES_MS)[:, None, None]
    ir = (1000 * (1 - 1.95 * np.exp(-times / t1))).astype(np.float32)
    everywhere = np.ones(plane.shape_px, bool)
    aligned = AlignedSlice(
        slice_id="made",
        plane=plane,
        grid=Role.T1,
        t1_ms=t1,
        t1_source="scanner map",
        fit_residual=np.full(plane.shape_px, 5.0, np.float32),
        ir=ir,
        inversion_times_ms=INVERSION_TIMES_MS,
        cine=made_cine(plane),
        trigger_times_ms=tuple(RR_MS * phase / PHASES for phase in range(PHASES)),
        rr_interval_ms=RR_MS,
        lge=None,
        valid=dict.fromkeys((Role.T1, Role.IR, Role.CINE), everywhere),
        lge_magnitude=None,
        absent={},
    )
    return replace(aligned, **fields)


def made_cine(plane: SlicePlane, phases: int = PHASES) -> np.ndarray:
    """Bright blood whose border moves by 6 mm over the cycle; nothing else moves."""
    radius = np.hypot(*distances_mm(plane))
    turns = np.cos(2 * np.pi * np.arange(phases) / phases)
    frames = [np.where(radius < ENDO_MM - 3 + 3 * turn, 180.0, 60.0) for turn in turns]
    return np.stack(frames).astype(np.float32)


def without(aligned: AlignedSlice, role: Role, reason: str) -> AlignedSlice:
    """The slice as a study without that series has it."""
    empty = {
        Role.CINE: {"cine": None, "trigger_times_ms": (), "rr_interval_ms": None},
        Role.IR: {"ir": None, "inversion_times_ms": (), "fit_residual": None},
        Role.T1: {"t1_ms": None, "t1_source": ""},
    }[role]
    valid = {one: mask for one, mask in aligned.valid.items() if one is not role}
    return replace(aligned, **empty, valid=valid, absent={**aligned.absent, role: reason})
