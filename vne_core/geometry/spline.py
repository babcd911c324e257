"""Periodic cubic splines: the curve through a few points that closes on itself smoothly."""

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.plane import FloatArray

SHORTEST_INTERVAL = 1e-3
"""Smallest knot interval as a share of the mean one: coincident points keep the curve finite."""


def chord_intervals(points: FloatArray) -> FloatArray:
    """Return the knot intervals, shape (N,), as the chord from each point to the next.

    Chord length keeps the curve where it is when a point of it becomes a handle.
    """
    chords = np.sqrt(np.square(np.roll(points, -1, axis=0) - points).sum(axis=1))
    mean = chords.mean()
    return np.maximum(chords, SHORTEST_INTERVAL * mean) if mean > 0 else np.ones(len(points))


def second_derivatives(values: FloatArray, intervals: FloatArray) -> FloatArray:
    """Return the second derivatives at the knots, shape (N, D), of the periodic C2 cubic.

    The cyclic tridiagonal system of continuous first derivatives (de Boor 1978, chapter 4).
    """
    count = len(values)
    before = np.roll(intervals, 1)
    here = np.arange(count)
    system = np.zeros((count, count))
    system[here, here - 1] = before
    system[here, here] = 2 * (before + intervals)
    system[here, (here + 1) % count] = intervals
    slopes = (np.roll(values, -1, axis=0) - values) / intervals[:, None]
    bend = np.linalg.solve(system, 6 * (slopes - np.roll(slopes, 1, axis=0)))
    return np.asarray(bend, dtype=float)


def evaluate(values: FloatArray, intervals: FloatArray, positions: ArrayLike) -> FloatArray:
    """Return the curve, shape (M, D), at ``positions`` in [0, N): knot number plus fraction.

    ``values`` is (N, D) with N >= 3; position i is values[i].
    """
    place = np.asarray(positions, dtype=float) % len(values)
    knot = place.astype(np.intp)
    following = (knot + 1) % len(values)
    bend = second_derivatives(values, intervals)
    right = (place - knot)[:, None]
    left = 1 - right
    curvature = (
        left * (left * left - 1) * bend[knot] + right * (right * right - 1) * bend[following]
    )
    straight = left * values[knot] + right * values[following]
    return straight + curvature * (np.square(intervals[knot]) / 6)[:, None]
