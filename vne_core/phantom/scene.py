"""The virtual body in an image plane: what tissue fills each pixel."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.phantom.anatomy import ANGLES
from vne_core.phantom.body import Body
from vne_core.phantom.fibrosis import DEPTHS, FIELD_ANGLES, FIELD_W_MM, STRIDE
from vne_core.phantom.motion import HeartState
from vne_core.phantom.painting import ATRIA_EXTENT_MM, Near, locate, outermost, paint_heart
from vne_core.phantom.placement import HeartFrame
from vne_core.phantom.thorax import Labels, Points, label_thorax
from vne_core.phantom.tissue import Tissue

FINE = 3
"""Points a pixel along rows, along columns and through the slice, in and around the heart."""
COARSE = 2
"""The same for what does not move with the heart."""
Box = tuple[slice, slice]
"""Rows and columns of an image."""
HEART_REACH_MM = 98.0
"""Distance from the heart's middle that is looked at finely, on the side of the septum."""
FREE_REACH_MM = 86.0
"""The same on the other sides, in short-axis planes."""
EDGE_MM = 3.0
"""Room around the heart for what lies between the contractions that its extent is taken from."""
BREATH_ROOM_MM = 12.0
"""How far the heart may be displaced in a plane, unless a scan says."""


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """What fills the pixels of an image.

    ``shares`` is (rows * columns, tissues) and sums to 1 a row. ``wall`` holds the flat indices of
    the pixels with left ventricular myocardium, ``ecv`` and ``t1_ms`` the mean of the tissue
    there.
    """

    shape_px: tuple[int, int]
    shares: NDArray[np.float32]
    wall: NDArray[np.intp]
    ecv: NDArray[np.float32]
    t1_ms: NDArray[np.float32]

    def image(
        self, by_tissue: FloatArray, of_wall: NDArray[np.floating[Any]]
    ) -> NDArray[np.float32]:
        """Return the signal of each pixel, (rows, columns).

        ``by_tissue`` is (tissues,); ``of_wall`` gives myocardium its own in each pixel of ``wall``.
        """
        table = by_tissue.astype(np.float32)
        table[Tissue.LV_MYOCARDIUM] = 0
        mixed = self.shares @ table
        mixed[self.wall] += self.shares[self.wall, Tissue.LV_MYOCARDIUM] * of_wall
        return mixed.reshape(self.shape_px)


class PlaneScene:
    """An image plane through a body: what does not move is looked up once.

    ``room_mm`` is how far the heart will be displaced.
    """

    def __init__(self, body: Body, plane: SlicePlane, room_mm: float = BREATH_ROOM_MM) -> None:
        self.body = body
        self.plane = plane
        fine = _fine_box(body, plane)
        points = _grid_points(plane, FINE, fine)
        labels = label_thorax(points, body.vessels, body.chest)
        self._shares = _still_shares(body, plane, fine, labels)
        moving = _moving_box(body, plane, room_mm, fine)
        part = _fine_part(moving, fine)
        self._points = np.ascontiguousarray(points[:, :, *part])
        self._around = np.ascontiguousarray(labels[:, *part])
        self._first = _first_label(self._around.shape, FINE)
        index = np.arange(plane.shape_px[0] * plane.shape_px[1]).reshape(plane.shape_px)
        self._pixel = index[moving].ravel()
        self._near: dict[Vector, Near] = {}

    def fill(self, contraction: float, heart_shift_mm: Vector) -> Filling:
        """Return what fills the plane with the heart contracted and displaced (LPS)."""
        near = self._near.get(heart_shift_mm)
        if near is None:
            near = locate(_to_heart(self._points, self.body.frame, heart_shift_mm))
            self._near[heart_shift_mm] = near
        state = self.body.heart(contraction)
        labels = paint_heart(self._around, near, state)
        shares = self._shares.copy()
        inner = _shares(labels, self._first, FINE)
        shares[self._pixel] = inner
        wall, ecv, t1_ms = self._wall_means(labels, near, state, inner)
        return Filling(self.plane.shape_px, shares, self._pixel[wall], ecv, t1_ms)

    def _wall_means(
        self, labels: Labels, near: Near, state: HeartState, inner: NDArray[np.float32]
    ) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
        """Return the box's pixels with wall, and the mean extracellular volume and T1 there."""
        in_wall = np.flatnonzero(labels == Tissue.LV_MYOCARDIUM)
        where = _material_index(near, in_wall, state)
        _, rows, cols = labels.shape
        line, column = np.divmod(in_wall % (rows * cols), cols)
        pixel = line // FINE * (cols // FINE) + column // FINE
        wall = np.flatnonzero(inner[:, Tissue.LV_MYOCARDIUM])
        count = np.bincount(pixel, minlength=len(inner))[wall]
        means = [
            (np.bincount(pixel, field.ravel()[where], len(inner))[wall] / count).astype(np.float32)
            for field in (self.body.fibrosis.ecv, self.body.fibrosis.t1_ms)
        ]
        return wall, means[0], means[1]


