"""Job kinds for the tests, as modules of the package's folder of kinds would be."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from vne_core.jobs import folder
from vne_core.jobs.events import JobSpec

PROLOGUE = """
import os, signal, subprocess, sys, time, types
from vne_core.errors import Cancelled, VneError
from vne_core.jobs import registry, run
from vne_core.jobs.events import Failed, Finished, Progress, Stopped, Warned
"""
EPILOGUE = """
module = types.ModuleType("vne_core.jobs.trial")
module.run = code
sys.modules["vne_core.jobs.trial"] = module
registry.KINDS = (*registry.KINDS, "trial")
sys.exit(run.main(sys.argv[1:]))
"""


@pytest.fixture
def trial(tmp_path: Path, monkeypatch) -> Callable[[str], JobSpec]:
    """Make a job whose code is the given generator body; the real runner runs it."""

    def make(body: str) -> JobSpec:
        script = tmp_path / "trial.py"
        code = "def code(params, cancelled):\n" + textwrap.indent(textwrap.dedent(body), "    ")
        script.write_text(PROLOGUE + code + EPILOGUE)
        command = folder.job_command

        def trial_command(job: Path) -> list[str]:
            return [command(job)[0], str(script), str(job)]

        monkeypatch.setattr("vne_core.jobs.foreground.job_command", trial_command)
        return JobSpec("trial", {})

    return make


@pytest.fixture(autouse=True)
def importable(monkeypatch) -> None:
    """Let child processes import this checkout, installed or not."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
