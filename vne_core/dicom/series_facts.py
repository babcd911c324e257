"""What a whole series tells about its kind, worked out once for the rules to match on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vne_core.dicom.series import Image, SeriesPart, group_by_position
from vne_core.geometry.long_axis import (
    LEFT_ANTERIOR_INFERIOR,
    PARALLEL_COSINE,
    cosine_to,
    parallel_groups,
    short_axis_direction,
)
from vne_core.geometry.plane import SlicePlane, Vector

SAME_TIME_MS = 1.0
"""Trigger and inversion times closer than this are one time."""
USUAL_AXIS_COSINE = float(np.cos(np.radians(45.0)))
"""A lone plane is called short axis when its normal is within 45 degrees of the usual axis."""
SMALLEST_STACK = 3
"""This many parallel positions make a stack."""

_MR_IMAGE_CLASSES = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{suffix}" for suffix in ("4", "4.1", "4.3", "4.4")
)
"""MR Image, Enhanced MR, Enhanced MR Color and Legacy Converted Enhanced MR Image Storage."""
_NO_AGENT = frozenset({"", "none", "no", "n", "n/a", "na", "-", "0", "without", "unknown"})
"""What technicians write into the contrast field to say that there was none."""


@dataclass(frozen=True, slots=True)
class HeartAxis:
    """The direction of the short-axis normal in a study, and what it was read from.

    ``source`` is ``t1`` (planes of the T1 maps and IR images), ``stack`` (the largest parallel
    stack of cine or LGE positions) or ``anatomy`` (the usual direction, nothing better found).
    """

    direction: Vector
    source: str


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """What the other series of a study tell: the heart's axis and when contrast was given."""

    axis: HeartAxis | None = None
    first_lge_s: float | None = None
    first_perfusion_s: float | None = None


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """One series (or the part of it with one component) as the rules see it.

    ``name``, ``protocol`` and ``manufacturer`` are lower-case words with single spaces. Counts of
    images, times and phases are of one position, the largest over the positions. An inversion time
    of 0 counts as none (GE writes it on what is no inversion recovery); a trigger time of 0 is one.
    """

    name: str
    protocol: str
    sequence: str
    manufacturer: str
    comments: str
    photometric: str
    image_type: frozenset[str]
    component: str
    siblings: frozenset[str]
    scanning_sequence: frozenset[str]
    scan_options: frozenset[str]
    mr_image: bool
    has_contrast_agent: bool
    positions: int
    orientations: int
    images_per_position: int
    inversion_times: int
    shortest_inversion_ms: float
    phases: int
    trigger_span_ms: float
    acquisition_span_s: float
    cardiac_images: int
    first_acquisition_s: float | None
    plane: str
    plane_from: str
    after: frozenset[str]


def words(text: str) -> str:
    """Return ``text`` in lower case, every run of other characters than letters and digits a space.

    ``PSIR T1_TARDIF-PA`` becomes ``psir t1 tardif pa``, so that word boundaries fall at
    underscores too.
    """
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def series_facts(part: SeriesPart, study: StudyFacts) -> SeriesFacts:
    """Return what the rules need to know of one series within its study."""
    groups = group_by_position(part.images)
    inversions = [_distinct(i.frame.inversion_time_ms or None for i in group) for group in groups]
    triggers = [_distinct(image.frame.trigger_time_ms for image in group) for group in groups]
    start_s = first_acquisition_s(part.images)
    plane, plane_from = _plane_role(part, study.axis)
    return SeriesFacts(
        name=words(part.first.series_description or part.first.protocol_name),
        protocol=words(part.first.protocol_name),
        sequence=part.first.sequence_name.lower(),
        manufacturer=words(part.first.manufacturer),
        comments=" | ".join(sorted({_comment(image) for image in part.images})),
        photometric=part.first.photometric.upper(),
        image_type=frozenset(t.upper() for image in part.images for t in image.frame.image_type),
        component=part.component,
        siblings=part.siblings,
        scanning_sequence=frozenset(t.upper() for t in part.first.scanning_sequence),
        scan_options=frozenset(t.upper() for t in part.first.scan_options),
        mr_image=part.first.sop_class_uid in _MR_IMAGE_CLASSES,
        has_contrast_agent=any(_is_agent(image.header.contrast_agent) for image in part.images),
        positions=len(groups),
        orientations=len(parallel_groups(group[0].frame.plane for group in groups)),
        images_per_position=max(map(len, groups)),
        inversion_times=max(map(len, inversions)),
        shortest_inversion_ms=min((time for times in inversions for time in times), default=0.0),
        phases=max(map(len, triggers)),
        trigger_span_ms=max(map(_span, triggers)),
        acquisition_span_s=max(_span(_acquisition_times_s(group)) for group in groups),
        cardiac_images=part.first.cardiac_images or 0,
        first_acquisition_s=start_s,
        plane=plane,
        plane_from=plane_from,
        after=_contrast_events_before(start_s, study),
    )


