"""The images of a DICOM series, told apart by what they hold and by where they lie."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from vne_core.dicom.header import FrameHeader, Header
from vne_core.geometry.plane import SlicePlane

SAME_POSITION_MM = 0.5
"""Images closer than this lie at one position: above header rounding, below any slice step."""
SAME_DIRECTION = 1e-3
"""Direction cosines that differ by less are equal; scanners write six digits."""
SAME_SPACING_MM = 1e-4
"""Pixel spacings that differ by less are equal."""

_COMPONENT_OF_TOKEN = {
    "T1_MAP": "t1-map",
    "T1 MAP": "t1-map",
    "T1MAP": "t1-map",
    "MYOMAPS_T1": "t1-map",
    "T2_MAP": "other-map",
    "T2 MAP": "other-map",
    "T2_STAR_MAP": "other-map",
    "T2 STAR MAP": "other-map",
    "R2_STAR MAP": "other-map",
    "MYOMAPS_T2": "other-map",
    "ECV_MAP": "other-map",
    "ECV": "other-map",
    "M": "magnitude",
    "M_IR": "magnitude",
    "M_FFE": "magnitude",
    "M_SE": "magnitude",
    "MAGNITUDE": "magnitude",
    "P": "phase",
    "PHASE": "phase",
    "PHASE MAP": "phase",
    "PHASE_MAP": "phase",
    "R": "real",
    "R_IR": "real",
    "R_FFE": "real",
    "REAL": "real",
    "I": "imaginary",
    "IMAGINARY": "imaginary",
}
"""Image type tokens and what they say the pixels are; an earlier row wins over a later one."""

_COMPONENT_OF_GE_KIND = {0: "magnitude", 1: "phase", 2: "real", 3: "imaginary"}
"""GE's private image kind (0043,102F), written where ImageType only says OTHER."""

COMPONENTS = frozenset(_COMPONENT_OF_TOKEN.values()) | {"unknown"}


class Image(NamedTuple):
    """One 2-D image and the object it came in."""

    header: Header
    frame: FrameHeader

    @property
    def rank(self) -> tuple[int, str, int]:
        """The order in which the scanner numbered the images of a series."""
        return (self.header.instance_number or 0, self.header.sop_uid, self.frame.number)


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """The images of one DICOM series that hold the same thing (magnitude, phase, a map ...).

    ``siblings`` names every component found in the series, its own among them.
    """

    series_uid: str
    component: str
    siblings: frozenset[str]
    images: tuple[Image, ...]

    @property
    def key(self) -> str:
        """What tells this part from every other of the study, whatever its kind."""
        return f"{self.series_uid}/{self.component}"

    @property
    def first(self) -> Header:
        """The header that speaks for the series."""
        return self.images[0].header


def component_of(header: Header, frame: FrameHeader) -> str:
    """Return what the pixels are: magnitude, phase, real, imaginary, t1-map, other-map, unknown.

    The image type decides from its third value on (the first two say original or derived); GE
    writes OTHER there and the answer in a private tag.
    """
    tokens = {token.upper() for token in frame.image_type[2:]}
    for token, component in _COMPONENT_OF_TOKEN.items():
        if token in tokens:
            return component
    kind = header.ge_image_kind
    return "unknown" if kind is None else _COMPONENT_OF_GE_KIND.get(kind, "unknown")


def split_series(headers: Iterable[Header]) -> tuple[SeriesPart, ...]:
    """Return the series of one study, each split where it mixes components, in series order.

    Images are in the scanner's order, so the same headers in any order give the same parts.
    """
    images: dict[str, dict[str, list[Image]]] = {}
    for header in headers:
        series = images.setdefault(header.series_uid, {})
        for frame in header.frames:
            series.setdefault(component_of(header, frame), []).append(Image(header, frame))
    parts = [
        SeriesPart(
            uid, component, frozenset(series), tuple(sorted(members, key=lambda image: image.rank))
        )
        for uid, series in images.items()
        for component, members in series.items()
    ]
    return tuple(sorted(parts, key=_series_rank))


def group_by_position(images: Sequence[Image]) -> tuple[tuple[Image, ...], ...]:
    """Return the images that share a plane, group by group, in the order they first appear.

    Sharing is position within SAME_POSITION_MM, equal direction, spacing, size and frame of
    reference: images of two sizes at one position are two groups.
    """
    groups: list[list[Image]] = []
    seen: dict[tuple[SlicePlane, str | None], int] = {}
    for image in images:
        key = (replace(image.frame.plane, thickness_mm=None), image.header.frame_of_reference_uid)
        if key not in seen:
            index = next((i for i, group in enumerate(groups) if _share(group[0], image)), None)
            if index is None:
                index = len(groups)
                groups.append([])
            seen[key] = index
        groups[seen[key]].append(image)
    return tuple(tuple(group) for group in groups)


def _share(image: Image, other: Image) -> bool:
    return (
        image.header.frame_of_reference_uid == other.header.frame_of_reference_uid
        and same_plane(image.frame.plane, other.frame.plane)
    )


def same_plane(plane: SlicePlane, other: SlicePlane) -> bool:
    """Return whether two images cover the same pixels of the patient, within header rounding."""
    return (
        plane.shape_px == other.shape_px
        and math.dist(plane.origin_mm, other.origin_mm) < SAME_POSITION_MM
        and math.dist(plane.row_dir, other.row_dir) < SAME_DIRECTION
        and math.dist(plane.col_dir, other.col_dir) < SAME_DIRECTION
        and math.dist(plane.spacing_mm, other.spacing_mm) < SAME_SPACING_MM
    )


def _series_rank(part: SeriesPart) -> tuple[bool, int, str, str]:
    number = part.first.series_number
    return (number is None, number or 0, part.series_uid, part.component)
