import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
import json, os, sys
from PySide6 import QtCore, QtWidgets
from app import __main__ as reader
def look(window, options):
    own = [name for name in sys.modules if name.startswith(("app.", "vne_core."))]
    foreign = {name.partition(".")[0] for name in sys.modules}
    made = [name for name in ("Qt", "QTreeWidget") if name in vars(QtCore) | vars(QtWidgets)]
    picture = window.grab().toImage()
    wide, high = picture.width(), picture.height()
    colours = {picture.pixelColor(x, y).name() for x in range(wide // 4, 3 * wide // 4, 4)
               for y in range(high // 5, 4 * high // 5, 4)}
    seen = {"own": own, "foreign": sorted(foreign), "made": made, "colours": len(colours)}
    os.write(1, json.dumps(seen).encode())
    window.close()
reader._furnish = look
reader.main([])
"""
LATER = {"numpy", "scipy", "pydicom", "torch", "onnxruntime", "matplotlib", "sqlite3", "pyqtgraph"}


def run(code: str, folder: Path) -> str:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "VNE_CONFIG_DIR": str(folder / "config"),
        "VNE_WORKSPACE": str(folder / "workspace"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def first_paint(tmp_path_factory):
    return json.loads(run(CODE, tmp_path_factory.mktemp("start")))


def test_the_welcome_page_is_painted_before_anything_else_is_loaded(first_paint):
    assert not LATER & set(first_paint["foreign"])
    rooms = {name.rpartition(".")[0] for name in first_paint["own"]}
    assert rooms <= {"app", "app.panels", "vne_core"}
    assert len(first_paint["own"]) < 20


def test_the_welcome_page_makes_none_of_qts_hundred_enumerations(first_paint):
    assert first_paint["made"] == []


def test_the_welcome_page_is_whole_when_it_is_first_painted(first_paint):
    assert first_paint["colours"] > 50
