"""Lesion burden: the share of left-ventricular myocardium at or above each threshold.

Zhang et al. 2021: lesion is myocardium (inside the epicardial, outside the endocardial contour)
at or above a progressive threshold; a patient's burden is the lesion area over the myocardial
area, both summed over the short-axis slices. Areas weight each pixel by its coverage.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.geometry.contour import outline_px
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.geometry.raster import (
    Coverage,
    polygon_coverage,
    reaches_outside,
    roi_coverage,
    roi_reaches_outside,
)
from vne_core.geometry.roi import Roi
from vne_core.quantify.placement import Misplaced, misplaced_regions
from vne_core.quantify.thresholds import ReferenceOrderError, levels
from vne_core.study.annotation import SliceAnnotation
from vne_core.study.exclusion import Scope, SliceExclusion

LEAST_REGION_PX = 4.0
"""Pixels a reference region must cover for its mean and SD to mean something."""
STRAY_PX = 1.0
"""Pixels of endocardium outside the epicardium taken for rounding, not for a crossing."""
SHOWN_COVERAGE = 0.5
"""Share of a pixel that must be myocardium for its band to be shown."""

Image = NDArray[Any]


class QuantifyError(VneError):
    """An image that does not lie on the plane it is measured on."""

    code = "quantify"


@dataclass(frozen=True, slots=True)
class LevelBurden:
    """Lesion at one level: ``fraction`` of the way from remote myocardium to blood pool.

    ``threshold`` is in the image's intensities, None for a patient (each slice has its own).
    """

    fraction: float
    threshold: float | None
    lesion_mm2: float
    burden_percent: float


@dataclass(frozen=True, slots=True)
class LesionBurden:
    """What one image of one slice measures; means and SDs are in the image's intensities."""

    myocardium_mm2: float
    remote_mean: float
    remote_sd: float
    blood_mean: float
    blood_sd: float
    levels: tuple[LevelBurden, ...]
    notes: tuple[Misplaced, ...] = ()
    """What a reader should look at again; the numbers stand."""


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Why there is no number: a plain clause to stand after the name of a slice or patient."""

    reason: str


@dataclass(frozen=True, slots=True)
class PatientBurden:
    """Lesion over myocardium, both summed over the slices that could be measured."""

    myocardium_mm2: float
    levels: tuple[LevelBurden, ...]
    measured_slices: int
    total_slices: int

    @property
    def is_complete(self) -> bool:
        """True when every slice is in it."""
        return self.measured_slices == self.total_slices

    @property
    def summary(self) -> str:
        """What the burden stands on, such as "burden from 2 of 3 slices"."""
        return f"burden from {self.measured_slices} of {self.total_slices} slices"


@dataclass(frozen=True, slots=True, eq=False)
class LesionShares:
    """How much of each pixel is myocardium and how much of that is lesion, n pixels.

    ``at_px`` is (n, 2) of (x, y) = (column, row), ``myocardium`` (n,) and ``lesion``
    (levels, n) shares of a pixel, 0 to 1, in the order of ``fractions``.
    """

    at_px: FloatArray
    myocardium: FloatArray
    lesion: FloatArray
    fractions: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The pixels of one slice as the thresholds see them."""

    myocardium: Coverage
    included: Coverage
    remote: tuple[float, float]
    blood: tuple[float, float]
    thresholds: tuple[float, ...]


def measure_slice(
    image: Image,
    plane: SlicePlane,
    annotation: SliceAnnotation,
    valid: NDArray[np.bool_] | None = None,
) -> LesionBurden | NotMeasured:
    """Return the lesion burden of one image, or the reason why it has none.

    Parameters
    ----------
    image
        Intensities of shape (rows, columns) of ``plane``.
    valid
        False where the image holds no measurement (outside a resampled field of view).

    Raises QuantifyError for an image of another shape than the plane.
    """
    reading = _read(image, plane, annotation, valid)
    if isinstance(reading, NotMeasured):
        return reading
    weight, value, included = _myocardial_pixels(image, reading)
    total = float(weight.sum())
    area = plane.pixel_area_mm2
    lesions = [_lesion_px(weight, value, included, limit) for limit in reading.thresholds]
    return LesionBurden(
        myocardium_mm2=total * area,
        remote_mean=reading.remote[0],
        remote_sd=reading.remote[1],
        blood_mean=reading.blood[0],
        blood_sd=reading.blood[1],
        levels=tuple(
            LevelBurden(fraction, limit, lesion * area, 100 * lesion / total)
            for fraction, limit, lesion in zip(
                annotation.rule.levels, reading.thresholds, lesions, strict=True
            )
        ),
        notes=_notes(annotation, plane),
    )


