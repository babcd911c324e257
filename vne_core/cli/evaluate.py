"""``vne evaluate``: a model on unseen virtual patients, beside its baselines and the ceiling."""

import argparse
from typing import Any

from vne_core.cli.output import Answer, UsageError
from vne_core.cli.progress import run_job
from vne_core.evaluate.frozen import TEST_SEED, TESTS
from vne_core.workspace.sources import workspace_folder


def run(arguments: argparse.Namespace) -> Answer:
    """Evaluate, and say where tables and pages are."""
    if arguments.arrays and (arguments.cohort or arguments.patients or arguments.seed is not None):
        raise UsageError("--arrays with --cohort, --patients or --seed", "either of them")
    if arguments.model is None and (arguments.freeze or arguments.record):
        raise UsageError("--freeze or --record without --model", "the model whose card is written")
    if arguments.studies and (arguments.model is None or arguments.arrays or arguments.cohort):
        raise UsageError("--studies without --model, or with --arrays or --cohort", "a model alone")
    workspace = (arguments.workspace or workspace_folder()).absolute()
    params = {
        "out": str(arguments.out.absolute()),
        "model": arguments.model,
        "baselines": arguments.baseline,
        "models": str(workspace / "models"),
        "cohorts": _cohorts(arguments),
        "arrays": None if arguments.arrays is None else str(arguments.arrays.absolute()),
        "studies": str(workspace) if arguments.studies else None,
        "localise": arguments.localise,
        "freeze": arguments.freeze,
        "record": arguments.record,
    }
    result, warnings = run_job("evaluate", params)
    written = f"written to {result['out']}: {', '.join(result['files'])}"
    return Answer(result, f"{result['table']}\n{written}", warnings)


def _cohorts(arguments: argparse.Namespace) -> list[dict[str, Any]] | None:
    """Return the cohorts asked for; None where the frozen ones are meant as they are."""
    if not (arguments.cohort or arguments.patients or arguments.seed is not None):
        return None
    frozen = {one.preset: one.patients for one in TESTS}
    usual = TESTS[-1].patients
    return [
        {
            "preset": preset,
            "patients": arguments.patients or frozen.get(preset, usual),
            "seed": TEST_SEED if arguments.seed is None else arguments.seed,
        }
        for preset in arguments.cohort or frozen
    ]
