import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app import collector
from app.collector import OLD_EVERY, Collector

ROOT = Path(__file__).parents[2]


class Loop:
    """Garbage that only a collection finds."""

    def __init__(self, died):
        self.itself = self
        weakref.finalize(self, lambda: died.append(threading.current_thread()))


@pytest.fixture
def held(qapp):
    collector.hold()
    yield
    collector.release()


def test_garbage_waits_for_the_tick_and_ends_in_the_windows_thread(held):
    collecting, died = Collector(), []

    def litter():
        for _ in range(5_000):
            Loop(died)

    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert died == []
    collecting.tick()
    assert set(died) == {threading.main_thread()}
    assert len(died) == 5_000


def test_what_outlived_young_collections_is_collected_in_the_end(held):
    collecting, died = Collector(), []
    kept = Loop(died)
    for _ in range(OLD_EVERY // 2):
        collecting.tick()
    del kept
    collecting.tick()
    assert died == []
    for _ in range(OLD_EVERY):
        collecting.tick()
    assert len(died) == 1


def test_nothing_is_collected_while_a_button_is_down(held, qtbot):
    pad, died = QWidget(), []
    qtbot.addWidget(pad)
    pad.show()
    collecting = Collector()
    Loop(died)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton)
    collecting.tick()
    assert died == []
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton)
    collecting.tick()
    assert len(died) == 1


def test_it_ticks_by_itself(held, qtbot):
    collecting, died = Collector(), []
    Loop(died)
    qtbot.waitUntil(lambda: len(died) == 1, timeout=5_000)
    collecting.deleteLater()


def test_the_window_freezes_what_its_start_made_and_gives_collecting_back(tmp_path):
    code = """
import gc
from PySide6.QtCore import QTimer
from app import __main__ as reader
seen, furnish = [], reader._furnish
def after(window, options):
    seen.append(gc.isenabled())
    furnish(window, options)
    seen.append(gc.get_freeze_count() > 10_000)
    QTimer.singleShot(0, window.close)
reader._furnish = after
reader.main([])
print(seen, gc.isenabled(), gc.get_freeze_count())
"""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "VNE_CONFIG_DIR": str(tmp_path / "config"),
        "VNE_WORKSPACE": str(tmp_path / "workspace"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.split("\n")[0] == "[False, True] True 0", done.stderr
