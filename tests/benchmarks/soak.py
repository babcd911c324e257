"""Hours of reading in one go: does memory stay flat? ``make soak MINUTES=60``.

A seeded hand reads the demo study in the real window: slices, phases, zoom, windows, contours
drawn, dragged and undone, regions, bands, panes enlarged, dialogs, studies closed and opened
again. Each time the study is closed, the memory of the process is written down: what is on the
screen moves it by more than an hour's growth. After the warm-up a line is laid through it.

Counted is what is in use (the C heap's blocks, glibc's ``mallinfo2``), and what the process holds
for itself (RssAnon), which is also what its allocators keep for later. The pages of files that it
has mapped, libraries and stored pixels, come and go as the system likes and are written beside it.
"""

import argparse
import ctypes
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QPixmapCache, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app import collector
from app.compose.opening import furnish
from app.compose.reader import Reader
from app.main_window import MainWindow
from app.panels.style import apply_theme
from app.settings import Settings
from tests.benchmarks.bench_viewer import application
from tests.benchmarks.bench_window_gap import wait_until
from vne_core.jobs.events import JobSpec
from vne_core.jobs.foreground import run_foreground
from vne_core.study.annotation import ImageKind

LARGEST_SLOPE_MB_H = 1.0
WARM_UP_ACTS = 15_000
"""Until then caches fill to their bounds (resources/adr/0012): pictures, fonts, SQLite's pages."""
LONGEST_WARM_UP = 0.5
"""Of the time, where the machine is too slow or the run too short for so many acts."""
REOPEN_EVERY = 400
"""Acts between closing the study and opening it again."""
FEWEST_CLOSINGS = 8
"""A line and its standard error need four points after the warm-up."""
KEYS = "enrb123h0alc"
"""Tools, bands, overlays, windows, colours, cine."""
CLICKS = 12
LOOK_MS = 20
KILOBYTE_MB = 1.024e-3
MEGABYTE = 1e6
PACE_MS = 50
"""Twenty acts a second: an hour of it is a week of a hand."""
FEWEST_EDITS_A_MINUTE = 6
"""Less, and the hand is not reading: its keys go nowhere."""


