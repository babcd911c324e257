"""Where the left ventricle is: the reader's epicardial contour, else the localiser's graph."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice, cine_at_phases
from vne_core.geometry.contour import Contour, centroid_mm
from vne_core.geometry.plane import Vector
from vne_core.learn.session import Graph
from vne_core.vne.normalise import normalised_t1
from vne_core.vne.window import coarse_grid, way_between

LEAST_HEAT = 0.3
"""Probability of the brightest place below which the ventricle was not found with certainty."""
STRONG_PERCENTILE = 99.0
CEILING = 1.5

Image = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Centre:
    """The ventricle's centre in LPS; ``is_sure`` is False where the localiser was in doubt."""

    at_mm: Vector
    is_sure: bool = True


def find_centre(aligned: AlignedSlice, localiser: Graph, epi: Contour | None = None) -> Centre:
    """Return where the ventricle is: the contour's centre, else the place the localiser names."""
    if epi is not None:
        return Centre(_vector(centroid_mm(epi)))
    heat = localiser.run({"images": localiser_images(aligned)[None]})["heat"][0, 0]
    grid = coarse_grid(aligned.plane)
    row, column = _peak(heat)
    at = grid.pixel_to_patient([[column, row]])[0]
    return Centre(_vector(at), bool(heat.max() >= LEAST_HEAT))


def localiser_images(aligned: AlignedSlice) -> Image:
    """Return (3, h, w) on a 4 mm grid: T1, the temporal SD of the cine, and whether there is one.

    T1 is on the network's fixed window; the SD, which is where blood and wall take turns, is a
    share of its own 99th percentile.
    """
    way = way_between(aligned.plane, coarse_grid(aligned.plane))
    shape = way.inside.shape
    made = np.zeros((3, *shape), dtype=np.float32)
    if aligned.t1_ms is not None:
        valid = aligned.valid.get(Role.T1)
        known = np.isfinite(aligned.t1_ms) & (aligned.t1_ms > 0)
        brought, there = way.bring(aligned.t1_ms[None], known if valid is None else known & valid)
        made[0] = normalised_t1(brought[0], there)[0]
    times = aligned.trigger_times_ms
    if aligned.cine is not None and times and len(times) == len(aligned.cine):
        brought, _ = way.bring(aligned.cine, aligned.valid.get(Role.CINE))
        motion = cine_at_phases(brought, times, aligned.rr_interval_ms).std(axis=0)
        made[1:] = motion_channels(motion)
    return made


def motion_channels(motion: Image) -> Image:
    """Return (2, h, w): the temporal SD as a share of its 99th percentile, and that it is there."""
    strong = float(np.percentile(motion, STRONG_PERCENTILE))
    if strong <= 0:
        return np.zeros((2, *motion.shape), dtype=np.float32)
    scaled = np.clip(motion / strong, 0.0, CEILING)
    return np.stack([scaled, np.ones_like(motion)]).astype(np.float32)


def _peak(heat: Image) -> tuple[float, float]:
    """Return row and column of the brightest place, weighted over its neighbours."""
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    top, left = max(0, int(row) - 1), max(0, int(column) - 1)
    near = heat[top : int(row) + 2, left : int(column) + 2].astype(float)
    near = near - min(0.0, float(near.min()))
    total = float(near.sum())
    if total <= 0:
        return float(row), float(column)
    rows, columns = np.indices(near.shape)
    return top + float((rows * near).sum()) / total, left + float((columns * near).sum()) / total


def _vector(point_mm: NDArray[np.float64]) -> Vector:
    x_mm, y_mm, z_mm = (float(value) for value in point_mm)
    return (x_mm, y_mm, z_mm)
