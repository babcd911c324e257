"""From a painted welcome page to a working reader, and what the command line asked of it."""

import argparse

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.compose.reader import Reader
from app.compose.wiring import wire
from app.main_window import FIRST_SIZE_PX, MainWindow
from app.memory import gather_small_blocks, return_large_blocks

PATIENCE_MS = 300_000
"""How long a screenshot waits for its study; importing the demo takes seconds."""
SETTLE_MS = 200
"""What a panel says of a VNE changes its layout, which Qt does in later events."""
SOON_MS = 250
"""After the first study is drawn nobody waits."""
EXIT_LATE = 1


def furnish(window: MainWindow, options: argparse.Namespace) -> Reader:
    """Bring the window to life and open what the command line names."""
    return_large_blocks()
    window.redraw_icons()
    reader = Reader(window, window.settings, options.workspace_folder)
    wire(reader)
    if options.screenshot is not None:
        Screenshot(reader, str(options.screenshot))
    later = QTimer(reader, singleShot=True, interval=SOON_MS)
    later.timeout.connect(gather_small_blocks)
    reader.ready.connect(later.start, Qt.ConnectionType.SingleShotConnection)
    reader.begin()
    if options.paths:
        reader.open_paths(options.paths)
    elif options.demo:
        reader.imports.import_demo(with_truth=options.truth)
    return reader


class Screenshot(QObject):
    """Saves a picture of the window once a study is drawn and its VNE looked for, then closes it.

    The window takes its first size, wherever it was left, so that pictures can be compared.
    """

    def __init__(self, reader: Reader, path: str) -> None:
        super().__init__(reader)
        self._reader = reader
        self._path = path
        reader.window.resize(*FIRST_SIZE_PX)
        reader.vne.looked.connect(lambda: QTimer.singleShot(SETTLE_MS, self._take))
        reader.imports.stopped.connect(self._give_up)
        late = QTimer(self)
        late.setSingleShot(True)
        late.timeout.connect(lambda: self._give_up("no study was drawn in time"))
        late.start(PATIENCE_MS)

    def _take(self) -> None:
        window = self._reader.window
        if not window.grab().save(self._path):
            self._give_up(f"{self._path} cannot be written")
            return
        print(f"screenshot: {self._path}")  # noqa: T201 - the command's answer
        window.close()

    def _give_up(self, reason: str) -> None:
        print(f"no screenshot: {reason}")  # noqa: T201 - the command's answer
        self._reader.window.close()
        QApplication.exit(EXIT_LATE)
