"""The study browser: patients, studies and slices, with a search and an order."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.panels.keys import LIST_KEYS, KeptKeys, give_back_focus
from app.panels.rows import SliceRow, StudyRow
from app.panels.study_delegate import CHEVRON_PX, PICTURE_PX, ROW_PX, StudyDelegate
from app.panels.study_model import Node, StudyModel, study_key
from app.panels.study_pictures import Pictures
from app.panels.study_search import Order, StudyIndex
from app.panels.style import set_role

WIDTH_PX = 160
SETTLE_MS = 20
"""Rows at rest this long ask for their pictures: those that fly past do not."""
_NOTHING = "No study here yet: open a folder, a .zip file or the demo study."
_NOT_FOUND = (
    "Nothing has “{query}”. Search by pseudonym, date, t1, cine, lge, excluded, unconfirmed."
)


class StudyList(QFrame):
    """Values in; what the reader wants comes out as signals.

    ``study_chosen`` carries a study_id, ``slice_chosen`` also a slice's place in it.
    ``slices_wanted`` asks for the rows of a study that was unfolded, ``pictures_wanted`` for the
    pictures, by slice_id, of the rows in sight that have none.
    """

    study_chosen = Signal(str)
    slice_chosen = Signal(str, int)
    slices_wanted = Signal(str)
    pictures_wanted = Signal(list)
    order_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self.setMinimumWidth(WIDTH_PX)
        self._rows: tuple[StudyRow, ...] = ()
        self._index = StudyIndex()
        self._unfolded: set[str] = set()
        self._opened = ""
        self._shown = 0
        self._pictures = Pictures(PICTURE_PX)
        self._model = StudyModel(self)
        self.search = _search_field()
        self.order = _order_box()
        self.tree = StudyTree(self._model, self._pictures)
        self._nothing = QLabel(_NOTHING)
        set_role(self._nothing, "quiet")
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(12, 12, 12, 12)
        self._fill(QVBoxLayout(self))
        self._connect()

    def show_rows(self, rows: Sequence[StudyRow], current_slice: int) -> None:
        """Show studies, and which slice of the open one is on the screen."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._index = StudyIndex(self._rows)
            opened = next((row.study_id for row in self._rows if row.is_open), "")
            if opened != self._opened:
                self._opened = opened
                self._unfolded.add(study_key(opened))
            self._arrange()
        self.show_slice(current_slice)

    def show_slice(self, place: int) -> None:
        """Mark the slice of the open study that is on the screen."""
        self._shown = place
        index = self._model.show_slice(self._opened, place)
        if index.isValid() and not self.tree.hasFocus() and self.tree.isExpanded(index.parent()):
            self.tree.setCurrentIndex(index)

    def show_pictures(self, pictures: Mapping[str, QImage | None]) -> None:
        """Show more pictures; None for a slice that has no image."""
        self._pictures.put(pictures)
        self.tree.viewport().update()

    def listed_studies(self) -> tuple[str, ...]:
        """Return the studies in the order they are listed in, folded ones too, by study_id."""
        return self._model.study_ids()

    def focus_search(self) -> None:
        """Put the cursor in the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def texts(self) -> list[str]:
        """Return what the unfolded rows say, for tests."""
        found, index = [], self._model.index(0, 0)
        while index.isValid():
            found.append(index.data())
            index = self.tree.indexBelow(index)
        return found

    def _fill(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(8, 8, 8, 8)
        head.setSpacing(4)
        head.addWidget(self.search)
        head.addWidget(self.order)
        column.addLayout(head)
        column.addWidget(self._nothing)
        column.addWidget(self.tree, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._arrange)
        self.search.returnPressed.connect(self.tree.choose_first)
        self.search.installEventFilter(self)
        self.order.currentTextChanged.connect(self._arrange)
        self.order.currentTextChanged.connect(self.order_chosen)
        self.tree.chosen.connect(self._choose)
        self.tree.expanded.connect(self._unfold)
        self.tree.collapsed.connect(self._fold)
        self.tree.pictures_wanted.connect(self.pictures_wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the search down into the rows, and out of it by Esc."""
        if isinstance(event, QKeyEvent) and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Escape}:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._leave_search(is_down=event.key() == Qt.Key.Key_Down)
                return True
        return super().eventFilter(watched, event)

    def _leave_search(self, *, is_down: bool) -> None:
        if is_down:
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.tree.currentIndex().isValid():
                self.tree.setCurrentIndex(self._model.index(0, 0))
        elif self.search.text():
            self.search.clear()
        else:
            give_back_focus(self.search)

    def _arrange(self) -> None:
        """Show what the search leaves, in the order chosen, unfolded as before."""
        patients = self._index.arranged(self.search.text(), Order(self.order.currentText()))
        is_empty = not patients
        if is_empty:
            query = self.search.text().strip()
            self._nothing.setText(_NOT_FOUND.format(query=query) if query else _NOTHING)
        self._nothing.setVisible(is_empty)
        narrowed = {
            study_key(branch.study.study_id)
            for patient in patients
            for branch in patient.studies
            if branch.is_narrowed
        }
        if self._model.show_branches(patients):
            self.tree.unfold(self._unfolded | narrowed)
            self._model.show_slice(self._opened, self._shown)
        self.tree.ask_for_pictures()

    def _unfold(self, index: QModelIndex) -> None:
        node = self._model.node(index)
        if isinstance(node.row, SliceRow):
            return
        self._unfolded.add(node.key)
        if isinstance(node.row, StudyRow) and node.row.slices is None:
            self.slices_wanted.emit(node.study_id)
        self.tree.ask_for_pictures()

    def _fold(self, index: QModelIndex) -> None:
        self._unfolded.discard(self._model.node(index).key)
        self.tree.ask_for_pictures()

    def _choose(self, node: Node) -> None:
        if isinstance(node.row, SliceRow):
            self.slice_chosen.emit(node.study_id, node.place)
        elif isinstance(node.row, StudyRow):
            self.study_chosen.emit(node.study_id)
        else:
            self.tree.toggle(self._model.index_of(node.key))


class StudyTree(QTreeView):
    """The rows. ``chosen`` carries the row clicked or entered."""

    chosen = Signal(object)
    pictures_wanted = Signal(list)

    def __init__(self, model: StudyModel, pictures: Pictures) -> None:
        super().__init__()
        self._rows, self._pictures = model, pictures
        self.setModel(model)
        self.setItemDelegate(StudyDelegate(pictures, self))
        self.setAccessibleName("Patients, studies and slices")
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

    def choose_first(self) -> None:
        """Choose the first study, the best that a search has found."""
        first = self._rows.index_of(study_key(next(iter(self._rows.study_ids()), "")))
        if first.isValid():
            self.chosen.emit(self._rows.node(first))

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


def _search_field() -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText("Search studies and slices")
    field.setAccessibleName("Search studies and slices")
    field.setClearButtonEnabled(True)
    field.setToolTip(
        "Beginnings of words: a pseudonym, a date such as 2021-03, t1, cine, lge, vne, "
        "confirmed, unconfirmed, excluded, matched, unmatched, empty"
    )
    return field


def _order_box() -> QComboBox:
    box = QComboBox()
    box.addItems([order.value for order in Order])
    box.setAccessibleName("Order of the studies")
    box.setToolTip("Order of the studies")
    return box
