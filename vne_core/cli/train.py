"""``vne train``: train a model on training arrays, alone or under torchrun."""

import argparse
from pathlib import Path
from typing import Any

from vne_core.cli.output import Answer, table
from vne_core.cli.progress import run_job


def run(arguments: argparse.Namespace) -> Answer:
    """Train, or go on with a training that was stopped."""
    out = arguments.out or Path(Path(arguments.spec).stem)
    params = {
        "spec": str(Path(arguments.spec).absolute())
        if Path(arguments.spec).suffix
        else arguments.spec,
        "out": str(out.absolute()),
        "arrays": [str(folder.absolute()) for folder in arguments.arrays or ()] or None,
        "start_from": arguments.start_from and str(arguments.start_from.absolute()),
        "max_minutes": arguments.max_minutes,
        "resume": arguments.resume,
    }
    result, warnings = run_job("train", params)
    return Answer(result, _text(result), warnings)


def _text(result: dict[str, Any]) -> str:
    if "measures" not in result:
        return f"process {result['rank']} is done; the first one tells"
    rows = [(name, f"{value:.3f}") for name, value in result["measures"].items()]
    minutes = result["seconds"] / 60
    return "\n".join(
        [
            table(("validation patients", "value"), rows),
            f"{result['steps']} steps in {minutes:.1f} minutes: {result['folder']}",
        ]
    )
