"""Closed contours: a periodic cubic through a few handles, and pure edits of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vne_core.errors import VneError
from vne_core.geometry.plane import FloatArray


class ContourError(VneError):
    """Points that do not make a closed contour."""

    code = "contour"


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A closed periodic cubic through its handles, ``points_mm`` of shape (N, 3) in LPS, N >= 3.

    The handles are copied and read-only. Raises ContourError for other shapes or values.
    """

    points_mm: FloatArray

    def __init__(self, points_mm: ArrayLike) -> None:
        points = np.array(points_mm, dtype=float)
        if points.ndim != 2 or points.shape[1] != 3 or len(points) < 3:
            raise ContourError(f"contour handles of shape {points.shape}", "(N, 3) with N >= 3")
        if not np.isfinite(points).all():
            raise ContourError("contour handles that are not finite")
        points.setflags(write=False)
        object.__setattr__(self, "points_mm", points)

    def __eq__(self, other: object) -> bool:
        """Return whether the handles are the same numbers."""
        return isinstance(other, Contour) and np.array_equal(self.points_mm, other.points_mm)

    def __hash__(self) -> int:
        """Return a hash of the handles."""
        return hash(self.points_mm.tobytes())
