"""The reader's own matches: asked about, stored, and shown without opening the study again."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from app.compose.match_words import change_sentence
from app.compose.reader import Reader
from app.dialogs.match_slice import (
    ByReader,
    ByRule,
    Choice,
    MatchDialog,
    MatchQuestion,
    Option,
    RoleQuestion,
)
from app.words import tr
from vne_core.align.match import (
    LARGEST_ANGLE_DEG,
    LARGEST_DISTANCE_MM,
    SliceMatch,
    match_study,
)
from vne_core.align.roles import ROLE_NAMES, Candidate, Refusal, Role
from vne_core.study.model import SliceRef, Study
from vne_core.workspace.store import Workspace

RULE = (
    f"The rule: tilted by less than {LARGEST_ANGLE_DEG:.1f}°, less than {LARGEST_DISTANCE_MM:g} mm "
    "away, of those the nearest (Zhang et al. 2021)."
)
READ_ONLY = "The workspace is read-only here: matches can be looked at, not changed."
_ALLOWED = (None, Refusal.OUTRANKED, Refusal.READER)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rule alone says of one slice, and what the reader has said already."""

    ruled: SliceMatch
    overrides: Mapping[Role, str | None]


def ask_match(reader: Reader, role: Role | None = None) -> None:
    """Ask what belongs to the slice shown, beginning with a role."""
    opened, match = reader.session.opened, reader.session.match
    if opened is None or match is None:
        return
    judging = partial(judged, opened.study, match.anchor.slice_id)

    def ask(found: Judged) -> None:
        fixed = "" if reader.saver.can_save else READ_ONLY
        question = question_of(opened.study, reader.session.matches, found, role, fixed)
        changes = MatchDialog.ask(reader.window, question)
        if changes:
            change_match(reader, match.anchor.slice_id, changes)

    asking = partial(reader.library.ask, judging)
    reader.background.ask("judged", asking, ask, reader.refuse)


def change_match(reader: Reader, anchor_id: str, changes: Mapping[Role, Choice]) -> None:
    """Store what the reader wants of a slice and show it."""
    opened = reader.session.opened
    assert opened is not None
    storing = partial(reader.library.ask, partial(rematched, opened.study, anchor_id, changes))

    def show(matches: tuple[SliceMatch, ...]) -> None:
        match = _match_of(matches, anchor_id)
        said = [
            change_sentence(match, role, is_readers=isinstance(choice, ByReader))
            for role, choice in changes.items()
        ]
        reader.rematch(matches, match)
        reader.window.status.say(
            tr("Slice {number}: {said}.").format(
                number=matches.index(match) + 1, said="; ".join(said)
            )
        )

    reader.background.ask("rematch", storing, show, reader.refuse)


def judged(study: Study, anchor_id: str, workspace: Workspace) -> Judged:
    """Return what the rule says of a slice beside what the reader has said."""
    stored = workspace.overrides.of_study(study.study_id)
    others = {key: chosen for key, chosen in stored.items() if key[0] != anchor_id}
    ruled = _match_of(match_study(study, others), anchor_id)
    return Judged(ruled, {role: chosen for (at, role), chosen in stored.items() if at == anchor_id})


def rematched(
    study: Study, anchor_id: str, changes: Mapping[Role, Choice], workspace: Workspace
) -> tuple[SliceMatch, ...]:
    """Store the reader's choices for a slice and return the slices with their partners now."""
    for role, choice in changes.items():
        match choice:
            case ByRule():
                workspace.overrides.clear(anchor_id, role)
            case ByReader(slice_id):
                workspace.overrides.set(anchor_id, role, slice_id)
    return match_study(study, workspace.overrides.of_study(study.study_id))


def question_of(
    study: Study,
    matches: tuple[SliceMatch, ...],
    judged: Judged,
    shown: Role | None = None,
    fixed: str = "",
) -> MatchQuestion:
    """Return all that the dialog shows of the slice that was judged."""
    ruled = judged.ruled
    anchor_ids = [match.anchor.slice_id for match in matches]
    at = anchor_ids.index(ruled.anchor.slice_id)
    slices = {one.slice_id: one for series in study.series for one in series.slices}
    used_by = _used_by(matches)
    questions = []
    for role in Role:
        options = tuple(
            _option(study, slices[c.slice_id], c, used_by.get((role, c.slice_id), ""))
            for c in ruled.candidates
            if c.role is role
        )
        is_own = role is ruled.anchor_role
        if is_own and not options:
            continue
        choice = _choice(judged.overrides, role)
        questions.append(
            RoleQuestion(
                role,
                tr(ROLE_NAMES[role]),
                *_by_rule(study, ruled, role),
                options,
                choice,
                can_be_none=not is_own,
            )
        )
    title = tr("Slice {number} of {count}").format(number=at + 1, count=len(matches))
    anchor = tr("{name}, series {series}").format(
        name=tr(ROLE_NAMES[ruled.anchor_role]), series=_series_name(study, ruled.anchor)
    )
    return MatchQuestion(title, anchor, tr(RULE), tuple(questions), shown, fixed)


def _match_of(matches: tuple[SliceMatch, ...], anchor_id: str) -> SliceMatch:
    return next(match for match in matches if match.anchor.slice_id == anchor_id)


def _choice(overrides: Mapping[Role, str | None], role: Role) -> Choice:
    return ByReader(overrides[role]) if role in overrides else ByRule()


def _by_rule(study: Study, ruled: SliceMatch, role: Role) -> tuple[str, str]:
    """Return what the rule finds for a role, in a sentence and in short."""
    partner, candidate = ruled.partner(role), ruled.candidate(role)
    if partner is None:
        return tr(ruled.why_absent(role)), tr("none")
    name = tr("series {series}").format(series=_series_name(study, partner))
    if candidate is None:
        return tr("{name}, the slice itself").format(name=name), tr("the slice itself")
    distance = f"{candidate.distance_mm:.1f} mm"
    return tr("{name}, {distance} away").format(name=name, distance=distance), distance


def _option(study: Study, one: SliceRef, candidate: Candidate, used_by: str) -> Option:
    allowed = candidate.refusal in _ALLOWED
    says = tr("accepted: {reason}") if candidate.accepted else tr("refused: {reason}")
    return Option(
        slice_id=one.slice_id,
        series=_series_name(study, one),
        distance_mm=candidate.distance_mm,
        angle_deg=candidate.angle_deg,
        largest_gap_mm=candidate.largest_gap_mm,
        used_by=used_by,
        says=says.format(reason=tr(candidate.reason)),
        against_rule="" if allowed else candidate.reason,
    )


def _used_by(matches: tuple[SliceMatch, ...]) -> dict[tuple[Role, str], str]:
    """Return which slices have a candidate as their partner now: "slice 2, 3"."""
    users: dict[tuple[Role, str], list[str]] = {}
    for number, match in enumerate(matches, start=1):
        for role, partner in match.partners:
            users.setdefault((role, partner.slice_id), []).append(str(number))
    return {
        key: tr("slice {numbers}").format(numbers=", ".join(numbers))
        for key, numbers in users.items()
    }


def _series_name(study: Study, one: SliceRef) -> str:
    series = study.series_of(one)
    number = "" if series.number is None else str(series.number)
    return " · ".join(part for part in (number, series.description) if part) or "series"
