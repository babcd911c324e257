"""What a grip on an annotation does: pure functions from annotation and points to annotation.

Points are screen points, device-independent pixels, of one pane's ``ViewMap``.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from app.viewer.field_of_view import ViewMap, as_vector
from app.viewer.tools import Tool
from vne_core.geometry import contour as edits
from vne_core.geometry.contour import Contour
from vne_core.geometry.hit import nearest_handle, nearest_on_outline
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import Origin, SliceAnnotation

Point = tuple[float, float]

HANDLE_RADIUS_PX = 9.0
"""How near a press must be to take a handle; 9 px is half of a comfortable mouse target."""
CURVE_RADIUS_PX = 7.0
RIM_RADIUS_PX = 6.0
PUSH_RADIUS_MM = 12.0
"""The reach of a local push along the outline, about a sixth of a ventricle's."""
DEFAULT_RADIUS_MM = {Tool.REMOTE: 4.0, Tool.BLOOD: 8.0}
"""A remote region fits a 10 mm wall; a blood pool region leaves out papillary muscles."""
SMALLEST_RADIUS_MM = 1.0
LARGEST_RADIUS_MM = 60.0
SMALLEST_ARM_MM = 3.0
"""Scaling starts at least this far from the centroid, so that a small move is a small change."""

_FIELD = {Tool.EPI: "epi", Tool.ENDO: "endo", Tool.REMOTE: "remote", Tool.BLOOD: "blood_pool"}
_TOUCHED = {Origin.PROPOSED, Origin.COPIED, Origin.IMPORTED, Origin.TRUTH}


@dataclass(frozen=True, slots=True)
class HandleGrip:
    """One handle of the tool's contour follows the pointer."""

    index: int


@dataclass(frozen=True, slots=True)
class PushGrip:
    """The outline near the press gives way."""


@dataclass(frozen=True, slots=True)
class MoveGrip:
    """The whole contour or circle moves."""


@dataclass(frozen=True, slots=True)
class ScaleGrip:
    """The whole contour grows or shrinks about its centroid."""


@dataclass(frozen=True, slots=True)
class RimGrip:
    """The circle's rim follows the pointer."""


@dataclass(frozen=True, slots=True)
class PlaceGrip:
    """The circle is put under the pointer."""


Grip = HandleGrip | PushGrip | MoveGrip | ScaleGrip | RimGrip | PlaceGrip


def contour_of(annotation: SliceAnnotation, tool: Tool) -> Contour | None:
    """Return the contour a tool edits."""
    return getattr(annotation, _FIELD[tool]) if tool.is_contour else None


def roi_of(annotation: SliceAnnotation, tool: Tool) -> Roi | None:
    """Return the circle a tool edits."""
    return getattr(annotation, _FIELD[tool]) if tool.is_circle else None


def with_shape(
    annotation: SliceAnnotation, tool: Tool, shape: Contour | Roi | None
) -> SliceAnnotation:
    """Return the annotation with the tool's contour or circle replaced; None removes it."""
    origin = Origin.EDITED if annotation.origin in _TOUCHED else annotation.origin
    if annotation.is_empty:
        origin = Origin.DRAWN
    return replace(annotation, origin=origin, **{_FIELD[tool]: shape})


def nudged(annotation: SliceAnnotation, tool: Tool, by_mm: ArrayLike) -> SliceAnnotation:
    """Return the annotation with the tool's shape moved by millimetres, shape (3,)."""
    contour, roi = contour_of(annotation, tool), roi_of(annotation, tool)
    if contour is not None:
        return with_shape(annotation, tool, edits.translate(contour, as_array(by_mm)))
    if roi is not None:
        centre = as_vector(np.asarray(roi.centre_mm) + as_array(by_mm))
        return with_shape(annotation, tool, replace(roi, centre_mm=centre))
    return annotation


def grip_at(
    annotation: SliceAnnotation,
    tool: Tool,
    view: ViewMap,
    point: Point,
    *,
    shift: bool = False,
    ctrl: bool = False,
) -> Grip | None:
    """Return what a press at a screen point takes hold of, or None."""
    contour = contour_of(annotation, tool)
    if contour is not None:
        return _contour_grip(contour, view, point, shift=shift, ctrl=ctrl)
    if not tool.is_circle:
        return None
    roi = roi_of(annotation, tool)
    return PlaceGrip() if roi is None else _circle_grip(roi, view, point, shift=shift)


def dragged(
    annotation: SliceAnnotation, tool: Tool, grip: Grip, view: ViewMap, way: tuple[Point, Point]
) -> SliceAnnotation:
    """Return the annotation after a grip was dragged from one screen point to another."""
    start_mm, now_mm = view.mm_from_screen(way)
    contour = contour_of(annotation, tool)
    if contour is not None:
        shape = _dragged_contour(contour, grip, start_mm, now_mm)
    else:
        shape = _dragged_circle(roi_of(annotation, tool), tool, grip, start_mm, now_mm)
    return with_shape(annotation, tool, shape)


