"""The virtual body on the fine points of an image plane: what tissue fills each pixel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.phantom.anatomy import (
    ANGLES,
    LONG_AXIS_MM,
    MITRAL_PLANE_MM,
    HeartFrame,
    HeartShape,
    HeartState,
    heart_state,
)
from vne_core.phantom.fibrosis import DEPTHS, FIELD_ANGLES, FIELD_W_MM, STRIDE, Fibrosis
from vne_core.phantom.physics import Tissue
from vne_core.phantom.thorax import Labels, LungVessels, Points, label_thorax

OVERSAMPLE = 3
"""Points a pixel along rows and columns."""
SLABS = 3
"""Layers of points through the slice."""
HEART_REACH_MM = 96.0
"""Distance from the heart's middle beyond which nothing moves."""
PERICARDIUM_MM = 1.3


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A virtual patient: heart, fibrosis, surroundings, and where the heart lies."""

    shape: HeartShape
    frame: HeartFrame
    fibrosis: Fibrosis
    vessels: LungVessels

    def heart(self, contraction: float) -> HeartState:
        """Return the heart at a contraction, weaker where it is fibrotic."""
        return heart_state(self.shape, contraction, self.fibrosis.transmural)


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """What fills the pixels of an image, each pixel from OVERSAMPLE^2 x SLABS points.

    ``shares`` is (rows * columns, tissues) and sums to 1 a row. For each point in left
    ventricular myocardium, ``pixel`` is its flat pixel index and ``ecv`` and ``t1_ms`` its
    tissue.
    """

    shape_px: tuple[int, int]
    shares: NDArray[np.float32]
    pixel: NDArray[np.intp]
    ecv: NDArray[np.float32]
    t1_ms: NDArray[np.float32]

    def image(self, by_tissue: FloatArray, in_myocardium: FloatArray) -> FloatArray:
        """Return the signal of each pixel, (rows, columns).

        ``by_tissue`` is (tissues,); ``in_myocardium`` gives each myocardial point its own.
        """
        table = by_tissue.copy()
        table[Tissue.LV_MYOCARDIUM] = 0
        mixed = self.shares @ table
        weight = in_myocardium / (OVERSAMPLE**2 * SLABS)
        mixed += np.bincount(self.pixel, weight, minlength=len(mixed))
        return mixed.reshape(self.shape_px)


def fill(body: Body, plane: SlicePlane, contraction: float, heart_shift_mm: Vector) -> Filling:
    """Return what fills ``plane`` with the heart contracted and displaced (LPS) by breathing."""
    return next(fill_cycle(body, plane, [contraction], heart_shift_mm))


def fill_cycle(
    body: Body, plane: SlicePlane, contractions: Sequence[float], heart_shift_mm: Vector
) -> Iterator[Filling]:
    """Yield what fills ``plane`` at each contraction; the thorax is labelled once."""
    points = _fine_points(plane)
    still = label_thorax(points, body.vessels)
    box = _heart_box(body, plane, heart_shift_mm)
    heart_points = _to_heart(points[(..., *box)], body.frame, heart_shift_mm)
    polar = _polar(heart_points)
    for contraction in contractions:
        labels = still.copy()
        state = body.heart(contraction)
        index = _table_index(polar)
        inside = labels[(..., *box)]
        painted = _paint_heart(inside, polar, heart_points, index, state)
        labels[(..., *box)] = painted
        yield _summarise(labels, box, polar, index, state, body.fibrosis, plane.shape_px)


@dataclass(frozen=True, slots=True, eq=False)
class _Polar:
    """Radius in mm, angle in turns (0 to 1) and long-axis position of each point."""

    radius_mm: Points
    turn: Points
    w_mm: Points


def _fine_points(plane: SlicePlane) -> Points:
    """Return LPS points, (3, SLABS, rows, OVERSAMPLE, columns, OVERSAMPLE) flattened to 4-D."""
    rows, cols = plane.shape_px
    y = ((np.arange(rows * OVERSAMPLE) + 0.5) / OVERSAMPLE - 0.5) * plane.spacing_mm[0]
    x = ((np.arange(cols * OVERSAMPLE) + 0.5) / OVERSAMPLE - 0.5) * plane.spacing_mm[1]
    depth = ((np.arange(SLABS) + 0.5) / SLABS - 0.5) * (plane.thickness_mm or 0.0)
    points = np.empty((3, SLABS, len(y), len(x)), np.float32)
    for axis in range(3):
        offset = plane.origin_mm[axis] + depth * plane.normal[axis]
        points[axis] = (
            offset[:, None, None]
            + (y * plane.col_dir[axis])[:, None]
            + (x * plane.row_dir[axis])[None, :]
        )
    return points


def _heart_box(body: Body, plane: SlicePlane, shift: Vector) -> tuple[slice, slice]:
    """Return the fine rows and columns within reach of the heart."""
    middle = np.asarray(body.frame.centre_mm) + np.asarray(shift)
    x, y = plane.patient_to_pixel([middle])[0]
    return (
        _fine_range(y, HEART_REACH_MM / plane.spacing_mm[0], plane.shape_px[0]),
        _fine_range(x, HEART_REACH_MM / plane.spacing_mm[1], plane.shape_px[1]),
    )


def _fine_range(middle_px: float, reach_px: float, size_px: int) -> slice:
    """Return the fine samples of the pixels within reach of the middle."""
    first, last = int(max(0, middle_px - reach_px)), int(min(size_px, middle_px + reach_px))
    return slice(first * OVERSAMPLE, last * OVERSAMPLE)


def _to_heart(points: Points, frame: HeartFrame, shift: Vector) -> Points:
    """Return (u, v, w) of LPS points, both (3, ...)."""
    offset = np.asarray(frame.centre_mm) + np.asarray(shift)
    axes = np.array([frame.u_dir, frame.v_dir, frame.w_dir], np.float32)
    centred = points - offset.astype(np.float32)[:, None, None, None]
    return np.einsum("ij,jsrc->isrc", axes, centred, optimize=True)


def _polar(heart_points: Points) -> _Polar:
    """Return cylinder coordinates about the long axis."""
    u, v, w = heart_points
    turn = np.arctan2(v, u) / np.float32(2 * np.pi)
    return _Polar(np.hypot(u, v), turn - np.floor(turn), w)


def _table_index(polar: _Polar) -> NDArray[np.intp]:
    """Return the flat index into the heart's tables nearest each point."""
    row = np.rint((polar.w_mm - LONG_AXIS_MM[0]) / (LONG_AXIS_MM[1] - LONG_AXIS_MM[0]))
    row = np.clip(row, 0, len(LONG_AXIS_MM) - 1).astype(np.intp)
    column = np.rint(polar.turn * ANGLES).astype(np.intp) % ANGLES
    return row * ANGLES + column


