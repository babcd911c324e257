"""What a new reader does, in three sittings, by hand on a real display. Prints what was seen.

``python -m tests.e2e.reading_story first|second|three FOLDER``
"""

import json
import sys
import time
import traceback
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from app.__main__ import main
from app.main_window import MainWindow
from tests.e2e.hand import Hand, settle, wait_for
from vne_core.geometry.contour import outline_mm
from vne_core.phantom.truth import load_truth
from vne_core.study.annotation import ImageKind

CLICKS = 14


class Story:
    """One sitting."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[str, object] = {}
        self.reader = None
        app = QApplication.instance()
        self.window = next(w for w in app.topLevelWidgets() if isinstance(w, MainWindow))
        self.hand = Hand(self.window)

    def first(self) -> None:
        """Open the demo, outline a slice, measure, undo, export, close."""
        cards = self.window.welcome.findChildren(QPushButton)
        demo = next(card for card in cards if card.accessibleName() == "Open demo study")
        wait_for(demo.isEnabled, "the reader to listen")
        self.hand.click(demo)
        self.find_reader()
        self.seen["before"] = self.tool_texts()
        self.outline()
        self.look("drawn")
        self.hand.key("ctrl+z")
        self.seen["after_undo"] = self.table()
        self.hand.key("ctrl+shift+z")
        self.drag_a_handle()
        self.hand.key("ctrl+z", "Return")
        wait_for(lambda: "saved" in self.window.status.saved, "the save")
        self.seen["saved"] = self.window.status.saved
        self.export()
        self.seen["value"] = self.value_in_t1()
        self.hand.key("Down")
        self.seen["slice"] = self.reader.session.index
        self.hand.wheel(self.pane(ImageKind.T1).view, 1)
        self.seen["slice_after_wheel"] = self.reader.session.index
        self.hand.key("Up")
        self.hand.key("c")
        phase = self.reader.player.phase
        self.hand.key("Right")
        self.seen["phase_step"] = (self.reader.player.phase - phase) % 25

    def second(self) -> None:
        """Open the study again from the recent ones and look."""
        links = self.window.welcome.findChildren(QPushButton)
        recent = [link for link in links if link.text().startswith("P-")]
        self.seen["recent"] = [link.text() for link in recent]
        self.hand.click(recent[0], QPoint(20, recent[0].height() // 2))
        self.find_reader()
        self.seen["slice"] = self.reader.session.index
        self.hand.key("Up", "Up")
        self.look("reopened")

    def three(self) -> None:
        """Contour and confirm the whole study: the base by clicks, the others from copies."""
        cards = self.window.welcome.findChildren(QPushButton)
        demo = next(card for card in cards if card.accessibleName() == "Open demo study")
        wait_for(demo.isEnabled, "the reader to listen")
        self.hand.click(demo)
        self.find_reader()
        begun, self.hand.acts = time.monotonic(), 0
        self.outline()
        self.hand.key("Return")
        for _ in (1, 2):
            self.hand.key("Down", "ctrl+d")
            truth = self.truth()
            self.fit("n", "endo", truth.endo)
            self.fit("e", "epi", truth.epi)
            self.place_regions(truth)
            self.hand.key("Return")
        wait_for(lambda: "saved" in self.window.status.saved, "the save")
        self.seen["seconds"] = time.monotonic() - begun
        self.seen["acts"] = self.hand.acts
        session = self.reader.session
        stored = [session.drawings.stored(match) for match in session.matches]
        self.seen["confirmed"] = [one.confirmed for one in stored]
        truth = load_truth(self.folder / "demo" / "truth")
        self.seen["truth"] = [truth.burden_percent[level] for level in (0.5, 0.25, 0.125)]
        self.seen["patient"] = [lge for _, lge in self.reader.page.tools.patient_table.texts()]
        self.window.grab().save(str(self.folder / "three.png"))

    def fit(self, key: str, part: str, border) -> None:
        """Move a copied border to where it belongs and bring it to its size."""
        view = self.pane(ImageKind.LGE).view.viewport()
        self.hand.key(key)
        wanted = outline_mm(border, 16)
        drawn = outline_mm(getattr(self.reader.session.annotation, part), 16)
        places = self.on_screen(np.array([drawn.mean(axis=0), wanted.mean(axis=0)]))
        if (places[0] - places[1]).manhattanLength() > 1:
            self.hand.drag(view, places[0], places[1], held="shift")
        drawn = outline_mm(getattr(self.reader.session.annotation, part), 16)
        middle = drawn.mean(axis=0)
        arm = np.array([1.0, 0.0, 0.0])
        reach = [np.linalg.norm(line - middle, axis=1).mean() for line in (drawn, wanted)]
        start, end = self.on_screen(np.array([middle + length * arm for length in reach]))
        if start != end:
            self.hand.drag(view, start, end, held="ctrl")

    def find_reader(self) -> None:
        """Wait until all slices are there."""
        from app.compose.reader import Reader  # noqa: PLC0415 - as late as the window does

        wait_for(lambda: self.window.findChildren(Reader), "the reader")
        (self.reader,) = self.window.findChildren(Reader)
        session = self.reader.session
        wait_for(
            lambda: session.matches and all(session.drawings.images(m) for m in session.matches),
            "the images",
        )
        settle()

    def outline(self) -> None:
        """Click round both borders and put both regions, as the truth has them."""
        truth = self.truth()
        self.hand.key("e")
        self.click_round(outline_mm(truth.epi, 16))
        self.hand.key("n")
        self.click_round(outline_mm(truth.endo, 16))
        self.place_regions(truth)

    def place_regions(self, truth) -> None:
        """Put both regions where the truth has them; one that is there is moved."""
        view = self.pane(ImageKind.LGE).view
        for key, part in (("r", "remote"), ("b", "blood_pool")):
            there = getattr(self.reader.session.annotation, part)
            at = self.on_screen([getattr(truth, part).centre_mm])[0]
            self.hand.key(key)
            if there is None:
                self.hand.click(view.viewport(), at)
            else:
                self.hand.drag(view.viewport(), self.on_screen([there.centre_mm])[0], at)
        self.hand.key("Escape")

    def click_round(self, border_mm) -> None:
        places = np.linspace(0, len(border_mm), CLICKS, endpoint=False).astype(int)
        points = self.on_screen(border_mm[places])
        view = self.pane(ImageKind.LGE).view.viewport()
        for point in (*points, points[0]):
            self.hand.click(view, point)

    def drag_a_handle(self) -> None:
        self.hand.key("e")
        handle = self.on_screen(self.reader.session.annotation.epi.points_mm[:1])[0]
        view = self.pane(ImageKind.LGE).view.viewport()
        took = self.hand.drag(view, handle, handle + QPoint(14, 4))
        self.seen["after_drag"] = self.table()
        self.seen["slowest_step_s"] = max(took)
        self.hand.key("Escape")

    def export(self) -> None:
        """Answer the file dialog by keyboard."""
        path = self.folder / "burden.csv"

        def answer() -> None:
            app = QApplication.instance()
            wait_for(lambda: isinstance(app.activeModalWidget(), QFileDialog), "the dialog")
            Hand(app.activeModalWidget())
            self.hand.key("ctrl+a")
            self.hand.type(str(path))
            self.hand.key("Return")

        QTimer.singleShot(200, answer)
        self.hand.key("ctrl+e")
        wait_for(path.exists, "the CSV")
        wait_for(lambda: "Exported" in self.window.status.message, "the message")
        self.seen["message"] = self.window.status.message
        self.hand = Hand(self.window)

    def value_in_t1(self) -> str:
        """Return what the status bar says over the blood pool of the T1 map."""
        view = self.pane(ImageKind.T1).view.viewport()
        self.hand.move(view, self.on_screen([self.truth().blood_pool.centre_mm])[0])
        wait_for(lambda: self.window.status.value, "the value")
        return self.window.status.value

    def look(self, name: str) -> None:
        self.seen[name] = self.table()
        self.seen[f"{name}_texts"] = self.tool_texts()
        self.window.grab().save(str(self.folder / f"{name}.png"))

    def table(self) -> list[str]:
        return [lge for _, lge in self.reader.page.tools.slice_table.texts()]

    def tool_texts(self) -> list[str]:
        return [text for text in self.reader.page.tools.texts() if text]

    def pane(self, kind: ImageKind):
        return self.reader.page.panes.pane(kind)

    def truth(self):
        images = self.reader.session.images
        here = load_truth(self.folder / "demo" / "truth").slice_at(images.plane)
        return here.annotation(images.slice_id, ImageKind.LGE)

    def on_screen(self, points_mm) -> list[QPoint]:
        view_map = self.pane(ImageKind.LGE).view.view_map
        return [QPoint(round(x), round(y)) for x, y in view_map.screen_from_mm(points_mm)]


def play(sitting: str, folder: Path) -> None:
    story = Story(folder)
    try:
        getattr(story, sitting)()
        (folder / f"{sitting}.json").write_text(json.dumps(story.seen))
    except BaseException:
        traceback.print_exc()
        story.window.grab().save(str(folder / "stopped.png"))
        raise
    finally:
        story.window.close()


if __name__ == "__main__":
    sitting, folder = sys.argv[1], Path(sys.argv[2])
    app = QApplication([])
    QTimer.singleShot(1500, lambda: play(sitting, folder))
    sys.exit(main(["--workspace", str(folder / "workspace")]))
