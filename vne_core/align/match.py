"""Which cine, LGE and inversion recovery images belong to a T1 slice, and why the others do not.

The rule is that of Zhang et al. 2021 (Circulation 144:589, Methods): the cosine of the angle
between the slice normals is above 0.9 and the slices lie less than 4 mm apart; of those the nearest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import acos, degrees, inf

from vne_core.align.roles import ANCHORS, REFUSED, ROLE_NAMES, WANTED, Candidate, Refusal, Role
from vne_core.dicom.kinds import Kind
from vne_core.geometry.plane import (
    PERPENDICULAR_COSINE,
    cosine_between,
    distance_mm,
    largest_gap_mm,
)
from vne_core.study.model import SliceRef, Study
from vne_core.study.order import base_to_apex

LEAST_COSINE = 0.9
"""Cosine of the angle between the normals above which slices match (Zhang et al. 2021)."""
LARGEST_DISTANCE_MM = 4.0
"""Distance below which slices match (Zhang et al. 2021)."""
LARGEST_ANGLE_DEG = degrees(acos(LEAST_COSINE))
EQUAL_DISTANCE_MM = 0.1
"""Slices whose distances differ by less are equally near; when they were acquired then decides."""
REPEAT_DISTANCE_MM = 1.0
"""Slices of one kind nearer than this to each other are repeats of one position."""
_LESS_PREFERRED = (Refusal.OUTRANKED, "the phase-sensitive image is preferred")
BY_READER = "matched by the reader"
"""The reason of a candidate that a reader chose against or with the rule."""


@dataclass(frozen=True, slots=True)
class SliceMatch:
    """A slice of the study and what lies at its position.

    ``partners`` holds the anchor itself too, in its own role. ``candidates`` are all slices that
    were looked at, role by role, nearest first.
    """

    anchor: SliceRef
    partners: tuple[tuple[Role, SliceRef], ...]
    candidates: tuple[Candidate, ...]

    @property
    def anchor_role(self) -> Role:
        """The role of the anchor, on whose pixel grid the slice is read."""
        return _anchor_role(self.anchor)

    def partner(self, role: Role) -> SliceRef | None:
        """Return the slice in a role, or None; ``why_absent`` then tells why."""
        return next((partner for name, partner in self.partners if name is role), None)

    def candidate(self, role: Role) -> Candidate | None:
        """Return the accepted candidate and its numbers; None for the anchor and for nothing."""
        return next((c for c in self.candidates if c.role is role and c.accepted), None)

    def why_absent(self, role: Role) -> str:
        """Return why a role is empty, as a reader reads it; empty when it is filled."""
        if self.partner(role) is not None:
            return ""
        return _why_absent(ROLE_NAMES[role], [c for c in self.candidates if c.role is role])


def match_study(
    study: Study, overrides: Mapping[tuple[str, Role], str | None] | None = None
) -> tuple[SliceMatch, ...]:
    """Return the slices of a study from base to apex, each with its partners and refusals.

    T1 maps are the anchors, with the IR slices that have no T1 map at their position; without
    either LGE, without that cine. Of several slices of one kind at one position the last acquired
    is the anchor and the others are its candidates. ``overrides`` maps (anchor's slice_id, role) to
    the slice a reader chose, or to None where the reader wants none.
    """
    chosen = overrides or {}
    matches: list[SliceMatch] = []
    for anchor in base_to_apex(_anchors(study)):
        filled = [_fill(study, anchor, role, chosen) for role in Role]
        partners = [(role, s) for role, (s, _) in zip(Role, filled, strict=True) if s is not None]
        candidates = (c for _, found in filled for c in sorted(found, key=_nearest_first))
        matches.append(SliceMatch(anchor, tuple(partners), tuple(candidates)))
    return tuple(matches)


def _anchors(study: Study) -> list[SliceRef]:
    kinds = next((kinds for _, kinds in ANCHORS if study.slices_of(*kinds)), ())
    anchors = _last_of_each_position(study, study.slices_of(*kinds))
    if Kind.T1_MAP in kinds:
        unmapped = [
            ir
            for ir in study.slices_of(Kind.IR_MAGNITUDE)
            if all(_misfit(anchor, ir) is not None for anchor in anchors)
        ]
        anchors += _last_of_each_position(study, unmapped)
    return anchors


def _last_of_each_position(study: Study, slices: Sequence[SliceRef]) -> list[SliceRef]:
    """Return the slices without repeats: a scan is repeated because the first was not good."""
    kept: list[SliceRef] = []
    for one in sorted(slices, key=lambda s: _acquired(study, s), reverse=True):
        if not any(_is_repeat(one, other) for other in kept):
            kept.append(one)
    return kept


def _is_repeat(one: SliceRef, other: SliceRef) -> bool:
    is_near = distance_mm(one.plane, other.plane) < REPEAT_DISTANCE_MM
    return is_near and _misfit(one, other) is None


def _acquired(study: Study, one: SliceRef) -> tuple[float, int]:
    """Return the order of acquisition: the time, else the series number."""
    times = [f.acquisition_time_s for f in one.frames if f.acquisition_time_s is not None]
    return (min(times, default=0.0), study.series_of(one).number or 0)


def _fill(
    study: Study,
    anchor: SliceRef,
    role: Role,
    overrides: Mapping[tuple[str, Role], str | None],
) -> tuple[SliceRef | None, list[Candidate]]:
    """Return the slice that fills a role of an anchor and every slice looked at."""
    slices = _slices_for(study, anchor, role)
    judged = [(one, _judge(anchor, one, role)) for one in slices]
    key = (anchor.slice_id, role)
    wanted_id = overrides.get(key)
    if key not in overrides or (wanted_id is None and role is _anchor_role(anchor)):
        return _choose(study, anchor, role, judged)
    if wanted_id is None:
        return None, [_set_aside(c, Refusal.READER, "refused by the reader") for _, c in judged]
    wanted = next(
        (s for series in study.series for s in series.slices if s.slice_id == wanted_id), None
    )
    if wanted is None:
        partner, candidates = _choose(study, anchor, role, judged)
        return partner, [*candidates, _gone(role, wanted_id)]
    others = [c for one, c in judged if one.slice_id != wanted_id]
    reason = "another slice was matched by the reader"
    chosen = replace(_judge(anchor, wanted, role), accepted=True, refusal=None, reason=BY_READER)
    return wanted, [chosen, *(_set_aside(c, Refusal.READER, reason) for c in others)]


def _anchor_role(anchor: SliceRef) -> Role:
    return next(role for role, kinds in ANCHORS if anchor.kind in kinds)


def _slices_for(study: Study, anchor: SliceRef, role: Role) -> list[SliceRef]:
    """Return the slices to look at for a role; in the anchor's own role the repeats of it."""
    slices = study.slices_of(*WANTED[role], *REFUSED[role])
    others = [one for one in slices if one.slice_id != anchor.slice_id]
    if role is _anchor_role(anchor):
        return [one for one in others if one.kind is anchor.kind and _is_repeat(anchor, one)]
    return others


def _judge(anchor: SliceRef, one: SliceRef, role: Role) -> Candidate:
    """Return a candidate, refused where its kind or its place forbids the role."""
    kind_reason = REFUSED[role].get(one.kind)
    misfit = (Refusal.KIND, kind_reason) if kind_reason else _misfit(anchor, one)
    refusal, reason = misfit or (None, "")
    is_cut = cosine_between(anchor.plane, one.plane) >= PERPENDICULAR_COSINE
    return Candidate(
        role=role,
        slice_id=one.slice_id,
        accepted=False,
        reason=reason,
        distance_mm=distance_mm(anchor.plane, one.plane) if is_cut else inf,
        angle_deg=_angle_deg(anchor, one),
        largest_gap_mm=largest_gap_mm(anchor.plane, one.plane),
        refusal=refusal,
    )


def _misfit(anchor: SliceRef, one: SliceRef) -> tuple[Refusal, str] | None:
    """Return why a slice is not at the anchor's position, None where it is."""
    frames = (anchor.frame_of_reference, one.frame_of_reference)
    if None not in frames and frames[0] != frames[1]:
        return Refusal.FRAME_OF_REFERENCE, "in another frame of reference: positions do not compare"
    if cosine_between(anchor.plane, one.plane) <= LEAST_COSINE:
        angle = f"tilted by {_angle_deg(anchor, one):.1f} degrees"
        return Refusal.ANGLE, f"{angle}, less than {LARGEST_ANGLE_DEG:.1f} needed"
    distance = distance_mm(anchor.plane, one.plane)
    if distance >= LARGEST_DISTANCE_MM:
        return Refusal.DISTANCE, f"{distance:.1f} mm away, less than {LARGEST_DISTANCE_MM:g} needed"
    return None


def _choose(
    study: Study, anchor: SliceRef, role: Role, judged: Sequence[tuple[SliceRef, Candidate]]
) -> tuple[SliceRef | None, list[Candidate]]:
    """Return the best of the slices that fit, and all of them with their reasons."""
    if role is _anchor_role(anchor):
        reason = f"another {ROLE_NAMES[role]} of this position: the last acquired is used"
        return anchor, [_set_aside(c, Refusal.OUTRANKED, reason) for _, c in judged]
    fitting = [(one, c) for one, c in judged if c.refusal is None]
    for kind in WANTED[role]:
        of_kind = [(one, c) for one, c in fitting if one.kind is kind]
        if of_kind:
            best = _best(study, anchor, role, of_kind)
            return best, [
                _ranked(c, best, role) if one.kind is kind else _set_aside(c, *_LESS_PREFERRED)
                for one, c in judged
            ]
    return None, [c for _, c in judged]


def _best(
    study: Study, anchor: SliceRef, role: Role, fitting: Sequence[tuple[SliceRef, Candidate]]
) -> SliceRef:
    """Return the nearest slice; of equally near ones the last, for IR the one made with its map."""
    nearest_mm = min(candidate.distance_mm for _, candidate in fitting)
    near = [s for s, c in fitting if c.distance_mm < nearest_mm + EQUAL_DISTANCE_MM]
    if role not in (Role.IR, Role.IR_PHASE):
        return max(near, key=lambda s: _acquired(study, s))
    at_s, number = _acquired(study, anchor)

    def apart(one: SliceRef) -> tuple[float, int]:
        one_s, one_number = _acquired(study, one)
        return (abs(one_s - at_s), abs(one_number - number))

    return min(near, key=apart)


def _ranked(candidate: Candidate, best: SliceRef, role: Role) -> Candidate:
    if candidate.slice_id == best.slice_id:
        return replace(candidate, accepted=True, reason="nearest within the limits")
    reason = f"a nearer or later {ROLE_NAMES[role]} was chosen"
    return _set_aside(candidate, Refusal.OUTRANKED, reason)


def _set_aside(candidate: Candidate, refusal: Refusal, reason: str) -> Candidate:
    """Return the candidate refused; one that was refused already keeps its own reason."""
    if candidate.refusal is not None:
        return candidate
    return replace(candidate, refusal=refusal, reason=reason)


def _gone(role: Role, slice_id: str) -> Candidate:
    reason = "matched by the reader, but no longer in this study"
    return Candidate(role, slice_id, False, reason, inf, inf, inf, Refusal.GONE)


def _angle_deg(anchor: SliceRef, one: SliceRef) -> float:
    return degrees(acos(cosine_between(anchor.plane, one.plane)))


def _nearest_first(candidate: Candidate) -> tuple[bool, float, float]:
    return (not candidate.accepted, candidate.distance_mm, candidate.angle_deg)


def _why_absent(name: str, looked_at: Sequence[Candidate]) -> str:
    """Return the miss that a reader can do most about."""
    by_refusal = {
        refusal: min(
            (c for c in looked_at if c.refusal is refusal), key=_nearest_first, default=None
        )
        for refusal in Refusal
    }
    wrong_kind = [c for c in looked_at if c.refusal is Refusal.KIND]
    at_place = (c for c in wrong_kind if c.angle_deg < LARGEST_ANGLE_DEG)
    kind = min(at_place, key=_nearest_first, default=None)
    if by_refusal[Refusal.READER]:
        return f"no {name}: refused by the reader"
    if kind and kind.distance_mm < LARGEST_DISTANCE_MM:
        return f"no {name}: the one {kind.distance_mm:.1f} mm away is {kind.reason}"
    if near := by_refusal[Refusal.DISTANCE]:
        return f"no {name} within {LARGEST_DISTANCE_MM:g} mm: nearest {near.distance_mm:.1f} mm"
    if tilted := by_refusal[Refusal.ANGLE]:
        return f"no {name} in this direction: the nearest is {tilted.reason}"
    if by_refusal[Refusal.FRAME_OF_REFERENCE]:
        return f"no {name} in this frame of reference: its positions do not compare"
    return f"no {name} of this slice in the study" if wrong_kind else f"no {name} in this study"
