"""Cyclic garbage is collected between events, in the window's thread.

Left to itself Python collects whenever enough objects were made: in the middle of the start, of a
slot, or in the worker's thread, where no Qt object may end. ``resources/adr/0004`` has the figures.
"""

import gc

from PySide6 import QtCore
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

TICK_MS = 1000
OLD_EVERY = 30
"""Ticks from one look at the objects that have lived long to the next."""
_YOUNG, _ALL = 1, 2


def hold() -> None:
    """Let nothing be collected by itself from now on."""
    gc.disable()


def release() -> None:
    """Leave collecting to Python again."""
    gc.unfreeze()
    gc.enable()


class Collector(QObject):
    """Collects each second what is young, now and then what is old, never while a button is down.

    Made when the window is complete: what is there then stays to the end and is never looked at.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticks = 0
        gc.freeze()
        timer = QTimer(self)
        timer.timeout.connect(self.tick)
        timer.start(TICK_MS)

    def tick(self) -> None:
        """Collect what is due."""
        if QApplication.mouseButtons() != QtCore.Qt.MouseButton.NoButton:
            return
        self._ticks += 1
        gc.collect(_YOUNG if self._ticks % OLD_EVERY else _ALL)
