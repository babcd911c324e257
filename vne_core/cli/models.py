"""``vne models list``: the installed VNE models."""

import argparse

from vne_core.cli.output import Answer


def run(_arguments: argparse.Namespace) -> Answer:
    """List the installed models; this version ships none and installs none."""
    return Answer({"models": []}, "no VNE model is installed")
