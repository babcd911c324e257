"""The shapes of an annotation: which there are, and edits of one of them.

An edit returns a new annotation. ``flaws`` says what is wrong with the contours; an editor takes an
edit that adds none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry import contour as edits
from vne_core.geometry.contour import Contour
from vne_core.geometry.crossing import inside, polygons_cross
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.geometry.roi import Roi
from vne_core.keeping import kept_while_read
from vne_core.study.annotation import Origin, SliceAnnotation

Shape = Contour | Roi | Vector


class Part(StrEnum):
    """What a shape is, by the field of the annotation that holds it."""

    EPI = "epi"
    ENDO = "endo"
    REMOTE = "remote"
    BLOOD_POOL = "blood_pool"
    SEPTAL = "septal"
    EXCLUSION = "exclusions"
    INCLUSION = "inclusions"
    RV_INSERTION = "rv_insertion"

    @property
    def is_many(self) -> bool:
        """True for the parts of which a slice can have any number."""
        return self in {Part.EXCLUSION, Part.INCLUSION}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shape is in an annotation: its part and, of several, its number from 0."""

    part: Part
    index: int = 0


CONTOURS = {
    Part.EPI: "the epicardial contour",
    Part.ENDO: "the endocardial contour",
    Part.EXCLUSION: "the exclusion",
    Part.INCLUSION: "the inclusion",
}
"""The parts that are contours, in the reader's words."""
_SAY_NOTHING_OF_ORIGIN = {Part.EXCLUSION, Part.INCLUSION, Part.RV_INSERTION}
"""A mark beside the contours and regions leaves a proposal a proposal and a copy a copy."""
_TOUCHED = {Origin.PROPOSED, Origin.COPIED, Origin.IMPORTED, Origin.TRUTH}
KEPT_CHECKS = 64
"""Contours whose check is remembered: while one is dragged the others do not change."""
SMOOTH_STEPS = (1.0, 0.5, 0.25, 0.125)
"""Shares of a smoothing that are tried until the contours stay sound."""


def shape_of(annotation: SliceAnnotation, place: Place) -> Shape | None:
    """Return the shape at a place, None where nothing is drawn."""
    match place.part:
        case Part.EXCLUSION | Part.INCLUSION:
            regions = regions_of(annotation, place.part)
            return regions[place.index] if 0 <= place.index < len(regions) else None
        case Part.EPI | Part.ENDO:
            return annotation.epi if place.part is Part.EPI else annotation.endo
        case Part.RV_INSERTION:
            return annotation.rv_insertion
        case Part.REMOTE:
            return annotation.remote
        case Part.BLOOD_POOL:
            return annotation.blood_pool
        case Part.SEPTAL:
            return annotation.septal


def contour_of(annotation: SliceAnnotation, place: Place) -> Contour | None:
    """Return the contour at a place, None where there is none or another shape."""
    shape = shape_of(annotation, place)
    return shape if isinstance(shape, Contour) else None


def regions_of(annotation: SliceAnnotation, part: Part) -> tuple[Contour, ...]:
    """Return the exclusions or inclusions, nothing for another part."""
    match part:
        case Part.EXCLUSION:
            return annotation.exclusions
        case Part.INCLUSION:
            return annotation.inclusions
        case _:
            return ()


def places_of(annotation: SliceAnnotation, part: Part) -> tuple[Place, ...]:
    """Return where the shapes of a part are, those drawn last first, as they lie uppermost."""
    if part.is_many:
        count = len(regions_of(annotation, part))
        return tuple(Place(part, index) for index in reversed(range(count)))
    return (Place(part),) if shape_of(annotation, Place(part)) is not None else ()


def new_place(annotation: SliceAnnotation, part: Part) -> Place:
    """Return where the next shape of a part goes."""
    return Place(part, len(regions_of(annotation, part)))