def _paint_heart(
    labels: Labels, polar: _Polar, points: Points, index: NDArray[np.intp], state: HeartState
) -> Labels:
    """Return the labels with pericardial fat, atria, right and left ventricle painted on."""
    radius = polar.radius_mm
    outer = state.rv_outer_mm.ravel()[index]
    epi = state.epi_mm.ravel()[index]
    painted = labels.copy()
    material_w = np.interp(polar.w_mm, LONG_AXIS_MM, state.material_w_mm)
    ventricle = material_w >= MITRAL_PLANE_MM
    _paint_surroundings(painted, polar, points, outer, ventricle)
    _paint_atria(painted, points, state, ~ventricle)
    rv = ventricle & (radius < outer) & (radius >= epi)
    painted[rv] = Tissue.HEART_WALL
    painted[rv & (radius < state.rv_mm.ravel()[index])] = Tissue.BLOOD
    lv = ventricle & (radius < epi)
    painted[lv] = Tissue.LV_MYOCARDIUM
    cavity = lv & (radius < state.endo_mm.ravel()[index])
    painted[cavity] = Tissue.BLOOD
    painted[cavity & _papillary(points, material_w, state)] = Tissue.HEART_WALL
    return painted


def _paint_surroundings(
    labels: Labels, polar: _Polar, points: Points, outer: Points, ventricle: NDArray[np.bool_]
) -> None:
    """Paint the fat around the heart, thick in the grooves and in front, and the pericardium."""
    soft = np.isin(labels, (Tissue.LUNG, Tissue.LIVER, Tissue.FAT, Tissue.STOMACH, Tissue.MUSCLE))
    soft |= labels == Tissue.BLOOD
    angle = polar.turn * np.float32(2 * np.pi)
    fat_mm = (
        2.0
        + 7.0 * np.exp(9 * (np.cos(angle - np.radians(250)) - 1))
        + 3.0 * np.exp(6 * (np.cos(angle - np.radians(118)) - 1))
        + 2.2 * np.exp(3 * (np.cos(angle - np.radians(345)) - 1))
        + 5.0 * np.exp(7 * (np.cos(angle - np.radians(205)) - 1))
    ).astype(np.float32)
    beyond = polar.radius_mm - outer
    near = soft & ventricle & (beyond >= 0)
    labels[near & (beyond < fat_mm + PERICARDIUM_MM)] = Tissue.FIBROUS
    labels[near & (beyond < fat_mm)] = Tissue.FAT


