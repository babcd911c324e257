"""From the session to what the lists and tables show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.compose.match_words import match_notice
from app.panels.rows import Badge, Nearness, SliceRow, StudyRow
from app.session import Session
from app.viewer.furniture import Notice
from app.viewer.window_level import percentile_window
from app.words import tr
from vne_core.align.match import SliceMatch
from vne_core.align.roles import ROLE_NAMES, Candidate, Role
from vne_core.align.stack import AlignedSlice
from vne_core.study.annotation import SliceAnnotation
from vne_core.study.exclusion import SliceExclusion
from vne_core.vne.image import VneImage
from vne_core.workspace.studies import StudySummary

PICTURE_PX = 96
"""Pictures are drawn at half of this; dense screens need the rest."""
_SEEN = (Role.T1, Role.CINE, Role.LGE)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a study's slices: drawn, left out, odd; by the id of the slice."""

    annotations: Mapping[str, SliceAnnotation]
    exclusions: Mapping[str, SliceExclusion]
    notes: Mapping[str, tuple[str, ...]]
    with_vne: frozenset[str] = frozenset()


def study_title(pseudonym: str, study_date: str) -> str:
    """Return how a study is called everywhere: pseudonym and date."""
    date = _date(study_date)
    return f"{pseudonym} · {date}" if date else pseudonym


def _date(study_date: str) -> str:
    """Return a DICOM date as YYYY-MM-DD, anything else as it is."""
    if len(study_date) == 8 and study_date.isdigit():
        return f"{study_date[:4]}-{study_date[4:6]}-{study_date[6:]}"
    return study_date


def study_rows(
    summaries: Sequence[StudySummary],
    session: Session,
    pictures: Mapping[str, QImage | None],
    listed: Callable[[str], tuple[SliceRow, ...] | None],
) -> tuple[StudyRow, ...]:
    """Return the study browser: the open study's slices, and those ``listed`` knows."""
    opened = session.opened.study.study_id if session.opened else None
    slices = slice_rows(session, pictures)
    return tuple(
        _open_row(summary, slices)
        if summary.study_id == opened
        else StudyRow(
            summary.study_id,
            summary.pseudonym,
            _study_detail(summary),
            listed(summary.study_id),
            date=_date(summary.study_date),
            confirmed=summary.confirmed_count,
            unconfirmed=summary.unconfirmed_count,
        )
        for summary in summaries
    )


def _open_row(summary: StudySummary, slices: tuple[SliceRow, ...]) -> StudyRow:
    """Return the open study, its tally that of the slices as they are now."""
    badges = [row.badge for row in slices]
    return StudyRow(
        summary.study_id,
        summary.pseudonym,
        _study_detail(summary),
        slices,
        is_open=True,
        date=_date(summary.study_date),
        confirmed=badges.count(Badge.CONFIRMED),
        unconfirmed=badges.count(Badge.DRAWN) + badges.count(Badge.STARTED),
    )


def slice_rows(session: Session, pictures: Mapping[str, QImage | None]) -> tuple[SliceRow, ...]:
    """Return the slices of the open study, base first."""
    drawings = session.drawings
    known = Known(
        {match.anchor.slice_id: drawings.stored(match) for match in session.matches},
        drawings.exclusions,
        session.opened.notes if session.opened else {},
        frozenset(
            match.anchor.slice_id
            for match in session.matches
            if isinstance(drawings.vne(match), VneImage)
        ),
    )
    return rows_of_slices(session.matches, known, pictures)


def rows_of_slices(
    matches: Sequence[SliceMatch],
    known: Known,
    pictures: Mapping[str, QImage | None] = MappingProxyType({}),
) -> tuple[SliceRow, ...]:
    """Return the slices of a study with what is known of each."""
    wanted = {role for match in matches for role in _SEEN if match.partner(role)}
    return tuple(
        _slice_row(index, match, known, wanted, pictures.get(match.anchor.slice_id))
        for index, match in enumerate(matches)
    )


