"""The study browser: thousands of slices scrolled, against a QTreeWidget with the same rows."""

import gc
import time
from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTreeWidget, QTreeWidgetItem, QWidget

from app.panels.rows import Badge, Nearness, SliceRow, StudyRow
from app.panels.study_delegate import PICTURE_PX, ROW_PX
from app.panels.study_list import StudyList
from app.panels.study_model import spoken, study_key
from app.panels.style import apply_theme
from tests.benchmarks.bench_viewer import application
from tests.benchmarks.table import BenchRow, percentile

STUDIES, SLICES_A_STUDY = 200, 20
SIZE_PX = (228, 780)
"""The browser beside the images in a window of 1440 x 900."""
STEP_PX = 3 * ROW_PX
"""A notch of the wheel: three rows, so that each step paints rows not seen before."""
STEPS = 400
FRAME_P95_MS = 16.7
TYPED = "unconfirmed 2021"
SEARCHES = 10


def rows() -> Iterator[BenchRow]:
    """Yield the rows of the browser."""
    apply_theme(application(), "dark")
    studies, pictures = made_studies(), made_pictures()
    browser = filled(studies, pictures)
    peer = tree_widget(studies, pictures)
    yield scroll_row(browser, peer)
    yield search_row(browser)
    browser.close()
    peer.close()


def made_studies() -> list[StudyRow]:
    """Return studies whose slices have every badge there is."""
    badges, nearness = tuple(Badge), tuple(Nearness)
    return [
        StudyRow(
            f"s{number}",
            f"P-{number:06d}",
            "19 series",
            tuple(
                SliceRow(
                    f"Slice {at + 1}",
                    "T1 · cine · LGE",
                    badges[(number + at) % 4],
                    slice_id=f"s{number}/{at}",
                    distance=f"{at / 4:.1f} mm",
                    nearness=nearness[1 + (number + at) % 3],
                    has_vne=at % 2 == 0,
                )
                for at in range(SLICES_A_STUDY)
            ),
            date=f"20{19 + number % 5}-{1 + number % 12:02d}-11",
            confirmed=5,
            unconfirmed=number % 3,
        )
        for number in range(STUDIES)
    ]


def made_pictures() -> list[QImage]:
    """Return pictures as large as a slice's."""
    rng = np.random.default_rng(4)
    images = []
    for _ in range(64):
        grey = rng.integers(0, 255, (96, 96)).astype(np.uint8)
        view = QImage(grey.tobytes(), 96, 96, 96, QImage.Format.Format_Grayscale8)
        images.append(view.copy())
    return images


def filled(studies: list[StudyRow], pictures: list[QImage]) -> StudyList:
    """Return the browser with every study unfolded; pictures come as they are asked for."""
    browser = StudyList()
    browser.resize(*SIZE_PX)

    def bring(wanted: list[str]) -> None:
        browser.show_pictures({one: picture_of(one, pictures) for one in wanted})

    browser.pictures_wanted.connect(bring)
    browser.show()
    browser.show_rows(studies, 0)
    browser.tree.unfold({study_key(study.study_id) for study in studies})
    QApplication.processEvents()
    return browser


def picture_of(slice_id: str, pictures: list[QImage]) -> QImage:
    """Return always the same picture for a slice."""
    return pictures[sum(map(ord, slice_id)) % len(pictures)]


def tree_widget(studies: list[StudyRow], pictures: list[QImage]) -> QTreeWidget:
    """Return a QTreeWidget with the same texts, an icon a slice and a badge icon."""
    tree = QTreeWidget()
    tree.setColumnCount(2)
    tree.setHeaderHidden(True)
    tree.setIndentation(0)
    tree.setUniformRowHeights(True)
    tree.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
    tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    badge = QPixmap(10, 10)
    badge.fill(QColor("#66bb6a"))
    for study in studies:
        home = QTreeWidgetItem(tree, [f"{study.title}\n{study.detail}"])
        for row in study.slices or ():
            item = QTreeWidgetItem(home, [f"{row.title}\n{row.detail}", row.distance])
            item.setIcon(0, QIcon(QPixmap.fromImage(picture_of(row.slice_id, pictures))))
            item.setIcon(1, QIcon(badge))
            item.setToolTip(0, spoken(row))
            item.setSizeHint(0, QSize(120, ROW_PX))
    tree.expandAll()
    tree.setColumnWidth(0, 150)
    tree.resize(*SIZE_PX)
    tree.show()
    QApplication.processEvents()
    return tree


def scroll_row(browser: StudyList, peer: QTreeWidget) -> BenchRow:
    """Return one scroll step with everything in sight painted again.

    Ours has two frames a step: the new rows, and those rows again once their pictures came.
    """
    times = scrolled(browser.tree, browser.tree.want_pictures)
    peer_times = scrolled(peer)
    p95 = percentile(times, 95)
    return BenchRow(
        name=f"scroll {STUDIES * SLICES_A_STUDY} slices, step and paint",
        ours_ms=percentile(times, 50),
        peer_ms=percentile(peer_times, 50),
        peer="QTreeWidget, every picture held, no badges painted",
        bar=f"p95 <= {FRAME_P95_MS} ms",
        passed=p95 <= FRAME_P95_MS,
        note=f"p95 {p95:.2f} ms, peer's {percentile(peer_times, 95):.2f} ms",
    )


def scrolled(tree: QAbstractItemView, fetch: Callable[[], None] | None = None) -> list[float]:
    """Return the milliseconds of each frame: the bar moved, or pictures come; all painted."""
    bar, viewport = tree.verticalScrollBar(), tree.viewport()
    bar.setValue(0)
    viewport.repaint()
    gc.collect()
    times = []
    for step in range(STEPS):
        place = (step + 1) * STEP_PX % max(1, bar.maximum())
        times.append(frame_ms(viewport, lambda place=place: bar.setValue(place)))
        if fetch is not None:
            times.append(frame_ms(viewport, fetch))
        QApplication.processEvents()
    return times


def frame_ms(viewport: QWidget, change: Callable[[], object]) -> float:
    """Return how long a change takes with the viewport painted whole after it."""
    start = time.perf_counter()
    change()
    viewport.repaint()
    return (time.perf_counter() - start) * 1e3


def search_row(browser: StudyList) -> BenchRow:
    """Return one letter typed into the search over all slices, up to the new rows."""
    viewport, field = browser.tree.viewport(), browser.search
    times = []
    for _ in range(SEARCHES):
        gc.collect()
        for end in range(1, len(TYPED) + 1):
            times.append(frame_ms(viewport, lambda end=end: field.setText(TYPED[:end])))
            QApplication.processEvents()
        field.clear()
    p95 = percentile(times, 95)
    return BenchRow(
        name=f"a letter searched in {STUDIES * SLICES_A_STUDY} slices",
        ours_ms=percentile(times, 50),
        peer_ms=None,
        peer="",
        bar=f"p95 <= {FRAME_P95_MS} ms",
        passed=p95 <= FRAME_P95_MS,
        note=f"p95 {p95:.2f} ms",
    )
