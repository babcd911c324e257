"""The square around the ventricle that the network sees, at 1 mm a pixel, and the way there and back.

The window's rows and columns run as the image's do, so that resampling is one small matrix an axis:
linear between pixel centres, and averaged over the coarser pixel where pixels become fewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import SlicePlane, Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_array

WINDOW_PX = 192
PIXEL_MM = 1.0
COARSE_MM = 4.0
"""Pixel of the grid on which the ventricle is looked for."""
EDGE_TOLERANCE_MM = 1e-6
LEAST_COVER = 0.5
"""Share of a new pixel that must come from valid ones."""

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Axis:
    """Pixel centres along one axis, in millimetres from a common zero."""

    count: int
    step_mm: float
    first_mm: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class GridWay:
    """From one grid to another of the same directions: ``rows`` (to, used), ``columns`` (to, used).

    The matrices are sparse: a pixel takes from two or three others, and a product of dense ones
    would wait for threads that another program has the processors of. ``used`` are the rows and columns of the source that reach the target. ``inside`` is where (rows, columns) the target lies in the source's field of view.
    """

    rows: "csr_array"
    columns: "csr_array"
    used: tuple[slice, slice]
    inside: Mask

    def bring(self, images: NDArray[np.floating], valid: Mask | None = None) -> tuple[Image, Mask]:
        """Return images (n, R, C) on the target grid and where (R, C) they mean something.

        Pixels that are not ``valid``, or not finite in one of the images, lend nothing to their
        neighbours; the result is 0 where less
        than half of it comes from valid ones.
        """
        images = images[:, *self.used]
        known: Mask = np.logical_and.reduce(np.isfinite(images), axis=0)
        if valid is not None:
            known &= valid[self.used]
        if known.all():
            return np.where(self.inside, self._apply(images), np.float32(0.0)), self.inside
        cover = self._apply(known[None])[0]
        covered = self.inside & (cover >= LEAST_COVER)
        held = np.where(known, images, np.float32(0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(covered, self._apply(held) / cover, np.float32(0.0)), covered

    def _apply(self, images: NDArray[np.generic]) -> Image:
        """Return images (n, used rows, used columns) with both matrices applied."""
        stack = np.asarray(images, dtype=np.float32)
        count, rows, columns = stack.shape
        rows_first = stack.transpose(1, 0, 2).reshape(rows, count * columns)
        down = (self.rows @ rows_first).reshape(-1, count, columns)
        columns_first = down.transpose(2, 1, 0).reshape(columns, -1)
        along: Image = (self.columns @ columns_first).reshape(-1, count, down.shape[0])
        return np.ascontiguousarray(along.transpose(1, 2, 0))


def heart_window(plane: SlicePlane, centre_mm: Sequence[float]) -> SlicePlane:
    """Return the plane of the window around a place, 192 x 192 pixels of 1 mm in the slice's plane."""
    return _grid_around(plane, centre_mm, (WINDOW_PX, WINDOW_PX), PIXEL_MM)


def coarse_grid(plane: SlicePlane) -> SlicePlane:
    """Return the whole field of view of an image at 4 mm a pixel."""
    shape = [
        max(1, round(count * step / COARSE_MM))
        for count, step in zip(plane.shape_px, plane.spacing_mm, strict=True)
    ]
    return _grid_around(plane, plane.centre_mm.tolist(), (shape[0], shape[1]), COARSE_MM)


def way_between(source: SlicePlane, target: SlicePlane) -> GridWay:
    """Return the way from a plane's pixels to those of another with the same directions."""
    x, y = source.patient_to_pixel([target.origin_mm])[0]
    (row_mm, column_mm), (rows, columns) = source.spacing_mm, source.shape_px
    to_rows = _Axis(target.shape_px[0], target.spacing_mm[0], float(y) * row_mm)
    to_columns = _Axis(target.shape_px[1], target.spacing_mm[1], float(x) * column_mm)
    row_weights, row_inside = _weights(_Axis(rows, row_mm), to_rows)
    column_weights, column_inside = _weights(_Axis(columns, column_mm), to_columns)
    used = _used(row_weights), _used(column_weights)
    return GridWay(
        _sparse(row_weights[:, used[0]]),
        _sparse(column_weights[:, used[1]]),
        used,
        row_inside[:, None] & column_inside,
    )


def disc(plane: SlicePlane, centre_mm: Sequence[float], radius_mm: float) -> Mask:
    """Return which pixels (R, C) of a plane lie within a distance of a place."""
    x, y = plane.patient_to_pixel([centre_mm])[0]
    row_mm, column_mm = plane.spacing_mm
    rows, columns = plane.shape_px
    down_mm = (np.arange(rows) - y) * row_mm
    along_mm = (np.arange(columns) - x) * column_mm
    return np.hypot(down_mm[:, None], along_mm) <= radius_mm


def _grid_around(
    plane: SlicePlane, centre_mm: Sequence[float], shape_px: tuple[int, int], step_mm: float
) -> SlicePlane:
    centre = plane.pixel_to_patient(plane.patient_to_pixel([centre_mm]))[0]
    half_rows, half_columns = ((count - 1) / 2 * step_mm for count in shape_px)
    corner = centre - half_columns * np.asarray(plane.row_dir)
    corner = corner - half_rows * np.asarray(plane.col_dir)
    origin: Vector = (float(corner[0]), float(corner[1]), float(corner[2]))
    return SlicePlane(
        origin, plane.row_dir, plane.col_dir, (step_mm, step_mm), shape_px, plane.thickness_mm
    )


def _weights(source: _Axis, target: _Axis) -> tuple[Image, Mask]:
    """Return the weights (to, from) along one axis and which targets lie within the source."""
    at = target.first_mm + target.step_mm * np.arange(target.count)
    centres = source.first_mm + source.step_mm * np.arange(source.count)
    reach = max(source.step_mm, target.step_mm)
    tents = np.maximum(0.0, 1.0 - np.abs(at[:, None] - centres) / reach)
    total = tents.sum(axis=1)
    edge = source.step_mm / 2 + EDGE_TOLERANCE_MM
    inside = (at >= centres[0] - edge) & (at <= centres[-1] + edge) & (total > 0)
    weights = np.where(inside[:, None], tents / np.where(total > 0, total, 1.0)[:, None], 0.0)
    return weights.astype(np.float32), inside


def _sparse(weights: Image) -> "csr_array":
    from scipy.sparse import csr_array  # noqa: PLC0415 - heavy, and only where images are made

    return csr_array(weights)


def _used(weights: Image) -> slice:
    """Return the first to the last source pixel that lends something to a target."""
    lending = np.flatnonzero(weights.any(axis=0))
    return slice(int(lending[0]), int(lending[-1]) + 1) if len(lending) else slice(0, 1)
