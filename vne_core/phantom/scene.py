"""The virtual body on the fine points of an image plane: what tissue fills each pixel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.phantom.anatomy import (
    ANGLES,
    LONG_AXIS_MM,
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
HEART_REACH_MM = 98.0
"""Distance from the heart's middle beyond which nothing moves."""
EPICARDIAL_LAYER_MM = 0.9
"""The thin layer between muscle and epicardial fat."""
ATRIA_MM = ((5, 11, -16, 25), (-42, 4, -15, 25), (-14, -22, -17, 15))
"""Left atrium, right atrium, aortic root: (u, v) of the middle, w from the mitral plane, radius."""
ATRIAL_WALL_MM = 2.0
AV_GROOVE_MM = 9.0
"""How far the fat between atria and ventricles reaches above the mitral plane."""
PAPILLARIES = ((312.0, 1.25), (98.0, 1.1))
"""Angle of the anterolateral and of the posteromedial muscle, and how oval each is."""
PAPILLARY_MIDDLE_MM = 2.0
PAPILLARY_REACH_MM = 21.0

_SOFT = np.isin(
    np.arange(len(Tissue)),
    (Tissue.LUNG, Tissue.LIVER, Tissue.FAT, Tissue.STOMACH, Tissue.MUSCLE, Tissue.BLOOD),
)
"""What the heart's fat and sac push aside."""


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
        table = by_tissue.astype(np.float32)
        table[Tissue.LV_MYOCARDIUM] = 0
        mixed = (self.shares @ table).astype(float)
        weight = in_myocardium / (OVERSAMPLE**2 * SLABS)
        mixed += np.bincount(self.pixel, weight, minlength=len(mixed))
        return mixed.reshape(self.shape_px)


def fill(body: Body, plane: SlicePlane, contraction: float, heart_shift_mm: Vector) -> Filling:
    """Return what fills ``plane`` with the heart contracted and displaced (LPS) by breathing."""
    return next(fill_cycle(body, plane, [contraction], heart_shift_mm))


def fill_cycle(
    body: Body, plane: SlicePlane, contractions: Sequence[float], heart_shift_mm: Vector
) -> Iterator[Filling]:
    """Yield what fills ``plane`` at each contraction; what does not move is labelled once."""
    points = _grid_points(plane, OVERSAMPLE, SLABS)
    still = label_thorax(points, body.vessels)
    box = _heart_box(body, plane, heart_shift_mm)
    fine = tuple(slice(part.start * OVERSAMPLE, part.stop * OVERSAMPLE) for part in box)
    near = _locate(_to_heart(points[(..., *fine)], body.frame, heart_shift_mm))
    around = np.ascontiguousarray(still[(..., *fine)])
    pixel = np.arange(plane.shape_px[0] * plane.shape_px[1]).reshape(plane.shape_px)[box]
    shares = _shares(still)
    for contraction in contractions:
        state = body.heart(contraction)
        labels = _paint_heart(around, near, state)
        shares.reshape(*plane.shape_px, -1)[box] = _shares(labels).reshape(*pixel.shape, -1)
        in_wall = labels == Tissue.LV_MYOCARDIUM
        where = _material_index(near, in_wall, state)
        yield Filling(
            plane.shape_px,
            shares.copy(),
            np.broadcast_to(_repeated(pixel), labels.shape)[in_wall],
            body.fibrosis.ecv.ravel()[where],
            body.fibrosis.t1_ms.ravel()[where],
        )


@dataclass(frozen=True, slots=True, eq=False)
class WallMap:
    """The left ventricular wall at the middle of a slice, (rows, columns); NaN outside the wall."""

    share: NDArray[np.float32]
    ecv: NDArray[np.float32]
    t1_ms: NDArray[np.float32]


