"""``vne phantom``: virtual patients as DICOM studies or training arrays, and their report."""

import argparse
from typing import Any

from vne_core.cli.output import Answer, UsageError, table
from vne_core.cli.progress import run_job


def run(arguments: argparse.Namespace) -> Answer:
    """Make the patients of a cohort, or only measure them."""
    if arguments.arrays and arguments.only_report:
        raise UsageError("--arrays and --only-report", "one of them")
    make = "arrays" if arguments.arrays else "figures" if arguments.only_report else "dicom"
    params = {
        "out": str(arguments.out.absolute()),
        "patients": arguments.patients,
        "seed": arguments.seed,
        "config": arguments.config,
        "make": make,
        "report": arguments.report or arguments.only_report,
    }
    result, warnings = run_job("phantom", params)
    return Answer(result, "\n\n".join(_texts(result)), warnings)


def _texts(result: dict[str, Any]) -> list[str]:
    """Return what was made, in the words of the terminal."""
    texts: list[str] = []
    if "patients" in result:
        texts.append(_patients(result["patients"]))
    if "arrays" in result:
        texts.append(f"{result['count']} patients as training arrays: {result['arrays']}")
    if "report" in result:
        report = result["report"]
        texts.append(f"{report['table']}\n\nreport: {report['folder']}")
    return texts


def _patients(patients: list[dict[str, Any]]) -> str:
    rows = [
        (
            patient["patient_id"],
            " / ".join(f"{percent:.1f}" for percent in patient["burden_percent"].values()),
            patient["dicom"],
        )
        for patient in patients
    ]
    return table(("patient", "true burden %, FWHM/FWQM/FWEM", "images"), rows)
