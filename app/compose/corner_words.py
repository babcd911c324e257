"""What is written in a pane's corner and badge about the image it shows."""

from math import acos, degrees, inf

from app.compose.match_words import is_by_reader, match_lines, match_notice, notice_of
from app.compose.sources import Channel, Native, OnGrid, Source, source_title
from app.session import Session
from app.viewer.furniture import CornerLine, Notice
from app.words import tr
from vne_core.align.match import LEAST_COSINE, SliceMatch
from vne_core.align.roles import Candidate, Role
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.plane import cosine_between, distance_mm
from vne_core.study.annotation import ImageKind
from vne_core.study.model import SliceRef

BADGE_TIP = "Distance and angle to the slice. Click to see what else could be matched."


def corner_lines(
    kind: ImageKind,
    source: Source,
    shown: SliceRef | None,
    session: Session,
    images: AlignedSlice | None,
) -> tuple[CornerLine, ...]:
    """Return series, place in the study or stack, and how far the image lies from the slice."""
    assert session.match is not None
    series = CornerLine(_series_line(kind, source, shown, session, images))
    if isinstance(source, Native) and shown is not None:
        return series, *_native_lines(source, shown, session.match)
    place = CornerLine(
        tr("slice {number} of {count}").format(number=session.index + 1, count=len(session.matches))
    )
    candidate = _candidate(shown, session.match)
    lines = match_lines(candidate, session.match) if candidate else []
    return series, place, *lines, *left_out_lines(session)


def left_out_lines(session: Session) -> tuple[CornerLine, ...]:
    """Return what the slice is left out of and why, no line where it is not."""
    assert session.match is not None
    exclusion = session.drawings.exclusions.get(session.match.anchor.slice_id)
    if exclusion is None or not exclusion.is_in_force:
        return ()
    return (CornerLine(tr(exclusion.summary), Notice.LOOK_AGAIN),)


def badge_of(shown: SliceRef | None, match: SliceMatch) -> CornerLine | None:
    """Return the distance of an image from its slice; None for the slice's own image."""
    if shown is None or shown.slice_id == match.anchor.slice_id:
        return None
    candidate = _candidate(shown, match)
    if candidate is not None:
        whose = f" {tr('by hand')}" if is_by_reader(candidate) else ""
        notice = match_notice(candidate, match)
        return CornerLine(f"{candidate.distance_mm:.1f} mm{whose}", notice)
    apart_mm, angle_deg = _apart(shown, match)
    if angle_deg > degrees(acos(LEAST_COSINE)):
        return CornerLine(
            tr("long axis")
            if angle_deg > 60
            else tr("{angle_deg:.0f}° tilted").format(angle_deg=angle_deg)
        )
    return CornerLine(f"{apart_mm:.1f} mm", notice_of(apart_mm, angle_deg, match))


def tip_of(shown: SliceRef | None, match: SliceMatch) -> str:
    """Return what the badge says at length."""
    if shown is None:
        return ""
    apart_mm, angle_deg = _apart(shown, match)
    distance = "" if apart_mm == inf else f"{apart_mm:.1f} mm, "
    return f"{distance}{angle_deg:.1f}°. {tr(BADGE_TIP)}"


def _native_lines(source: Native, shown: SliceRef, match: SliceMatch) -> list[CornerLine]:
    rows_mm, cols_mm = shown.plane.spacing_mm
    lines = []
    if len(source.slices) > 1:
        ids = [one.slice_id for one in source.slices]
        lines.append(
            CornerLine(
                tr("image {number} of {count}").format(
                    number=ids.index(shown.slice_id) + 1, count=len(ids)
                )
            )
        )
    lines.append(
        CornerLine(
            tr("native {rows_mm:.2f} x {cols_mm:.2f} mm").format(rows_mm=rows_mm, cols_mm=cols_mm)
        )
    )
    candidate = _candidate(shown, match)
    if candidate is not None:
        return [*lines, *match_lines(candidate, match)]
    apart_mm, angle_deg = _apart(shown, match)
    if cosine_between(match.anchor.plane, shown.plane) > LEAST_COSINE:
        words = tr("{distance} mm from the slice, {angle}°").format(
            distance=f"{apart_mm:.1f}", angle=f"{angle_deg:.1f}"
        )
        lines.append(CornerLine(words, notice_of(apart_mm, angle_deg, match)))
    return lines


def _candidate(shown: SliceRef | None, match: SliceMatch) -> Candidate | None:
    """Return the numbers of a partner; None for the anchor and for what is no partner."""
    if shown is None:
        return None
    accepted = (c for c in match.candidates if c.accepted and c.slice_id == shown.slice_id)
    return next(accepted, None)


def _apart(shown: SliceRef, match: SliceMatch) -> tuple[float, float]:
    """Return how far an image lies from the slice, mm, and how much it is tilted, degrees."""
    plane = match.anchor.plane
    return distance_mm(plane, shown.plane), degrees(acos(cosine_between(plane, shown.plane)))


def _series_line(
    kind: ImageKind,
    source: Source,
    shown: SliceRef | None,
    session: Session,
    images: AlignedSlice | None,
) -> str:
    assert session.opened is not None
    assert session.match is not None
    is_map = isinstance(source, OnGrid) and source.channel is Channel.T1
    if is_map and images is not None and session.match.partner(Role.T1) is None:
        return tr("T1 map · {source} fit").format(source=images.t1_source)
    name = source_title(kind, source)
    if isinstance(source, Native) and len(source.slices) == 1:
        name = tr("Long axis")
    if shown is None:
        return name
    number = session.opened.study.series_of(shown).number
    return (
        name if number is None else tr("{name} · series {number}").format(name=name, number=number)
    )