def map_wall(
    body: Body, plane: SlicePlane, contraction: float, heart_shift_mm: Vector
) -> WallMap:
    """Return the tissue at the centre of each pixel, without partial volume."""
    near = _locate(_to_heart(_grid_points(plane, 1, 1), body.frame, heart_shift_mm))
    state = body.heart(contraction)
    in_wall = near.radius_mm < state.epi_mm.ravel()[near.index]
    in_wall &= near.radius_mm >= state.endo_mm.ravel()[near.index]
    where = _material_index(near, in_wall, state)
    fields = body.fibrosis
    return WallMap(
        *(
            _scattered(field.ravel()[where], in_wall[0])
            for field in (fields.share, fields.ecv, fields.t1_ms)
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Points near the heart in its coordinates, and their nearest entry of the heart's tables."""

    u_mm: Points
    v_mm: Points
    w_mm: Points
    radius_mm: Points
    index: NDArray[np.int32]


def _scattered(values: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return an image that holds ``values`` where true and NaN elsewhere."""
    image = np.full(where.shape, np.nan, np.float32)
    image[where] = values
    return image


def _grid_points(plane: SlicePlane, per_pixel: int, layers: int) -> Points:
    """Return LPS points evenly inside the slice, (3, layers, rows, columns), each axis finer."""
    rows, cols = plane.shape_px
    y = ((np.arange(rows * per_pixel) + 0.5) / per_pixel - 0.5) * plane.spacing_mm[0]
    x = ((np.arange(cols * per_pixel) + 0.5) / per_pixel - 0.5) * plane.spacing_mm[1]
    depth = ((np.arange(layers) + 0.5) / layers - 0.5) * (plane.thickness_mm or 0.0)
    points = np.empty((3, layers, len(y), len(x)), np.float32)
    for axis in range(3):
        offset = plane.origin_mm[axis] + depth * plane.normal[axis]
        points[axis] = (
            offset[:, None, None]
            + (y * plane.col_dir[axis])[:, None]
            + (x * plane.row_dir[axis])[None, :]
        )
    return points


def _heart_box(body: Body, plane: SlicePlane, shift: Vector) -> tuple[slice, slice]:
    """Return the rows and columns of pixels within reach of the heart."""
    middle = np.asarray(body.frame.centre_mm) + np.asarray(shift)
    x, y = plane.patient_to_pixel([middle])[0]
    return (
        _within(y, HEART_REACH_MM / plane.spacing_mm[0], plane.shape_px[0]),
        _within(x, HEART_REACH_MM / plane.spacing_mm[1], plane.shape_px[1]),
    )


def _within(middle_px: float, reach_px: float, size_px: int) -> slice:
    """Return the pixels of one axis within reach of the middle."""
    return slice(int(max(0, middle_px - reach_px)), int(min(size_px, middle_px + reach_px)))


def _to_heart(points: Points, frame: HeartFrame, shift: Vector) -> Points:
    """Return (u, v, w) of LPS points, both (3, ...)."""
    offset = np.asarray(frame.centre_mm) + np.asarray(shift)
    axes = np.array([frame.u_dir, frame.v_dir, frame.w_dir], np.float32)
    centred = points - offset.astype(np.float32)[:, None, None, None]
    return np.einsum("ij,jsrc->isrc", axes, centred, optimize=True)


def _locate(heart_points: Points) -> _Near:
    """Return heart points (3, ...) with their cylinder coordinates looked up once."""
    u, v, w = heart_points
    turn = np.arctan2(v, u) * np.float32(ANGLES / (2 * np.pi))
    row = np.rint((w - LONG_AXIS_MM[0]) / (LONG_AXIS_MM[1] - LONG_AXIS_MM[0]))
    row = np.clip(row, 0, len(LONG_AXIS_MM) - 1).astype(np.int32)
    index = row * ANGLES + np.rint(turn).astype(np.int32) % ANGLES
    return _Near(u, v, w, np.hypot(u, v), index)


def _paint_heart(around: Labels, near: _Near, state: HeartState) -> Labels:
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
    labels[heart & (radius < state.rv_mm.ravel()[index])] = Tissue.BLOOD
    lv = ventricle & (radius < state.epi_mm.ravel()[index])
    labels[lv] = Tissue.LV_MYOCARDIUM
    _paint_cavity(labels, np.flatnonzero(lv), near, state)
    return labels


def _paint_cavity(
    labels: Labels, in_lv: NDArray[np.intp], near: _Near, state: HeartState
) -> None:
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


def _paint_atria(
    labels: Labels, near: _Near, state: HeartState, above: NDArray[np.bool_]
) -> None:
    """Paint both atria and the aortic root above the mitral plane."""
    if not above.any():
        return
    filling = 1 + 0.1 * state.contraction
    height = near.w_mm - state.mitral_plane_mm
    apart = [
        np.sqrt((near.u_mm - u) ** 2 + (near.v_mm - v) ** 2 + (height - w) ** 2)
        for u, v, w, _ in ATRIA_MM
    ]
    groove = above & (height > -AV_GROOVE_MM) & (near.radius_mm < 58) & _SOFT[labels]
    labels[groove & (near.u_mm > -68)] = Tissue.FAT
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
    for angle_deg, lengthening in PAPILLARIES:
        wall = np.interp(w, LONG_AXIS_MM, state.endo_mm[:, round(angle_deg * ANGLES / 360.0)])
        angle = np.radians(angle_deg)
        centre = np.maximum(wall - 1.0 - radius, 0)
        radial = u * np.cos(angle) + v * np.sin(angle) - centre
        across = v * np.cos(angle) - u * np.sin(angle)
        found |= radial**2 + (across / lengthening) ** 2 < radius**2
    return found


def _shares(labels: Labels) -> NDArray[np.float32]:
    """Return the share of each tissue in each pixel, (pixels, tissues), of fine labels."""
    layers, rows, cols = labels.shape
    shape_px = (rows // OVERSAMPLE, cols // OVERSAMPLE)
    pixel = _repeated(np.arange(shape_px[0] * shape_px[1]).reshape(shape_px) * len(Tissue))
    count = np.zeros(shape_px[0] * shape_px[1] * len(Tissue), np.float32)
    for layer in labels:
        count += np.bincount((pixel + layer).ravel(), minlength=len(count))
    return count.reshape(-1, len(Tissue)) / np.float32(OVERSAMPLE**2 * layers)


def _repeated(pixel: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the value of each pixel at each of its fine points of one layer."""
    return pixel.repeat(OVERSAMPLE, axis=0).repeat(OVERSAMPLE, axis=1)


def _material_index(
    near: _Near, in_wall: NDArray[np.bool_], state: HeartState
) -> NDArray[np.intp]:
    """Return where the wall's points lay at end-diastole, as flat indices of the fields."""
    table = near.index[in_wall]
    endo, endo_rest = state.endo_mm.ravel()[table], state.endo_rest_mm.ravel()[table]
    epi_rest = state.epi_rest_mm.ravel()[table]
    area = (near.radius_mm[in_wall] ** 2 - endo**2) / np.float32(state.wall_growth)
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
