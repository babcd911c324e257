"""From the session to the bull's-eye and the T1 table; unchanged slices are not worked out again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.panels.rows import DerivedRows, SegmentRow, T1Row
from app.session import Session
from app.words import tr
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.long_axis import short_axis_direction
from vne_core.quantify.burden import NotMeasured
from vne_core.quantify.placement import doubt_insertion
from vne_core.quantify.segments import (
    Sectors,
    SegmentReading,
    SegmentSlice,
    Third,
    pooled,
    sectors,
    thirds,
)
from vne_core.quantify.t1_statistics import (
    LEAST_PIXELS,
    T1Statistics,
    myocardial_t1,
    septal_t1,
)
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.rules import LEVEL_NAMES

NOTHING_DRAWN = "Segments appear once a slice has both contours, both regions and its RV insertion."
NO_SEPTAL = "Septum: place a septal region{key}."
NEEDS_INSERTION = "{names} the RV insertion{key}."
"""With the tool's key in brackets, where it has one."""
KeyOf = Callable[[str], str]
"""Returns the key that an action has now, by its id; empty where it has none."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """The sectors of a slice with what they were worked out from."""

    annotation: SliceAnnotation
    images: AlignedSlice | None
    match: SliceMatch
    sectors: Sectors | NotMeasured


class Derived:
    """Works out what the tool panel shows beside the burden, keeping the sectors of each slice."""

    def __init__(self, session: Session, key_of: KeyOf) -> None:
        self._session, self._key_of = session, key_of
        self._kept: dict[str, _Kept] = {}
        self._matches: tuple[SliceMatch, ...] = ()
        self._thirds: tuple[Third, ...] = ()
        self._apexward = (0.0, 0.0, 1.0)

    def rows(self) -> DerivedRows:
        """Return the T1 of the slice shown and the segments of the study."""
        shown = self._session.annotation
        if shown is None:
            return DerivedRows()
        self._look_at_planes()
        matches = self._matches
        found = [
            self._sectors(match, third) for match, third in zip(matches, self._thirds, strict=True)
        ]
        readings = pooled(self._thirds, found)
        return DerivedRows(
            t1=t1_rows(self._session, self._key_of),
            segments=tuple(_segment_row(one, self._session.index) for one in readings),
            bands=tuple(LEVEL_NAMES.get(p, f"{100 * p:g} %") for p in self._session.rule.levels),
            notice=self._notice(),
        )

    def _look_at_planes(self) -> None:
        matches = self._session.matches
        if [m.anchor for m in matches] != [m.anchor for m in self._matches]:
            planes = [match.anchor.plane for match in matches]
            self._thirds, self._apexward = thirds(planes), short_axis_direction(planes)
            self._kept = {}
        self._matches = matches

    def _sectors(self, match: SliceMatch, third: Third) -> Sectors | NotMeasured:
        """Return the areas of a slice; one left out of quantification has none, as in the burden."""
        left_out = self._session.drawings.left_out(match)
        if left_out is not None:
            return left_out
        images, annotation = self._session.drawings.images(match), self._drawn(match)
        kept = self._kept.get(match.anchor.slice_id)
        is_same = kept and kept.images is images and kept.match is match
        if kept is None or not is_same or kept.annotation != annotation:
            one = _segment_slice(match, images, annotation)
            kept = _Kept(annotation, images, match, sectors(one, third, self._apexward))
            self._kept[match.anchor.slice_id] = kept
        return kept.sectors

    def _drawn(self, match: SliceMatch) -> SliceAnnotation:
        """Return what is drawn on a slice's LGE, as it is in the hand."""
        return self._session.drawings.shown(match, ImageKind.LGE)

    def _notice(self) -> str:
        """Return what the bull's-eye still needs, the slice shown first."""
        drawn = [self._drawn(match) for match in self._matches]
        if not any(one.epi and one.endo for one in drawn):
            return tr(NOTHING_DRAWN)
        if doubted := self._doubted(drawn):
            return doubted
        bare = [
            at
            for at, (match, one) in enumerate(zip(self._matches, drawn, strict=True))
            if one.epi
            and one.endo
            and not one.rv_insertion
            and self._session.drawings.left_out(match) is None
        ]
        if not bare:
            return ""
        if self._session.index in bare or len(bare) == 1:
            place = self._session.index if self._session.index in bare else bare[0]
            names = tr("Slice {number} needs").format(number=place + 1)
        else:
            numbers = ", ".join(str(at + 1) for at in bare)
            names = tr("Slices {numbers} need").format(numbers=numbers)
        return tr(NEEDS_INSERTION).format(
            names=names, key=_bracketed(self._key_of("tool-insertion"))
        )

    def _doubted(self, drawn: Sequence[SliceAnnotation]) -> str:
        """Return which RV insertions cannot be the anterior one, the slice shown first."""
        doubts = {
            at: doubt
            for at, (match, one) in enumerate(zip(self._matches, drawn, strict=True))
            if (doubt := doubt_insertion(one, match.anchor.plane, self._apexward))
        }
        if not doubts:
            return ""
        at = self._session.index if self._session.index in doubts else next(iter(doubts))
        return tr("Slice {number}: {doubt}.").format(number=at + 1, doubt=tr(doubts[at]))