@lru_cache(maxsize=1)
def plane_scene(body: Body, plane: SlicePlane, room_mm: float = BREATH_ROOM_MM) -> PlaneScene:
    """Return a plane through a body, kept for a second scan of the same slice."""
    return PlaneScene(body, plane, room_mm)


@lru_cache(maxsize=2)
def filled(scene: PlaneScene, contraction: float, heart_shift_mm: Vector) -> Filling:
    """Return what fills a plane, kept for a second scan of the same slice."""
    return scene.fill(contraction, heart_shift_mm)


@dataclass(frozen=True, slots=True, eq=False)
class WallMap:
    """The left ventricular wall at the middle of a slice, (rows, columns); NaN outside the wall."""

    share: NDArray[np.float32]
    ecv: NDArray[np.float32]
    t1_ms: NDArray[np.float32]


def map_wall(body: Body, plane: SlicePlane, contraction: float, heart_shift_mm: Vector) -> WallMap:
    """Return the tissue at the centre of each pixel, without partial volume."""
    box = _moving_box(body, plane, float(np.linalg.norm(heart_shift_mm)), _fine_box(body, plane))
    points = _grid_points(plane, 1, box)[:, :1]
    near = locate(_to_heart(points, body.frame, heart_shift_mm))
    state = body.heart(contraction)
    inside = near.radius_mm < state.epi_mm.ravel()[near.index]
    inside &= near.radius_mm >= state.endo_mm.ravel()[near.index]
    in_wall = np.flatnonzero(inside)
    where = _material_index(near, in_wall, state)
    fields = (body.fibrosis.share, body.fibrosis.ecv, body.fibrosis.t1_ms)
    return WallMap(*(_scattered(field.ravel()[where], inside[0], box, plane) for field in fields))


def _scattered(
    values: NDArray[np.float32],
    where: NDArray[np.bool_],
    box: Box,
    plane: SlicePlane,
) -> NDArray[np.float32]:
    """Return an image that holds ``values`` where true in the box and NaN elsewhere."""
    part = np.full(where.shape, np.nan, np.float32)
    part[where] = values
    image = np.full(plane.shape_px, np.nan, np.float32)
    image[box] = part
    return image


def _grid_points(plane: SlicePlane, per_pixel: int, box: Box | None = None) -> Points:
    """Return LPS points evenly inside the slice, (3, layers, rows, columns), each axis finer.

    One point a pixel is its centre; the layers through the slice are as many as the points.
    """
    whole = (slice(0, plane.shape_px[0]), slice(0, plane.shape_px[1]))
    axes = [
        ((np.arange(part.start * per_pixel, part.stop * per_pixel) + 0.5) / per_pixel - 0.5)
        for part in box or whole
    ]
    y, x = axes[0] * plane.spacing_mm[0], axes[1] * plane.spacing_mm[1]
    depth = ((np.arange(per_pixel) + 0.5) / per_pixel - 0.5) * (plane.thickness_mm or 0.0)
    points = np.empty((3, per_pixel, len(y), len(x)), np.float32)
    for axis in range(3):
        offset = plane.origin_mm[axis] + depth * plane.normal[axis]
        down, right = y * plane.col_dir[axis], x * plane.row_dir[axis]
        points[axis] = offset[:, None, None] + (down[:, None] + right[None, :])
    return points


def _fine_box(body: Body, plane: SlicePlane) -> Box:
    """Return the rows and columns of pixels that are looked at finely: the heart's surroundings."""
    x, y = plane.patient_to_pixel([np.asarray(body.frame.centre_mm)])[0]
    reach = FREE_REACH_MM if _is_short_axis(body, plane) else HEART_REACH_MM
    down, right = plane.spacing_mm
    rows, cols = plane.shape_px
    return (
        _within(y - reach / down, y + reach / down, rows),
        _within(x - HEART_REACH_MM / right, x + reach / right, cols),
    )


def _moving_box(body: Body, plane: SlicePlane, room_mm: float, within: Box) -> Box:
    """Return the part of a box that the heart reaches anywhere in its cycle and its breathing."""
    if not _is_short_axis(body, plane):
        return within
    x, y = plane.patient_to_pixel([np.asarray(body.frame.centre_mm)])[0]
    reach = _across(body) @ np.stack([plane.row_dir, plane.col_dir], axis=1)
    left, up = reach.min(axis=0) - room_mm - EDGE_MM
    right, down = reach.max(axis=0) + room_mm + EDGE_MM
    tall, wide = plane.spacing_mm
    rows = _within(y + up / tall, y + down / tall + 1, within[0].stop, within[0].start)
    return rows, _within(x + left / wide, x + right / wide + 1, within[1].stop, within[1].start)


def _is_short_axis(body: Body, plane: SlicePlane) -> bool:
    """Return whether a plane lies across the heart."""
    return abs(float(plane.normal @ np.asarray(body.frame.w_dir))) > 0.9


