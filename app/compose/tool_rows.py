"""From the session to what the tool panel shows at once, while a hand still drags."""

from dataclasses import replace

from app.compose.rows_of import badge_of
from app.panels.rows import BurdenRows, LevelRow, Preset, References, ToolPanelRows
from app.session import Measured, Session
from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.quantify.burden import (
    LesionBurden,
    NotMeasured,
    PatientBurden,
    measure_slice,
    patient_burden,
)
from vne_core.study.rules import LEVEL_NAMES, RemoteBlood

NO_MODEL = "VNE: no model is installed."


def tool_rows(session: Session, *, can_edit: bool) -> ToolPanelRows:
    """Return all that the tool panel shows."""
    if session.match is None or session.annotation is None:
        return ToolPanelRows(can_edit=False)
    title = f"Slice {session.index + 1} of {len(session.matches)}"
    rule = session.annotation.rule
    patient = patient_at(session, rule)
    measured = isinstance(patient, PatientBurden)
    return ToolPanelRows(
        slice_title=title,
        badge=badge_of(session.annotation),
        slice_burden=_slice_burden(session.burden, rule, session.index),
        references=_references(session.burden),
        patient_burden=BurdenRows(
            _levels(patient if measured else None, rule),
            "",
            "" if measured or _is_alone(session) else _patient_sentence(patient),
        ),
        patient_summary=_capital(patient.summary) if measured else "Not measured yet",
        is_partial=measured and not patient.is_complete,
        is_begun=not session.annotation.is_empty,
        can_edit=can_edit,
        preset=Preset.EQUAL if rule == RemoteBlood() else Preset.CUSTOM,
    )


def patient_at(session: Session, rule: RemoteBlood) -> PatientBurden | NotMeasured:
    """Return what the open study measures at a rule, also while the levels are dragged."""
    if rule == session.rule:
        return session.patient
    return patient_burden([_measured_at(session, match, rule) for match in session.matches])


def _measured_at(session: Session, match: SliceMatch, rule: RemoteBlood) -> Measured:
    """Return what a slice measures at a rule that is not the study's yet."""
    images = session.images_of(match)
    if match is session.match or images is None or images.lge is None:
        return session.burden_of(match)
    annotation = replace(session.stored(match), rule=rule)
    return measure_slice(images.lge, images.plane, annotation, images.valid.get(Role.LGE))


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


def _is_alone(session: Session) -> bool:
    """Return whether the slice's own sentence already says what the patient's would."""
    return all(session.stored(match).is_empty for match in session.matches)


def _references(measured: Measured) -> References:
    if isinstance(measured, NotMeasured):
        return References()
    return References(
        f"{measured.remote_mean:.0f} ± {measured.remote_sd:.0f}",
        f"{measured.blood_mean:.0f} ± {measured.blood_sd:.0f}",
        f"{measured.myocardium_mm2:.0f}",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
