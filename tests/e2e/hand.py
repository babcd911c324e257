"""A hand at a real X display: moves, presses and types through xdotool, waits for what it sees."""

import subprocess
import time
from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_MS = 60_000


def xdotool(*words: object) -> None:
    """Send one command to the X server, keeping our own events going meanwhile."""
    process = subprocess.Popen(["xdotool", *map(str, words)])
    wait_for(lambda: process.poll() is not None, "xdotool")
    assert process.returncode == 0, words


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Let the window work until a condition holds."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    loop = QEventLoop()
    beat = QTimer()
    beat.setInterval(5)
    beat.timeout.connect(loop.quit)
    beat.start()
    while not condition():
        assert not deadline.hasExpired(), f"waited too long for {what}"
        loop.exec()
    beat.stop()


def settle() -> None:
    """Let events that have arrived be dealt with."""
    for _ in range(3):
        QApplication.processEvents()
        QApplication.sendPostedEvents()


class Hand:
    """Acts on widgets by where they are on the screen."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.acts = 0
        self._point: QPoint | None = None
        window.activateWindow()
        xdotool("windowfocus", "--sync", int(window.winId()))

    def click(self, widget: QWidget, at: QPoint | None = None, button: int = 1) -> None:
        """Press and release over a widget."""
        self.acts += 1
        self.move(widget, at)
        xdotool("click", button)
        settle()

    def move(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Put the pointer over a widget; where it is already xdotool would wait for ever."""
        point = widget.mapToGlobal(at or widget.rect().center())
        if point != self._point:
            xdotool("mousemove", "--sync", point.x(), point.y())
        self._point = point
        settle()

    def drag(
        self, widget: QWidget, start: QPoint, end: QPoint, steps: int = 8, held: str = ""
    ) -> list[float]:
        """Drag with the left button, a key held; return the seconds of each step until drawn."""
        self.acts += 1
        self.move(widget, start)
        if held:
            xdotool("keydown", held)
        xdotool("mousedown", 1)
        took = []
        for step in range(1, steps + 1):
            begun = time.perf_counter()
            self.move(widget, start + (end - start) * step / steps)
            took.append(time.perf_counter() - begun)
        xdotool("mouseup", 1)
        if held:
            xdotool("keyup", held)
        settle()
        return took

    def wheel(self, widget: QWidget, notches: int) -> None:
        """Turn the wheel over a widget, positive toward the hand."""
        self.move(widget)
        for _ in range(abs(notches)):
            xdotool("click", 5 if notches > 0 else 4)
        settle()

    def key(self, *names: str) -> None:
        """Press keys by their X names."""
        for name in names:
            self.acts += 1
            xdotool("key", "--clearmodifiers", name)
            settle()

    def type(self, text: str) -> None:
        """Type text."""
        xdotool("type", "--delay", 1, text)
        settle()