def heart_axis(mapped: Sequence[SlicePlane], stacked: Sequence[SlicePlane]) -> HeartAxis | None:
    """Return the short-axis normal of a study from its T1/IR planes, else its cine/LGE planes.

    The largest parallel group of ``mapped`` decides; without any, the largest of ``stacked`` when
    it is a stack of at least SMALLEST_STACK positions; else the usual direction of the heart.
    None when the study has none of these planes.
    """
    if mapped:
        return HeartAxis(short_axis_direction(mapped), "t1")
    if not stacked:
        return None
    if max(map(len, parallel_groups(stacked))) >= SMALLEST_STACK:
        return HeartAxis(short_axis_direction(stacked), "stack")
    x, y, z = LEFT_ANTERIOR_INFERIOR.tolist()
    return HeartAxis((x, y, z), "anatomy")


def first_acquisition_s(images: Iterable[Image]) -> float | None:
    """Return when the first of the images was acquired, seconds of the day; None if unknown."""
    return min(_acquisition_times_s(images), default=None)


def _plane_role(part: SeriesPart, axis: HeartAxis | None) -> tuple[str, str]:
    """Return (short-axis | long-axis | unknown, what the axis was read from)."""
    if axis is None:
        return ("unknown", "")
    bound = USUAL_AXIS_COSINE if axis.source == "anatomy" else PARALLEL_COSINE
    direction = np.asarray(axis.direction)
    planes = {image.frame.plane for image in part.images}
    parallel = sum(cosine_to(direction, plane) > bound for plane in planes)
    return ("short-axis" if 2 * parallel > len(planes) else "long-axis", axis.source)


def _contrast_events_before(start_s: float | None, study: StudyFacts) -> frozenset[str]:
    if start_s is None:
        return frozenset()
    events = {"first-lge": study.first_lge_s, "perfusion": study.first_perfusion_s}
    return frozenset(name for name, at_s in events.items() if at_s is not None and start_s > at_s)


def _acquisition_times_s(images: Iterable[Image]) -> list[float]:
    times = (image.frame.acquisition_time_s for image in images)
    return [time for time in times if time is not None]


def _distinct(times_ms: Iterable[float | None]) -> list[float]:
    """Return the times in rising order, those within SAME_TIME_MS of the last one left out."""
    kept: list[float] = []
    for time in sorted(time for time in times_ms if time is not None):
        if not kept or time - kept[-1] > SAME_TIME_MS:
            kept.append(time)
    return kept


def _span(values: Sequence[float]) -> float:
    return max(values) - min(values) if values else 0.0


def _comment(image: Image) -> str:
    return (image.frame.comments or image.header.image_comments).lower()


def _is_agent(text: str) -> bool:
    first_word = text.lower().partition(" ")[0]
    return first_word not in _NO_AGENT
