"""The reference regions of the T1 map: those of the LGE, moved with the ventricle.

Training arrays hold the reference regions at the LGE's breath-hold only, and both borders at both.
A generated image lies where the T1 map lies; the heart there is up to some millimetres away and
cut a little higher or lower. The blood region moves with the middle of the cavity; the remote
region stays in the middle of the wall at its angle around that middle.
"""

import numpy as np
from numpy.typing import NDArray

Share = NDArray[np.float32]
Point = NDArray[np.float64]

STEP_PX = 0.1
"""Step along the ray that looks for the borders."""


def centre_px(share: Share) -> Point:
    """Return the (row, column) centroid of a mask."""
    rows: Point = np.arange(share.shape[0], dtype=np.float64)
    cols: Point = np.arange(share.shape[1], dtype=np.float64)
    down, along = float(share.sum(axis=1) @ rows), float(share.sum(axis=0) @ cols)
    return np.array([down, along]) / float(share.sum())


def moved_blood(blood: Share, endo: Share, endo_t1: Share) -> Share:
    """Return the blood region where the T1 map has it; shares of pixels, (rows, columns)."""
    return _shifted(blood, centre_px(endo_t1) - centre_px(endo))


def moved_remote(remote: Share, endo: Share, endo_t1: Share, epi_t1: Share) -> Share:
    """Return the remote region in the middle of the T1 map's wall, at the same angle."""
    place = centre_px(remote)
    away = place - centre_px(endo)
    direction = away / np.linalg.norm(away)
    centre = centre_px(endo_t1)
    middle = (_border(endo_t1, centre, direction) + _border(epi_t1, centre, direction)) / 2
    return _shifted(remote, centre + middle * direction - place)


def _border(inside: Share, centre: Point, direction: Point) -> float:
    """Return how many pixels from the centre a mask ends along a direction."""
    from scipy.ndimage import map_coordinates  # noqa: PLC0415 - heavy

    away = np.arange(0.0, max(inside.shape) / 2, STEP_PX)
    points = centre[:, None] + direction[:, None] * away
    along = map_coordinates(inside.astype(np.float64), points, order=1, mode="constant")
    return float(along.sum()) * STEP_PX


def _shifted(share: Share, by_px: Point) -> Share:
    """Return a mask moved by (rows, columns), linearly interpolated."""
    from scipy.ndimage import shift  # noqa: PLC0415 - heavy

    return np.clip(shift(share, by_px, order=1, mode="constant"), 0, 1).astype(np.float32)
