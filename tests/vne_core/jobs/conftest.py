"""Job kinds for the tests, and small DICOM studies to import."""

import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vne_core.dicom.write import derived_uid, write_mr
from vne_core.geometry.plane import SlicePlane
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


@pytest.fixture(autouse=True)
def importable(monkeypatch) -> None:
    """Let child processes import this checkout, installed or not."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))


SHAPE = (24, 20)
INVERSION_TIMES_MS = (100.0, 1100.0, 2100.0, 3100.0, 4100.0, 180.0, 260.0)
TRIGGER_TIMES_MS = tuple(80.0 * phase for phase in range(12))
IDENTITY = {
    "PatientName": "Secretissima^Anna",
    "PatientID": "ID-4711-XYZ",
    "PatientBirthDate": "19630417",
    "AccessionNumber": "ACC998877",
    "StudyDate": "20240229",
    "Manufacturer": "SIEMENS",
    "SequenceVariant": "SK",
}


class SmallStudy:
    """Writes the DICOM files of one examination: two slices of T1 map, IR, cine and PSIR."""

    def __init__(self, folder: Path, **identity) -> None:
        self.folder = folder
        self.identity = {**IDENTITY, **identity}
        self.rng = np.random.default_rng(5)

    def write(self) -> Path:
        for position in (0, 1):
            self.t1_map(position)
            for index, time_ms in enumerate(INVERSION_TIMES_MS):
                self.ir(position, index, time_ms)
            for index, time_ms in enumerate(TRIGGER_TIMES_MS):
                self.cine(position, index, time_ms)
            self.lge(position)
        return self.folder

    def t1_map(self, position: int, **options) -> Path:
        tags = {"SeriesDescription": "ShMOLLI_192i_SAX_T1MAP", "ImageType": _type("P", "DIS2D")}
        return self.image(10, position, 0, tags, **options)

    def ir(self, position: int, index: int, time_ms: float, **options) -> Path:
        tags = {
            "SeriesDescription": "ShMOLLI_192i_SAX",
            "ImageType": _type("M", "DIS2D"),
            "InversionTime": time_ms,
            "ScanningSequence": ("GR", "IR"),
        }
        return self.image(11, position, index, tags, **options)

    def cine(self, position: int, index: int, time_ms: float, **options) -> Path:
        tags = {
            "SeriesDescription": "cine_trufi_retro",
            "ImageType": _type("M", "RETRO"),
            "TriggerTime": time_ms,
            "NominalInterval": 1000,
            "CardiacNumberOfImages": len(TRIGGER_TIMES_MS),
        }
        return self.image(20, position, index, tags, **options)

    def lge(self, position: int, **options) -> Path:
        tags = {
            "SeriesDescription": "MDE FLASH PSIR_PSIR",
            "ImageType": _type("R", "ND"),
            "InversionTime": 400,
            "ScanningSequence": ("GR", "IR"),
        }
        return self.image(30, position, 0, tags, **options)

    def image(
        self, series: int, position: int, index: int, tags: dict, *, name=None, pixels=None
    ) -> Path:
        """Write one image; its UIDs follow from its place, whatever its file is called."""
        name = name or f"{series}_{position}_{index}"
        who = self.identity["PatientID"]
        words = {"ScanningSequence": "GR", **self.identity, **tags}
        uids = {
            "SOPInstanceUID": derived_uid(who, f"{series}_{position}_{index}"),
            "StudyInstanceUID": derived_uid(who),
            "SeriesInstanceUID": derived_uid(who, series),
            "FrameOfReferenceUID": derived_uid(who, "frame"),
        }
        if pixels is None:
            pixels = self.rng.integers(0, 4096, SHAPE, dtype=np.uint16)
        path = self.folder / name
        numbers = {"SeriesNumber": series, "InstanceNumber": 10 * position + index + 1}
        write_mr(path, pixels, plane_at(position), {**words, **uids, **numbers})
        return path


def _type(*last: str) -> tuple[str, ...]:
    return ("ORIGINAL", "PRIMARY", *last)


def plane_at(position: int) -> SlicePlane:
    origin = (-20.0, -20.0, -10.0 * position)
    return SlicePlane(origin, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.5, 1.5), SHAPE, 8.0)


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


@pytest.fixture
def in_mount_namespace() -> Callable[[str], str]:
    """Run a shell command that may mount its own disks, seen by nobody else; return its output."""
    unshare = ["unshare", "--user", "--map-root-user", "--mount"]

    def run(command: str) -> str:
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
            pytest.skip("this system has no mount namespaces: no disk to mount")
        done = subprocess.run(
            [*unshare, "sh", "-c", command],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout

    return run