def lesion_shares(
    image: Image,
    plane: SlicePlane,
    annotation: SliceAnnotation,
    valid: NDArray[np.bool_] | None = None,
) -> LesionShares | NotMeasured:
    """Return the pixels that ``measure_slice`` sums, or the reason why there are none.

    Their sums times the area of a pixel are the areas of the slice's burden.
    """
    reading = _read(image, plane, annotation, valid)
    if isinstance(reading, NotMeasured):
        return reading
    weight, value, included = _myocardial_pixels(image, reading)
    rows, cols = np.nonzero(reading.myocardium)
    lesion = [np.where(value >= limit, weight, included) for limit in reading.thresholds]
    return LesionShares(
        at_px=np.stack([cols, rows], axis=-1).astype(float),
        myocardium=weight,
        lesion=np.stack(lesion),
        fractions=annotation.rule.levels,
    )


def band_overlay(
    image: Image,
    plane: SlicePlane,
    annotation: SliceAnnotation,
    valid: NDArray[np.bool_] | None = None,
) -> NDArray[np.uint8]:
    """Return for each pixel, shape (rows, columns), 1 + the index of the highest level reached.

    0 where there is no lesion, where less than half of the pixel is myocardium, and everywhere
    when the slice cannot be measured. Inclusions carry the highest level.
    """
    reading = _read(image, plane, annotation, valid)
    bands = np.zeros(plane.shape_px, np.uint8)
    if isinstance(reading, NotMeasured):
        return bands
    shown = reading.myocardium >= SHOWN_COVERAGE
    value = image[shown].astype(float)
    reached = np.zeros(len(value), np.uint8)
    for index in reversed(range(len(reading.thresholds))):
        reached[value >= reading.thresholds[index]] = index + 1
    reached[reading.included[shown] >= SHOWN_COVERAGE] = 1
    bands[shown] = reached
    return bands


def myocardium_coverage(annotation: SliceAnnotation, plane: SlicePlane) -> Coverage:
    """Return the share of each pixel, shape (rows, columns), that is measured myocardium.

    Inside the epicardial contour, outside the endocardial one and outside every exclusion; where
    an exclusion and another border share a pixel they are taken as independent. Raises
    QuantifyError without both contours.
    """
    if annotation.epi is None or annotation.endo is None:
        raise QuantifyError("no epicardial and endocardial contour", action="draw both")
    ring = polygon_coverage(annotation.epi, plane) - polygon_coverage(annotation.endo, plane)
    covered = np.maximum(ring, 0)
    for exclusion in annotation.exclusions:
        covered *= 1 - polygon_coverage(exclusion, plane)
    return covered


def why_left_out(exclusion: SliceExclusion | None) -> NotMeasured | None:
    """Return why a slice is left out of quantification; None when it is not."""
    if exclusion is None or not exclusion.covers(Scope.QUANTIFICATION):
        return None
    return NotMeasured(exclusion.summary)


def patient_burden(measured: Sequence[LesionBurden | NotMeasured]) -> PatientBurden | NotMeasured:
    """Return the burden over the slices that could be measured, or why there is none.

    Zhang et al. 2021: sum of lesion areas over sum of myocardial areas.
    """
    slices = [item for item in measured if isinstance(item, LesionBurden)]
    if not slices:
        return NotMeasured(_why_none(measured))
    fractions = {tuple(level.fraction for level in item.levels) for item in slices}
    if len(fractions) > 1:
        return NotMeasured("the slices are measured at different threshold levels")
    total = sum(item.myocardium_mm2 for item in slices)
    return PatientBurden(
        myocardium_mm2=total,
        levels=tuple(
            _summed([item.levels[index] for item in slices], total)
            for index in range(len(slices[0].levels))
        ),
        measured_slices=len(slices),
        total_slices=len(measured),
    )


def _summed(of_slices: Sequence[LevelBurden], myocardium_mm2: float) -> LevelBurden:
    lesion = sum(level.lesion_mm2 for level in of_slices)
    return LevelBurden(of_slices[0].fraction, None, lesion, 100 * lesion / myocardium_mm2)


def _why_none(measured: Sequence[LesionBurden | NotMeasured]) -> str:
    reasons = Counter(item.reason for item in measured if isinstance(item, NotMeasured))
    if not reasons:
        return "has no slice"
    told = "; ".join(
        f"{reason.removeprefix('has ')} ({count} slice{'s' if count > 1 else ''})"
        for reason, count in reasons.items()
    )
    return f"has no slice that could be measured: {told}"


