"""Where closed polygons meet: self-crossings, containment, the loop of a drawn trace."""

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray

MOST_OF_TRACE = 0.5
"""Share of a trace's length that a loop must hold to be the shape that was meant."""

IndexPairs = tuple[NDArray[np.intp], NDArray[np.intp]]


def self_crossings(outline: FloatArray) -> int:
    """Return how many pairs of edges of the closed polygon, shape (M, 2), meet.

    Neighbouring edges share a corner and count only where one folds back on the other. Points that
    repeat their predecessor are skipped.
    """
    points = outline[np.any(outline != np.roll(outline, 1, axis=0), axis=1)]
    if len(points) < 3:
        return 0
    ends = np.roll(points, -1, axis=0)
    first, second = _meeting_edges(points, ends, points, ends)
    apart = second - first
    distant = (apart > 1) & (apart < len(points) - 1)
    return int(distant.sum()) + _folds(ends - points)


def polygons_cross(outline: FloatArray, other: FloatArray) -> bool:
    """Return whether an edge of one closed polygon, (M, 2), meets an edge of the other, (K, 2)."""
    first, _ = _meeting_edges(
        outline, np.roll(outline, -1, axis=0), other, np.roll(other, -1, axis=0)
    )
    return len(first) > 0


def inside(outline: FloatArray, points: FloatArray) -> NDArray[np.bool_]:
    """Return for each point, shape (K, 2), whether it lies inside the polygon, even-odd rule."""
    x, y = points[:, :1], points[:, 1:]
    start, end = outline, np.roll(outline, -1, axis=0)
    spans = (start[:, 1] <= y) != (end[:, 1] <= y)
    height = np.where(end[:, 1] == start[:, 1], 1.0, end[:, 1] - start[:, 1])
    edge_x = start[:, 0] + (y - start[:, 1]) * (end[:, 0] - start[:, 0]) / height
    return np.count_nonzero(spans & (edge_x > x), axis=1) % 2 == 1


def longest_loop(trace: FloatArray) -> FloatArray:
    """Return the part of an open trace, shape (M, 2), between its outermost crossing.

    A hand that closes a shape overruns its start; the tails beyond the crossing are cut off.
    Where no crossing encloses most of the trace it is returned whole: small loops are jitter.
    """
    first, second = _meeting_edges(trace[:-1], trace[1:], trace[:-1], trace[1:])
    along = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(trace, axis=0), axis=1))]
    lengths = np.where(second - first > 1, along[second] - along[first + 1], 0.0)
    if not np.any(lengths > MOST_OF_TRACE * along[-1]):
        return trace
    widest = int(np.argmax(lengths))
    return trace[first[widest] + 1 : second[widest] + 1]


def _meeting_edges(
    start: FloatArray,
    end: FloatArray,
    other_start: FloatArray,
    other_end: FloatArray,
) -> IndexPairs:
    """Return the index pairs of edges that share a point, ends included."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    other_low, other_high = np.minimum(other_start, other_end), np.maximum(other_start, other_end)
    near = high[:, None, 0] >= other_low[None, :, 0]
    near &= low[:, None, 0] <= other_high[None, :, 0]
    near &= high[:, None, 1] >= other_low[None, :, 1]
    near &= low[:, None, 1] <= other_high[None, :, 1]
    first, second = np.nonzero(near)
    p, q, r, s = start[first], end[first], other_start[second], other_end[second]
    meets = _straddles(p, q, r, s) & _straddles(r, s, p, q)
    return first[meets], second[meets]


def _straddles(p: FloatArray, q: FloatArray, r: FloatArray, s: FloatArray) -> NDArray[np.bool_]:
    """Return whether r and s lie on different sides of the line p-q, or one of them on it."""
    along = q - p
    side_r, side_s = _cross(along, r - p), _cross(along, s - p)
    return (np.minimum(side_r, side_s) <= 0) & (np.maximum(side_r, side_s) >= 0)


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _folds(edges: FloatArray) -> int:
    """Return how many edges run back over the edge before them."""
    before = np.roll(edges, 1, axis=0)
    along = (before * edges).sum(axis=1)
    return int(np.count_nonzero((_cross(before, edges) == 0) & (along < 0)))
