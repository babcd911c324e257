"""T1 of the myocardium in milliseconds: of the whole ring, and of a septal region.

Pixels near a border hold blood or fat beside myocardium, so that a share of the wall is left out
on both sides (10 to 20 % in clinical software; Messroghli et al. 2017, J Cardiovasc Magn Reson
19:75, ask for regions kept away from the borders).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.contour import Contour, outline_px
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.geometry.raster import coverage, roi_coverage
from vne_core.geometry.roi import Roi
from vne_core.quantify.burden import Image, NotMeasured, myocardium_coverage
from vne_core.study.annotation import SliceAnnotation

INSET = 0.15
"""Share of the wall left out at each border: the middle of the usual 10 to 20 %."""
LEAST_PIXELS = 20
"""Fewer pixels than this make a mean that one pixel moves: told as a warning."""
HALF = 0.5
"""Share of a pixel that a region must cover for the pixel to be in it."""


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

    Each border is moved toward the other by ``inset`` of the wall's thickness at that place.
    """
    inner, outer = outline_px(endo, plane), outline_px(epi, plane)
    moved = [
        coverage(_toward(one, other, inset, plane), plane.shape_px)
        for one, other in ((outer, inner), (inner, outer))
    ]
    return (moved[0] - moved[1] >= HALF) & (myocardium_coverage(annotation, plane) >= HALF)


def _toward(outline: FloatArray, other: FloatArray, share: float, plane: SlicePlane) -> FloatArray:
    """Return an outline, (x, y) of shape (M, 2), moved by a share of the way to another's nearest."""
    to_mm = np.array([plane.spacing_mm[1], plane.spacing_mm[0]])
    apart_mm = (other[None] - outline[:, None]) * to_mm
    nearest = np.square(apart_mm).sum(axis=-1).argmin(axis=1)
    return outline + share * (other[nearest] - outline)


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