def with_shape(annotation: SliceAnnotation, place: Place, shape: Shape | None) -> SliceAnnotation:
    """Return the annotation with the shape at a place replaced, added or, with None, removed.

    A contour or region that was proposed, copied, imported or true is edited from then on.
    """
    value = _with_region(annotation, place, shape) if place.part.is_many else shape
    origin = annotation.origin
    if origin in _TOUCHED and place.part not in _SAY_NOTHING_OF_ORIGIN:
        origin = Origin.EDITED
    if annotation.is_empty:
        origin = Origin.DRAWN
    return replace(annotation, origin=origin, **{place.part.value: value})


def nudged(annotation: SliceAnnotation, place: Place, by_mm: ArrayLike) -> SliceAnnotation:
    """Return the annotation with one shape moved by millimetres, shape (3,)."""
    shape = shape_of(annotation, place)
    return annotation if shape is None else with_shape(annotation, place, moved(shape, by_mm))


def moved(shape: Shape, by_mm: ArrayLike) -> Shape:
    """Return a shape moved by the LPS vector ``by_mm``."""
    match shape:
        case Contour():
            return edits.translate(shape, by_mm)
        case Roi(centre_mm):
            return replace(shape, centre_mm=_sum(centre_mm, by_mm))
        case _:
            return _sum(shape, by_mm)


def smoothed(annotation: SliceAnnotation, place: Place, plane: SlicePlane) -> SliceAnnotation:
    """Return the annotation with one contour's waves calmed and its area kept.

    As much of it as keeps the contours sound on ``plane``; the same annotation where nothing does,
    and where the place holds no contour.
    """
    contour = contour_of(annotation, place)
    if contour is None:
        return annotation
    known = flaws(annotation, plane)
    way = edits.smooth(contour).points_mm - contour.points_mm
    for share in SMOOTH_STEPS:
        calmer = with_shape(annotation, place, Contour(contour.points_mm + share * way))
        if flaws(calmer, plane) <= known:
            return calmer
    return annotation


def flaws(annotation: SliceAnnotation, plane: SlicePlane) -> frozenset[str]:
    """Return in the reader's words what is wrong with the contours; empty when nothing is.

    Exclusions and inclusions may cross the borders: only their myocardial part counts.
    """
    found = {
        f"{CONTOURS[part]} would cross itself"
        for part, contour in _contours(annotation)
        if not _is_simple(contour, plane)
    }
    epi, endo = annotation.epi, annotation.endo
    if epi is not None and endo is not None and not _contains(epi, endo, plane):
        found.add(f"{CONTOURS[Part.ENDO]} would leave the epicardial one")
    return frozenset(found)


def misses_myocardium(annotation: SliceAnnotation, place: Place, plane: SlicePlane) -> bool:
    """Return whether a contour lies wholly outside the myocardium, so that it changes nothing.

    False while one of the borders is missing.
    """
    contour, epi, endo = contour_of(annotation, place), annotation.epi, annotation.endo
    if contour is None or epi is None or endo is None:
        return False
    border, outline = edits.outline_px(epi, plane), edits.outline_px(contour, plane)
    touches = polygons_cross(border, outline) or inside(border, outline[:1])[0]
    surrounds = inside(outline, border[:1])[0]
    return edits.contains(endo, contour, plane) or not (touches or surrounds)


def _contours(annotation: SliceAnnotation) -> Iterator[tuple[Part, Contour]]:
    for part in CONTOURS:
        for place in places_of(annotation, part):
            contour = contour_of(annotation, place)
            if contour is not None:
                yield part, contour


@kept_while_read(KEPT_CHECKS)
def _is_simple(contour: Contour, plane: SlicePlane) -> bool:
    return edits.is_simple(contour, plane)


@kept_while_read(KEPT_CHECKS)
def _contains(outer: Contour, inner: Contour, plane: SlicePlane) -> bool:
    return edits.contains(outer, inner, plane)


def _with_region(
    annotation: SliceAnnotation, place: Place, shape: Shape | None
) -> tuple[Contour, ...]:
    regions = list(regions_of(annotation, place.part))
    regions[place.index : place.index + 1] = [shape] if isinstance(shape, Contour) else []
    return tuple(regions)


def _sum(point_mm: Vector, by_mm: ArrayLike) -> Vector:
    x, y, z = (np.asarray(point_mm) + np.asarray(by_mm, dtype=float)).tolist()
    return x, y, z
