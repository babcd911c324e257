"""The command run as a program and in this process."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.vne_core.jobs.small_study import SmallStudy
from vne_core.cli.main import main

VNE = [sys.executable, "-m", "vne_core.cli.main"]


@dataclass
class Said:
    """What a command wrote and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def vne(capsys) -> Callable[..., Said]:
    """Run a command line in this process."""

    def run(*arguments) -> Said:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def vne_program() -> Callable[..., Said]:
    """Run a command line as a program of its own."""

    def run(*arguments) -> Said:
        command = [*VNE, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def files(tmp_path: Path) -> SmallStudy:
    """A small study, written."""
    study = SmallStudy(tmp_path / "files")
    study.write()
    return study
