"""Classification rules as values: conditions on the facts of a series, and the kind they give.

Rules come in three ordered stages. ``kind`` rules name the kind of a series; ``axis`` and
``contrast`` rules then refine it. In each stage the first rule whose conditions all hold decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import cast

from vne_core.dicom.kinds import Kind
from vne_core.dicom.series import COMPONENTS
from vne_core.dicom.series_facts import SeriesFacts

STAGES = ("kind", "axis", "contrast")
"""The stages, in the order they are applied."""


class FieldType(Enum):
    """How a field of the facts is matched."""

    TEXT = "a regular expression"
    TOKENS = "a list of values, one of which must be there"
    RANGE = "a table with min, max or both"
    FLAG = "true or false"


FIELDS: Mapping[str, FieldType] = {
    "name": FieldType.TEXT,
    "protocol": FieldType.TEXT,
    "sequence": FieldType.TEXT,
    "manufacturer": FieldType.TEXT,
    "comments": FieldType.TEXT,
    "image_type": FieldType.TOKENS,
    "scanning_sequence": FieldType.TOKENS,
    "scan_options": FieldType.TOKENS,
    "photometric": FieldType.TOKENS,
    "component": FieldType.TOKENS,
    "siblings": FieldType.TOKENS,
    "plane": FieldType.TOKENS,
    "plane_from": FieldType.TOKENS,
    "after": FieldType.TOKENS,
    "positions": FieldType.RANGE,
    "orientations": FieldType.RANGE,
    "images_per_position": FieldType.RANGE,
    "inversion_times": FieldType.RANGE,
    "shortest_inversion_ms": FieldType.RANGE,
    "phases": FieldType.RANGE,
    "trigger_span_ms": FieldType.RANGE,
    "acquisition_span_s": FieldType.RANGE,
    "cardiac_images": FieldType.RANGE,
    "mr_image": FieldType.FLAG,
    "has_contrast_agent": FieldType.FLAG,
}
"""The fields a condition can name; ``_not`` behind the name negates it."""

VALUES: Mapping[str, frozenset[str]] = {
    "component": COMPONENTS,
    "siblings": COMPONENTS,
    "plane": frozenset({"short-axis", "long-axis", "unknown"}),
    "plane_from": frozenset({"t1", "stack", "anatomy"}),
    "after": frozenset({"first-lge", "perfusion"}),
}
"""The values of the fields that have a closed set of them."""


@dataclass(frozen=True, slots=True)
class Range:
    """An inclusive interval of counts or times."""

    lowest: float
    highest: float


Test = re.Pattern[str] | frozenset[str] | Range | bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One field of the facts and what it must be, or must not be when ``negated``."""

    field: str
    test: Test
    negated: bool = False

    def holds(self, facts: SeriesFacts) -> bool:
        """Return whether ``facts`` meet the condition."""
        return _meets(getattr(facts, self.field), self.test) is not self.negated


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    ``becomes`` maps the kind so far to the kind this rule gives; the key None stands for a series
    that has no kind yet. A ``final`` rule is not refined by later stages.
    """

    id: str
    why: str
    becomes: Mapping[Kind | None, Kind]
    conditions: tuple[Condition, ...]
    final: bool = False

    def applies(self, facts: SeriesFacts, kind: Kind | None) -> bool:
        """Return whether the rule decides a series that is ``kind`` so far."""
        return kind in self.becomes and all(condition.holds(facts) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of every stage, in the order they are tried."""

    stages: Mapping[str, tuple[Rule, ...]]

    def why(self, rule_id: str) -> str:
        """Return the sentence that explains a rule, empty for an unknown one."""
        rules = (rule for stage in self.stages.values() for rule in stage)
        return next((rule.why for rule in rules if rule.id == rule_id), "")

    def before(self, others: "Rules") -> "Rules":
        """Return these rules and then ``others``, stage by stage."""
        return Rules({stage: self.stages[stage] + others.stages[stage] for stage in STAGES})


def _meets(value: object, test: Test) -> bool:
    match test:
        case bool():
            return value is test
        case re.Pattern():
            return test.search(str(value)) is not None
        case Range():
            return isinstance(value, int | float) and test.lowest <= value <= test.highest
        case _:
            return not test.isdisjoint({value} if isinstance(value, str) else _tokens(value))


def _tokens(value: object) -> "frozenset[object]":
    return cast("frozenset[object]", value) if isinstance(value, frozenset) else frozenset()
