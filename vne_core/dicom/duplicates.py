"""Objects that are there twice: by their UID, or by series, geometry and pixels.

Pixels are hashed only where UID or place and time already agree: a cine's phases share their
geometry but not their trigger times, and cost nothing.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

import numpy as np

from vne_core.dicom.header import FrameHeader, Header, Rejected

_MICROMETRES: Final = 3
"""Decimals of a position in millimetres."""
_COSINE_DECIMALS: Final = 4
_COLOUR_WORDS: Final = ("color", "colour")

PixelDigest = Callable[[Header], "str | Rejected"]


def drop_duplicates(
    headers: Sequence[Header], pixel_digest: PixelDigest
) -> tuple[tuple[Header, ...], tuple[Rejected, ...]]:
    """Return the objects to keep, in their order, and the others with the one each repeats.

    Objects of the same UID: with the same pixels one is kept, with different pixels none, since
    which is true cannot be told. Objects of one series with the same geometry, times, scaling and
    pixels under different UIDs: one is kept, a grey one before a coloured one.

    Parameters
    ----------
    headers
        What was imported.
    pixel_digest
        Gives the hash of an object's stored values, or why it has none; asked of candidates only
        (``PixelDecoder.digest``).
    """
    digests = _Digests(pixel_digest)
    by_uid = [_of_one_uid(group, digests) for group in _groups(headers, lambda h: h.sop_uid)]
    unique = [header for kept, _ in by_uid for header in kept]
    by_place = [_of_one_place(group, digests) for group in _groups(unique, _place)]
    kept = {id(header) for group, _ in by_place for header in group}
    rejected = [refusal for _, refusals in (*by_uid, *by_place) for refusal in refusals]
    return tuple(header for header in headers if id(header) in kept), tuple(rejected)


Sorted = tuple[list[Header], list[Rejected]]


class _Digests:
    """Pixel hashes, each made once."""

    def __init__(self, pixel_digest: PixelDigest) -> None:
        self._pixel_digest = pixel_digest
        self._known: dict[int, str | Rejected] = {}

    def split(self, group: Sequence[Header]) -> tuple[dict[str, list[Header]], list[Rejected]]:
        """Return the objects by digest, and those whose pixels cannot be read."""
        by_digest: dict[str, list[Header]] = {}
        unreadable: list[Rejected] = []
        for header in group:
            digest = self._of(header)
            if isinstance(digest, Rejected):
                unreadable.append(digest)
            else:
                by_digest.setdefault(digest, []).append(header)
        return by_digest, unreadable

    def _of(self, header: Header) -> "str | Rejected":
        """Return the digest of one object."""
        if id(header) not in self._known:
            self._known[id(header)] = self._pixel_digest(header)
        return self._known[id(header)]


def _groups(
    headers: Iterable[Header], key: Callable[[Header], Hashable]
) -> tuple[list[Header], ...]:
    """Return the headers in groups of equal key, in the order they are met."""
    groups: dict[Hashable, list[Header]] = {}
    for header in headers:
        groups.setdefault(key(header), []).append(header)
    return tuple(groups.values())


def _of_one_uid(group: list[Header], digests: _Digests) -> Sorted:
    """Keep one of several equal objects of a UID, and none of different ones."""
    if len(group) == 1:
        return group, []
    by_digest, refused = digests.split(group)
    if len(by_digest) > 1:
        return [], refused + [
            _conflict(header, group) for header in group if _in(header, by_digest)
        ]
    equal = next(iter(by_digest.values()), list[Header]())
    return equal[:1], refused + [
        _duplicate(header, equal[0], "the same object") for header in equal[1:]
    ]


def _of_one_place(group: list[Header], digests: _Digests) -> Sorted:
    """Keep the preferred one of each set of equal images of a series at one place and time."""
    if len(group) == 1:
        return group, []
    by_digest, refused = digests.split(group)
    kept: list[Header] = []
    for equal in by_digest.values():
        first, *others = sorted(equal, key=_preference)
        kept.append(first)
        refused += [_duplicate(other, first, "the same image") for other in others]
    return kept, refused


def _in(header: Header, by_digest: dict[str, list[Header]]) -> bool:
    """Tell whether an object has a digest."""
    return any(header is other for group in by_digest.values() for other in group)


def _duplicate(header: Header, kept: Header, what: str) -> Rejected:
    """Return the rejection of a repetition."""
    return Rejected(header.source, "duplicate", f"{what} as {kept.source}, which is kept")


def _conflict(header: Header, group: list[Header]) -> Rejected:
    """Return the rejection of one of several different objects that share a UID."""
    other = next(candidate for candidate in group if candidate is not header)
    reason = f"has the UID of {other.source} but other pixels: which is true cannot be told"
    return Rejected(header.source, "conflict", reason)


def _preference(header: Header) -> tuple[bool, bool, int, str]:
    """Return what sorts the image to keep first: grey, then the lowest number."""
    words = f"{header.image_comments} {header.series_description}".lower()
    number = header.instance_number
    return (
        header.photometric == "PALETTE COLOR",
        any(word in words for word in _COLOUR_WORDS),
        1 << 31 if number is None else number,
        str(header.source),
    )


def _place(header: Header) -> Hashable:
    """Return what equal images share: series, planes, times and scaling."""
    return header.series_uid, tuple(map(_frame_place, header.frames))


def _frame_place(frame: FrameHeader) -> Hashable:
    """Return place, time and scaling of one frame."""
    plane = frame.plane
    return (
        _rounded(plane.origin_mm, _MICROMETRES),
        _rounded((*plane.row_dir, *plane.col_dir), _COSINE_DECIMALS),
        _rounded(plane.spacing_mm, _MICROMETRES),
        plane.shape_px,
        frame.trigger_time_ms,
        frame.inversion_time_ms,
        frame.echo_time_ms,
        frame.slope,
        frame.intercept,
    )


def _rounded(numbers: tuple[float, ...], decimals: int) -> tuple[float, ...]:
    """Return numbers as scanners that write fewer digits would."""
    return tuple(float(number) for number in np.round(numbers, decimals) + 0.0)
