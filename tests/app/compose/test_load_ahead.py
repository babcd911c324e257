import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.compose.load_ahead import MODULES

ROOT = Path(__file__).parents[3]
CODE = """
import json, os, sys
from PySide6.QtCore import QTimer
from app import __main__ as reader
from app.compose import load_ahead, opening
seen = {}
class Watch(load_ahead.LoadAhead):
    def __init__(self, living):
        super().__init__(living)
        living.listed.connect(lambda: open_first(living))
        living.ready.connect(lambda: seen.setdefault("ready", sorted(sys.modules)))
        self._timer.timeout.connect(self._look)
    def _look(self):
        if not self._timer.isActive():
            seen["later"] = sorted(sys.modules)
            os.write(1, json.dumps(seen).encode())
            self.parent().window.close()
def open_first(living):
    if living.shown_study is None:
        living.open_study(living.studies[0].study_id)
load_ahead.LoadAhead = Watch
reader.main([])
"""
NOT_FOR_READING = {
    "scipy", "pydicom", "torch", "onnxruntime", "matplotlib", "pyqtgraph", "tomllib",
    "vne_core.mapping", "vne_core.dicom.classify", "vne_core.dicom.series",
}  # fmt: skip
"""Slow to load, and of no use to a study whose slices were aligned when it was imported."""


@pytest.fixture(scope="module")
def loaded(demo_folder):
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "VNE_CONFIG_DIR": str(demo_folder / "config"),
        "VNE_WORKSPACE": str(demo_folder / "workspace"),
    }
    _run(environment)  # the first opening aligns the slices, as an import in the window does
    return {when: set(names) for when, names in _run(environment).items()}


def _run(environment):
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_stored_study_is_drawn_with_neither_dialogs_nor_fits_nor_rules(loaded):
    assert not loaded["ready"] & (NOT_FOR_READING | set(MODULES))


def test_the_dialogs_are_loaded_once_the_study_is_drawn(loaded):
    assert set(MODULES) <= loaded["later"]
    assert "scipy" not in loaded["later"]
