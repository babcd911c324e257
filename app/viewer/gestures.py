"""What the hand takes hold of on an annotation, and what a drag does to it: pure functions.

Points are screen points, device-independent pixels, of one pane's ``ViewMap``.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from app.viewer.field_of_view import ViewMap, as_vector
from app.viewer.tools import Tool
from vne_core.geometry import contour as edits
from vne_core.geometry.contour import Contour, centroid_mm
from vne_core.geometry.crossing import inside
from vne_core.geometry.hit import nearest_handle, nearest_on_outline
from vne_core.geometry.plane import FloatArray, Vector
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import SliceAnnotation
from vne_core.study.shapes import (
    Part,
    Place,
    Shape,
    contour_of,
    moved,
    places_of,
    shape_of,
    with_shape,
)

Point = tuple[float, float]

HANDLE_RADIUS_PX = 9.0
"""How near a press must be to take a handle; 9 px is half of a comfortable mouse target."""
CURVE_RADIUS_PX = 7.0
RIM_RADIUS_PX = 6.0
POINT_RADIUS_PX = 12.0
"""A single point is grasped from farther: there is nothing else to take there."""
DEFAULT_RADIUS_MM = {Part.REMOTE: 4.0, Part.BLOOD_POOL: 8.0, Part.SEPTAL: 4.0}
"""A wall of 10 mm holds a remote or septal region; a blood pool region avoids papillary muscle."""
SMALLEST_RADIUS_MM = 1.0
LARGEST_RADIUS_MM = 60.0
SMALLEST_ARM_MM = 3.0
"""Scaling starts at least this far from the centroid, so that a small move is a small change."""


@dataclass(frozen=True, slots=True)
class HandleGrip:
    """One handle of a contour follows the pointer."""

    index: int


@dataclass(frozen=True, slots=True)
class PushGrip:
    """The outline near the press gives way, within a brush of ``radius_mm``."""

    radius_mm: float


@dataclass(frozen=True, slots=True)
class MoveGrip:
    """The whole shape moves."""


@dataclass(frozen=True, slots=True)
class ScaleGrip:
    """The whole contour grows or shrinks about its centroid."""


@dataclass(frozen=True, slots=True)
class RimGrip:
    """The circle's rim follows the pointer."""


@dataclass(frozen=True, slots=True)
class PlaceGrip:
    """The circle or point is put under the pointer."""


Grip = HandleGrip | PushGrip | MoveGrip | ScaleGrip | RimGrip | PlaceGrip


@dataclass(frozen=True, slots=True)
class Aim:
    """What a press would take hold of: a shape and how."""

    place: Place
    grip: Grip


@dataclass(frozen=True, slots=True)
class Hand:
    """What decides how a press takes hold: the tool, its brush, the keys, the shape chosen last."""

    tool: Tool
    brush_mm: float
    shift: bool = False
    ctrl: bool = False
    chosen: Place | None = None


def aim_at(annotation: SliceAnnotation, hand: Hand, view: ViewMap, point: Point) -> Aim | None:
    """Return what a press at a screen point takes hold of, or None."""
    part = hand.tool.part
    if part is None:
        return None
    if hand.tool.is_contour:
        return _contour_aim(annotation, part, hand, view, point)
    place = Place(part)
    shape = shape_of(annotation, place)
    match shape:
        case None:
            return Aim(place, PlaceGrip())
        case Roi():
            return Aim(place, _circle_grip(shape, view, point, shift=hand.shift))
        case Contour():
            return None
        case _:
            return Aim(place, _point_grip(shape, view, point, shift=hand.shift))


def dragged(
    annotation: SliceAnnotation, aim: Aim, view: ViewMap, way: tuple[Point, Point]
) -> SliceAnnotation:
    """Return the annotation after a grip was dragged from one screen point to another.

    Raises ContourError where the drag leaves no shape.
    """
    start_mm, now_mm = view.mm_from_screen(way)
    shape = shape_of(annotation, aim.place)
    return with_shape(annotation, aim.place, _dragged(shape, aim, start_mm, now_mm))


def handle_near(contour: Contour, view: ViewMap, point: Point) -> int | None:
    """Return the handle under a screen point, or None."""
    handles = view.screen_from_mm(contour.points_mm)
    return nearest_handle(handles, point, HANDLE_RADIUS_PX)


