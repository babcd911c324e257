"""Start-up in fresh processes: ours against an empty Qt window, medians of interleaved starts."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.table import BenchRow

ROOT = Path(__file__).parents[2]
REPEAT = 7
WELCOME_BAR, IMAGES_BAR = 2.0, 5.0
NOT_YET = ("torch", "scipy.stats", "matplotlib", "highdicom")

EMPTY = """
import time; start = time.perf_counter()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, app.quit)
app = QApplication([]); window = Window(); window.resize(1440, 900); window.show(); app.exec()
import json; print(json.dumps({"ms": 1e3 * (time.perf_counter() - start)}))
"""
OURS = """
import time; start = time.perf_counter()
import json, os, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import __main__ as reader
seen = {}
def finish(window):
    seen["ms"] = 1e3 * (time.perf_counter() - start)
    seen["early"] = [name for name in sys.argv[2:] if name in sys.modules]
    window.close(); QApplication.quit()
def drawn(window):
    window.repaint()
    finish(window)
def images(window, options):
    from app.compose import opening
    living = opening.furnish(window, options)
    session = living.session
    def look():
        if session.images is not None and not seen:
            seen["slice"] = session.images.slice_id
            QTimer.singleShot(0, lambda: drawn(window))
    session.slice_changed.connect(look)
    session.images_changed.connect(look)
    study = living.settings.recent()[0].study_id
    living.open_study(study)
reader._furnish = (lambda window, options: finish(window)) if sys.argv[1] == "page" else images
reader.main([])
os.write(1, json.dumps(seen).encode())
"""


def rows() -> Iterator[BenchRow]:
    """Yield the welcome page's and the four images' rows."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        _import_demo(environment)
        found = {"empty": [], "page": [], "images": []}
        for _ in range(REPEAT):
            found["empty"].append(_run(EMPTY, environment))
            found["page"].append(_run(OURS, environment, "page", *NOT_YET))
            found["images"].append(_run(OURS, environment, "images", *NOT_YET))
    empty_ms = _median_ms(found["empty"])
    yield _row("welcome page painted", found["page"], empty_ms, WELCOME_BAR)
    yield _row("demo study's four images", found["images"], empty_ms, IMAGES_BAR)


def _row(name: str, seen: list[dict], empty_ms: float, bar: float) -> BenchRow:
    ours_ms = _median_ms(seen)
    early = sorted({module for one in seen for module in one["early"]})
    note = f"imported by then: {', '.join(early)}" if early else f"none of {', '.join(NOT_YET)}"
    held = ours_ms <= bar * empty_ms and not early
    within = f"<= {bar:g}x an empty Qt window"
    return BenchRow(name, ours_ms, empty_ms, "empty Qt window", within, held, note)


def _median_ms(seen: list[dict]) -> float:
    return statistics.median(one["ms"] for one in seen)


def _environment(folder: Path) -> dict[str, str]:
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {
        **compiled,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "VNE_CONFIG_DIR": str(folder / "config"),
        "VNE_WORKSPACE": str(folder / "workspace"),
    }


def _import_demo(environment: dict[str, str]) -> None:
    """Leave a workspace with the demo study, opened once."""
    picture = str(Path(environment["VNE_CONFIG_DIR"]).parent / "demo.png")
    command = [sys.executable, "-m", "app", "--demo", "--screenshot", picture]
    subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True)


def _run(script: str, environment: dict[str, str], *arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
