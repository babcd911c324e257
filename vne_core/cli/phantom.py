"""``vne phantom``: virtual patients as DICOM studies."""

import argparse

from vne_core.cli.output import Answer, table
from vne_core.cli.progress import run_job


def run(arguments: argparse.Namespace) -> Answer:
    """Write the patients, each in a folder of its own with its truth beside the images."""
    params = {
        "out": str(arguments.out.absolute()),
        "patients": arguments.patients,
        "seed": arguments.seed,
    }
    result, warnings = run_job("phantom", params)
    rows = [
        (
            patient["patient_id"],
            " / ".join(f"{percent:.1f}" for percent in patient["burden_percent"].values()),
            patient["dicom"],
        )
        for patient in result["patients"]
    ]
    head = ("patient", "true burden %, FWHM/FWQM/FWEM", "images")
    return Answer(result, table(head, rows), warnings)
