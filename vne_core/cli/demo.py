"""``vne demo``: the demo patient made, imported, generated and measured into a folder, windowless.

``burden.csv`` (its JSON beside it), ``matches.txt``, the DICOM files with their truth, and the
workspace. What is measured stands beside what is true.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vne_core.align.match import SliceMatch, match_study
from vne_core.align.summary import match_summary
from vne_core.cli.main import main
from vne_core.cli.output import Answer
from vne_core.cli.progress import run_job
from vne_core.files import atomic_write
from vne_core.learn.registry import Registry
from vne_core.phantom.recheck import BurdenCheck, check_burden
from vne_core.phantom.truth import TRUTH_FOLDER, Truth, load_truth
from vne_core.workspace.aligned import aligned_slice
from vne_core.workspace.arrays import AnyArray, ArrayCache
from vne_core.workspace.store import Workspace

PERTURBATION_SEED = 1


def run(arguments: argparse.Namespace) -> Answer:
    """Make, import and measure the demo patient; safe to repeat."""
    out: Path = arguments.out.absolute()
    workspace, patient, csv = out / "workspace", out / "demo", out / "burden.csv"
    matches_path = out / "matches.txt"
    run_job("demo", {"workspace": str(workspace), "folder": str(patient), "truth": True})
    notes = _generate(workspace)
    images = ["LGE"] if notes is None else ["LGE", "VNE"]
    measuring = {"workspace": str(workspace), "csv": str(csv), "images": images}
    _, warnings = run_job("quantify", measuring)
    truth = load_truth(patient / TRUTH_FOLDER)
    with Workspace.open(workspace, read_only=True) as opened:
        study = opened.studies.load(opened.studies.summaries()[0].study_id)
        matches = match_study(study, opened.overrides.of_study(study.study_id))
        atomic_write(matches_path, match_summary(study, matches) + "\n")
        lge = lge_by_slice(opened.arrays, matches, truth)
        check = check_burden(truth, lge, np.random.default_rng(PERTURBATION_SEED))
    places = {"csv": str(csv), "matches": str(matches_path), "workspace": str(workspace)}
    told = (*(notes or ()), *warnings)
    return Answer({**places, "check": _check_data(check)}, _text(places, check), told)


def _generate(workspace: Path) -> tuple[str, ...] | None:
    """Generate the VNE with the model in use; return what the job warned of, None without one."""
    if Registry(workspace / "models").active_id() is None:
        return None
    _, warnings = run_job("generate", {"workspace": str(workspace)})
    return warnings


def lge_by_slice(
    arrays: ArrayCache, matches: Sequence[SliceMatch], truth: Truth
) -> dict[str, AnyArray]:
    """Return the imported LGE on the T1 grid by the name of the true slice it lies at."""
    aligned = ((match.anchor.plane, aligned_slice(arrays, match).lge) for match in matches)
    return {truth.slice_at(plane).name: lge for plane, lge in aligned if lge is not None}


def _check_data(check: BurdenCheck) -> dict[str, Any]:
    """Return the check as plain JSON values: percents by level, as text."""
    told: dict[str, Mapping[float, float]] = {
        "truth": check.truth,
        "tissue": check.tissue,
        "measured": check.measured,
        "perturbed_mean": check.perturbed_mean,
        "perturbed_sd": check.perturbed_sd,
    }
    percents = {
        name: {f"{level:g}": round(percent, 3) for level, percent in by_level.items()}
        for name, by_level in told.items()
    }
    return {**percents, "perturbation_mm": check.perturbation_mm, "repeats": check.repeats}


def _text(places: Mapping[str, str], check: BurdenCheck) -> str:
    head = "Demo patient (virtual: nobody was scanned), LGE burden of the imported DICOM files:"
    written = [f"{name:9} {path}" for name, path in places.items()]
    return "\n".join([head, *check.lines(), "", *written])


if __name__ == "__main__":
    sys.exit(main(["demo", *sys.argv[1:]]))