def _read(
    image: Image, plane: SlicePlane, annotation: SliceAnnotation, valid: NDArray[np.bool_] | None
) -> _Reading | NotMeasured:
    """Return what the thresholds need, or the first reason why it cannot be had."""
    if image.shape != plane.shape_px:
        raise QuantifyError(
            f"an image of shape {image.shape}", f"the shape {plane.shape_px} of its plane"
        )
    known = np.isfinite(image) if valid is None else np.isfinite(image) & valid
    myocardium = _myocardium(annotation, plane, known)
    if isinstance(myocardium, NotMeasured):
        return myocardium
    remote = _region(image, known, annotation.remote, plane, "remote")
    if isinstance(remote, NotMeasured):
        return remote
    blood = _region(image, known, annotation.blood_pool, plane, "blood-pool")
    if isinstance(blood, NotMeasured):
        return blood
    try:
        thresholds = levels(remote[0], blood[0], annotation.rule)
    except ReferenceOrderError as error:
        return NotMeasured(error.found)
    included = _inclusions(annotation, plane, myocardium)
    return _Reading(myocardium, included, remote, blood, thresholds)


def _myocardium(
    annotation: SliceAnnotation, plane: SlicePlane, known: NDArray[np.bool_]
) -> Coverage | NotMeasured:
    for contour, name in ((annotation.epi, "epicardial"), (annotation.endo, "endocardial")):
        if contour is None:
            return NotMeasured(f"has no {name} contour")
        if reaches_outside(outline_px(contour, plane), plane.shape_px):
            return NotMeasured(f"the {name} contour leaves the image")
    if _endo_strays(annotation, plane):
        return NotMeasured("the endocardial contour leaves the epicardial one")
    covered = myocardium_coverage(annotation, plane)
    if not covered.any():
        return NotMeasured("no myocardium is left between the contours and exclusions")
    if np.any(covered[~known]):
        return NotMeasured("part of the myocardium lies outside the image's field of view")
    return covered


def _notes(annotation: SliceAnnotation, plane: SlicePlane) -> tuple[Misplaced, ...]:
    """Return what is odd about a slice that could be measured: its outlines are all there."""
    epi, endo = annotation.epi, annotation.endo
    remote, blood_pool = annotation.remote, annotation.blood_pool
    if epi is None or endo is None or remote is None or blood_pool is None:
        return ()
    return misplaced_regions(epi, endo, remote, blood_pool, plane)


def _endo_strays(annotation: SliceAnnotation, plane: SlicePlane) -> bool:
    if annotation.epi is None or annotation.endo is None:
        return False
    beyond = polygon_coverage(annotation.endo, plane) - polygon_coverage(annotation.epi, plane)
    return float(np.maximum(beyond, 0).sum()) > STRAY_PX


def _region(
    image: Image, known: NDArray[np.bool_], roi: Roi | None, plane: SlicePlane, name: str
) -> tuple[float, float] | NotMeasured:
    """Return the mean and SD of a reference region, its pixels weighted by their coverage."""
    if roi is None:
        return NotMeasured(f"has no {name} region")
    covered = roi_coverage(roi, plane)
    touched = covered > 0
    if roi_reaches_outside(roi, plane) or not known[touched].all():
        return NotMeasured(f"the {name} region lies outside the image")
    weight, value = covered[touched].astype(float), image[touched].astype(float)
    pixels = float(weight.sum())
    if pixels < LEAST_REGION_PX:
        return NotMeasured(
            f"the {name} region covers {pixels:.1f} pixels, fewer than {LEAST_REGION_PX:.0f}"
        )
    mean = float(weight @ value) / pixels
    variance = float(weight @ np.square(value - mean)) / (pixels - 1)
    return mean, float(np.sqrt(variance))


def _inclusions(annotation: SliceAnnotation, plane: SlicePlane, myocardium: Coverage) -> Coverage:
    """Return the share of each pixel that a reader marked as lesion, within the myocardium."""
    included = np.zeros_like(myocardium)
    for inclusion in annotation.inclusions:
        included = np.maximum(included, polygon_coverage(inclusion, plane))
    return np.minimum(included, myocardium)


def _myocardial_pixels(
    image: Image, reading: _Reading
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return coverage, intensity and included share of the pixels that hold myocardium."""
    held = reading.myocardium > 0
    return (
        reading.myocardium[held].astype(float),
        image[held].astype(float),
        reading.included[held].astype(float),
    )


def _lesion_px(weight: FloatArray, value: FloatArray, included: FloatArray, limit: float) -> float:
    """Return the lesion's size in pixels: bright myocardium, and what the reader included."""
    return float(np.where(value >= limit, weight, included).sum())
