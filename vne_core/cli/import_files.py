"""``vne import``: DICOM files into a workspace."""

import argparse
from typing import Any

from vne_core.cli.output import Answer, numbered, table
from vne_core.cli.progress import run_job
from vne_core.workspace.sources import workspace_folder

SHOWN_REFUSALS = 20
"""Refusals listed for people; ``--json`` has them all."""


def run(arguments: argparse.Namespace) -> Answer:
    """Import and say what became of every file."""
    params = {
        "paths": [str(path.absolute()) for path in arguments.paths],
        "workspace": str((arguments.workspace or workspace_folder()).absolute()),
        "again": arguments.again,
        "truth": str(arguments.truth.absolute()) if arguments.truth else None,
    }
    result, warnings = run_job("import_study", params)
    return Answer(result, _text(result), warnings)


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
    refused = result["rejected"]
    if refused:
        rows = [(r["source"], r["code"], r["reason"]) for r in refused[:SHOWN_REFUSALS]]
        lines += ["", table(("file", "what", "why"), rows)]
    if len(refused) > SHOWN_REFUSALS:
        lines.append(f"... and {len(refused) - SHOWN_REFUSALS} more: see --json")
    return "\n".join(lines)
