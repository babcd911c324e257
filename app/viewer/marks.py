"""What a reader puts on an image beside contours: calipers, probes, arrows; values without Qt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.viewer.field_of_view import ViewMap, as_vector
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.geometry.raster import roi_coverage
from vne_core.geometry.roi import Roi

GRIP_PX = 8.0
"""How near the pointer must be to an end of a mark to take hold of it."""
SMALLEST_RADIUS_MM = 0.5
"""A probe narrower than this lies between pixels and means nothing."""
Point = tuple[float, float]


class MarkTool(StrEnum):
    """The marks a hand can put down."""

    CALIPER = "caliper"
    PROBE = "probe"
    ARROW = "arrow"


@dataclass(frozen=True, slots=True)
class Caliper:
    """A distance between two points in LPS, as for the thickness of a wall."""

    start_mm: Vector
    end_mm: Vector

    @property
    def length_mm(self) -> float:
        """The distance in patient millimetres."""
        return math.dist(self.start_mm, self.end_mm)


@dataclass(frozen=True, slots=True)
class Probe:
    """A circle whose mean and standard deviation are read in each image."""

    roi: Roi


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow that ends at what is meant, with a note at its tail."""

    tip_mm: Vector
    tail_mm: Vector
    note: str = ""


Mark = Caliper | Probe | Arrow


@dataclass(frozen=True, slots=True)
class Reading:
    """What a probe reads, weighted by coverage as the reference regions are; SD over n - 1."""

    mean: float
    sd: float
    area_mm2: float


def new_mark(tool: MarkTool, start: Point, end: Point, view: ViewMap) -> Mark:
    """Return the mark of a drag between two screen points; an arrow's tip is where it began."""
    first, second = (as_vector(at) for at in view.mm_from_screen([start, end]))
    match tool:
        case MarkTool.CALIPER:
            return Caliper(first, second)
        case MarkTool.PROBE:
            return Probe(Roi(first, max(math.dist(first, second), SMALLEST_RADIUS_MM)))
        case MarkTool.ARROW:
            return Arrow(first, second)


def ends_of(mark: Mark, view: ViewMap) -> tuple[Point, Point]:
    """Return the screen points by which a mark is held: ends, centre and rim, tip and tail."""
    match mark:
        case Caliper(start_mm, end_mm):
            points = view.screen_from_mm([start_mm, end_mm])
        case Probe(roi):
            centre = view.screen_from_mm([roi.centre_mm])[0]
            rim = centre[0] + roi.radius_mm / view.mm_per_px, centre[1]
            points = np.stack([centre, np.asarray(rim)])
        case Arrow(tip_mm, tail_mm, _):
            points = view.screen_from_mm([tip_mm, tail_mm])
    (ax, ay), (bx, by) = points.tolist()
    return (ax, ay), (bx, by)


def grip_at(marks: Sequence[Mark], view: ViewMap, at: Point) -> tuple[int, int] | None:
    """Return (mark, end) nearest to a screen point within reach; the rim of a probe all round."""
    best: tuple[float, int, int] | None = None
    for index, mark in enumerate(marks):
        first, second = ends_of(mark, view)
        apart = [math.dist(first, at), math.dist(second, at)]
        if isinstance(mark, Probe):
            apart[1] = abs(apart[0] - mark.roi.radius_mm / view.mm_per_px)
        for end, distance in enumerate(apart):
            if distance <= GRIP_PX and (best is None or distance < best[0]):
                best = (distance, index, end)
    return None if best is None else best[1:]


def moved_end(mark: Mark, end: int, at: Point, view: ViewMap) -> Mark:
    """Return the mark with one end at a screen point; the centre carries the whole probe."""
    to_mm = as_vector(view.mm_from_screen([at])[0])
    match mark:
        case Caliper():
            return replace(mark, end_mm=to_mm) if end else replace(mark, start_mm=to_mm)
        case Probe(roi) if end:
            centre = view.screen_from_mm([roi.centre_mm])[0]
            radius_mm = math.dist(centre.tolist(), at) * view.mm_per_px
            return Probe(replace(roi, radius_mm=max(radius_mm, SMALLEST_RADIUS_MM)))
        case Probe(roi):
            return Probe(replace(roi, centre_mm=to_mm))
        case Arrow():
            return replace(mark, tail_mm=to_mm) if end else replace(mark, tip_mm=to_mm)


def probe_reading(image: NDArray[np.generic], plane: SlicePlane, roi: Roi) -> Reading | None:
    """Return mean, standard deviation and area under a circle; None where nothing is measured."""
    share = roi_coverage(roi, plane)
    inside = share > 0
    values = np.asarray(image)[inside].astype(float)
    weights = share[inside].astype(float)
    known = np.isfinite(values)
    values, weights = values[known], weights[known]
    if not weights.sum():
        return None
    pixels = float(weights.sum())
    mean = float(weights @ values) / pixels
    squares = float(weights @ np.square(values - mean))
    sd = math.sqrt(squares / (pixels - 1)) if pixels > 1 else 0.0
    return Reading(mean, sd, pixels * plane.pixel_area_mm2)


def mark_text(mark: Mark, image: NDArray[np.generic] | None, view: ViewMap, unit: str) -> str:
    """Return what is written beside a mark: its length, its reading or its note."""
    match mark:
        case Caliper():
            return f"{mark.length_mm:.1f} mm"
        case Probe(roi):
            reading = None if image is None else probe_reading(image, view.plane, roi)
            if reading is None:
                return "no values"
            largest = max(abs(reading.mean), reading.sd)
            digits = 0 if largest >= 100 else 1 if largest >= 10 else 2
            end = f" {unit}" if unit else ""
            return f"{reading.mean:.{digits}f} ± {reading.sd:.{digits}f}{end}"
        case Arrow(_, _, note):
            return note
