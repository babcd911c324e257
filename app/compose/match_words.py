"""A match in words: in the panes' corners, the status line and after a change."""

from math import inf

from app.viewer.furniture import WIDE_ANGLE_DEG, CornerLine, Notice
from app.words import tr
from vne_core.align.match import BY_READER, LARGEST_ANGLE_DEG, LARGEST_DISTANCE_MM, SliceMatch
from vne_core.align.roles import ROLE_NAMES, Candidate, Role

READER = "by the reader"


def is_by_reader(candidate: Candidate) -> bool:
    """Return whether a reader chose the candidate, against or with the rule."""
    return candidate.reason == BY_READER


def breach(candidate: Candidate) -> str:
    """Return what the rule would have needed of a candidate; empty where it holds."""
    needs = []
    if candidate.distance_mm >= LARGEST_DISTANCE_MM:
        needs.append(tr("less than {limit} mm needed").format(limit=f"{LARGEST_DISTANCE_MM:g}"))
    if candidate.angle_deg >= LARGEST_ANGLE_DEG:
        needs.append(tr("less than {limit}° needed").format(limit=f"{LARGEST_ANGLE_DEG:.1f}"))
    return ", ".join(needs)


def match_notice(candidate: Candidate, match: SliceMatch) -> Notice:
    """Return how loudly a match speaks; what breaks the rule always speaks loudest."""
    if breach(candidate):
        return Notice.STOP
    return notice_of(candidate.distance_mm, candidate.angle_deg, match)


def notice_of(distance_mm: float, angle_deg: float, match: SliceMatch) -> Notice:
    """Return amber above half a slice thickness, red above one or above 10 degrees."""
    thickness_mm = match.anchor.plane.thickness_mm or inf
    if distance_mm > thickness_mm or angle_deg > WIDE_ANGLE_DEG:
        return Notice.STOP
    return Notice.LOOK_AGAIN if distance_mm > thickness_mm / 2 else Notice.PLAIN


def match_lines(candidate: Candidate, match: SliceMatch) -> list[CornerLine]:
    """Return the corner's lines on a partner: distance and angle, who chose it, what it breaks."""
    notice = match_notice(candidate, match)
    numbers = tr("match {distance} mm, {angle}°").format(
        distance=f"{candidate.distance_mm:.1f}", angle=f"{candidate.angle_deg:.1f}"
    )
    if not is_by_reader(candidate):
        return [CornerLine(numbers, notice)]
    lines = [CornerLine(f"{numbers}, {tr(BY_READER)}", notice)]
    if needed := breach(candidate):
        lines.append(CornerLine(tr("against the rule: {needed}").format(needed=needed), notice))
    return lines


def match_summary(match: SliceMatch | None) -> str:
    """Return the partners of a slice for the status line, empty without a slice."""
    if match is None:
        return ""
    shown = (Role.CINE, Role.LGE)
    words = [_partner(match, role) for role in shown if role is not match.anchor_role]
    return tr("match: {partners}").format(partners=" · ".join(words))


def change_sentence(match: SliceMatch, role: Role, *, is_readers: bool) -> str:
    """Return what became of a role that the reader decided."""
    name, candidate = tr(ROLE_NAMES[role]), match.candidate(role)
    if not is_readers:
        return tr("{name} by the rule again").format(name=name)
    if candidate is None:
        return tr("{name} refused by the reader").format(name=name)
    return tr("{name} {whose}, {distance} mm away").format(
        name=name, whose=tr(BY_READER), distance=f"{candidate.distance_mm:.1f}"
    )


def _partner(match: SliceMatch, role: Role) -> str:
    candidate = match.candidate(role)
    if candidate is None:
        return tr("no {name}").format(name=tr(ROLE_NAMES[role]))
    whose = f" {tr(READER)}" if is_by_reader(candidate) else ""
    return f"{tr(ROLE_NAMES[role])} {candidate.distance_mm:.1f} mm{whose}"