def t1_rows(session: Session, key_of: KeyOf) -> tuple[T1Row, ...]:
    """Return T1 of the myocardium and of the septal region of the slice shown."""
    match, images = session.match, session.images
    annotation = session.annotation_on(ImageKind.T1)
    if match is None or annotation is None:
        return ()
    if images is None or images.t1_ms is None:
        why = match.why_absent(Role.T1) if images is not None else "its images are still being read"
        return (T1Row(tr("Myocardium"), note=tr("No T1 here: {why}.").format(why=tr(why))),)
    of = images.t1_ms, images.plane, annotation, images.valid.get(Role.T1)
    whole = _t1_row(tr("Myocardium"), myocardial_t1(*of))
    if annotation.septal is None:
        key = _bracketed(key_of("tool-septal"))
        return whole, T1Row(tr("Septum"), note=tr(NO_SEPTAL).format(key=key))
    return whole, _t1_row(tr("Septum"), septal_t1(*of))


def _without_verb(reason: str) -> str:
    """Return "has no RV insertion" as it stands behind a colon: "no RV insertion"."""
    return reason.replace("has no ", "no ", 1)


def _bracketed(key: str) -> str:
    return f" ({key})" if key else ""


def _t1_row(name: str, found: T1Statistics | NotMeasured) -> T1Row:
    if isinstance(found, NotMeasured):
        reason = tr(_without_verb(found.reason))
        return T1Row(name, note=f"{name}: {reason}.")
    note = ""
    if found.is_small:
        words = tr("{name}: {pixels} pixels, fewer than {least}.")
        note = words.format(name=name, pixels=found.pixels, least=LEAST_PIXELS)
    return T1Row(
        name,
        f"{found.mean_ms:.0f}",
        f"{found.median_ms:.0f}",
        f"{found.sd_ms:.0f}",
        str(found.pixels),
        note,
        found.is_small,
    )


def _segment_slice(
    match: SliceMatch, images: AlignedSlice | None, annotation: SliceAnnotation
) -> SegmentSlice:
    plane = match.anchor.plane
    if images is None or images.lge is None:
        why = match.why_absent(Role.LGE) or "its images are still being read"
        return SegmentSlice(plane, annotation, None, None, why)
    return SegmentSlice(images.plane, annotation, images.lge, images.valid.get(Role.LGE))


def _segment_row(reading: SegmentReading, shown: int) -> SegmentRow:
    segment, burden = reading.segment, reading.burden
    places = reading.measured or reading.slices
    target = shown if shown in places else next(iter(places), None)
    if isinstance(burden, NotMeasured):
        return SegmentRow(
            segment.number,
            segment.name,
            reason=tr(_without_verb(burden.reason)),
            slices=_slices(reading.slices),
            slice_index=target,
        )
    percents = tuple(level.burden_percent for level in burden.levels)
    return SegmentRow(
        segment.number,
        segment.name,
        percents,
        slices=_slices(reading.measured),
        slice_index=target,
    )


def _slices(places: Sequence[int]) -> str:
    if not places:
        return ""
    numbers = ", ".join(str(at + 1) for at in places)
    words = "slice {numbers}" if len(places) == 1 else "slices {numbers}"
    return tr(words).format(numbers=numbers)
