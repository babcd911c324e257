"""The heart painted over the thorax: ventricles, atria, fat and pericardium at a moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.phantom.anatomy import ANGLES, LONG_AXIS_MM
from vne_core.phantom.motion import HeartState
from vne_core.phantom.thorax import Labels, Points
from vne_core.phantom.tissue import Tissue

EPICARDIAL_LAYER_MM = 0.9
"""The thin layer between muscle and epicardial fat."""
ATRIA_MM = ((5, 11, -16, 25), (-42, 4, -15, 25), (-14, -22, -17, 15))
"""Left atrium, right atrium, aortic root: (u, v) of the middle, w from the mitral plane, radius."""
ATRIAL_WALL_MM = 2.0
AV_GROOVE_MM = 9.0
"""How far the fat between atria and ventricles reaches above the mitral plane."""
AV_FAT_MM = 7.0
"""How thick that fat is around the atria."""
PAPILLARIES = ((312.0, 1.3, 1.0), (98.0, 1.15, 0.95), (332.0, 1.0, 0.55), (78.0, 1.0, 0.6))
"""Angle of the anterolateral and the posteromedial muscle, then of their second heads; how oval
each is; its relative radius."""
PAPILLARY_MIDDLE_MM = 2.0
PAPILLARY_REACH_MM = 21.0

_SOFT = np.isin(
    np.arange(len(Tissue)),
    (Tissue.LUNG, Tissue.LIVER, Tissue.FAT, Tissue.STOMACH, Tissue.MUSCLE, Tissue.BLOOD),
)
"""What the heart's fat and sac push aside."""


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Points near the heart in its coordinates, and their nearest entry of the heart's tables."""

    u_mm: Points
    v_mm: Points
    w_mm: Points
    radius_mm: Points
    index: NDArray[np.int32]


def locate(heart_points: Points) -> Near:
    """Return heart points (3, ...) with their cylinder coordinates looked up once."""
    u, v, w = heart_points
    turn = np.arctan2(v, u) * np.float32(ANGLES / (2 * np.pi))
    row = np.rint((w - LONG_AXIS_MM[0]) / (LONG_AXIS_MM[1] - LONG_AXIS_MM[0]))
    row = np.clip(row, 0, len(LONG_AXIS_MM) - 1).astype(np.int32)
    index = row * ANGLES + np.rint(turn).astype(np.int32) % ANGLES
    return Near(u, v, w, np.hypot(u, v), index)


def paint_heart(around: Labels, near: Near, state: HeartState) -> Labels:
    """Return the labels with pericardial fat, atria, right and left ventricle painted on."""
    labels = around.copy()
    radius, index = near.radius_mm, near.index
    ventricle = near.w_mm >= state.mitral_plane_mm
    outer = state.rv_outer_mm.ravel()[index]
    beyond = np.where(ventricle & _SOFT[around], radius - outer, -1)
    labels[(beyond >= 0) & (beyond < state.sac_mm.ravel()[index])] = Tissue.FIBROUS
    labels[(beyond >= EPICARDIAL_LAYER_MM) & (beyond < state.fat_mm.ravel()[index])] = Tissue.FAT
    _paint_atria(labels, near, state, ~ventricle)
    heart = ventricle & (radius < outer)
    labels[heart] = Tissue.HEART_WALL
    into_rv = state.rv_mm.ravel()[index] - radius
    labels[heart & (into_rv > state.rv_trabeculae_mm.ravel()[index])] = Tissue.BLOOD
    lv = ventricle & (radius < state.epi_mm.ravel()[index])
    labels[lv] = Tissue.LV_MYOCARDIUM
    _paint_cavity(labels, np.flatnonzero(lv), near, state)
    return labels


def _paint_cavity(labels: Labels, in_lv: NDArray[np.intp], near: Near, state: HeartState) -> None:
    """Paint blood, trabeculae and papillary muscles into the left ventricle (flat indices)."""
    index, radius = near.index.ravel()[in_lv], near.radius_mm.ravel()[in_lv]
    endo = state.endo_mm.ravel()[index]
    cavity = radius < endo
    inside, radius, index = in_lv[cavity], radius[cavity], index[cavity]
    flat = labels.reshape(-1)
    flat[inside] = Tissue.BLOOD
    rough = endo[cavity] - radius < state.trabeculae_mm.ravel()[index]
    flat[inside[rough]] = Tissue.HEART_WALL
    u, v, w = (values.ravel()[inside] for values in (near.u_mm, near.v_mm, near.w_mm))
    flat[inside[_in_papillary(u, v, w, state)]] = Tissue.HEART_WALL


def _paint_atria(labels: Labels, near: Near, state: HeartState, above: NDArray[np.bool_]) -> None:
    """Paint both atria and the aortic root above the mitral plane."""
    if not above.any():
        return
    filling = 1 + 0.1 * state.contraction
    height = near.w_mm - state.mitral_plane_mm
    apart = [
        np.sqrt((near.u_mm - u) ** 2 + (near.v_mm - v) ** 2 + (height - w) ** 2)
        for u, v, w, _ in ATRIA_MM
    ]
    low = above & (height > -AV_GROOVE_MM) & _SOFT[labels]
    wedge_mm = AV_FAT_MM * (1 + height / AV_GROOVE_MM)
    for distance, (*_, reach) in zip(apart, ATRIA_MM, strict=True):
        labels[low & (distance < reach * filling + wedge_mm)] = Tissue.FAT
    for distance, (*_, reach) in zip(apart, ATRIA_MM, strict=True):
        labels[above & (distance < reach * filling + ATRIAL_WALL_MM)] = Tissue.HEART_WALL
    for distance, (*_, reach) in zip(apart, ATRIA_MM, strict=True):
        labels[above & (distance < reach * filling)] = Tissue.BLOOD


def _in_papillary(u: Points, v: Points, w: Points, state: HeartState) -> NDArray[np.bool_]:
    """Return which points lie in the anterolateral or the posteromedial papillary muscle."""
    material_w = state.material_of(w)
    reach = np.clip(1 - ((material_w - PAPILLARY_MIDDLE_MM) / PAPILLARY_REACH_MM) ** 4, 0, 1)
    radius = state.shape.papillary_radius_mm * reach * np.sqrt(state.wall_growth)
    found = np.zeros(u.shape, bool)
    for head_deg, lengthening, size in PAPILLARIES:
        angle_deg = (head_deg + state.shape.papillary_turn_deg) % 360.0
        column = round(angle_deg * ANGLES / 360.0) % ANGLES
        wall = np.interp(w, LONG_AXIS_MM, state.endo_mm[:, column])
        angle = np.radians(angle_deg)
        centre = np.maximum(wall - 1.0 - size * radius, 0)
        radial = u * np.cos(angle) + v * np.sin(angle) - centre
        across = v * np.cos(angle) - u * np.sin(angle)
        found |= radial**2 + (across / lengthening) ** 2 < (size * radius) ** 2
    return found
