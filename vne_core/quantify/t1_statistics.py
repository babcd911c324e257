"""T1 of the myocardium in milliseconds: of the whole ring, and of a septal region.

Pixels near a border hold blood or fat beside myocardium, so that a share of the wall is left out
on both sides (10 to 20 % in clinical software; Messroghli et al. 2017, J Cardiovasc Magn Reson
19:75, ask for regions kept away from the borders).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.contour import Contour, outline_mm
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.geometry.raster import roi_coverage
from vne_core.geometry.roi import Roi
from vne_core.quantify.burden import Image, NotMeasured, myocardium_coverage
from vne_core.study.annotation import SliceAnnotation

INSET = 0.15
"""Share of the wall left out at each border: the middle of the usual 10 to 20 %."""
LEAST_PIXELS = 20
"""Fewer pixels than this make a mean that one pixel moves: told as a warning."""
HALF = 0.5
"""Share of a pixel that a region must cover for the pixel to be in it."""
_OUTLINE_STEP_MM = 0.5
"""The distance to a border is that to its nearest point: 0.02 mm too far where the inset is 1.5 mm."""


@dataclass(frozen=True, slots=True)
class T1Statistics:
    """T1 in milliseconds over ``pixels`` pixels; the SD is that of the sample."""

    mean_ms: float
    median_ms: float
    sd_ms: float
    pixels: int

    @property
    def is_small(self) -> bool:
        """True when there are too few pixels to rely on."""
        return self.pixels < LEAST_PIXELS


def myocardial_t1(
    t1_ms: Image,
    plane: SlicePlane,
    annotation: SliceAnnotation,
    valid: NDArray[np.bool_] | None = None,
    inset: float = INSET,
) -> T1Statistics | NotMeasured:
    """Return T1 of the whole myocardium, ``inset`` of the wall left out at both borders.

    ``t1_ms`` is (rows, columns) of ``plane``. Excluded areas are left out.
    """
    if annotation.epi is None or annotation.endo is None:
        return NotMeasured(f"has no {'epi' if annotation.epi is None else 'endo'}cardial contour")
    held = _inner_wall(plane, annotation, annotation.epi, annotation.endo, inset)
    return _statistics(t1_ms, held, valid)


def septal_t1(
    t1_ms: Image,
    plane: SlicePlane,
    annotation: SliceAnnotation,
    valid: NDArray[np.bool_] | None = None,
    inset: float = INSET,
) -> T1Statistics | NotMeasured:
    """Return T1 of the septal region, where it lies in the wall without its insets.

    Without both contours the whole region counts: the reader has placed it.
    """
    roi: Roi | None = annotation.septal
    if roi is None:
        return NotMeasured("has no septal region")
    held = roi_coverage(roi, plane) >= HALF
    if annotation.epi is not None and annotation.endo is not None:
        held &= _inner_wall(plane, annotation, annotation.epi, annotation.endo, inset)
    return _statistics(t1_ms, held, valid)


def _inner_wall(
    plane: SlicePlane, annotation: SliceAnnotation, epi: Contour, endo: Contour, inset: float
) -> NDArray[np.bool_]:
    """Return the pixels, (rows, columns), that lie in the wall without its insets.

    The depth in the wall is the distance to the endocardium over the sum of both distances.
    """
    held = myocardium_coverage(annotation, plane) >= HALF
    rows, cols = np.nonzero(held)
    if not len(rows):
        return held
    at_px = np.stack([cols, rows], axis=-1).astype(float)
    to_endo, to_epi = (_distance_mm(at_px, contour, plane) for contour in (endo, epi))
    depth = to_endo / np.maximum(to_endo + to_epi, np.finfo(float).tiny)
    held[rows, cols] = (depth >= inset) & (depth <= 1 - inset)
    return held


def _distance_mm(points_px: FloatArray, contour: Contour, plane: SlicePlane) -> FloatArray:
    """Return how far (x, y) points, shape (n, 2), lie from a curve as projected on the plane."""
    to_mm = np.array([plane.spacing_mm[1], plane.spacing_mm[0]])
    curve = plane.patient_to_pixel(outline_mm(contour, _OUTLINE_STEP_MM)) * to_mm
    points = points_px * to_mm
    squares = np.square(points).sum(axis=1)[:, None] + np.square(curve).sum(axis=1)
    return np.sqrt(np.maximum(squares - 2 * points @ curve.T, 0).min(axis=1))


def _statistics(
    t1_ms: Image, held: NDArray[np.bool_], valid: NDArray[np.bool_] | None
) -> T1Statistics | NotMeasured:
    known = np.isfinite(t1_ms) & (t1_ms > 0)
    if valid is not None:
        known &= valid
    values = t1_ms[held & known].astype(float)
    if not len(values):
        return NotMeasured("no pixel of the T1 map lies in it")
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    return T1Statistics(float(values.mean()), float(np.median(values)), spread, len(values))
