"""The rows of the study browser under the reader's mouse and keys."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView

from app.panels.keys import LIST_KEYS, KeptKeys, give_back_focus
from app.panels.rows import SliceRow
from app.panels.study_delegate import CHEVRON_PX, ROW_PX, StudyDelegate
from app.panels.study_model import StudyModel
from app.panels.study_pictures import Pictures
from app.words import tr

SETTLE_MS = 20
"""Rows at rest this long ask for their pictures: those that fly past do not."""


class StudyTree(QTreeView):
    """The rows. ``chosen`` carries the row clicked or entered."""

    chosen = Signal(object)
    pictures_wanted = Signal(list)

    def __init__(self, model: StudyModel, pictures: Pictures) -> None:
        super().__init__()
        self._rows, self._pictures = model, pictures
        self.setModel(model)
        self.setItemDelegate(StudyDelegate(pictures, self))
        self.setAccessibleName(tr("Patients, studies and slices"))
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        KeptKeys(self, LIST_KEYS | {Qt.Key.Key_Escape})
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLE_MS)
        self._settled.timeout.connect(self.want_pictures)
        self.verticalScrollBar().valueChanged.connect(self.ask_for_pictures)

    def ask_for_pictures(self) -> None:
        """Ask, once the rows rest, for the pictures that are missing in sight."""
        if self.isVisible():
            self._settled.start()

    def unfold(self, keys: set[str]) -> None:
        """Unfold the rows of these keys, as far as they are there; patients always."""
        for at in range(self._rows.rowCount()):
            root = self._rows.index(at, 0)
            if self._rows.node(root).study_id == "":
                self.expand(root)
        for key in keys:
            if (index := self._rows.index_of(key)).isValid():
                self.expand(index)

    def toggle(self, index: QModelIndex) -> None:
        """Fold or unfold a row."""
        self.setExpanded(index, not self.isExpanded(index))

    def choose_first(self) -> bool:
        """Choose what a search has found first: a slice where it left some out, else a study.

        Return whether there was anything.
        """
        first = self._rows.first_found()
        if first.isValid():
            self.chosen.emit(self._rows.node(first))
        return first.isValid()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold by the mark at the left; elsewhere take the row in hand."""
        index = self.indexAt(event.position().toPoint())
        is_mark = event.position().x() <= CHEVRON_PX + 4 and self._rows.hasChildren(index)
        if index.isValid() and is_mark:
            self.setCurrentIndex(index)
            self.toggle(index)
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the row under a click."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_mark = event.position().x() <= CHEVRON_PX + 4 and self._rows.hasChildren(index)
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and index.isValid() and index == self.currentIndex() and not is_mark:
            self.chosen.emit(self._rows.node(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by Enter, fold by Space, leave by Esc; the arrows are Qt's own."""
        index = self.currentIndex()
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if index.isValid():
                self.chosen.emit(self._rows.node(index))
            case Qt.Key.Key_Space if index.isValid():
                self.toggle(index)
            case Qt.Key.Key_Escape:
                give_back_focus(self)
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look again which rows are in sight."""
        super().resizeEvent(event)
        self.ask_for_pictures()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the pictures of what has come in sight."""
        super().showEvent(event)
        self.ask_for_pictures()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing while nobody looks."""
        self._settled.stop()
        super().hideEvent(event)

    def want_pictures(self) -> None:
        """Ask now for the pictures that are missing in sight."""
        wanted = [row.slice_id for row in self._slices_in_sight() if self._pictures.lacks(row)]
        if wanted:
            self.pictures_wanted.emit(wanted)

    def _slices_in_sight(self) -> list[SliceRow]:
        found = []
        for y in range(0, self.viewport().height() + ROW_PX, ROW_PX):
            index = self.indexAt(QPoint(0, y))
            if index.isValid() and isinstance(row := self._rows.node(index).row, SliceRow):
                found.append(row)
        return found
