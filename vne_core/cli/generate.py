"""``vne generate``: the VNE of every slice of a workspace."""

import argparse
from typing import Any

from vne_core.cli.output import Answer, numbered, table
from vne_core.cli.progress import run_job
from vne_core.workspace.sources import workspace_folder

NO_FIGURE = "–"  # noqa: RUF001 - a dash as wide as a figure


def run(arguments: argparse.Namespace) -> Answer:
    """Generate with the model in use, or the one named; what is already there is kept."""
    params = {
        "workspace": str((arguments.workspace or workspace_folder()).absolute()),
        "model_id": arguments.model,
        "again": arguments.again,
    }
    result, warnings = run_job("generate", params)
    return Answer(result, _text(result), warnings)


def _text(result: dict[str, Any]) -> str:
    rows = [
        (
            one["study"],
            str(one["slice"]),
            one["status"],
            _percent(one.get("confidence")),
            _percent(one.get("enhancement_probability")),
            ", ".join(one.get("flags", ())) or one.get("reason", ""),
        )
        for one in result["slices"]
    ]
    head = ("patient", "slice", "VNE", "confidence", "enhances", "flags")
    made = numbered(result["generated"], "image")
    return "\n".join([table(head, rows), f"{made} with the model {result['model_id']}"])


def _percent(ratio: float | None) -> str:
    return NO_FIGURE if ratio is None else f"{100 * ratio:.0f} %"
