"""The heart painted over the thorax: ventricles, atria, fat and pericardium at a moment."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.phantom.anatomy import ANGLES, LONG_AXIS_MM, Surface
from vne_core.phantom.motion import HeartState
from vne_core.phantom.thorax import Labels, Points
from vne_core.phantom.tissue import Tissue

EPICARDIAL_LAYER_MM = 0.9
"""The thin layer between muscle and epicardial fat."""
ATRIA_MM = ((5, 11, -16, 25), (-42, 4, -15, 25), (-14, -22, -17, 15))
"""Left atrium, right atrium, aortic root: (u, v) of the middle, w from the mitral plane, radius."""
ATRIAL_WALL_MM = 2.0
ATRIAL_FILLING = 0.1
"""How much wider the atria are at end-systole, relative."""
AV_GROOVE_MM = 9.0
"""How far the fat between atria and ventricles reaches above the mitral plane."""
AV_FAT_MM = 7.0
"""How thick that fat is around the atria."""
ATRIA_EXTENT_MM = tuple(
    (u, v, reach * (1 + ATRIAL_FILLING) + max(ATRIAL_WALL_MM, AV_FAT_MM))
    for u, v, _, reach in ATRIA_MM
)
"""(u, v) of the middle and the greatest radius of each, filled, with wall and fat."""
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
    index: NDArray[np.intp]

    def at(self, where: NDArray[np.intp]) -> "Near":
        """Return some of the points, by their flat indices."""
        return Near(
            self.u_mm.reshape(-1)[where],
            self.v_mm.reshape(-1)[where],
            self.w_mm.reshape(-1)[where],
            self.radius_mm.reshape(-1)[where],
            self.index.reshape(-1)[where],
        )


def locate(heart_points: Points) -> Near:
    """Return heart points (3, ...) with their cylinder coordinates looked up once."""
    u, v, w = heart_points
    turn = np.arctan2(v, u) * np.float32(ANGLES / (2 * np.pi))
    row = np.rint((w - LONG_AXIS_MM[0]) / (LONG_AXIS_MM[1] - LONG_AXIS_MM[0]))
    row = np.clip(row, 0, len(LONG_AXIS_MM) - 1).astype(np.intp)
    index = row * ANGLES + np.rint(turn).astype(np.intp) % ANGLES
    return Near(u, v, w, np.hypot(u, v), index)


def paint_heart(around: Labels, near: Near, state: HeartState) -> Labels:
    """Return the labels with pericardial fat, atria, right and left ventricle painted on."""
    labels = around.copy()
    within = near.radius_mm < outermost(state).ravel()[near.index]
    within |= near.w_mm < state.mitral_plane_mm
    where = np.flatnonzero(within)
    part = labels.reshape(-1)[where]
    _paint_part(part, near.at(where), state)
    labels.reshape(-1)[where] = part
    return labels


def outermost(state: HeartState) -> Surface:
    """Return how far the ventricles reach with the fat and the pericardium around them."""
    return state.rv_outer_mm + np.maximum(state.fat_mm, state.sac_mm)


def _paint_part(labels: Labels, near: Near, state: HeartState) -> None:
    """Paint the heart over points that it may reach, (points,)."""
    radius, index = near.radius_mm, near.index
    ventricle = near.w_mm >= state.mitral_plane_mm
    outer = state.rv_outer_mm.ravel()[index]
    beyond = np.where(ventricle & _SOFT[labels], radius - outer, np.float32(-1))
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


def _paint_cavity(labels: Labels, in_lv: NDArray[np.intp], near: Near, state: HeartState) -> None:
    """Paint blood, trabeculae and papillary muscles into the left ventricle (points' indices)."""
    index, radius = near.index[in_lv], near.radius_mm[in_lv]
    endo = state.endo_mm.ravel()[index]
    cavity = radius < endo
    inside, radius, index = in_lv[cavity], radius[cavity], index[cavity]
    labels[inside] = Tissue.BLOOD
    rough = endo[cavity] - radius < state.trabeculae_mm.ravel()[index]
    labels[inside[rough]] = Tissue.HEART_WALL
    u, v, w = near.u_mm[inside], near.v_mm[inside], near.w_mm[inside]
    labels[inside[_in_papillary(u, v, w, state)]] = Tissue.HEART_WALL


def _paint_atria(labels: Labels, near: Near, state: HeartState, above: NDArray[np.bool_]) -> None:
    """Paint both atria and the aortic root above the mitral plane."""
    if not above.any():
        return
    filling = 1 + ATRIAL_FILLING * state.contraction
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
    widest = state.shape.papillary_radius_mm * math.sqrt(state.wall_growth)
    found = np.zeros(u.shape, bool)
    for head_deg, lengthening, size in PAPILLARIES:
        angle_deg = (head_deg + state.shape.papillary_turn_deg) % 360.0
        column = round(angle_deg * ANGLES / 360.0) % ANGLES
        outward, across = _turned(u, v, math.radians(angle_deg))
        near = np.flatnonzero(
            (np.abs(across) < lengthening * size * widest) & (outward > -size * widest)
        )
        along = (state.material_of(w[near]) - PAPILLARY_MIDDLE_MM) / PAPILLARY_REACH_MM
        radius = size * widest * np.clip(1 - np.square(np.square(along)), 0, 1)
        wall = np.interp(w[near], LONG_AXIS_MM, state.endo_mm[:, column])
        radial = outward[near] - np.maximum(wall - 1.0 - radius, 0)
        found[near] |= np.square(radial) + np.square(across[near] / lengthening) < radius**2
    return found


def _turned(u: Points, v: Points, angle: float) -> tuple[Points, Points]:
    """Return how far points lie outward along an angle (radians), and across it."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return u * cosine + v * sine, v * cosine - u * sine
