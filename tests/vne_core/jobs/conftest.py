"""Job kinds for the tests, and small DICOM studies to import."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vne_core.jobs.small_study import SmallStudy
from vne_core.jobs import folder, import_study
from vne_core.jobs.events import Finished, JobSpec

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


@pytest.fixture
def files(tmp_path: Path) -> SmallStudy:
    """A small study, written."""
    study = SmallStudy(tmp_path / "files")
    study.write()
    return study


@pytest.fixture
def new_study() -> type[SmallStudy]:
    return SmallStudy


class Importer:
    """Runs the import job in this process, as the job process would."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.events = []

    def __call__(self, *paths: Path, cancelled=lambda: False, **params) -> dict:
        params = {"paths": [str(p) for p in paths], "workspace": str(self.workspace), **params}
        self.events = list(import_study.run(params, cancelled))
        assert isinstance(self.events[-1], Finished)
        return self.events[-1].result


@pytest.fixture
def import_into(tmp_path: Path) -> Importer:
    return Importer(tmp_path / "workspace")


@pytest.fixture
def cancelling() -> Callable[[int], Callable[[], bool]]:
    """Make a wish to stop that comes at the n-th time of asking."""

    def make(turn: int) -> Callable[[], bool]:
        asked = iter(range(turn))
        return lambda: next(asked, None) is None

    return make
