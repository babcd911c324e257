"""``vne import``: DICOM files into a workspace."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vne_core.cli.output import Answer, RefusedAnswer, numbered, table
from vne_core.cli.progress import run_job
from vne_core.dicom.beside import BESIDE_REASON, BESIDE_WORD
from vne_core.workspace.sources import workspace_folder

SHOWN_REFUSALS = 20
"""Refusals listed for people; ``--json`` has them all."""


class NothingImportedError(RefusedAnswer):
    """An import that found no image it could take."""

    code = "nothing-imported"

    def __init__(self, counts: Mapping[str, int], paths: Sequence[Path], answer: Answer) -> None:
        named = ", ".join(map(str, paths))
        found = (
            f"{named} holds {numbered(counts['files'], 'file')}, none of which could be imported"
            if counts["files"]
            else f"there is no file in {named}"
        )
        action = "see the reason of each file" if counts["files"] else "name another folder"
        super().__init__(answer, found, "at least one MR image", action)


def run(arguments: argparse.Namespace) -> Answer:
    """Import and say what became of every file. Raises NothingImportedError where none was taken."""
    params = {
        "paths": [str(path.absolute()) for path in arguments.paths],
        "workspace": str((arguments.workspace or workspace_folder()).absolute()),
        "again": arguments.again,
        "truth": str(arguments.truth.absolute()) if arguments.truth else None,
    }
    result, warnings = run_job("import_study", params)
    answer = Answer(result, _text(result), warnings)
    if not result["counts"]["imported"]:
        raise NothingImportedError(result["counts"], arguments.paths, answer)
    return answer


def _text(result: dict[str, Any]) -> str:
    counts = result["counts"]
    told = [f"{counts[name]} {name}" for name in ("imported", "new", "rejected", "ignored")]
    told.insert(2, numbered(counts["duplicates"], "duplicate"))
    lines = [f"{numbered(counts['files'], 'file')}: {', '.join(told)}"]
    lines += [
        f"study {study['pseudonym']}: {numbered(study['slices'], 'short-axis slice')} "
        f"({numbered(study['positions'], 'series position')}), "
        f"{numbered(study['new'], 'new file')}"
        for study in result["studies"]
    ]
    refused = [row for row in result["rejected"] if row["code"] != BESIDE_WORD]
    if beside := len(result["rejected"]) - len(refused):
        lines.append(f"{numbered(beside, 'file')} ignored: {BESIDE_REASON}; --json names them")
    if refused:
        rows = [(r["source"], r["code"], r["reason"]) for r in refused[:SHOWN_REFUSALS]]
        lines += ["", table(("file", "what", "why"), rows)]
    if len(refused) > SHOWN_REFUSALS:
        lines.append(f"... and {len(refused) - SHOWN_REFUSALS} more: see --json")
    return "\n".join(lines)
