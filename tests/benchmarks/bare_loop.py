"""A Qt loop with nothing to do: how late its timer is tells what the machine itself costs.

``python -m tests.benchmarks.bare_loop`` beats until its input is closed, then prints a JSON list of
delays in milliseconds.
"""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Generator

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer

BEAT_MS = 4
"""How often a loop is asked whether it is there."""


class Beat(QObject):
    """A timer that notes how late it was called, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)
        self._timer.start(BEAT_MS)

    def _note(self) -> None:
        now = time.perf_counter() * 1e3
        if self._last is not None:
            self.late_ms.append(max(0.0, now - self._last - BEAT_MS))
        self._last = now


@contextlib.contextmanager
def beside() -> Generator[list[float]]:
    """Run a bare loop in a process of its own; its delays are in the list afterwards."""
    command = [sys.executable, "-m", __spec__.name]
    late_ms: list[float] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield late_ms
        finally:
            told, _ = process.communicate()
    late_ms.extend(json.loads(told))


def main() -> int:
    """Beat until nobody holds the other end of the input."""
    app = QCoreApplication([])
    beat = Beat()

    def wait() -> None:
        sys.stdin.read()
        app.quit()

    threading.Thread(target=wait, daemon=True).start()
    app.exec()
    print(json.dumps(beat.late_ms))
    return 0


if __name__ == "__main__":
    sys.exit(main())
