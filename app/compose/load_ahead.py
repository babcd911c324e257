"""Loads what the dialogs need while nobody waits, so that the first of them opens at once."""

import importlib

from PySide6.QtCore import QObject, QTimer

from app.compose.reader import Reader

MODULES = (
    "vne_core.dicom.rule_file",
    "app.dialogs.match_slice",
    "app.compose.matching",
    "app.dialogs.series_kinds",
    "app.compose.series",
    "app.dialogs.import_summary",
    "app.compose.find_action",
    "app.dialogs.shortcuts",
    "app.dialogs.key_page",
    "app.dialogs.preferences",
    "app.compose.help_pages",
    "app.compose.pictures",
    "app.dialogs.about",
)
"""In this order; each takes a few milliseconds once those before it are there."""
PAUSE_MS = 250


class LoadAhead(QObject):
    """One module after another, with pauses, once the slices of the first study are read."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self._left = list(MODULES)
        self._timer = QTimer(self)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._load)
        reader.ready.connect(self._begin)

    def _begin(self) -> None:
        if self._left:
            self._timer.start()

    def _load(self) -> None:
        importlib.import_module(self._left.pop(0))
        if not self._left:
            self._timer.stop()
