"""The study browser: patients, studies and slices, with a search and an order."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.panels.keys import COMMANDS, give_back_focus
from app.panels.rows import SliceRow, StudyRow
from app.panels.study_delegate import PICTURE_PX
from app.panels.study_model import Node, StudyModel, study_key
from app.panels.study_pictures import Pictures
from app.panels.study_search import Order, StudyIndex
from app.panels.study_tree import StudyTree
from app.roles import set_role
from app.words import tr

WIDTH_PX = 160
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
        self._ways_out: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Down: self._go_down,
            Qt.Key.Key_Escape: self._go_back,
            Qt.Key.Key_Return: self._choose_found,
            Qt.Key.Key_Enter: self._choose_found,
        }
        self._nothing = QLabel(tr(_NOTHING))
        set_role(self._nothing, "quiet")
        self._nothing.setWordWrap(True)
        self._nothing.setMargin(12)
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
        self.search.installEventFilter(self)
        self.order.currentIndexChanged.connect(self._arrange)
        self.order.currentIndexChanged.connect(self._tell_order)
        self.tree.chosen.connect(self._choose)
        self.tree.expanded.connect(self._unfold)
        self.tree.collapsed.connect(self._fold)
        self.tree.pictures_wanted.connect(self.pictures_wanted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go from the search down into the rows or to what was found, and out of it by Esc."""
        if isinstance(event, QKeyEvent) and not event.modifiers() & COMMANDS:
            leave = self._ways_out.get(event.key())
            if leave is not None and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if leave is not None and event.type() == QEvent.Type.KeyPress:
                leave()
                return True
        return super().eventFilter(watched, event)

    def _tell_order(self) -> None:
        self.order_chosen.emit(self.order.currentData())

    def _go_down(self) -> None:
        """Leave the search for the rows."""
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self._model.index(0, 0))

    def _go_back(self) -> None:
        """Empty the search; leave it for the images where it is empty."""
        if self.search.text():
            self.search.clear()
        else:
            give_back_focus(self.search)

    def _choose_found(self) -> None:
        """Choose the first row found and leave the search; stay where nothing has been found."""
        if not self.search.text().strip() or self.tree.choose_first():
            give_back_focus(self.search)

    def _arrange(self) -> None:
        """Show what the search leaves, in the order chosen, unfolded as before."""
        patients = self._index.arranged(self.search.text(), Order(self.order.currentData()))
        is_empty = not patients
        if is_empty:
            query = self.search.text().strip()
            self._nothing.setText(tr(_NOT_FOUND).format(query=query) if query else tr(_NOTHING))
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


def _search_field() -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(tr("Search studies and slices"))
    field.setAccessibleName(tr("Search studies and slices"))
    field.setClearButtonEnabled(True)
    field.setToolTip(
        tr(
            "Beginnings of words: a pseudonym, a date such as 2021-03, t1, cine, lge, vne, "
            "confirmed, unconfirmed, excluded, matched, unmatched, empty"
        )
    )
    return field


class _OrderBox(QComboBox):
    """Lets the wheel pass: who turns it there wants another part of the list, not another order."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the order as it is."""
        event.ignore()


def _order_box() -> QComboBox:
    box = _OrderBox()
    for order in Order:
        box.addItem(tr(order.value), order.value)
    box.setAccessibleName(tr("Order of the studies"))
    box.setToolTip(tr("Order of the studies"))
    return box
