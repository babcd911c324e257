"""What the pointer is on: pure tests in pixel coordinates, (x, y) = (column, row)."""

import numpy as np
from numpy.typing import ArrayLike


def nearest_handle(
    handles_px: ArrayLike, point_px: ArrayLike, radius_px: float | tuple[float, float]
) -> int | None:
    """Return the index of the handle, of shape (N, 2), nearest the point, None beyond the radius.

    Parameters
    ----------
    radius_px
        The reach in image pixels; (x, y) where pixels are not square on the screen, and distance
        is then counted in units of it.
    """
    handles = np.asarray(handles_px, dtype=float).reshape(-1, 2)
    if not len(handles):
        return None
    distance = _norm((handles - np.asarray(point_px, dtype=float)) / radius_px)
    index = int(np.argmin(distance))
    return index if distance[index] <= 1 else None


def nearest_on_outline(
    outline_px: ArrayLike, point_px: ArrayLike, radius_px: float
) -> tuple[float, int] | None:
    """Return (distance in pixels, segment) of a closed outline nearest the point.

    Segment i runs from point i of the outline, shape (M, 2), to the next. None beyond the radius
    or for an outline without points.
    """
    start = np.asarray(outline_px, dtype=float).reshape(-1, 2)
    if not len(start):
        return None
    along = np.roll(start, -1, axis=0) - start
    to_point = np.asarray(point_px, dtype=float) - start
    length2 = np.maximum(np.square(along).sum(axis=1), np.finfo(float).tiny)
    share = np.clip((to_point * along).sum(axis=1) / length2, 0, 1)
    distance = _norm(to_point - share[:, None] * along)
    segment = int(np.argmin(distance))
    return (float(distance[segment]), segment) if distance[segment] <= radius_px else None


def _norm(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(vectors).sum(axis=1))
