"""The reading page: study browser, four panes over transport and slices, tools and history."""

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.panels.bottom_bar import BottomBar
from app.panels.history import History
from app.panels.keys import IMAGES, KeptKeys
from app.panels.study_list import StudyList
from app.panels.tool_panel import WIDTH_PX, ToolPanel
from app.viewer.four_panes import FourPanes
from app.words import tr

LIST_PX = 228


class ReadingPage(QWidget):
    """Its parts are public: ``compose`` connects each of them.

    Each part is made inside its parent: a parent given later has the style sheet applied to it and
    all its children again.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(4)
        self._splitter.setChildrenCollapsible(False)
        self.studies = StudyList(self._splitter)
        self._images = QWidget(self._splitter)
        self.panes = FourPanes(self._images)
        self.bottom = BottomBar(actions, self._images)
        self.transport, self.strip = self.bottom.transport, self.bottom.strip
        self.tabs = _tabs(self._splitter)
        self.tools = ToolPanel(actions, self.tabs)
        self.history = History(self.tabs)
        self.tabs.addTab(self.tools, tr("Measure"))
        self.tabs.addTab(self.history, tr("History"))
        self._fill_centre()
        for part in (self.studies, self._images, self.tabs):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([LIST_PX, 10_000, WIDTH_PX])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)

    @property
    def sides(self) -> dict[str, QWidget]:
        """The sides that can be folded away, by the ids of their switches."""
        return {"side-studies": self.studies, "side-tools": self.tabs}

    def fold(self, side: str, *, is_folded: bool) -> None:
        """Fold a side away, or bring it back; the keys go to the images with it."""
        part = self.sides[side]
        if is_folded and part.isAncestorOf(QApplication.focusWidget() or self):
            self._images.setFocus(Qt.FocusReason.OtherFocusReason)
        part.setHidden(is_folded)

    def layout_state(self) -> QByteArray:
        """Return how the room is shared out."""
        return self._splitter.saveState()

    def restore_layout(self, state: QByteArray) -> None:
        """Share the room out as before."""
        if not state.isEmpty():
            self._splitter.restoreState(state)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the keys to the images: a letter is a tool, not the beginning of a search."""
        super().showEvent(event)
        self._images.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_centre(self) -> None:
        """Put the images above cine transport and slice strip; the images take the room."""
        self._images.setObjectName(IMAGES)
        self._images.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        column = QVBoxLayout(self._images)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.panes, 1)
        column.addWidget(self.bottom)


def _tabs(parent: QWidget) -> QTabWidget:
    """Return the right side: one page at a time, its tab reachable by key."""
    tabs = QTabWidget(parent)
    tabs.setDocumentMode(True)
    tabs.tabBar().setExpanding(True)
    tabs.tabBar().setDrawBase(False)
    tabs.tabBar().setAccessibleName(tr("Measurement and history"))
    KeptKeys(tabs.tabBar(), {Qt.Key.Key_Left, Qt.Key.Key_Right})
    return tabs
