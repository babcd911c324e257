"""Start the reader: ``vne-reader [--workspace DIR] [--demo] [FOLDER ...]``."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app import collector
from app.errors import ErrorNet
from app.main_window import TITLE, MainWindow
from app.panels.style import STYLE_ARGUMENTS, apply_theme
from app.settings import Settings, config_folder, log_file, workspace_folder


class Lines(QObject):
    """Brings a line from any thread to the status bar."""

    said = Signal(str)


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and return the exit code when it is closed."""
    collector.hold()
    options = _parser().parse_args(arguments)
    options.workspace_folder = options.workspace or workspace_folder()
    settings = Settings(config_folder(), options.workspace_folder)
    set_size(settings.preferences.size_percent)
    app = QApplication.instance() or QApplication([sys.argv[0], *STYLE_ARGUMENTS])
    assert isinstance(app, QApplication)
    app.setApplicationName(TITLE)
    apply_theme(app, settings.theme)
    window = MainWindow(settings)
    lines = Lines(window)
    lines.said.connect(lambda text: window.status.say(text, is_warning=True))
    net = ErrorNet(log_file(), lines.said.emit)
    net.install()
    window.first_painted.connect(lambda: QTimer.singleShot(0, lambda: _furnish(window, options)))
    window.show()
    try:
        return app.exec()
    finally:
        net.remove()
        collector.release()


def set_size(percent: int) -> None:
    """Let Qt draw everything larger, from icons to corner text; a size in the environment wins.

    Qt reads this once, before the application is made.
    """
    if percent != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", str(percent / 100))


def _furnish(window: MainWindow, options: argparse.Namespace) -> None:
    """Bring in everything the welcome page does not need, then do what was asked for."""
    from app.compose.load_ahead import LoadAhead  # noqa: PLC0415 - the page is painted first
    from app.compose.opening import furnish  # noqa: PLC0415 - the page is painted first

    LoadAhead(furnish(window, options))
    collector.Collector(window)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vne-reader",
        description="Read cardiac MR: T1 map, cine, VNE and LGE side by side. Research use only.",
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="FOLDER", help="import and open")
    parser.add_argument("--workspace", type=Path, help="folder that keeps studies and contours")
    parser.add_argument("--demo", action="store_true", help="open the demo study")
    parser.add_argument("--truth", action="store_true", help="with the demo's true contours")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture and end")
    return parser


if __name__ == "__main__":
    if "--screenshot" in sys.argv and not (os.environ.get("DISPLAY") or os.name == "nt"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
