"""The command palette: every action found by its words, with its key and what it still needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.fuzzy import distance
from app.dialogs.parts import SMALL_PX, role_label
from app.viewer.row_painting import row_painting
from app.words import tr

WIDTH_PX, ROW_PX, ROWS_SEEN = 600, 32, 10
_TOP_SHARE = 0.12
"""How far down the window it stands, so that the images stay in sight."""
_ENTRY = Qt.ItemDataRole.UserRole
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_ENTERS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_MENU_PX, _KEY_PX, _ICON_PX = 48, 104, 20
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One action as the palette lists it; ``lacks`` is empty where it can be run."""

    action_id: str
    text: str
    menu: str
    keys: str = ""
    also: str = ""
    lacks: str = ""
    is_on: bool = False
    icon: QIcon | None = None

    @property
    def spoken(self) -> str:
        """The row as one line."""
        return ", ".join(filter(None, (self.text, self.menu, self.keys, self.lacks)))


def found(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """Return the entries that fit what was typed, the best first; those that can run win ties."""
    ranked = [
        (far, bool(entry.lacks), at, entry)
        for at, entry in enumerate(entries)
        if (far := distance(typed, entry.text, f"{entry.menu} {entry.keys} {entry.also}"))
        is not None
    ]
    if typed.strip():
        ranked.sort(key=lambda row: row[:3])
    return [entry for *_, entry in ranked]


class CommandPalette(QDialog):
    """A field over a list; what is chosen is the dialog's answer."""

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "palette")
        self.setWindowTitle(tr("Find an action"))
        self._entries = tuple(entries)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Type what you want to do"))
        self.field.setAccessibleName(tr("Words of an action"))
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Actions found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.itemClicked.connect(lambda _: self._take())
        self.line = role_label("", "small")
        self.line.setContentsMargins(12, 0, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.line)
        self.list.currentItemChanged.connect(lambda *_: self._say())
        self.field.textChanged.connect(self._fill)
        self.setFixedWidth(WIDTH_PX)
        self.field.setFocus()  # a popup is never activated: keys go to the focus it was made with
        self._fill("")

    @classmethod
    def ask(cls, parent: QWidget, entries: Sequence[Entry]) -> str | None:
        """Return the id of the action the reader chose; None when none was."""
        dialog = cls(entries, parent)
        dialog.stand_over(parent)
        is_taken = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.chosen
        dialog.deleteLater()
        parent.activateWindow()
        return chosen.action_id if is_taken and chosen else None

    @property
    def chosen(self) -> Entry | None:
        """The entry that is marked."""
        item = self.list.currentItem()
        return item.data(_ENTRY) if item is not None else None

    def stand_over(self, window: QWidget) -> None:
        """Stand in the upper middle of a window, as high as the window allows."""
        top = round(window.height() * _TOP_SHARE)
        rows = min(ROWS_SEEN, (window.height() - top - 112) // ROW_PX)
        self.list.setFixedHeight(max(3, rows) * ROW_PX)
        self.adjustSize()
        left = (window.width() - self.width()) // 2
        self.move(window.mapToGlobal(window.rect().topLeft()) + QRect(left, top, 0, 0).topLeft())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the field's arrows move through the list, and Enter run what is marked."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self.list.keyPressEvent(event)
                return True
            if event.key() in _ENTERS:
                self._take()
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for entry in found(self._entries, typed):
            item = QListWidgetItem(entry.text)
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.spoken)
            item.setToolTip(entry.lacks)
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            nothing = QListWidgetItem(tr("No action has these words."))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)

    def _say(self) -> None:
        """Say under the list what a row has no room for."""
        lacks = self.chosen.lacks if self.chosen is not None else ""
        self.line.setText(lacks or tr("Enter runs it, Esc closes"))

    def _take(self) -> None:
        """End with what is marked; an action that lacks something stays where it is."""
        if self.chosen is not None and not self.chosen.lacks:
            self.accept()


class _RowDelegate(QStyledItemDelegate):
    """Paints icon, words, what is lacking, menu and key in columns that never move."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        with row_painting(painter, option) as told:
            area, colours, entry = told.area, told.colours, index.data(_ENTRY)
            if entry is None:
                painter.setPen(colours.color(_QUIET))
                painter.drawText(area.adjusted(8, 0, -8, 0), _LEFT, str(index.data()))
                return
            if told.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(area, colours.color(QPalette.ColorRole.Mid))
                edge = QRect(area.left(), area.top(), 2, area.height())
                painter.fillRect(edge, colours.color(QPalette.ColorRole.Highlight))
            _paint_entry(painter, area, entry, colours)


_QUIET = QPalette.ColorRole.PlaceholderText
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


def _paint_entry(painter: QPainter, area: QRect, entry: Entry, colours: QPalette) -> None:
    words = area.adjusted(12 + _ICON_PX + 8, 0, -(_KEY_PX + _MENU_PX + 16), 0)
    if entry.icon is not None:
        mode = QIcon.Mode.Disabled if entry.lacks else QIcon.Mode.Normal
        icon_top = area.center().y() - _ICON_PX // 2 + 1
        entry.icon.paint(painter, QRect(area.left() + 12, icon_top, _ICON_PX, _ICON_PX), mode=mode)
    painter.setPen(colours.color(_QUIET if entry.lacks else QPalette.ColorRole.Text))
    text = f"{entry.text}  ✓" if entry.is_on else entry.text
    painter.drawText(words, _LEFT, text)
    taken = painter.fontMetrics().horizontalAdvance(text) + 12
    key = area.adjusted(area.width() - _KEY_PX - 8, 0, -8, 0)
    painter.drawText(key, _RIGHT, entry.keys)
    font = painter.font()
    font.setPixelSize(SMALL_PX)
    painter.setFont(font)
    painter.setPen(colours.color(_QUIET))
    menu = QRect(words.right() + 8, area.top(), _MENU_PX, area.height())
    painter.drawText(menu, _LEFT, entry.menu)
    room = words.adjusted(taken, 1, 0, 0)
    elide = Qt.TextElideMode.ElideRight
    lacks = painter.fontMetrics().elidedText(entry.lacks, elide, room.width())
    painter.drawText(room, _LEFT, lacks)
