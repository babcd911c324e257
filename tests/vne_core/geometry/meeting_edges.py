"""Crossings and containment found another way than the program's, to hold against it.

Each pair of edges is solved for its meeting point; what is inside is told by the winding number.
"""

import numpy as np

TOLERANCE = 1e-9


def edges_meet(outline: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return for each pair of edges of two closed polygons whether they meet, shape (M, K)."""
    along = np.roll(outline, -1, axis=0) - outline
    other_along = np.roll(other, -1, axis=0) - other
    apart = other[None] - outline[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = cross(along[:, None], other_along[None])
        here = cross(apart, other_along[None]) / turn
        there = cross(apart, along[:, None]) / turn
    return (
        (here > TOLERANCE) & (here < 1 - TOLERANCE) & (there > TOLERANCE) & (there < 1 - TOLERANCE)
    )


def crosses_itself(outline: np.ndarray) -> bool:
    return bool(np.triu(edges_meet(outline, outline), 2).any())


def lies_inside(around: np.ndarray, within: np.ndarray) -> bool:
    return bool(not edges_meet(around, within).any() and winds_around(around, within[0]))


def winds_around(outline: np.ndarray, point: np.ndarray) -> bool:
    start = outline - point
    end = np.roll(start, -1, axis=0)
    turned = np.arctan2(cross(start, end), (start * end).sum(axis=1)).sum()
    return abs(turned) > np.pi


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
