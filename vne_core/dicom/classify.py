"""The kind of every series of a study, each with the rules that decided it.

Two passes over one table: the first names kinds without looking at the other series; from these
the heart's axis and the time of contrast are read, and the second pass decides with both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vne_core.dicom.header import Header
from vne_core.dicom.kind_rules import STAGES, Rule, Rules
from vne_core.dicom.kinds import CORRECTED, Kind
from vne_core.dicom.series import Image, SeriesPart, group_by_position, split_series
from vne_core.dicom.series_facts import (
    SeriesFacts,
    StudyFacts,
    first_acquisition_s,
    heart_axis,
    series_facts,
)
from vne_core.geometry.plane import SlicePlane

UNDECIDED = "no-rule"
"""The rule named where none of the table holds; the kind is then OTHER."""

_MAPPED = frozenset(
    {Kind.T1_MAP, Kind.POST_CONTRAST_T1_MAP, Kind.IR_MAGNITUDE, Kind.POST_CONTRAST_IR}
)
"""Kinds whose planes are the short axis by protocol."""
_STACKED = frozenset({Kind.CINE_SAX, Kind.POST_CONTRAST_CINE, Kind.LGE_PSIR, Kind.LGE_MAGNITUDE})
"""Kinds whose largest parallel stack is the short axis."""
_ENHANCED = frozenset({Kind.LGE_PSIR, Kind.LGE_MAGNITUDE, Kind.LGE_LAX})
_LONG_AXIS_RULE = "axis-long-by-name"
"""The shipped rule for series named as long axis, which must not define the short axis."""


@dataclass(frozen=True, slots=True)
class Classified:
    """Images of one series that are one kind, and the ids of the rules that made them so."""

    part: SeriesPart
    kind: Kind
    rule: str

    @property
    def images(self) -> tuple[Image, ...]:
        """The images in the scanner's order."""
        return self.part.images


def classify(
    headers: Iterable[Header], rules: Rules, corrections: Mapping[str, Kind] | None = None
) -> tuple[Classified, ...]:
    """Return the kind of every series of one study (or of one series alone), in series order.

    A series that mixes magnitude, phase, real images or maps gives one result for each.
    ``corrections`` maps ``SeriesPart.key`` to the kind a reader gave for once; they count for the
    axis and the time of contrast too. The ids of several rules are joined by " + ".
    """
    parts = split_series(headers)
    fixed = corrections or {}
    first = [_decide(part, StudyFacts(), rules, fixed) for part in parts]
    study = study_facts(first)
    return tuple(_decide(part, study, rules, fixed) for part in parts)


def study_facts(classified: Sequence[Classified]) -> StudyFacts:
    """Return the heart's axis and when contrast first shows, from provisional kinds."""
    return StudyFacts(
        axis=heart_axis(_planes(classified, _MAPPED), _planes(classified, _STACKED)),
        first_lge_s=_first_s(classified, _ENHANCED),
        first_perfusion_s=_first_s(classified, frozenset({Kind.PERFUSION})),
    )


def _decide(
    part: SeriesPart, study: StudyFacts, rules: Rules, corrections: Mapping[str, Kind]
) -> Classified:
    if part.key in corrections:
        return Classified(part, corrections[part.key], CORRECTED)
    kind, decisive = decide(series_facts(part, study), rules)
    return Classified(part, kind, " + ".join(rule.id for rule in decisive) or UNDECIDED)


def decide(facts: SeriesFacts, rules: Rules) -> tuple[Kind, tuple[Rule, ...]]:
    """Return the kind of a series with these facts and the rules that led there, in order."""
    kind: Kind | None = None
    decisive: list[Rule] = []
    for stage in STAGES:
        rule = next((r for r in rules.stages[stage] if r.applies(facts, kind)), None)
        if rule is None:
            continue
        kind = rule.becomes[kind]
        decisive.append(rule)
        if rule.final:
            break
    return (kind or Kind.OTHER, tuple(decisive))


def _planes(classified: Sequence[Classified], kinds: frozenset[Kind]) -> list[SlicePlane]:
    return [
        group[0].frame.plane
        for result in classified
        if result.kind in kinds and _LONG_AXIS_RULE not in result.rule
        for group in group_by_position(result.images)
    ]


def _first_s(classified: Sequence[Classified], kinds: frozenset[Kind]) -> float | None:
    starts = (first_acquisition_s(r.images) for r in classified if r.kind in kinds)
    return min((start for start in starts if start is not None), default=None)