def _paint_atria(
    labels: Labels, points: Points, state: HeartState, above: NDArray[np.bool_]
) -> None:
    """Paint both atria and the aortic root above the mitral plane."""
    if not above.any():
        return
    u, v, w = points
    filling = 1 + 0.12 * state.contraction
    for u0, v0, w0, reach in ((8, 12, -66, 27), (-46, 6, -62, 26), (-14, -22, -64, 14)):
        apart = np.sqrt((u - u0) ** 2 + (v - v0) ** 2 + (1.05 * (w - w0)) ** 2)
        labels[above & (apart < reach * filling + 2)] = Tissue.HEART_WALL
    for u0, v0, w0, reach in ((8, 12, -66, 27), (-46, 6, -62, 26), (-14, -22, -64, 14)):
        apart = np.sqrt((u - u0) ** 2 + (v - v0) ** 2 + (1.05 * (w - w0)) ** 2)
        labels[above & (apart < reach * filling)] = Tissue.BLOOD


def _papillary(points: Points, material_w: FloatArray, state: HeartState) -> NDArray[np.bool_]:
    """Return which points lie in the anterolateral or the posteromedial papillary muscle."""
    u, v, _ = points
    reach = np.clip(1 - ((material_w - 2.0) / 21.0) ** 4, 0, 1)
    radius = state.shape.papillary_radius_mm * reach * np.sqrt(state.wall_growth)
    found = np.zeros(u.shape, bool)
    for angle_deg, lengthening in ((312.0, 1.25), (98.0, 1.1)):
        column = round(angle_deg * ANGLES / 360.0)
        wall = np.interp(material_w, state.material_w_mm, state.endo_mm[:, column])
        centre = np.maximum(wall - 1.0 - radius, 0)
        angle = np.radians(angle_deg)
        radial = u * np.cos(angle) + v * np.sin(angle) - centre
        across = v * np.cos(angle) - u * np.sin(angle)
        found |= radial**2 + (across / lengthening) ** 2 < radius**2
    return found


def _summarise(
    labels: Labels,
    box: tuple[slice, slice],
    polar: _Polar,
    index: NDArray[np.intp],
    state: HeartState,
    fibrosis: Fibrosis,
    shape_px: tuple[int, int],
) -> Filling:
    """Return the filling of the pixels of labelled fine points."""
    pixel = _pixel_of_point(shape_px)
    tissues = len(Tissue)
    count = np.zeros(shape_px[0] * shape_px[1] * tissues, np.intp)
    for layer in labels:
        count += np.bincount(pixel.ravel() * tissues + layer.ravel(), minlength=len(count))
    shares = count.reshape(-1, tissues).astype(np.float32) / (OVERSAMPLE**2 * SLABS)
    in_wall = labels[(..., *box)] == Tissue.LV_MYOCARDIUM
    wall_pixel = np.broadcast_to(pixel[box], in_wall.shape)[in_wall]
    where = _material_index(polar, index, in_wall, state)
    ecv, t1_ms = fibrosis.ecv.ravel()[where], fibrosis.t1_ms.ravel()[where]
    return Filling(shape_px, shares, wall_pixel, ecv, t1_ms)


def _pixel_of_point(shape_px: tuple[int, int]) -> NDArray[np.intp]:
    """Return the flat pixel index of each fine point of one layer."""
    rows = np.repeat(np.arange(shape_px[0]), OVERSAMPLE)
    cols = np.repeat(np.arange(shape_px[1]), OVERSAMPLE)
    return rows[:, None] * shape_px[1] + cols[None, :]


def _material_index(
    polar: _Polar, index: NDArray[np.intp], in_wall: NDArray[np.bool_], state: HeartState
) -> NDArray[np.intp]:
    """Return where the wall's points lay at end-diastole, as flat indices of the fields."""
    table = index[in_wall]
    endo, endo_rest = state.endo_mm.ravel()[table], state.endo_rest_mm.ravel()[table]
    epi_rest = state.epi_rest_mm.ravel()[table]
    area = (polar.radius_mm[in_wall] ** 2 - endo**2) / np.float32(state.wall_growth)
    rest = np.sqrt(np.maximum(area + endo_rest**2, 0))
    depth = (rest - endo_rest) / np.maximum(epi_rest - endo_rest, 1e-3)
    layer = np.clip(depth * DEPTHS, 0, DEPTHS - 1).astype(np.intp)
    row = table // ANGLES
    material_w = state.material_w_mm[row]
    field_row = np.rint((material_w - FIELD_W_MM[0]) / (FIELD_W_MM[1] - FIELD_W_MM[0]))
    field_row = np.clip(field_row, 0, len(FIELD_W_MM) - 1).astype(np.intp)
    turned = (table % ANGLES) - np.rint(state.twist_deg[row] * ANGLES / 360.0).astype(np.intp)
    column = (turned // STRIDE) % FIELD_ANGLES
    return (field_row * FIELD_ANGLES + column) * DEPTHS + layer
