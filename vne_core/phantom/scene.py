"""The virtual body on the fine points of an image plane: what tissue fills each pixel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.phantom.anatomy import ANGLES, HeartShape
from vne_core.phantom.fibrosis import DEPTHS, FIELD_ANGLES, FIELD_W_MM, STRIDE, Fibrosis
from vne_core.phantom.motion import HeartState, heart_state
from vne_core.phantom.painting import Near, locate, paint_heart
from vne_core.phantom.physics import Tissue
from vne_core.phantom.placement import HeartFrame
from vne_core.phantom.thorax import Labels, LungVessels, Points, label_thorax

OVERSAMPLE = 3
"""Points a pixel along rows and columns."""
SLABS = 3
"""Layers of points through the slice."""
HEART_REACH_MM = 98.0
"""Distance from the heart's middle beyond which nothing moves."""


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
    near = locate(_to_heart(points[(..., *fine)], body.frame, heart_shift_mm))
    around = np.ascontiguousarray(still[(..., *fine)])
    pixel = np.arange(plane.shape_px[0] * plane.shape_px[1]).reshape(plane.shape_px)[box]
    shares = _shares(still)
    for contraction in contractions:
        state = body.heart(contraction)
        labels = paint_heart(around, near, state)
        shares[pixel.ravel()] = _shares(labels)
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


def map_wall(body: Body, plane: SlicePlane, contraction: float, heart_shift_mm: Vector) -> WallMap:
    """Return the tissue at the centre of each pixel, without partial volume."""
    near = locate(_to_heart(_grid_points(plane, 1, 1), body.frame, heart_shift_mm))
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
    flat = points.reshape(3, -1) - offset.astype(np.float32)[:, None]
    return (axes @ flat).reshape(points.shape)


def _shares(labels: Labels) -> NDArray[np.float32]:
    """Return the share of each tissue in each pixel, (pixels, tissues), of fine labels."""
    layers, rows, cols = labels.shape
    shape_px = (rows // OVERSAMPLE, cols // OVERSAMPLE)
    first = np.arange(shape_px[0] * shape_px[1], dtype=np.intp) * len(Tissue)
    pixel = _repeated(first.reshape(shape_px))
    count = np.zeros(shape_px[0] * shape_px[1] * len(Tissue), np.intp)
    for layer in labels:
        count += np.bincount((pixel + layer).ravel(), minlength=len(count))
    points_a_pixel = np.float32(OVERSAMPLE**2 * layers)
    return count.reshape(-1, len(Tissue)).astype(np.float32) / points_a_pixel


def _repeated(pixel: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the value of each pixel at each of its fine points of one layer."""
    return pixel.repeat(OVERSAMPLE, axis=0).repeat(OVERSAMPLE, axis=1)


def _material_index(near: Near, in_wall: NDArray[np.bool_], state: HeartState) -> NDArray[np.intp]:
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
