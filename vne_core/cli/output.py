"""How ``vne`` answers: one JSON object or plain text on stdout, progress and refusals on stderr."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from vne_core.errors import VneError

SCHEMA = "vne/1"
EXIT_DONE, EXIT_REFUSED, EXIT_USAGE, EXIT_CANCELLED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: ``data`` for programs, ``text`` for people."""

    data: Any
    text: str
    warnings: Sequence[str] = field(default_factory=tuple[str, ...])


class RefusedAnswer(VneError):  # noqa: N818 - an answer that is a refusal too
    """A refusal that has something to show all the same."""

    def __init__(self, answer: Answer, found: str, needed: str = "", action: str = "") -> None:
        super().__init__(found, needed, action)
        self.answer = answer


class UsageError(VneError):
    """A command line that says nothing the program can do."""

    code = "usage"


def tell(answer: Answer, *, as_json: bool) -> int:
    """Write an answer and return the exit code."""
    if as_json:
        _write_json(ok=True, data=answer.data, warnings=answer.warnings, error=None)
    else:
        for warning in answer.warnings:
            sys.stderr.write(f"note: {warning}\n")
        sys.stdout.write(answer.text.rstrip("\n") + "\n")
    return EXIT_DONE


def tell_refusal(error: VneError, code: str, exit_code: int, *, as_json: bool) -> int:
    """Write why nothing was done and return the exit code."""
    answer = error.answer if isinstance(error, RefusedAnswer) else Answer(None, "")
    if as_json:
        parts = {"found": error.found, "needed": error.needed, "action": error.action}
        told = {"code": code, **parts}
        _write_json(ok=False, data=answer.data, warnings=answer.warnings, error=told)
    else:
        if answer.text:
            tell(answer, as_json=False)
        sys.stderr.write(f"vne: {error}\n")
    return exit_code


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns under their names."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines)


def numbered(count: int, noun: str) -> str:
    """Return a count with its noun: "1 file", "2 files"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _write_json(
    *, ok: bool, data: Any, warnings: Sequence[str], error: dict[str, str] | None
) -> None:
    envelope = {"schema": SCHEMA, "ok": ok, "data": data, "warnings": [*warnings], "error": error}
    json.dump(envelope, sys.stdout)
    sys.stdout.write("\n")
