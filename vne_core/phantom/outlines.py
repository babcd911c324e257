"""The true contours and reference regions of a slice, read off the virtual heart."""

import numpy as np

from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.geometry.roi import Roi
from vne_core.phantom.motion import HeartState, outline_at, radius_at
from vne_core.phantom.placement import HeartFrame
from vne_core.phantom.truth import Outlines

HANDLES = 16
"""Handles of a true contour; the cubic between them follows the wall to 0.1 mm."""
REMOTE_DEG = 22.0
"""The remote region lies in the inferolateral wall, far from septum and insertion points, unless
another place is named."""
REMOTE_WALL_SHARE = 0.3
"""Radius of the remote region in parts of the wall, so that no border reaches into it."""
BLOOD_CAVITY_SHARE = 0.36
"""Radius of the blood region in parts of the cavity; the papillary muscles lie outside."""


def outlines(
    state: HeartState,
    frame: HeartFrame,
    plane: SlicePlane,
    heart_shift_mm: Vector,
    remote_deg: float = REMOTE_DEG,
) -> Outlines:
    """Return the outlines where a short-axis plane cuts the heart displaced by breathing."""
    w_mm = long_axis_position(frame, plane, heart_shift_mm)
    angles = np.arange(HANDLES) * 360.0 / HANDLES
    shift = np.asarray(heart_shift_mm)

    def place(heart_mm: FloatArray) -> FloatArray:
        return frame.to_patient(heart_mm) + shift

    insertion = state.shape.anterior_insertion_deg
    return Outlines(
        epi=Contour(place(outline_at(state.epi_mm, w_mm, angles))),
        endo=Contour(place(outline_at(state.endo_mm, w_mm, angles))),
        remote=_remote(state, w_mm, remote_deg, place(_mid_wall(state, w_mm, remote_deg))[0]),
        blood_pool=_blood(state, w_mm, place(np.array([[0.0, 0.0, w_mm]]))[0]),
        rv_insertion=_vector(place(outline_at(state.epi_mm, w_mm, [insertion]))[0]),
    )


def long_axis_position(frame: HeartFrame, plane: SlicePlane, heart_shift_mm: Vector) -> float:
    """Return how far from base to apex a short-axis plane cuts the displaced heart."""
    offset = np.asarray(plane.origin_mm) - np.asarray(frame.centre_mm) - np.asarray(heart_shift_mm)
    return float(offset @ np.asarray(frame.w_dir))


def _mid_wall(state: HeartState, w_mm: float, angle_deg: float) -> FloatArray:
    """Return the middle of the wall at an angle, (1, 3) in heart coordinates."""
    inner = outline_at(state.endo_mm, w_mm, [angle_deg])
    return (inner + outline_at(state.epi_mm, w_mm, [angle_deg])) / 2


def _remote(state: HeartState, w_mm: float, angle_deg: float, centre_mm: FloatArray) -> Roi:
    """Return the remote region, sized by the wall it lies in."""
    outer = radius_at(state.epi_mm, w_mm, [angle_deg])
    wall_mm = float((outer - radius_at(state.endo_mm, w_mm, [angle_deg]))[0])
    return Roi(_vector(centre_mm), round(REMOTE_WALL_SHARE * wall_mm, 2))


def _blood(state: HeartState, w_mm: float, centre_mm: FloatArray) -> Roi:
    """Return the blood-pool region, sized by the narrowest radius of the cavity."""
    narrowest = float(radius_at(state.endo_mm, w_mm, np.arange(0, 360, 5)).min())
    return Roi(_vector(centre_mm), round(BLOOD_CAVITY_SHARE * narrowest, 2))


def _vector(point: FloatArray) -> Vector:
    x, y, z = (round(float(value), 4) for value in point)
    return x, y, z
