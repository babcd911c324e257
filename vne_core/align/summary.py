"""The matching of a study as a plain table, for the command line and the log of a study."""

from collections.abc import Sequence
from math import isfinite

from vne_core.align.match import SliceMatch
from vne_core.align.roles import ROLE_NAMES, Candidate, Role
from vne_core.study.model import Study

_COLUMNS = ("slice", "role", "series", "kind", "distance mm", "angle deg", "largest gap mm", "why")


def match_summary(study: Study, matches: Sequence[SliceMatch]) -> str:
    """Return a table of every slice, base to apex: what fills each role, how near, or why nothing.

    Every refused candidate follows on its own row with its reason and its numbers.
    """
    present = [role for role in Role if any(_is_known(match, role) for match in matches)]
    rows = [_COLUMNS]
    for number, match in enumerate(matches, start=1):
        for role in present:
            rows += _rows(study, match, role, str(number))
    widths = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS))]
    lines = [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    head = f"{study.pseudonym}: {len(matches)} slices, base to apex"
    absent = ", ".join(ROLE_NAMES[role] for role in Role if role not in present)
    foot = [f"not in this study: {absent}"] if absent else []
    return "\n".join([head, lines[0], "-" * max(map(len, lines)), *lines[1:], *foot])


def _is_known(match: SliceMatch, role: Role) -> bool:
    return match.partner(role) is not None or any(c.role is role for c in match.candidates)


def _rows(study: Study, match: SliceMatch, role: Role, number: str) -> list[tuple[str, ...]]:
    looked_at = [candidate for candidate in match.candidates if candidate.role is role]
    partner = match.partner(role)
    rows: list[tuple[str, ...]] = []
    if partner is not None and partner is match.anchor:
        rows.append(
            (number, ROLE_NAMES[role], *_series(study, partner.slice_id), "", "", "", "anchor")
        )
    elif partner is None:
        rows.append((number, ROLE_NAMES[role], "", "", "", "", "", match.why_absent(role)))
    return rows + [_candidate_row(study, candidate, number) for candidate in looked_at]


def _candidate_row(study: Study, candidate: Candidate, number: str) -> tuple[str, ...]:
    numbers = (candidate.distance_mm, candidate.angle_deg, candidate.largest_gap_mm)
    return (
        number,
        ROLE_NAMES[candidate.role] if candidate.accepted else "",
        *_series(study, candidate.slice_id),
        *(f"{value:.1f}" if isfinite(value) else "-" for value in numbers),
        candidate.reason if candidate.accepted else f"refused: {candidate.reason}",
    )


def _series(study: Study, slice_id: str) -> tuple[str, str]:
    """Return the series number with its description, and the kind, of a slice."""
    for series in study.series:
        if any(one.slice_id == slice_id for one in series.slices):
            number = "" if series.number is None else f"{series.number} "
            return (f"{number}{series.description}", series.kind.value)
    return ("", "")
