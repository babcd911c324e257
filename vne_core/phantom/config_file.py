"""Reading a cohort's TOML: unknown dials, wrong types and ranges are refused by their path."""

import dataclasses
import hashlib
import json
import tomllib
import typing
from pathlib import Path
from typing import Any

from vne_core.packaged import resource
from vne_core.phantom.config import CohortConfig
from vne_core.phantom.dials import DialError

PRESET_FOLDER = "cohorts"
DEFAULT_PRESET = "hcm_1p5t_shmolli"


def preset_names() -> list[str]:
    """Return the names of the cohorts that come with the program."""
    return sorted(path.stem for path in resource(PRESET_FOLDER).glob("*.toml"))


def load_config(name_or_path: str = DEFAULT_PRESET) -> CohortConfig:
    """Return the cohort of a preset's name or of a TOML file.

    A file says only what differs from the preset it names as ``base``, or from the default one.
    Raises DialError.
    """
    if name_or_path == DEFAULT_PRESET:
        return _build(CohortConfig, _table(name_or_path), "")
    return config_of(_table(name_or_path), name_or_path)


def config_of(table: dict[str, Any], name: str) -> CohortConfig:
    """Return the cohort of a parsed table; ``name`` is used where it has none."""
    return _build(CohortConfig, _completed({"name": Path(name).stem, **table}), "")


def config_hash(config: CohortConfig, seed: int) -> str:
    """Return what tells this cohort from every other, 16 hexadecimal digits."""
    text = json.dumps([dataclasses.asdict(config), seed], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _table(name_or_path: str) -> dict[str, Any]:
    """Return the parsed table of a preset or file."""
    path = Path(name_or_path)
    if path.suffix != ".toml":
        if name_or_path not in preset_names():
            raise DialError(
                f"{name_or_path!r} is no preset",
                f"one of {', '.join(preset_names())}, or a .toml file",
            )
        path = resource(PRESET_FOLDER) / f"{name_or_path}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DialError(f"{path} cannot be read ({error})", "a cohort's TOML file") from error


def _completed(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table laid over the preset it is based on, and that over its own."""
    own = dict(table)
    base = own.pop("base", DEFAULT_PRESET)
    if base not in preset_names():
        raise DialError(f"base is {base!r}", f"one of {', '.join(preset_names())}")
    below = _table(base)
    return _merged(below if base == DEFAULT_PRESET else _completed(below), own)


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return the base table with what ``own`` says instead, section by section."""
    merged = dict(base)
    for name, value in own.items():
        under = merged.get(name)
        if isinstance(value, dict) and isinstance(under, dict):
            merged[name] = _merged(
                typing.cast("dict[str, Any]", under), typing.cast("dict[str, Any]", value)
            )
        else:
            merged[name] = value
    return merged


def _build(kind: type[Any], table: dict[str, Any], path: str) -> Any:
    """Return the dials of a table; its fields are told as ``path.field``."""
    types = typing.get_type_hints(kind)
    unknown = [name for name in table if name not in types]
    if unknown:
        raise DialError(f"{path}{unknown[0]} is no dial", f"one of {', '.join(types)}")
    values = {name: _value(types[name], value, f"{path}{name}") for name, value in table.items()}
    try:
        return kind(**values)
    except TypeError as error:
        needed = [f.name for f in dataclasses.fields(kind) if f.default is dataclasses.MISSING]
        raise DialError(f"{path.rstrip('.')} is incomplete", ", ".join(needed)) from error
    except DialError as error:
        found = error.found.replace(f"{kind.__name__}.", path).replace(
            f"{kind.__name__} ", f"{path.rstrip('.')} "
        )
        raise DialError(found, error.needed) from error


def _value(kind: Any, value: Any, path: str) -> Any:
    """Return a value of a field's type, or refuse it."""
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise DialError(f"{path} is {value!r}", "a table of dials")
        return _build(
            typing.cast("type[Any]", kind), typing.cast("dict[str, Any]", value), f"{path}."
        )
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = str if typing.get_origin(kind) is typing.Literal else kind
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise DialError(f"{path} is {value!r}", f"a value of type {wanted.__name__}")
    return value
