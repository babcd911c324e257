"""From the session to what the lists and tables show."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.drawings import Measured
from app.panels.rows import (
    Badge,
    BurdenRows,
    LevelRow,
    References,
    SliceRow,
    StudyRow,
    ToolPanelRows,
)
from app.session import Session
from app.viewer.window_level import percentile_window
from vne_core.align.match import SliceMatch
from vne_core.align.roles import ROLE_NAMES, Role
from vne_core.align.stack import AlignedSlice
from vne_core.quantify.burden import LesionBurden, NotMeasured, PatientBurden
from vne_core.study.annotation import SliceAnnotation
from vne_core.study.rules import LEVEL_NAMES, RemoteBlood
from vne_core.workspace.studies import StudySummary

PICTURE_PX = 96
"""Pictures are drawn at half of this; dense screens need the rest."""
_SEEN = (Role.T1, Role.CINE, Role.LGE)
NO_MODEL = "VNE: no model is installed."


def study_title(pseudonym: str, study_date: str) -> str:
    """Return how a study is called everywhere: pseudonym and date."""
    date = study_date
    if len(date) == 8 and date.isdigit():
        date = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    return f"{pseudonym} · {date}" if date else pseudonym


def study_rows(
    summaries: Sequence[StudySummary], session: Session, pictures: Mapping[str, QImage | None]
) -> tuple[StudyRow, ...]:
    """Return the study list, the open study with its slices."""
    opened = session.opened.study.study_id if session.opened else None
    slices = slice_rows(session, pictures)
    return tuple(
        StudyRow(
            summary.study_id,
            summary.pseudonym,
            _study_detail(summary),
            slices if summary.study_id == opened else (),
            summary.study_id == opened,
        )
        for summary in summaries
    )


def slice_rows(session: Session, pictures: Mapping[str, QImage | None]) -> tuple[SliceRow, ...]:
    """Return the slices of the open study, base first."""
    notes = session.opened.notes if session.opened else {}
    wanted = {role for match in session.matches for role in _SEEN if match.partner(role)}
    return tuple(
        SliceRow(
            f"Slice {index + 1}",
            images_present(match),
            badge_of(session.drawings.stored(match)),
            pictures.get(match.anchor.slice_id),
            _look_again(match, wanted, notes),
        )
        for index, match in enumerate(session.matches)
    )


def images_present(match: SliceMatch) -> str:
    """Return which images a slice has: "T1 · cine · LGE"."""
    names = (("T1", (Role.T1, Role.IR)), ("cine", (Role.CINE,)), ("LGE", (Role.LGE,)))
    present = [name for name, roles in names if any(match.partner(role) for role in roles)]
    return " · ".join(present)


def badge_of(annotation: SliceAnnotation) -> Badge:
    """Return how far the contours of a slice are."""
    if annotation.is_empty:
        return Badge.EMPTY
    parts = (annotation.epi, annotation.endo, annotation.remote, annotation.blood_pool)
    if not all(parts):
        return Badge.STARTED
    return Badge.CONFIRMED if annotation.confirmed else Badge.DRAWN


def tool_rows(session: Session, *, can_edit: bool) -> ToolPanelRows:
    """Return all that the tool panel shows."""
    if session.match is None or session.annotation is None:
        return ToolPanelRows(can_edit=False)
    title = f"Slice {session.index + 1} of {len(session.matches)}"
    patient = session.patient
    measured = isinstance(patient, PatientBurden)
    sentence = _patient_sentence(patient)
    rule = session.rule
    return ToolPanelRows(
        slice_title=title,
        badge=badge_of(session.annotation),
        slice_burden=_slice_burden(session.burden, rule, session.index),
        references=_references(session.burden),
        patient_burden=BurdenRows(
            _levels(patient if measured else None, rule),
            "",
            _other_notes(session) if measured else "" if _is_alone(session) else sentence,
        ),
        patient_summary=_capital(patient.summary) if measured else "Not measured yet",
        is_partial=measured and not patient.is_complete,
        is_begun=not session.annotation.is_empty,
        can_edit=can_edit,
    )


def picture_of(images: AlignedSlice) -> QImage | None:
    """Return a small grey picture of a slice: its T1 map, else LGE, else the first cine phase."""
    for image in (images.t1_ms, images.lge, None if images.cine is None else images.cine[0]):
        if image is not None:
            return _small(np.asarray(image, np.float32))
    return None


def _small(image: NDArray[np.float32]) -> QImage:
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
    date = study_title("", summary.study_date).removeprefix(" · ")
    count = f"{summary.series_count} series"
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


def _slice_burden(measured: Measured, rule: RemoteBlood, index: int) -> BurdenRows:
    if isinstance(measured, NotMeasured):
        return BurdenRows(_levels(None, rule), NO_MODEL, _slice_sentence(index, measured.reason))
    return BurdenRows(_levels(measured, rule), NO_MODEL)


def _levels(
    measured: LesionBurden | PatientBurden | None, rule: RemoteBlood
) -> tuple[LevelRow, ...]:
    values = {level.fraction: level.burden_percent for level in measured.levels} if measured else {}
    return tuple(
        LevelRow(LEVEL_NAMES.get(level, f"{100 * level:g} %"), level, None, values.get(level))
        for level in rule.levels
    )


def _slice_sentence(index: int, reason: str) -> str:
    start = f"Slice {index + 1} {reason}" if reason.startswith("has ") else _capital(reason)
    return f"{start}, so this slice is not in the burden."


def _patient_sentence(patient: NotMeasured | PatientBurden) -> str:
    reason = patient.reason if isinstance(patient, NotMeasured) else ""
    return f"The patient {reason}." if reason.startswith("has ") else f"{_capital(reason)}."


def _other_notes(session: Session) -> str:
    """Return which of the slices not shown have something to look at again."""
    others = [
        str(index + 1)
        for index, match in enumerate(session.matches)
        if index != session.index
        and isinstance(measured := session.drawings.burden(match), LesionBurden)
        and measured.notes
    ]
    if not others:
        return ""
    return f"Look again at the regions of slice{'s' * (len(others) > 1)} {', '.join(others)}."


def _is_alone(session: Session) -> bool:
    """Return whether the slice's own sentence already says what the patient's would."""
    return all(session.drawings.stored(match).is_empty for match in session.matches)


def _references(measured: Measured) -> References:
    if isinstance(measured, NotMeasured):
        return References()
    return References(
        f"{measured.remote_mean:.0f} ± {measured.remote_sd:.0f}",
        f"{measured.blood_mean:.0f} ± {measured.blood_sd:.0f}",
        f"{measured.myocardium_mm2:.0f}",
        " ".join(f"{_capital(str(note))}." for note in measured.notes),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
