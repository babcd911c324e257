"""Where one image plane cuts another: the reference line by which one is found in the other."""

import numpy as np

from vne_core.geometry.plane import FloatArray, SlicePlane

SHORTEST_MM = 1e-3
"""A shorter line is a corner that touches the plane."""


def cut_line(plane: SlicePlane, other: SlicePlane) -> FloatArray | None:
    """Return the ends, (2, 3) in LPS, of the part of ``other``'s image that lies in ``plane``.

    ``plane`` goes on beyond its image. None where ``other``'s image does not reach it, and for
    parallel planes.
    """
    rows, cols = other.shape_px
    low, right, bottom = -0.5, cols - 0.5, rows - 0.5
    corners = other.pixel_to_patient([(low, low), (right, low), (right, bottom), (low, bottom)])
    after = np.roll(corners, -1, axis=0)
    start, end = plane.height_mm(corners), plane.height_mm(after)
    crosses = (start > 0) != (end > 0)
    if not crosses.any():
        return None
    share = start[crosses] / (start - end)[crosses]
    ends = corners[crosses] + share[:, None] * (after - corners)[crosses]
    return ends if np.linalg.norm(ends[1] - ends[0]) > SHORTEST_MM else None
