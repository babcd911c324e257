"""Lesion burden of the sixteen segments of the left ventricle that short-axis slices show.

Cerqueira et al. 2002, Circulation 105:539 (American Heart Association): the left ventricle is cut
into basal, mid-cavity and apical thirds of its long axis; six sectors of 60 degrees at the base
and in the middle, four of 90 degrees at the apex; the attachment of the right ventricle separates
the septum from the free wall. Segment 17, the apex itself, is not in the short axis.

Seen from the apex the numbers run counter-clockwise from the anterior wall. The anterior right
ventricular insertion is the border of the anterior and the anteroseptal segment: the septum is
the 120 degrees that follow. All angles are taken in patient coordinates about the direction from
base to apex, so that a flipped or rotated image changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.contour import centroid_mm, outline_px
from vne_core.geometry.crossing import inside
from vne_core.geometry.long_axis import short_axis_direction
from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.quantify.burden import (
    Image,
    LesionShares,
    LevelBurden,
    NotMeasured,
    lesion_shares,
)
from vne_core.study.annotation import SliceAnnotation

APICAL_OFFSET_DEG = 15.0
"""Where segment 14 begins after the insertion: its 90 degrees have the septum's middle in theirs."""
NO_INSERTION = "has no RV insertion"
NO_SLICE = "no slice lies in the {level} third"


class Third(StrEnum):
    """A third of the left ventricle's long axis, as far as the slices cover it."""

    BASAL = "basal"
    MID = "mid"
    APICAL = "apical"


@dataclass(frozen=True, slots=True)
class Segment:
    """One of the sixteen: where it begins after the anterior insertion and how wide it is.

    Degrees counter-clockwise as seen from the apex.
    """

    number: int
    name: str
    third: Third
    start_deg: float
    span_deg: float


_WALLS_OF_SIX = (
    "anterior",
    "anteroseptal",
    "inferoseptal",
    "inferior",
    "inferolateral",
    "anterolateral",
)
_WALLS_OF_FOUR = ("anterior", "septal", "inferior", "lateral")


def _ring(third: Third, first: int, walls: Sequence[str], offset_deg: float) -> list[Segment]:
    """Return a third's segments; the first wall ends where the second begins, at the offset."""
    span = 360.0 / len(walls)
    return [
        Segment(first + at, f"{third} {wall}", third, (offset_deg + (at - 1) * span) % 360, span)
        for at, wall in enumerate(walls)
    ]


SEGMENTS: tuple[Segment, ...] = (
    *_ring(Third.BASAL, 1, _WALLS_OF_SIX, 0.0),
    *_ring(Third.MID, 7, _WALLS_OF_SIX, 0.0),
    *_ring(Third.APICAL, 13, _WALLS_OF_FOUR, APICAL_OFFSET_DEG),
)
"""In the order of their numbers, 1 to 16."""


@dataclass(frozen=True, slots=True, eq=False)
class SegmentSlice:
    """One short-axis slice: what is drawn on it and the image to measure, None where absent."""

    plane: SlicePlane
    annotation: SliceAnnotation
    image: Image | None
    valid: NDArray[np.bool_] | None = None
    why_no_image: str = ""


@dataclass(frozen=True, slots=True)
class SegmentBurden:
    """Lesion over myocardium of one segment, both summed over the slices of its third."""

    myocardium_mm2: float
    levels: tuple[LevelBurden, ...]


@dataclass(frozen=True, slots=True)
class SegmentReading:
    """What is known of one segment.

    ``slices`` are the places, in the order given, of the slices of its third; ``measured`` those
    that are in the burden.
    """

    segment: Segment
    burden: SegmentBurden | NotMeasured
    slices: tuple[int, ...]
    measured: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sectors:
    """Areas of one slice by segment number, in mm2: myocardium (17,), lesion (levels, 17)."""

    myocardium_mm2: FloatArray
    lesion_mm2: FloatArray
    fractions: tuple[float, ...]


def thirds(planes: Sequence[SlicePlane]) -> tuple[Third, ...]:
    """Return for each short-axis plane the third of the covered long axis its centre lies in.

    The slices cover the axis from half a step above the most basal to half a step below the most
    apical of them; a step is the median distance of neighbours. Three even slices are one basal,
    one mid and one apical, a single slice is mid.
    """
    if not planes:
        return ()
    apexward = np.asarray(short_axis_direction(planes))
    heights = np.array([plane.centre_mm @ apexward for plane in planes])
    step = float(np.median(np.diff(np.sort(heights)))) if len(planes) > 1 else 0.0
    length = float(np.ptp(heights)) + step
    if length == 0:
        return (Third.MID,) * len(planes)
    share = (heights - heights.min() + step / 2) / length
    names = tuple(Third)
    return tuple(names[min(2, int(3 * one))] for one in share)


