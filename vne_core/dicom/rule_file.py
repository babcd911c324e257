"""Rules files: the shipped table and a site's own, read with every mistake named by its line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, TypeGuard, TypeVar, cast

from vne_core.dicom.kind_rules import (
    FIELDS,
    STAGES,
    VALUES,
    Condition,
    FieldType,
    Range,
    Rule,
    Rules,
    Test,
)
from vne_core.dicom.kinds import Kind
from vne_core.errors import VneError
from vne_core.packaged import resource

_Item = TypeVar("_Item")

_RESULT_KEY = {"kind": "kind", "axis": "becomes", "contrast": "becomes"}
"""The key that says what a rule of each stage gives."""


class RulesError(VneError):
    """A rules file that cannot be used, with its line and field."""

    code = "classification-rules"


def load_rules(site_rules: Path | None = None) -> Rules:
    """Return the shipped rules, behind those of ``site_rules`` where that file exists.

    Raises RulesError with file, line and field for anything that is not a rule.
    """
    shipped = read_rules(resource("classification.toml"))
    if site_rules is None or not site_rules.exists():
        return shipped
    return read_rules(site_rules).before(shipped)


def read_rules(path: Path) -> Rules:
    """Return the rules of one file. Raises RulesError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RulesError(f"{path.name} cannot be read ({error})", "a text file in UTF-8") from error
    return parse_rules(text, path.name)


def parse_rules(text: str, file_name: str) -> Rules:
    """Return the rules of a TOML text; ``file_name`` is for messages. Raises RulesError."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(
            f"{file_name} is not TOML ({error})", "a TOML file", "correct that line"
        ) from error
    lists = " or ".join(f"[[{stage}]]" for stage in STAGES)
    for name, rows in tables.items():
        if name not in STAGES or not _is_list_of(rows, dict):
            raise _Row(text, file_name, "", 0, {}).wrong(name, "is not a list of rules", lists)
    rows_of = {
        stage: [_Row(text, file_name, stage, i, row) for i, row in enumerate(tables.get(stage, []))]
        for stage in STAGES
    }
    _refuse_same_ids([row for rows in rows_of.values() for row in rows])
    return Rules({stage: tuple(map(_parse_rule, rows)) for stage, rows in rows_of.items()})


@dataclass(frozen=True, slots=True)
class _Row:
    """One table of a rules file and where it stands, so that a message can name the line."""

    text: str
    file_name: str
    stage: str
    index: int
    values: Mapping[str, Any]

    def wrong(self, field: str, found: str, needed: str) -> RulesError:
        """Return the error that names the line and ``field``."""
        place = f"{self.file_name} line {self._line(field)}"
        return RulesError(f"{place}: {field} {found}", needed, "correct that line")

    def _line(self, field: str) -> int:
        """Return the line of ``field`` in this row, else of the row's head; of a list by its name."""
        lines = list(enumerate(self.text.splitlines(), start=1))
        entry = re.compile(
            rf"\s*[\"']?{re.escape(field)}\b" if self.stage else rf"\W*{re.escape(field)}\b"
        )
        heads = [n for n, line in lines if re.match(rf"\s*\[\[\s*{self.stage}\s*\]\]", line)]
        start = heads[self.index] if self.index < len(heads) else 1
        others = (n for n, line in lines if n > start and re.match(r"\s*\[\[", line))
        end = next(others, inf) if self.stage else inf
        return next((n for n, line in lines if start <= n < end and entry.match(line)), start)


def _parse_rule(row: _Row) -> Rule:
    result_key = _RESULT_KEY[row.stage]
    for key in ("id", "why"):
        if not isinstance(row.values.get(key), str) or not row.values[key].strip():
            raise row.wrong(key, "is missing", "a text")
    if result_key not in row.values:
        raise row.wrong(result_key, "is missing", f"every [[{row.stage}]] rule has it")
    final = row.values.get("final", False)
    if not isinstance(final, bool):
        raise row.wrong("final", f"= {final!r}", "true or false")
    own = {"id", "why", "final", result_key}
    conditions = tuple(_parse_condition(row, key) for key in row.values if key not in own)
    if not conditions:
        raise row.wrong("id", f"= {row.values['id']!r} has no condition", "at least one")
    becomes = _parse_becomes(row)
    return Rule(row.values["id"], row.values["why"], becomes, conditions, final)


def _parse_becomes(row: _Row) -> dict[Kind | None, Kind]:
    if row.stage == "kind":
        return {None: _kind(row, "kind", row.values["kind"])}
    table: dict[str, Any] | None = row.values["becomes"]
    if not isinstance(table, dict) or not table:
        raise row.wrong("becomes", f"= {table!r}", "a table from kind to kind")
    return {_kind(row, "becomes", old): _kind(row, "becomes", new) for old, new in table.items()}


def _kind(row: _Row, field: str, name: object) -> Kind:
    try:
        return Kind(str(name))
    except ValueError:
        raise row.wrong(field, f"names {name!r}", "one of " + ", ".join(Kind)) from None


def _parse_condition(row: _Row, key: str) -> Condition:
    field = key.removesuffix("_not")
    field_type = FIELDS.get(field)
    if field_type is None:
        raise row.wrong(key, "is no field of a series", "one of " + ", ".join(FIELDS))
    value = row.values[key]
    try:
        test = _PARSERS[field_type](value)
    except (TypeError, ValueError, re.error) as error:
        raise row.wrong(key, f"= {value!r} ({error})", field_type.value) from error
    known = VALUES.get(field)
    if known is not None and isinstance(test, frozenset) and not test <= known:
        raise row.wrong(key, f"= {value!r}", "values among " + ", ".join(sorted(known)))
    return Condition(field, test, negated=key != field)


def _text_test(value: object) -> Test:
    if not isinstance(value, str) or not value:
        raise TypeError("no text")
    return re.compile(value, re.IGNORECASE)


def _token_test(value: object) -> Test:
    if not _is_list_of(value, str) or not value:
        raise TypeError("no list of texts")
    return frozenset(value)


def _range_test(value: object) -> Test:
    if not _is_table(value) or not value or not value.keys() <= {"min", "max"}:
        raise TypeError("no min and no max")
    lowest, highest = float(value.get("min", -inf)), float(value.get("max", inf))
    if lowest > highest:
        raise ValueError("min is larger than max")
    return Range(lowest, highest)


def _is_list_of(value: object, item: type[_Item]) -> TypeGuard[list[_Item]]:
    is_list = isinstance(value, list)
    return is_list and all(isinstance(one, item) for one in cast("list[object]", value))


def _is_table(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _flag_test(value: object) -> Test:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


_PARSERS = {
    FieldType.TEXT: _text_test,
    FieldType.TOKENS: _token_test,
    FieldType.RANGE: _range_test,
    FieldType.FLAG: _flag_test,
}


def _refuse_same_ids(rows: list[_Row]) -> None:
    seen: set[object] = set()
    for row in rows:
        identity = row.values.get("id")
        if identity is not None and identity in seen:
            raise row.wrong("id", f"= {identity!r} is there twice", "an id of its own")
        seen.add(identity)
