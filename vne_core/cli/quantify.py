"""``vne quantify``: lesion burden of every study of a workspace into a CSV."""

import argparse
from typing import Any

from vne_core.cli.output import Answer, numbered, table
from vne_core.cli.progress import run_job
from vne_core.workspace.sources import workspace_folder

_IMAGES = {"lge": ["LGE"], "vne": ["VNE"], "both": ["LGE", "VNE"]}


def run(arguments: argparse.Namespace) -> Answer:
    """Measure with equal thresholds, or VNE with those of its model's card."""
    params = {
        "workspace": str((arguments.workspace or workspace_folder()).absolute()),
        "csv": str(arguments.csv.absolute()),
        "images": _IMAGES[arguments.image],
        "preset": arguments.preset,
    }
    result, warnings = run_job("quantify", params)
    return Answer(result, _text(result), warnings)


def _text(result: dict[str, Any]) -> str:
    rows = [
        (p["study"], p["image"], f"{p['level']:g}", f"{p['burden_percent']:.1f} %", p["reason"])
        for p in result["patients"]
        if p["burden_percent"] is not None
    ]
    written = f"{numbered(result['rows'], 'row')} written to {result['csv']}"
    head = ("patient", "image", "level", "burden", "")
    return "\n".join([table(head, rows), written] if rows else [written])