def handle_removed(annotation: SliceAnnotation, tool: Tool, index: int) -> SliceAnnotation:
    """Return the annotation without one handle; ContourError when only three are left."""
    contour = contour_of(annotation, tool)
    if contour is None:
        return annotation
    return with_shape(annotation, tool, edits.remove_handle(contour, index))


def handle_inserted(
    annotation: SliceAnnotation, tool: Tool, view: ViewMap, point: Point
) -> SliceAnnotation:
    """Return the annotation with a handle more, on the outline next to a screen point."""
    contour = contour_of(annotation, tool)
    if contour is None:
        return annotation
    at_mm = view.mm_from_screen([point])[0]
    return with_shape(annotation, tool, edits.insert_handle(contour, at_mm))


@lru_cache(maxsize=16)
def _is_simple(contour: Contour, plane: SlicePlane) -> bool:
    """Remember the contour that is not being dragged."""
    return edits.is_simple(contour, plane)


def flaws(annotation: SliceAnnotation, plane: SlicePlane) -> frozenset[str]:
    """Return in the reader's words what is wrong with the contours; empty when nothing is."""
    found = set[str]()
    epi, endo = annotation.epi, annotation.endo
    if epi is not None and not _is_simple(epi, plane):
        found.add("the epicardial contour would cross itself")
    if endo is not None and not _is_simple(endo, plane):
        found.add("the endocardial contour would cross itself")
    if epi is not None and endo is not None and not edits.contains(epi, endo, plane):
        found.add("the endocardial contour would leave the epicardial one")
    return frozenset(found)


def as_array(point: ArrayLike) -> FloatArray:
    """Return coordinates as an array of floats."""
    return np.asarray(point, dtype=float)


def _contour_grip(
    contour: Contour, view: ViewMap, point: Point, *, shift: bool, ctrl: bool
) -> Grip | None:
    if shift:
        return MoveGrip()
    if ctrl:
        return ScaleGrip()
    index = handle_near(contour, view, point)
    if index is not None:
        return HandleGrip(index)
    return PushGrip() if is_on_curve(contour, view, point) else None


def handle_near(contour: Contour, view: ViewMap, point: Point) -> int | None:
    """Return the handle under a screen point, or None."""
    handles = view.screen_from_mm(contour.points_mm)
    return nearest_handle(handles, as_array(point), HANDLE_RADIUS_PX)


def is_on_curve(contour: Contour, view: ViewMap, point: Point) -> bool:
    """Return whether a screen point touches the outline."""
    outline = view.screen_from_pixel(edits.outline_px(contour, view.plane))
    return nearest_on_outline(outline, as_array(point), CURVE_RADIUS_PX) is not None


def _circle_grip(roi: Roi, view: ViewMap, point: Point, *, shift: bool) -> Grip:
    centre = view.screen_from_mm([roi.centre_mm])[0]
    radius = roi.radius_mm / view.mm_per_px
    distance = float(np.hypot(*(as_array(point) - centre)))
    if shift:
        return MoveGrip()
    if abs(distance - radius) <= min(RIM_RADIUS_PX, radius / 2):
        return RimGrip()
    return MoveGrip() if distance < radius else PlaceGrip()


def _dragged_contour(
    contour: Contour, grip: Grip, start_mm: FloatArray, now_mm: FloatArray
) -> Contour:
    match grip:
        case HandleGrip(index):
            return edits.move_handle(contour, index, contour.points_mm[index] + now_mm - start_mm)
        case PushGrip():
            return edits.push(contour, start_mm, now_mm - start_mm, PUSH_RADIUS_MM)
        case MoveGrip():
            return edits.translate(contour, now_mm - start_mm)
        case _:
            centroid = contour.points_mm.mean(axis=0)
            arm = max(SMALLEST_ARM_MM, float(np.linalg.norm(start_mm - centroid)))
            reach = max(SMALLEST_ARM_MM, float(np.linalg.norm(now_mm - centroid)))
            return edits.scale(contour, reach / arm)


def _dragged_circle(
    roi: Roi | None, tool: Tool, grip: Grip, start_mm: FloatArray, now_mm: FloatArray
) -> Roi:
    if roi is None:
        return Roi(as_vector(now_mm), DEFAULT_RADIUS_MM[tool])
    match grip:
        case RimGrip():
            centre = as_array(roi.centre_mm)
            grown = np.linalg.norm(now_mm - centre) - np.linalg.norm(start_mm - centre)
            radius_mm = float(np.clip(roi.radius_mm + grown, SMALLEST_RADIUS_MM, LARGEST_RADIUS_MM))
            return replace(roi, radius_mm=radius_mm)
        case PlaceGrip():
            return replace(roi, centre_mm=as_vector(now_mm))
        case _:
            moved = as_array(roi.centre_mm) + now_mm - start_mm
            return replace(roi, centre_mm=as_vector(moved))
