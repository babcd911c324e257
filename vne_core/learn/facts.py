"""Frozen facts from TOML or JSON tables, every value checked; a refusal names its field.

A field's limits stand beside it: ``field(default=16, metadata=within(4, 64))``.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from vne_core.errors import VneError

Fact = TypeVar("Fact")
_LOW, _HIGH = "low", "high"


class SpecError(VneError):
    """A specification with a field that is unknown, of another type or outside its range."""

    code = "spec"


def within(low: float, high: float) -> dict[str, float]:
    """Return the metadata of a field whose number, or each of its numbers, has these limits."""
    return {_LOW: low, _HIGH: high}


def require_limits(fact: Any) -> None:
    """Raise SpecError for the first field of a dataclass outside the limits beside it."""
    for field in dataclasses.fields(fact):
        if _LOW not in field.metadata:
            continue
        low, high = field.metadata[_LOW], field.metadata[_HIGH]
        value = getattr(fact, field.name)
        numbers = cast("Sequence[float]", value if isinstance(value, tuple) else (value,))
        if not all(low <= number <= high for number in numbers):
            raise SpecError(f"{field.name} is {value}", f"{low:g} to {high:g}")


def from_table(kind: type[Fact], table: Mapping[str, Any], path: str = "") -> Fact:
    """Return the dataclass of a parsed table; tables nest as dataclasses do.

    Raises SpecError with the path of the field: "network.width is 3; needed: 4 to 64".
    """
    hints = typing.get_type_hints(kind)
    unknown = [name for name in table if name not in hints]
    if unknown:
        raise SpecError(f"{path}{unknown[0]} is no field", f"one of {', '.join(hints)}")
    values = {name: _value(hints[name], value, f"{path}{name}") for name, value in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        fields = dataclasses.fields(cast("Any", kind))
        needed = [
            f.name
            for f in fields
            if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        ]
        raise SpecError(
            f"{path.rstrip('.') or 'the table'} is incomplete", ", ".join(needed)
        ) from error
    except SpecError as error:
        if path and not error.found.startswith(path):
            raise SpecError(f"{path}{error.found}", error.needed, error.action) from error
        raise


def to_table(fact: Any) -> dict[str, Any]:
    """Return a dataclass as JSON values, nested tables and lists; ``from_table`` reads it."""
    return {field.name: _plain(getattr(fact, field.name)) for field in dataclasses.fields(fact)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_table(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[Any, ...]", value)]
    return value


def _value(kind: Any, value: Any, path: str) -> Any:
    """Return a value of a field's type, or refuse it."""
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise SpecError(f"{path} is {value!r}", "a table")
        return from_table(cast("type[Any]", kind), cast("Mapping[str, Any]", value), f"{path}.")
    if origin is typing.Literal:
        return _chosen(typing.get_args(kind), value, path)
    if origin in (types.UnionType, typing.Union):
        return _optional(kind, value, path)
    if origin is tuple:
        return _several(typing.get_args(kind), value, path)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SpecError(f"{path} is {value!r}", f"a value of type {kind.__name__}")
    return value


def _chosen(choices: tuple[Any, ...], value: Any, path: str) -> Any:
    if value not in choices:
        raise SpecError(f"{path} is {value!r}", f"one of {', '.join(map(str, choices))}")
    return value


def _optional(kind: Any, value: Any, path: str) -> Any:
    """Return None, or a value of the only other type that the field has."""
    (other,) = (arg for arg in typing.get_args(kind) if arg is not types.NoneType)
    return None if value is None else _value(other, value, path)


def _several(arguments: tuple[Any, ...], value: Any, path: str) -> tuple[Any, ...]:
    """Return a tuple of a list: any number of one type, or as many as the field names."""
    if not isinstance(value, list | tuple):
        raise SpecError(f"{path} is {value!r}", "a list")
    found = list(cast("Sequence[Any]", value))
    if arguments[-1] is Ellipsis:
        arguments = (arguments[0],) * len(found)
    if len(arguments) != len(found):
        raise SpecError(f"{path} has {len(found)} values", f"{len(arguments)}")
    return tuple(
        _value(kind, item, f"{path}[{index}]")
        for index, (kind, item) in enumerate(zip(arguments, found, strict=True))
    )
