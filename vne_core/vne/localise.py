"""Where the left ventricle is: the reader's epicardial contour, else the localiser's graph."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.contour import Contour, centroid_mm
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.learn.session import Graph
from vne_core.vne.normalise import (
    CINE_CEILING,
    CINE_PERCENTILES,
    WINDOW_MM,
    normalised_t1,
)
from vne_core.vne.window import COARSE_MM, coarse_grid, way_between

LEAST_HEAT = 0.6
"""Probability of the brightest place below which the ventricle was not found with certainty."""
BEAT_MM = 60.0
"""Side of the square whose motion is the ventricle's."""
LEAST_BEAT = 0.25
"""Motion around the place, as a share of the most elsewhere, below which no ventricle is there."""
CINE_SD_UNIT = 0.2
"""SD over time of the scaled cine that becomes 1, as in training."""

Image = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Centre:
    """The ventricle's centre in LPS, and as a clause why it may be elsewhere, "" where it is sure."""

    at_mm: Vector
    doubt: str = ""


def find_centre(aligned: AlignedSlice, localiser: Graph, epi: Contour | None = None) -> Centre:
    """Return where the ventricle is: the contour's centre, else the place the localiser names.

    The limits of doubt are measured in resources/adr/0020.
    """
    if epi is not None:
        return Centre(_vector(centroid_mm(epi)))
    images = localiser_images(aligned)
    heat = localiser.run({"images": images[None]})["heat"][0, 0]
    grid = coarse_grid(aligned.plane)
    row, column = _peak(heat)
    at = grid.pixel_to_patient([[column, row]])[0]
    return Centre(_vector(at), _doubt(heat, images[1], (round(row), round(column))))


def _doubt(heat: Image, motion: Image, at_px: tuple[int, int]) -> str:
    """Return why the ventricle may be elsewhere; ``motion`` is 0 throughout without a cine."""
    if heat.max() < LEAST_HEAT:
        return "the ventricle was not found with certainty"
    from scipy import ndimage  # noqa: PLC0415 - heavy, and only where images are made

    around = ndimage.uniform_filter(motion, round(BEAT_MM / COARSE_MM), mode="constant")
    if around[at_px] < LEAST_BEAT * around.max():
        return "the cine hardly moves where the ventricle was found"
    return ""


def localiser_images(aligned: AlignedSlice) -> Image:
    """Return (3, h, w) on a 4 mm grid: T1, the cine's SD over time, and whether there is a cine.

    Both are on the scales they have in training: T1 on the network's window, the SD as a share of
    the cine's own span.
    """
    grid = coarse_grid(aligned.plane)
    way = way_between(aligned.plane, grid)
    made = np.zeros((3, *way.inside.shape), dtype=np.float32)
    if aligned.t1_ms is not None:
        valid = aligned.valid.get(Role.T1)
        known = np.isfinite(aligned.t1_ms) & (aligned.t1_ms > 0)
        brought, there = way.bring(aligned.t1_ms[None], known if valid is None else known & valid)
        made[0] = normalised_t1(brought[0], there)[0]
    motion = None if aligned.cine is None else _motion(aligned.cine, aligned.plane)
    if motion is not None:
        brought, there = way.bring(motion[None], aligned.valid.get(Role.CINE))
        made[1], made[2] = brought[0], there
    return made


def _motion(cine: Image, plane: SlicePlane) -> Image | None:
    """Return the scaled SD over time, (R, C); None for a cine that never changes brightness.

    The span is that of the middle of the image: fat beneath the coils is not what training saw.
    """
    middle = cine[
        :, *(_middle(n, mm) for n, mm in zip(plane.shape_px, plane.spacing_mm, strict=True))
    ]
    held = middle[np.isfinite(middle)]
    if not len(held):
        return None
    low, high = (float(p) for p in np.percentile(held, CINE_PERCENTILES))
    if high <= low:
        return None
    moving = np.clip((cine - low) / (high - low), 0.0, CINE_CEILING).std(axis=0)
    return (moving / CINE_SD_UNIT).astype(np.float32)


def _middle(count: int, step_mm: float) -> slice:
    """Return every other pixel within half a window of an axis's middle."""
    half = min(count // 2, round(WINDOW_MM / 2 / step_mm))
    return slice(count // 2 - half, count // 2 + half, 2)


def _peak(heat: Image) -> tuple[float, float]:
    """Return row and column of the brightest place, weighted over its neighbours.

    The middle where every place is as bright: a scan is planned around the heart.
    """
    if heat.min() == heat.max():
        return (heat.shape[0] - 1) / 2, (heat.shape[1] - 1) / 2
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