def segment_burdens(slices: Sequence[SegmentSlice]) -> tuple[SegmentReading, ...]:
    """Return the sixteen segments in the order of their numbers.

    ``slices`` are all short-axis slices of a study, measured or not: their planes say which third
    each belongs to. Raises QuantifyError for an image of another shape than its plane.
    """
    planes = [one.plane for one in slices]
    of_slice = thirds(planes)
    apexward = short_axis_direction(planes) if planes else (0.0, 0.0, 1.0)
    found = [sectors(one, third, apexward) for one, third in zip(slices, of_slice, strict=True)]
    return pooled(of_slice, found)


def pooled(
    of_slice: Sequence[Third], found: Sequence[Sectors | NotMeasured]
) -> tuple[SegmentReading, ...]:
    """Return the sixteen segments from the thirds and sectors of all slices of a study.

    Areas are summed over the slices of a third, as a patient's burden is over all slices.
    """
    by_place = tuple(enumerate(zip(of_slice, found, strict=True)))
    return tuple(
        _reading(segment, {at: one for at, (third, one) in by_place if third is segment.third})
        for segment in SEGMENTS
    )


def sectors(one: SegmentSlice, third: Third, apexward: Vector) -> Sectors | NotMeasured:
    """Return the areas of a slice's segments, or why it has none.

    ``apexward`` is the unit vector from base to apex in LPS; only which side of the slice it
    points to matters. Raises QuantifyError for an image of another shape than its plane.
    """
    annotation, plane = one.annotation, one.plane
    if one.image is None:
        return NotMeasured(one.why_no_image)
    shares = lesion_shares(one.image, plane, annotation, one.valid)
    if isinstance(shares, NotMeasured):
        return shares
    assert annotation.endo is not None
    if annotation.rv_insertion is None:
        return NotMeasured(NO_INSERTION)
    insertion_px = plane.patient_to_pixel([annotation.rv_insertion])
    if inside(outline_px(annotation.endo, plane), insertion_px)[0]:
        return NotMeasured("the RV insertion lies in the cavity")
    normal = plane.normal * np.sign(plane.normal @ np.asarray(apexward))
    angle = angles_deg(
        plane.pixel_to_patient(shares.at_px),
        centroid_mm(annotation.endo),
        np.asarray(annotation.rv_insertion),
        normal,
    )
    return _summed(shares, angle, third, plane.pixel_area_mm2)


def angles_deg(
    points_mm: FloatArray, centre_mm: FloatArray, insertion_mm: FloatArray, apexward: FloatArray
) -> FloatArray:
    """Return how far points, shape (n, 3), lie from the insertion around a centre, 0 to 360.

    Counter-clockwise as seen from the apex, which is positive about the unit vector
    ``apexward``: whoever looks from the apex to the base looks against it.
    """
    toward = insertion_mm - centre_mm
    toward = toward - (toward @ apexward) * apexward
    onward = np.cross(apexward, toward)
    offset = points_mm - centre_mm
    return np.degrees(np.arctan2(offset @ onward, offset @ toward)) % 360


def _summed(shares: LesionShares, angle: FloatArray, third: Third, area_mm2: float) -> Sectors:
    """Return the areas by segment; each pixel belongs to the segment its centre lies in."""
    ring = [segment for segment in SEGMENTS if segment.third is third]
    after_first = (angle - ring[0].start_deg) % 360
    place = np.minimum((after_first / ring[0].span_deg).astype(int), len(ring) - 1)
    number = ring[0].number + place
    size = len(SEGMENTS) + 1
    myocardium: FloatArray = np.bincount(number, area_mm2 * shares.myocardium, size).astype(float)
    lesion = [np.bincount(number, area_mm2 * level, size) for level in shares.lesion]
    return Sectors(myocardium, np.stack(lesion).astype(float), shares.fractions)


def _reading(segment: Segment, found: dict[int, Sectors | NotMeasured]) -> SegmentReading:
    """Return a segment from the areas of its third's slices, by the slices' places."""
    measured = {at: areas for at, areas in found.items() if isinstance(areas, Sectors)}
    burden = _burden(segment, list(measured.values())) if measured else _why_none(segment, found)
    kept = tuple(measured) if isinstance(burden, SegmentBurden) else ()
    return SegmentReading(segment, burden, tuple(found), kept)


def _burden(segment: Segment, areas: Sequence[Sectors]) -> SegmentBurden | NotMeasured:
    fractions = areas[0].fractions
    if any(one.fractions != fractions for one in areas):
        return NotMeasured("the slices are measured at different threshold levels")
    total = float(sum(one.myocardium_mm2[segment.number] for one in areas))
    if total <= 0:
        return NotMeasured("no myocardium is left in this segment")
    lesions = [
        float(sum(one.lesion_mm2[index, segment.number] for one in areas))
        for index in range(len(fractions))
    ]
    levels = tuple(
        LevelBurden(fraction, None, lesion, 100 * lesion / total)
        for fraction, lesion in zip(fractions, lesions, strict=True)
    )
    return SegmentBurden(total, levels)


def _why_none(segment: Segment, found: dict[int, Sectors | NotMeasured]) -> NotMeasured:
    reasons = dict.fromkeys(one.reason for one in found.values() if isinstance(one, NotMeasured))
    if not reasons:
        return NotMeasured(NO_SLICE.format(level=segment.third))
    return NotMeasured("; ".join(reasons))