def _contour_aim(
    annotation: SliceAnnotation, part: Part, hand: Hand, view: ViewMap, point: Point
) -> Aim | None:
    """Return the handle under the pointer, else the curve, else the region around it.

    With Shift or Ctrl the contour under the pointer, else the one chosen, is taken whole.
    """
    places = places_of(annotation, part)
    touches = [_touch(annotation, place, hand, view, point) for place in places]
    touched = min(filter(None, touches), key=_precedence, default=None)
    if not (hand.shift or hand.ctrl):
        return touched
    whole = touched.place if touched else _chosen(places, hand.chosen)
    if whole is None:
        return None
    return Aim(whole, MoveGrip() if hand.shift else ScaleGrip())


def _touch(
    annotation: SliceAnnotation, place: Place, hand: Hand, view: ViewMap, point: Point
) -> Aim | None:
    """Return what of one contour is under the pointer; a region is moved from its inside."""
    contour = contour_of(annotation, place)
    if contour is None:
        return None
    index = handle_near(contour, view, point)
    if index is not None:
        return Aim(place, HandleGrip(index))
    outline = view.screen_from_pixel(edits.outline_px(contour, view.plane))
    if nearest_on_outline(outline, point, CURVE_RADIUS_PX) is not None:
        return Aim(place, PushGrip(hand.brush_mm))
    if place.part.is_many and inside(outline, as_array([point]))[0]:
        return Aim(place, MoveGrip())
    return None


def _precedence(aim: Aim) -> int:
    return (HandleGrip, PushGrip, MoveGrip).index(type(aim.grip))


def _chosen(places: tuple[Place, ...], chosen: Place | None) -> Place | None:
    """Return the contour chosen before, else the only one or the last drawn."""
    return chosen if chosen in places else next(iter(places), None)


def as_array(points: ArrayLike) -> FloatArray:
    """Return coordinates as an array of floats."""
    return np.asarray(points, dtype=float)


def _circle_grip(roi: Roi, view: ViewMap, point: Point, *, shift: bool) -> Grip:
    centre = view.screen_from_mm([roi.centre_mm])[0]
    radius = roi.radius_mm / view.mm_per_px
    distance = float(np.hypot(*(as_array(point) - centre)))
    if shift:
        return MoveGrip()
    if abs(distance - radius) <= min(RIM_RADIUS_PX, radius / 2):
        return RimGrip()
    return MoveGrip() if distance < radius else PlaceGrip()


def _point_grip(at_mm: Vector, view: ViewMap, point: Point, *, shift: bool) -> Grip:
    distance = float(np.hypot(*(as_array(point) - view.screen_from_mm([at_mm])[0])))
    return MoveGrip() if shift or distance <= POINT_RADIUS_PX else PlaceGrip()


def _dragged(shape: Shape | None, aim: Aim, start_mm: FloatArray, now_mm: FloatArray) -> Shape:
    match shape, aim.grip:
        case None, _:
            return _placed(aim.place.part, now_mm)
        case _, MoveGrip():
            return moved(shape, now_mm - start_mm)
        case Contour(), grip:
            return _dragged_contour(shape, grip, start_mm, now_mm)
        case Roi(), RimGrip():
            return _resized(shape, start_mm, now_mm)
        case Roi(), _:
            return replace(shape, centre_mm=as_vector(now_mm))
        case _:
            return as_vector(now_mm)


def _placed(part: Part, at_mm: FloatArray) -> Shape:
    """Return a new circle of its usual size, or a point."""
    radius_mm = DEFAULT_RADIUS_MM.get(part)
    return as_vector(at_mm) if radius_mm is None else Roi(as_vector(at_mm), radius_mm)


def _dragged_contour(
    contour: Contour, grip: Grip, start_mm: FloatArray, now_mm: FloatArray
) -> Contour:
    match grip:
        case HandleGrip(index):
            return edits.move_handle(contour, index, contour.points_mm[index] + now_mm - start_mm)
        case PushGrip(radius_mm):
            return edits.push(contour, start_mm, now_mm - start_mm, radius_mm)
        case _:
            centre = centroid_mm(contour)
            arm = max(SMALLEST_ARM_MM, float(np.linalg.norm(start_mm - centre)))
            reach = max(SMALLEST_ARM_MM, float(np.linalg.norm(now_mm - centre)))
            return edits.scale(contour, reach / arm)


def _resized(roi: Roi, start_mm: FloatArray, now_mm: FloatArray) -> Roi:
    """Return the circle with its rim moved by the drag alone."""
    centre = as_array(roi.centre_mm)
    grown = np.linalg.norm(now_mm - centre) - np.linalg.norm(start_mm - centre)
    radius_mm = float(np.clip(roi.radius_mm + grown, SMALLEST_RADIUS_MM, LARGEST_RADIUS_MM))
    return replace(roi, radius_mm=radius_mm)
