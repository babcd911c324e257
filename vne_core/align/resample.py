"""Images of one plane on the pixel grid of another, as one cached sparse matrix a pair."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.geometry.plane import PERPENDICULAR_COSINE, FloatArray, SlicePlane

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SNAP_PX = 1e-9
"""Positions this near a pixel centre are on it: a plane resampled onto itself is unchanged."""
EDGE_TOLERANCE_PX = 1e-6
"""How far rounding may put a position beyond the outer edge of the field of view."""
KEPT_PAIRS = 16
"""Matrices kept between calls: 1.5 MB each for 192 x 192 pixels."""
TURNED_AT_ONCE = 1024
"""Pixels whose frames are put one after another at a time: they stay in the processor's cache."""


class ResampleError(VneError):
    """Planes or images that cannot be brought onto one grid."""

    code = "resample"


@dataclass(frozen=True, slots=True, eq=False)
class Resampler:
    """The way from the pixels of ``source`` to the pixels of ``target``.

    A target pixel takes the value where its line along the target's normal meets the source
    plane. ``valid``, shape (target rows, columns), is False outside the source's field of view,
    which ends half a pixel beyond its outer pixel centres; images are 0 there. ``weights``,
    (target pixels, pixels of ``used``), belongs to the rectangle of the source that is looked at.
    """

    source: SlicePlane
    target: SlicePlane
    valid: NDArray[np.bool_]
    used: tuple[slice, slice]
    weights: "csr_array"
    nearest_index: NDArray[np.intp]

    def linear(self, frames: NDArray[Any]) -> NDArray[np.float32]:
        """Return frames (n, source rows, columns) on the target grid, bilinear in plane.

        Raises ResampleError for frames of another shape than the source.
        """
        self._refuse_others(frames)
        rectangle = frames[:, *self.used].astype(np.float32, copy=False)
        by_pixel = np.ascontiguousarray(np.moveaxis(rectangle, 0, -1)).reshape(-1, len(frames))
        on_target: NDArray[np.float32] = self.weights @ by_pixel
        return _by_frame(on_target).reshape(len(frames), *self.target.shape_px)

    def nearest(self, frames: NDArray[Any]) -> NDArray[Any]:
        """Return frames (n, source rows, columns) on the target grid, nearest pixel, same type.

        Raises ResampleError for frames of another shape than the source.
        """
        self._refuse_others(frames)
        on_target = frames.reshape(len(frames), -1)[:, self.nearest_index]
        on_target[:, ~self.valid.ravel()] = 0
        return on_target.reshape(len(frames), *self.target.shape_px)

    def _refuse_others(self, frames: NDArray[Any]) -> None:
        if frames.ndim != 3 or frames.shape[1:] != self.source.shape_px:
            raise ResampleError(f"frames of shape {frames.shape}", f"(n, *{self.source.shape_px})")


@lru_cache(maxsize=KEPT_PAIRS)
def resampler(source: SlicePlane, target: SlicePlane) -> Resampler:
    """Return the way from ``source`` to ``target``; the same pair is computed once.

    Raises ResampleError for perpendicular planes.
    """
    x, y = source_positions(source, target)
    rows, cols = source.shape_px
    valid = _within(x, cols) & _within(y, rows)
    column, right = _cell(x, cols)
    row, below = _cell(y, rows)
    used = (_reach(row[valid], rows), _reach(column[valid], cols))
    width = used[1].stop - used[1].start
    corner = np.where(valid, (row - used[0].start) * width + column - used[1].start, 0)
    nearest = (row + (below >= 0.5)) * cols + column + (right >= 0.5)
    step_x, step_y = min(1, cols - 1), width * min(1, rows - 1)
    corners = corner[:, None] + np.array([0, step_x, step_y, step_x + step_y])
    shares = np.stack(
        [(1 - right) * (1 - below), right * (1 - below), (1 - right) * below, right * below], -1
    )
    return Resampler(
        source=source,
        target=target,
        valid=valid.reshape(target.shape_px),
        used=used,
        weights=_sparse(corners, shares * valid[:, None], (used[0].stop - used[0].start) * width),
        nearest_index=nearest,
    )


def source_positions(source: SlicePlane, target: SlicePlane) -> tuple[FloatArray, FloatArray]:
    """Return the source columns and rows, each (target pixels,), that target pixels look at.

    The line through each target pixel along the target's normal is cut with the source plane.
    Raises ResampleError for perpendicular planes.
    """
    along = float(target.normal @ source.normal)
    if abs(along) < PERPENDICULAR_COSINE:
        raise ResampleError("the two planes stand at a right angle", "planes that face each other")
    y, x = np.indices(target.shape_px).reshape(2, -1)
    points = target.pixel_to_patient(np.stack([x, y], axis=-1))
    points -= (source.height_mm(points) / along)[:, None] * target.normal
    x_px, y_px = source.patient_to_pixel(points).T
    return _snapped(x_px), _snapped(y_px)


def _snapped(positions: FloatArray) -> FloatArray:
    centres = np.round(positions)
    return np.where(np.abs(positions - centres) < SNAP_PX, centres, positions)


def _within(positions: FloatArray, count: int) -> NDArray[np.bool_]:
    edge = 0.5 + EDGE_TOLERANCE_PX
    return (positions >= -edge) & (positions <= count - 1 + edge)


def _cell(positions: FloatArray, count: int) -> tuple[NDArray[np.intp], FloatArray]:
    """Return the pixel before each position and the share of the next, inside the pixel centres."""
    inside = np.clip(positions, 0, count - 1)
    before = np.minimum(inside, max(0, count - 2)).astype(np.intp)
    return before, inside - before


def _reach(before: NDArray[np.intp], count: int) -> slice:
    """Return the rows, or columns, that cells beginning at ``before`` reach; one at least."""
    if not len(before):
        return slice(0, min(2, count))
    return slice(int(before.min()), min(int(before.max()) + 2, count))


def _by_frame(by_pixel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values (pixels, n) as (n, pixels), turned in parts that the cache holds."""
    turned = np.empty(by_pixel.shape[::-1], np.float32)
    for start in range(0, len(by_pixel), TURNED_AT_ONCE):
        part = slice(start, start + TURNED_AT_ONCE)
        turned[:, part] = by_pixel[part].T
    return turned


def _sparse(corners: NDArray[np.intp], shares: FloatArray, source_pixels: int) -> "csr_array":
    """Return the matrix, (target pixels, source pixels), of four corners and shares a row."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - heavy, start-up path

    targets = len(corners)
    starts = np.arange(0, 4 * targets + 1, 4, dtype=np.int32)
    matrix = csr_array(
        (shares.astype(np.float32).ravel(), corners.astype(np.int32).ravel(), starts),
        shape=(targets, source_pixels),
    )
    matrix.eliminate_zeros()
    return matrix
