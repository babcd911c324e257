"""Make the pictures of the in-app help from the running program: the demo study, offscreen.

    python packaging/make_help_pictures.py [FOLDER]

FOLDER is ``resources/help`` when not given. Each picture stays under 60 kB: few colours, cropped to
what its page speaks of.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = "1"

from PySide6.QtCore import QPoint, QRect, QTimer  # noqa: E402 - the platform is chosen first
from PySide6.QtGui import QColor, QImage, QPainter, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.compose.opening import furnish  # noqa: E402
from app.compose.reader import Reader  # noqa: E402
from app.dialogs.command_palette import CommandPalette  # noqa: E402
from app.main_window import MainWindow  # noqa: E402
from app.panels.style import apply_theme  # noqa: E402
from app.settings import Settings  # noqa: E402
from vne_core.study.annotation import ImageKind  # noqa: E402

LARGEST_BYTES = 60_000
WINDOW_PX = (1280, 800)
WIDTH_PX = 760
"""At which the largest stays under the limit; a page of the help shows it about as wide."""
GREYS = 12
ACCENTS = ("#43A047", "#FF7043", "#00E5FF", "#FF4081", "#4c9ffe", "#f5b942", "#66bb6a")
BANDS = ("#E53935", "#FDD835", "#4FC3F7")
PATIENCE_S = 120


def main() -> int:
    """Write every picture and say how large it is; 1 when one is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "resources" / "help")
    folder = parser.parse_args().folder
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="vne-help-") as name:
        os.environ["VNE_CONFIG_DIR"] = str(Path(name) / "config")
        reader = open_demo(app, Path(name))
        try:
            sizes = write_pictures(app, reader, folder)
        finally:
            reader.window.close()
    for file, size in sizes.items():
        print(f"{size:6d} {file}")  # noqa: T201 - the answer of the command
    return int(max(sizes.values()) > LARGEST_BYTES)


def open_demo(app: QApplication, folder: Path) -> Reader:
    """Return a window on the demo study with its true contours and the shipped model's VNE."""
    settings = Settings(folder / "config", folder / "workspace")
    apply_theme(app, "dark")
    window = MainWindow(settings)
    window.resize(*WINDOW_PX)
    window.show()
    options = argparse.Namespace(
        workspace_folder=folder / "workspace", screenshot=None, paths=[], demo=False
    )
    reader = furnish(window, options)
    is_ready: list[bool] = []
    reader.ready.connect(lambda: is_ready.append(True))
    reader.imports.import_demo(with_truth=True)
    wait(app, lambda: bool(is_ready) and reader.vne.model.is_usable)
    is_made: list[bool] = []
    reader.vne.ended.connect(lambda _: is_made.append(True))
    window.actions_by_id["generate-vne"].trigger()
    wait(app, lambda: bool(is_made))
    reader.player.set_playing(is_playing=False)
    reader.player.set_phase(0)
    return reader


def write_pictures(app: QApplication, reader: Reader, folder: Path) -> dict[str, int]:
    """Write the pictures and return their sizes in bytes by name."""
    window, page = reader.window, reader.page
    sizes = {"reading.png": save(window.grab().toImage(), folder / "reading.png")}
    lge, tools = page.panes.pane(ImageKind.LGE), page.tools
    window.actions_by_id["tool-epi"].trigger()
    window.actions_by_id["pane-4"].trigger()
    settle(app)
    sizes["contours.png"] = save(middle(lge.grab().toImage(), 560, 420), folder / "contours.png")
    window.actions_by_id["tool-browse"].trigger()
    beside = side_by_side(middle(lge.grab().toImage(), 480, 560), tools.grab().toImage())
    sizes["thresholds.png"] = save(beside, folder / "thresholds.png")
    window.actions_by_id["pane-4"].trigger()
    sizes["palette.png"] = save(palette_picture(app, reader), folder / "palette.png")
    window.actions_by_id["close-study"].trigger()
    settle(app)
    if (focused := app.focusWidget()) is not None:
        focused.clearFocus()
    welcome = middle(window.grab().toImage(), 800, 560)
    sizes["welcome.png"] = save(welcome, folder / "welcome.png")
    return sizes


def palette_picture(app: QApplication, reader: Reader) -> QImage:
    """Return the palette with a few letters typed, as a key opens it."""
    taken: list[QImage] = []

    def look() -> None:
        palette = app.activePopupWidget()
        assert isinstance(palette, CommandPalette)
        QTest.keyClicks(palette.field, "band")
        settle(app)
        taken.append(palette.grab(QRect(0, 0, palette.width(), 260)).toImage())
        palette.reject()

    QTimer.singleShot(100, look)
    reader.window.actions_by_id["palette"].trigger()
    return taken[0]


def middle(picture: QImage, width: int, height: int) -> QImage:
    """Return the middle of a picture."""
    left, top = (picture.width() - width) // 2, (picture.height() - height) // 2
    return picture.copy(left, max(0, top), width, min(height, picture.height()))


def side_by_side(left: QImage, right: QImage) -> QImage:
    """Return two pictures beside each other, as high as the first."""
    both = QImage(left.width() + 8 + right.width(), left.height(), QImage.Format.Format_RGB32)
    both.fill(QColor("#17191d"))
    painter = QPainter(both)
    painter.drawImage(QPoint(0, 0), left)
    painter.drawImage(QPoint(left.width() + 8, 0), right)
    painter.end()
    return both


def save(picture: QImage, path: Path) -> int:
    """Write a picture with few colours and return its bytes."""
    if picture.width() > WIDTH_PX:
        smooth = Qt.TransformationMode.SmoothTransformation
        picture = picture.scaledToWidth(WIDTH_PX, smooth)
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    few = plain.convertToFormat(
        QImage.Format.Format_Indexed8, colour_table(), Qt.ImageConversionFlag.ThresholdDither
    )
    few.setDevicePixelRatio(1)
    few.save(str(path), quality=0)
    return path.stat().st_size


def colour_table() -> list[int]:
    """Return greys, the interface's blue-greys, and each accent over dark, middle and light."""
    table = [QColor(*(round(255 * at / (GREYS - 1)),) * 3).rgb() for at in range(GREYS)]
    table += [QColor(c).rgb() for c in ("#17191d", "#1f2227", "#282c32", "#363b43", "#9097a1")]
    for name in (*ACCENTS, *BANDS):
        colour = QColor(name)
        table += [colour.rgb(), mixed(colour, 0, 0.5), mixed(colour, 128, 0.45)]
    return table


def mixed(colour: QColor, grey: int, share: float) -> int:
    """Return a colour laid over a grey."""
    parts = (colour.red(), colour.green(), colour.blue())
    return QColor(*(round(share * part + (1 - share) * grey) for part in parts)).rgb()


def settle(app: QApplication) -> None:
    """Let the window draw."""
    for _ in range(5):
        app.processEvents()


def wait(app: QApplication, is_done: Callable[[], bool]) -> None:
    """Let the window work until something is done."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError("the demo study was not drawn in time")
        app.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
