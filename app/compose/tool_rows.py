"""From the session to what the tool panel shows at once, while a hand still drags."""

from app.compose.rows_of import badge_of
from app.compose.vne_words import is_doubtful, panel_words
from app.drawings import Measured
from app.panels.rows import BurdenRows, LevelRow, Preset, References, ToolPanelRows
from app.session import Session
from app.words import tr
from vne_core.quantify.burden import LesionBurden, NotMeasured, PatientBurden
from vne_core.study.annotation import ImageKind
from vne_core.study.rules import LEVEL_NAMES, RemoteBlood


def tool_rows(session: Session, *, can_edit: bool) -> ToolPanelRows:
    """Return all that the tool panel shows."""
    if session.match is None or session.annotation is None:
        return ToolPanelRows(can_edit=False)
    title = tr("Slice {number} of {count}").format(
        number=session.index + 1, count=len(session.matches)
    )
    rule, patient = session.rule, session.patient
    measured = isinstance(patient, PatientBurden)
    sentence = _patient_sentence(patient)
    waiting = _not_confirmed(session)
    return ToolPanelRows(
        slice_title=title,
        badge=badge_of(session.annotation),
        slice_burden=_slice_burden(session),
        references=_references(session.burden),
        patient_burden=BurdenRows(
            _levels(patient, session.drawings.patient(session.matches, ImageKind.VNE), rule),
            lge_reason=_other_notes(session)
            if measured
            else ""
            if _is_alone(session)
            else sentence,
        ),
        patient_summary=f"{_capital(tr(patient.summary))}{waiting}"
        if measured
        else tr("Not measured yet"),
        is_partial=measured and bool(waiting or not patient.is_complete),
        is_begun=not session.drawings.shown(session.match, ImageKind.LGE).is_empty,
        can_edit=can_edit,
        preset=_preset(session),
    )


def figures_line(session: Session) -> str:
    """Return regions and burden of the slice for the status line; empty where not measured."""
    measured = session.burden
    if isinstance(measured, NotMeasured):
        return ""
    found = _references(measured)
    levels = " / ".join(f"{level.burden_percent:.1f}" for level in measured.levels)
    return tr("remote {remote} · blood {blood} · burden {levels} %").format(
        remote=found.remote, blood=found.blood, levels=levels
    )


def _preset(session: Session) -> Preset:
    if session.drawings.vne_levels:
        return Preset.MODEL
    return Preset.EQUAL if session.rule == RemoteBlood() else Preset.CUSTOM


def _slice_burden(session: Session) -> BurdenRows:
    assert session.match is not None
    drawings, measured = session.drawings, session.burden
    vne = drawings.burden(session.match, ImageKind.VNE)
    shown = drawings.vne(session.match)
    words = panel_words(shown)
    if drawings.vne_levels and isinstance(vne, LesionBurden):
        told = ", ".join(f"{100 * level:g}" for level in drawings.vne_levels)
        words = tr("VNE at its model's levels: {levels} %.").format(levels=told) + f" {words}"
    reason = (
        _slice_sentence(session.index, measured.reason) if isinstance(measured, NotMeasured) else ""
    )
    return BurdenRows(_levels(measured, vne, session.rule), words, is_doubtful(shown), reason)


def _levels(
    lge: Measured | PatientBurden, vne: Measured | PatientBurden, rule: RemoteBlood
) -> tuple[LevelRow, ...]:
    """Return the levels in their order; the VNE's may be matched ones, which pair off."""
    lge_percents, vne_percents = (_percents(one, len(rule.levels)) for one in (lge, vne))
    return tuple(
        LevelRow(LEVEL_NAMES.get(level, f"{100 * level:g} %"), level, vne_percent, lge_percent)
        for level, vne_percent, lge_percent in zip(
            rule.levels, vne_percents, lge_percents, strict=True
        )
    )


def _percents(measured: Measured | PatientBurden, count: int) -> list[float | None]:
    if isinstance(measured, NotMeasured) or len(measured.levels) != count:
        return [None] * count
    return [level.burden_percent for level in measured.levels]


def _slice_sentence(index: int, reason: str) -> str:
    reason = tr(reason)
    if reason.startswith("has "):
        named = tr("Slice {number} {reason}").format(number=index + 1, reason=reason)
    else:
        named = _capital(reason)
    return tr("{reason}, so this slice is not in the burden.").format(reason=named)


def _patient_sentence(patient: NotMeasured | PatientBurden) -> str:
    reason = patient.reason if isinstance(patient, NotMeasured) else ""
    if reason.startswith("has "):
        return tr("The patient {reason}.").format(reason=tr(reason))
    return f"{_capital(tr(reason))}."


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
    words = "Look again at the regions of slice {numbers}."
    if len(others) > 1:
        words = "Look again at the regions of slices {numbers}."
    return tr(words).format(numbers=", ".join(others))


def _not_confirmed(session: Session) -> str:
    """Return how many of the measured slices nobody has confirmed: ", 1 not confirmed"."""
    drawings = session.drawings
    waiting = [
        match
        for match in session.matches
        if isinstance(drawings.burden(match), LesionBurden)
        and not drawings.shown(match, ImageKind.LGE).confirmed
    ]
    return tr(", {count} not confirmed").format(count=len(waiting)) if waiting else ""


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
        " ".join(f"{_capital(tr(str(note)))}." for note in measured.notes),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