def _fine_part(box: Box, of: Box) -> Box:
    """Return where the fine points of a box lie among those of one around it."""
    rows, cols = (
        slice((inner.start - outer.start) * FINE, (inner.stop - outer.start) * FINE)
        for inner, outer in zip(box, of, strict=True)
    )
    return rows, cols


def _across(body: Body) -> FloatArray:
    """Return places around the heart's axis, LPS mm from it, (places, 3): its whole extent."""
    theta = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    outward = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    places = [
        outward * outermost(body.heart(contraction)).max(axis=0)[:, None]
        for contraction in (0.0, 0.5, 1.0)
    ]
    places += [np.array([u, v]) + outward * reach for u, v, reach in ATRIA_EXTENT_MM]
    return np.concatenate(places) @ np.array([body.frame.u_dir, body.frame.v_dir])


def _within(first_px: float, last_px: float, stop: int, start: int = 0) -> slice:
    """Return the pixels of one axis between two places of it, from ``start`` to ``stop``."""
    return slice(int(max(start, first_px)), int(min(stop, last_px)))


def _to_heart(points: Points, frame: HeartFrame, shift: Vector) -> Points:
    """Return (u, v, w) of LPS points, both (3, ...)."""
    offset = np.asarray(frame.centre_mm) + np.asarray(shift)
    axes = np.array([frame.u_dir, frame.v_dir, frame.w_dir], np.float32)
    flat = points.reshape(3, -1) - offset.astype(np.float32)[:, None]
    return (axes @ flat).reshape(points.shape)


def _still_shares(body: Body, plane: SlicePlane, box: Box, fine: Labels) -> NDArray[np.float32]:
    """Return the share of each tissue in each pixel of the body, ``fine`` labelled in the box."""
    rows, cols = plane.shape_px
    down, right = box
    shares = np.empty((rows, cols, len(Tissue)), np.float32)
    inside = shares[box]
    inside[:] = _shares(fine, _first_label(fine.shape, FINE), FINE).reshape(inside.shape)
    for strip in (
        (slice(0, down.start), slice(0, cols)),
        (slice(down.stop, rows), slice(0, cols)),
        (down, slice(0, right.start)),
        (down, slice(right.stop, cols)),
    ):
        part = shares[strip]
        if part.size:
            points = _grid_points(plane, COARSE, strip)
            labels = label_thorax(points, body.vessels, body.chest)
            found = _shares(labels, _first_label(labels.shape, COARSE), COARSE)
            part[:] = found.reshape(part.shape)
    return shares.reshape(rows * cols, len(Tissue))


def _first_label(shape: tuple[int, ...], per_pixel: int) -> NDArray[np.intp]:
    """Return where each fine point's pixel begins in counts of (pixels, tissues), flat."""
    _, rows, cols = shape
    pixels = (rows // per_pixel) * (cols // per_pixel)
    first = np.arange(0, pixels * len(Tissue), len(Tissue), dtype=np.intp)
    first = first.reshape(rows // per_pixel, cols // per_pixel)
    return first.repeat(per_pixel, axis=0).repeat(per_pixel, axis=1)


def _shares(labels: Labels, first_label: NDArray[np.intp], per_pixel: int) -> NDArray[np.float32]:
    """Return the share of each tissue in each pixel, (pixels, tissues), of fine labels."""
    pixels = first_label.size // per_pixel**2
    count = np.bincount((first_label + labels).ravel(), minlength=pixels * len(Tissue))
    points_a_pixel = np.float32(per_pixel**2 * len(labels))
    return count.reshape(-1, len(Tissue)).astype(np.float32) / points_a_pixel


def _material_index(near: Near, in_wall: NDArray[np.intp], state: HeartState) -> NDArray[np.intp]:
    """Return where the wall's points (flat) lay at end-diastole, as flat indices of the fields."""
    table = near.index.ravel()[in_wall]
    endo, endo_rest = state.endo_mm.ravel()[table], state.endo_rest_mm.ravel()[table]
    epi_rest = state.epi_rest_mm.ravel()[table]
    area = (near.radius_mm.ravel()[in_wall] ** 2 - endo**2) / np.float32(state.wall_growth)
    rest = np.sqrt(np.maximum(area + endo_rest**2, 0))
    depth = (rest - endo_rest) / np.maximum(epi_rest - endo_rest, 1e-3)
    layer = np.clip(depth * DEPTHS, 0, DEPTHS - 1).astype(np.intp)
    row = table // ANGLES
    field_row = (state.material_w_mm - FIELD_W_MM[0]) / (FIELD_W_MM[1] - FIELD_W_MM[0])
    field_row = np.clip(np.rint(field_row), 0, len(FIELD_W_MM) - 1).astype(np.intp)
    turns = np.rint(state.twist_deg * ANGLES / 360.0).astype(np.intp)
    column = ((table % ANGLES - turns[row]) // STRIDE) % FIELD_ANGLES
    return (field_row[row] * FIELD_ANGLES + column) * DEPTHS + layer