class Hand:
    """Does one act after another, chosen by a generator."""

    def __init__(self, reader: Reader, rng: np.random.Generator) -> None:
        self.reader, self.rng = reader, rng
        self.acts: tuple[Callable[[], None], ...] = (
            self.turn,
            self.turn,
            self.press_key,
            self.press_key,
            self.draw,
            self.drag,
            self.drag,
            self.undo,
            self.window_level,
            self.enlarge,
            self.theme,
            self.dialog,
        )
        self.done, self.edits = 0, 0
        self.samples: list[tuple[float, float, float, float, int]] = []
        self.begun = time.monotonic()
        reader.session.replaced.connect(self._count)

    def _count(self) -> None:
        self.edits += 1

    def act(self) -> None:
        """Do one thing."""
        if self.done % REOPEN_EVERY == REOPEN_EVERY - 1:
            self.reopen()
        if not self.reader.window.isActiveWindow():
            self.reader.window.activateWindow()  # no window manager gives it back after a dialog
        self.acts[int(self.rng.integers(len(self.acts)))]()
        self.done += 1

    def surface(self) -> QWidget:
        """Return the image of a pane that can be seen."""
        panes = [pane for pane in self.reader.page.panes.panes.values() if pane.isVisible()]
        return panes[int(self.rng.integers(len(panes)))].view.viewport()

    def place(self, on: QWidget, spread: float = 0.3) -> QPoint:
        """Return a point near the middle of an image."""
        middle = on.rect().center()
        reach = spread * min(on.width(), on.height())
        x, y = self.rng.uniform(-reach, reach, 2)
        return middle + QPoint(round(x), round(y))

    def turn(self) -> None:
        """Turn the wheel, with or without a key."""
        on = self.surface()
        keys = (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.ControlModifier,
        )
        at = QPointF(self.place(on))
        notch = QPoint(0, 120 if self.rng.random() < 0.5 else -120)
        event = QWheelEvent(
            at,
            on.mapToGlobal(at),
            QPoint(),
            notch,
            Qt.MouseButton.NoButton,
            keys[int(self.rng.integers(3))],
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(on, event)

    def press_key(self) -> None:
        """Press one of the keys of reading."""
        QTest.keyClick(self.reader.window, KEYS[int(self.rng.integers(len(KEYS)))])

    def draw(self) -> None:
        """Draw an outline by clicks on the LGE, closed by a double click."""
        QTest.keyClick(self.reader.window, "en"[int(self.rng.integers(2))])
        on = self.reader.page.panes.pane(ImageKind.LGE).view.viewport()
        radius = float(self.rng.uniform(0.1, 0.3)) * min(on.width(), on.height())
        for angle in np.linspace(0, 2 * np.pi, CLICKS, endpoint=False):
            x, y = radius * np.cos(angle), radius * np.sin(angle)
            at = on.rect().center() + QPoint(round(x), round(y))
            QTest.mouseClick(on, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(on, Qt.MouseButton.LeftButton, pos=at)
        QTest.keyClick(self.reader.window, Qt.Key.Key_Escape)

    def drag(self) -> None:
        """Drag something with the left button."""
        on = self.surface()
        self._drag(on, Qt.MouseButton.LeftButton)

    def window_level(self) -> None:
        """Drag with the right button."""
        self._drag(self.surface(), Qt.MouseButton.RightButton)

    def _drag(self, on: QWidget, button: Qt.MouseButton) -> None:
        start, end = self.place(on), self.place(on)
        QTest.mousePress(on, button, pos=start)
        for step in range(1, 6):
            QTest.mouseMove(on, start + (end - start) * step / 5)
        QTest.mouseRelease(on, button, pos=end)

    def undo(self) -> None:
        """Take back, or do again."""
        keys = Qt.KeyboardModifier.ControlModifier
        if self.rng.random() < 0.4:
            keys |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(self.reader.window, Qt.Key.Key_Z, keys)

    def enlarge(self) -> None:
        """Let one pane fill the page and come back."""
        key = (Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F4)[int(self.rng.integers(3))]
        for _ in range(2):
            QTest.keyClick(self.reader.window, key)
            QApplication.processEvents()

    def theme(self) -> None:
        """Seldom, change the colours."""
        if self.rng.random() < 0.05:
            self.reader.window.actions_by_id["light-theme"].trigger()

    def dialog(self) -> None:
        """Seldom, look at the keys and close them."""
        if self.rng.random() < 0.1:
            QTimer.singleShot(LOOK_MS, close_dialogs)
            self.reader.window.actions_by_id["shortcuts"].trigger()

    def reopen(self) -> None:
        """Close the study, weigh what is left once the worker is done, and open it again."""
        self.reader.close_study()
        wait_until(lambda: self.reader.background.is_idle)
        QPixmapCache.clear()  # another theme does, so it holds what was drawn since the last one
        QApplication.processEvents()
        gc.collect()
        elapsed_s = time.monotonic() - self.begun
        self.samples.append((elapsed_s, in_use_mb(), *held_mb(), self.done))
        open_study(self.reader)


def close_dialogs() -> None:
    """Close whatever stands before the window."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()


def open_study(reader: Reader) -> None:
    """Open the first study and wait until all of its slices are there."""
    seen: list[bool] = []
    joined = reader.ready.connect(lambda: seen.append(True))
    reader.open_study(reader.studies[0].study_id)
    wait_until(lambda: bool(seen))
    reader.ready.disconnect(joined)


class _HeapInfo(ctypes.Structure):
    """``struct mallinfo2`` of glibc (mallinfo(3))."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def in_use_mb() -> float:
    """Return what the C heap holds for somebody, in blocks small and large, MB (glibc)."""
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _HeapInfo
    found = ask()
    return (found.uordblks + found.hblkhd) / MEGABYTE


def held_mb() -> tuple[float, float]:
    """Return the memory in use that is this process's own and that of mapped files, MB (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    words = {line.split()[0]: line.split() for line in lines if line.startswith("Rss")}
    own, mapped = (int(words[name][1]) * KILOBYTE_MB for name in ("RssAnon:", "RssFile:"))
    return own, mapped


def soak(reader: Reader, minutes: float, seed: int) -> tuple[np.ndarray, Hand]:
    """Return samples of (seconds, in use MB, own MB, mapped MB, acts), (N, 5), and the hand used.

    The acts come from a timer: what Qt puts off until its event loop comes round is then done.
    """
    hand, loop = Hand(reader, np.random.default_rng(seed)), QEventLoop()

    def step() -> None:
        if time.monotonic() - hand.begun >= 60 * minutes:
            loop.quit()
        else:
            hand.act()

    pace = QTimer()
    pace.timeout.connect(step)
    pace.start(PACE_MS)
    loop.exec()
    pace.stop()
    return np.array(hand.samples), hand


def slope_mb_h(samples: np.ndarray, column: int) -> tuple[float, float]:
    """Return megabytes an hour after the warm-up, by least squares, and their standard error."""
    is_warm = samples[:, -1] >= WARM_UP_ACTS
    late = samples[is_warm | (samples[:, 0] >= LONGEST_WARM_UP * samples[-1, 0])]
    line, spread = np.polyfit(late[:, 0] / 3600, late[:, column], 1, cov=True)
    return float(line[0]), float(spread[0, 0] ** 0.5)


def main() -> int:
    """Read for a while and print what became of the memory; 1 when it grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=2021)
    parser.add_argument("--samples", type=Path, help="write the samples here as text")
    asked = parser.parse_args()
    collector.hold()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["VNE_CONFIG_DIR"] = str(folder / "config")
        params = {"workspace": str(folder / "workspace"), "folder": str(folder / "demo")}
        run_foreground(JobSpec("demo", params), lambda _: None)
        apply_theme(application(), "dark")
        window = MainWindow(Settings(folder / "config", folder / "workspace"))
        window.resize(1440, 900)
        window.show()
        options = argparse.Namespace(
            workspace_folder=folder / "workspace", screenshot=None, paths=[], demo=False
        )
        reader = furnish(window, options)
        wait_until(lambda: bool(reader.studies))
        open_study(reader)
        collector.Collector(window)
        samples, hand = soak(reader, asked.minutes, asked.seed)
        window.close()
    collector.release()
    if asked.samples:
        np.savetxt(asked.samples, samples, "%.2f", header="seconds in_use_mb own_mb mapped_mb acts")
    return told(samples, hand)


def told(samples: np.ndarray, hand: Hand) -> int:
    """Print what became of the memory; return 1 when it grew or the hand did not read.

    Grown is what has a slope above the bar by more than two of its standard errors.
    """
    if len(samples) < FEWEST_CLOSINGS:
        print(f"{len(samples)} closings, {FEWEST_CLOSINGS} needed: read for three minutes or more")
        return 1
    minutes = samples[-1, 0] / 60
    print(f"{hand.done} acts, {hand.edits} edits, {len(samples)} closings in {minutes:.1f} minutes")
    has_grown = False
    for column, name in ((1, "in use"), (2, "held by the process")):
        slope, error = slope_mb_h(samples, column)
        print(
            f"{name}: {samples[0, column]:.1f} MB, then {samples[-1, column]:.1f} MB; "
            f"{slope:+.2f} +- {error:.2f} MB an hour after the warm-up "
            f"(bar: {LARGEST_SLOPE_MB_H:g})"
        )
        has_grown |= slope - 2 * error > LARGEST_SLOPE_MB_H
    print(f"mapped files: {samples[0, 3]:.1f} MB, then {samples[-1, 3]:.1f} MB")
    return int(has_grown or hand.edits < FEWEST_EDITS_A_MINUTE * minutes)


if __name__ == "__main__":
    sys.exit(main())
