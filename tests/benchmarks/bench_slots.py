"""What a hand waits for in the whole window: another slice, and whatever slot is the longest."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from app import collector
from app.collector import Collector
from app.compose.matching import judged, question_of
from app.compose.opening import furnish
from app.compose.reader import Reader
from app.dialogs.match_slice import MatchDialog
from app.main_window import MainWindow
from app.panels.style import apply_theme
from app.settings import Settings
from tests.benchmarks.bench_viewer import application
from tests.benchmarks.table import BenchRow, percentile

ROOT = Path(__file__).parents[2]
SLOT_MS, PAINTED_MS = 10.0, 30.0
SLICES = 120
REPEAT = 9
SIZE_PX = (1440, 900)
PATIENCE_S = 120.0
PRESSES = (
    "tool-epi", "tool-browse", "band-1", "outlines", "hide", "pane-4", "t1-colours",
    "auto-window", "nudge-left", "undo", "redo", "confirm",
)  # fmt: skip
"""Actions pressed one after the other, each an even number of times so that all is as before."""


def rows() -> Iterator[BenchRow]:
    """Yield the slice change, before and after painting, and the longest slot."""
    app = application()
    apply_theme(app, "dark")
    with tempfile.TemporaryDirectory() as name:
        collector.hold()
        reader = _opened(Path(name))
        collecting = Collector(reader)
        try:
            yield from _slice_rows(reader)
            yield _longest_row(reader, collecting)
        finally:
            reader.window.close()
            collector.release()


def _slice_rows(reader: Reader) -> Iterator[BenchRow]:
    slots, painted = [], []
    actions = reader.window.actions_by_id
    for at in range(SLICES):
        action = actions["slice-down" if at % 4 < 2 else "slice-up"]
        start = time.perf_counter()
        action.trigger()
        slots.append(_since_ms(start))
        QApplication.processEvents()
        painted.append(_since_ms(start))
    name = f"slice change, p95 of {SLICES}"
    for what, times, bar_ms in (("slot", slots, SLOT_MS), ("painted", painted, PAINTED_MS)):
        p95 = percentile(times, 95)
        note = f"median {statistics.median(times):.1f} ms"
        yield BenchRow(f"{name}, {what}", p95, None, "", f"<= {bar_ms:g} ms", p95 <= bar_ms, note)


def _longest_row(reader: Reader, collecting: Collector) -> BenchRow:
    actions, session = reader.window.actions_by_id, reader.session
    session.choose_tool("epi")
    slots: dict[str, Callable[[], object]] = {name: actions[name].trigger for name in PRESSES}
    slots["match dialog"] = _match_dialog(reader)
    slots["collecting garbage"] = collecting.tick
    slots["slice-down"] = lambda: session.show_slice((session.index + 1) % len(session.matches))
    took = {name: _median_ms(slot) for name, slot in slots.items()}
    longest = max(took, key=lambda name: took[name])
    ranked = sorted(took.items(), key=lambda item: -item[1])[:4]
    note = ", ".join(f"{name} {ms:.1f}" for name, ms in ranked)
    bar = f"<= {SLOT_MS:g} ms"
    return BenchRow(
        f"longest of {len(slots)} slots",
        took[longest],
        None,
        "",
        bar,
        took[longest] <= SLOT_MS,
        note,
    )


def _match_dialog(reader: Reader) -> Callable[[], object]:
    """Return the opening of the dialog over the window, up to its first painting."""
    session = reader.session
    assert session.opened is not None
    assert session.match is not None
    study, anchor_id = session.opened.study, session.match.anchor.slice_id
    answers: list = []
    asking = partial(reader.library.ask, partial(judged, study, anchor_id))
    reader.background.ask("judged", asking, answers.append, answers.append)
    _wait(lambda: bool(answers))
    question = question_of(study, session.matches, answers[0])

    def show() -> None:
        dialog = MatchDialog(question, reader.window)
        dialog.show()
        dialog.deleteLater()

    return show


def _median_ms(slot: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEAT + 1):
        start = time.perf_counter()
        slot()
        times.append(_since_ms(start))
        QApplication.processEvents()
    return statistics.median(times[1:])


def _opened(folder: Path) -> Reader:
    """Return the reader with the demo study, every slice read, contours as they truly are."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "VNE_CONFIG_DIR": str(folder / "config"),
        "VNE_WORKSPACE": str(folder / "workspace"),
    }
    command = [
        sys.executable,
        "-m",
        "app",
        "--demo",
        "--truth",
        "--screenshot",
        folder / "demo.png",
    ]
    subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True)
    settings = Settings(folder / "config", folder / "workspace")
    settings.set_text("cine", "resting")
    window = MainWindow(settings)
    window.resize(*SIZE_PX)
    window.show()
    options = argparse.Namespace(
        workspace_folder=folder / "workspace", screenshot=None, paths=[], demo=False
    )
    reader = furnish(window, options)
    ready: list[bool] = []
    reader.ready.connect(lambda: ready.append(True))
    _wait(lambda: bool(reader.studies))
    reader.open_study(reader.studies[0].study_id)
    _wait(lambda: bool(ready))
    reader.session.show_slice(0)
    QApplication.processEvents()
    return reader


def _wait(is_met: Callable[[], bool]) -> None:
    late = time.monotonic() + PATIENCE_S
    while not is_met():
        assert time.monotonic() < late, "the window was not ready in time"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def _since_ms(start: float) -> float:
    return (time.perf_counter() - start) * 1e3