def _slice_row(
    index: int, match: SliceMatch, known: Known, wanted: set[Role], picture: QImage | None
) -> SliceRow:
    slice_id = match.anchor.slice_id
    partners = [found for role in _SEEN if (found := match.candidate(role))]
    farthest = max(partners, key=lambda found: found.distance_mm, default=None)
    return SliceRow(
        tr("Slice {number}").format(number=index + 1),
        images_present(match),
        badge_of(known.annotations[slice_id]),
        picture,
        _look_again(match, wanted, known.notes),
        slice_id=slice_id,
        distance=f"{farthest.distance_mm:.1f} mm" if farthest else "",
        nearness=_nearness([match_notice(found, match) for found in partners]),
        match="; ".join(_partner_words(found) for found in partners),
        has_vne=slice_id in known.with_vne,
        excluded=_left_out(known.exclusions.get(slice_id)),
    )


def _left_out(exclusion: SliceExclusion | None) -> str:
    if exclusion is None or not exclusion.is_in_force:
        return ""
    return exclusion.summary.removeprefix("excluded ")


def _nearness(notices: Sequence[Notice]) -> Nearness:
    """Return the loudest of what the partners of a slice say."""
    if not notices:
        return Nearness.UNKNOWN
    if Notice.STOP in notices:
        return Nearness.STOP
    return Nearness.LOOK_AGAIN if Notice.LOOK_AGAIN in notices else Nearness.NEAR


def _partner_words(found: Candidate) -> str:
    return tr("{name} {distance} mm and {angle}° away").format(
        name=tr(ROLE_NAMES[found.role]),
        distance=f"{found.distance_mm:.1f}",
        angle=f"{found.angle_deg:.1f}",
    )


def images_present(match: SliceMatch) -> str:
    """Return which images a slice has: "T1 · cine · LGE"."""
    names = (("T1", (Role.T1, Role.IR)), ("cine", (Role.CINE,)), ("LGE", (Role.LGE,)))
    present = [tr(name) for name, roles in names if any(match.partner(role) for role in roles)]
    return " · ".join(present)


def badge_of(annotation: SliceAnnotation) -> Badge:
    """Return how far the contours of a slice are."""
    if annotation.is_empty:
        return Badge.EMPTY
    parts = (annotation.epi, annotation.endo, annotation.remote, annotation.blood_pool)
    if not all(parts):
        return Badge.STARTED
    return Badge.CONFIRMED if annotation.confirmed else Badge.DRAWN


def picture_of(images: AlignedSlice) -> QImage | None:
    """Return a small grey picture of a slice: its T1 map, else LGE, else the first cine phase."""
    for image in (images.t1_ms, images.lge, None if images.cine is None else images.cine[0]):
        if image is not None:
            return grey_picture(np.asarray(image, np.float32))
    return None


def grey_picture(image: NDArray[np.float32]) -> QImage:
    """Return the middle of an image, where the heart is, as 8-bit grey."""
    rows, cols = image.shape
    side = max(8, min(rows, cols) * 2 // 3)
    top, left = (rows - side) // 2, (cols - side) // 2
    crop = image[top : top + side, left : left + side]
    step = max(1, side // PICTURE_PX)
    crop = crop[::step, ::step]
    low, high = percentile_window(crop, 1, 99).levels
    grey = np.clip((np.nan_to_num(crop) - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    grey = np.ascontiguousarray(grey)
    height, width = grey.shape
    view = QImage(grey.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
    return view.copy()


def _study_detail(summary: StudySummary) -> str:
    date = _date(summary.study_date)
    count = tr("{count} series").format(count=summary.series_count)
    return " · ".join(part for part in (date, count) if part)


def _look_again(match: SliceMatch, wanted: set[Role], notes: Mapping[str, tuple[str, ...]]) -> str:
    """Return why a slice lacks an image that its study has, and what is odd about those it has."""
    missing = [match.why_absent(role) for role in _SEEN if role in wanted]
    odd = [
        f"{ROLE_NAMES[role]}: {note}"
        for role, partner in match.partners
        for note in notes.get(partner.slice_id, ())
    ]
    return "; ".join(reason for reason in (*missing, *odd) if reason)
