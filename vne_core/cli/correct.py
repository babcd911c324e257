"""``vne correct``: a series given the kind that a reader says."""

import argparse

from vne_core.cli.output import Answer, UsageError
from vne_core.cli.progress import run_job
from vne_core.dicom.kinds import Kind
from vne_core.workspace.sources import workspace_folder


def run(arguments: argparse.Namespace) -> Answer:
    """Correct the kind, for this study or as a rule of the site, and build the study anew."""
    if arguments.kind not in set(Kind):
        raise UsageError(f"no kind is called {arguments.kind}", f"one of {', '.join(Kind)}")
    params = {
        "workspace": str((arguments.workspace or workspace_folder()).absolute()),
        "series_id": arguments.series,
        "kind": arguments.kind,
        "as_site_rule": arguments.site,
    }
    result, warnings = run_job("correct_kind", params)
    scope = " by a rule of this site" if arguments.site else ""
    return Answer(result, f"series {arguments.series} is {arguments.kind}{scope}", warnings)
