"""The reading page: study list, four panes over transport and slices, tool panel."""

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.panels.cine_transport import CineTransport
from app.panels.slice_strip import SliceStrip
from app.panels.study_list import StudyList
from app.panels.style import begin_role
from app.panels.tool_panel import WIDTH_PX, ToolPanel
from app.viewer.four_panes import FourPanes

LIST_PX = 208


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
        centre = QWidget(self._splitter)
        self.panes = FourPanes(centre)
        bottom = QFrame(centre)
        self.transport = CineTransport(actions, bottom)
        self.strip = SliceStrip(bottom)
        self.tools = ToolPanel(actions, self._splitter)
        self._fill_bottom(bottom)
        _stack(centre, self.panes, bottom)
        for part in (self.studies, centre, self.tools):
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([LIST_PX, 10_000, WIDTH_PX])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)

    def layout_state(self) -> QByteArray:
        """Return how the room is shared out."""
        return self._splitter.saveState()

    def restore_layout(self, state: QByteArray) -> None:
        """Share the room out as before."""
        if not state.isEmpty():
            self._splitter.restoreState(state)

    def _fill_bottom(self, bottom: QFrame) -> None:
        begin_role(bottom, "panel")
        row = QHBoxLayout(bottom)
        row.setContentsMargins(12, 8, 12, 2)
        row.setSpacing(24)
        row.addWidget(self.transport, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.strip, 1)


def _stack(whole: QWidget, upper: QWidget, lower: QWidget) -> None:
    """Put two parts above each other; the upper takes the room there is."""
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(upper, 1)
    column.addWidget(lower)
