"""``vne quantify``: lesion burden of every study of a workspace into a CSV."""

import argparse
from typing import Any

from vne_core.cli.output import Answer, numbered, table
from vne_core.cli.progress import run_job
from vne_core.errors import VneError
from vne_core.workspace.sources import workspace_folder

_IMAGES = {"lge": ["LGE"], "vne": ["VNE"], "both": ["LGE", "VNE"]}


class NoModelCardError(VneError):
    """Thresholds of a model that is not installed."""

    code = "no-model-card"


def run(arguments: argparse.Namespace) -> Answer:
    """Measure with equal thresholds; a model's own need a model."""
    if arguments.preset == "matched":
        raise NoModelCardError(
            "no VNE model is installed",
            "the matched thresholds of a model's card",
            "use --preset equal",
        )
    params = {
        "workspace": str((arguments.workspace or workspace_folder()).absolute()),
        "csv": str(arguments.csv.absolute()),
        "images": _IMAGES[arguments.image],
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
