"""The page of the preferences that binds keys: find an action, press a key, see who has it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import TABLE, on_keyboards, plain_text
from app.dialogs.fuzzy import distance
from app.dialogs.parts import role_label
from app.keys import KeyMap, KeyTakenError
from app.roles import set_role
from app.words import tr

_ID = Qt.ItemDataRole.UserRole
_ALONE = {
    Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown,
}  # fmt: skip
_KEY_PX, _CHANGED_PX, _ROW_PX = 144, 80, 24
_TYPED_WITH_SHIFT = range(0x21, 0x7F)
"""Printable ASCII: Shift is how the sign is typed, not a part of the key, unless it is a letter."""


class KeyBox(QLineEdit):
    """Takes one press of a key and tells it as text; Esc leaves it, Tab goes on."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setPlaceholderText(tr("click here, then press a key"))
        self.setAccessibleName(tr("Press the new key"))

    def event(self, event: QEvent) -> bool:
        """Take keys before the window's shortcuts do."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell the key, once it is more than Ctrl, Shift or Alt alone."""
        if event.key() == Qt.Key.Key_Escape:
            self.focusPreviousChild()
        elif event.key() not in _ALONE:
            self.pressed.emit(_pressed_key(event))


def _pressed_key(event: QKeyEvent) -> str:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    sign = event.key()
    if sign in _TYPED_WITH_SHIFT and not chr(sign).isalpha():
        held &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(QKeyCombination(held, Qt.Key(sign))).toString()


class KeyPage(QWidget):
    """``chosen`` carries the whole map after each change; a taken key changes nothing."""

    chosen = Signal(object)

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys = keys
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find an action or a key"))
        self.search.setAccessibleName(tr("Find an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = _tree()
        self.tree.currentItemChanged.connect(lambda *_: self._show_current())
        self.box = KeyBox()
        self.box.pressed.connect(lambda key: self._try_keys((key,)))
        self.clear = _button(tr("No key"), lambda: self._try_keys(()))
        self.reset = _button(tr("Reset"), self._reset)
        self.reset_all = _button(tr("Reset all keys"), lambda: self._take(KeyMap()))
        self.line = role_label("", "quiet")
        self.line.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self._items = {item.data(0, _ID): item for item in self._fill()}
        self._show_keys()
        self.tree.setCurrentItem(self._items[TABLE[0].id])

    @property
    def current(self) -> str:
        """The id of the action whose keys are shown; empty on a menu's row."""
        item = self.tree.currentItem()
        return (item.data(0, _ID) or "") if item is not None else ""

    def choose(self, action_id: str) -> None:
        """Mark an action, as a click does."""
        self.tree.setCurrentItem(self._items[action_id])

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        label = QLabel(tr("New key"))
        label.setBuddy(self.box)
        for part in (label, self.box, self.clear, self.reset):
            row.addWidget(part)
        row.setStretch(1, 1)
        row.addSpacing(16)
        row.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        column.addWidget(self.line)

    def _fill(self) -> list[QTreeWidgetItem]:
        items: list[QTreeWidgetItem] = []
        menus: dict[str, QTreeWidgetItem] = {}
        for entry in TABLE:
            if entry.menu not in menus:
                menus[entry.menu] = QTreeWidgetItem(self.tree, [tr(entry.menu)])
                menus[entry.menu].setForeground(0, self.palette().placeholderText())
                menus[entry.menu].setExpanded(True)
                menus[entry.menu].setSizeHint(0, QSize(0, _ROW_PX))
                menus[entry.menu].setFlags(Qt.ItemFlag.ItemIsEnabled)
            item = QTreeWidgetItem(menus[entry.menu], [plain_text(entry)])
            item.setData(0, _ID, entry.id)
            item.setSizeHint(0, QSize(0, _ROW_PX))
            items.append(item)
        return items

    def _show_keys(self) -> None:
        for name, item in self._items.items():
            names = dict.fromkeys(map(on_keyboards, self.keys.keys(name)))
            item.setText(1, tr(" or ").join(names))
            item.setText(2, tr("changed") if name in self.keys.own else "")
        self.reset_all.setEnabled(bool(self.keys.own))
        self._show_current()

    def _show_current(self) -> None:
        row = next((row for row in TABLE if row.id == self.current), None)
        can_change = row is not None and not row.keeps_keys
        self.box.clear()
        self.box.setEnabled(can_change)
        self.clear.setEnabled(can_change and bool(self.keys.keys(self.current)))
        self.reset.setEnabled(self.current in self.keys.own)
        fixed = row is not None and row.keeps_keys
        self._say(tr("This key steps back everywhere and cannot be changed.") if fixed else "")

    def _filter(self, typed: str) -> None:
        for row in TABLE:
            item = self._items[row.id]
            others = f"{tr(row.menu)} {item.text(1)} {row.also}"
            item.setHidden(distance(typed, plain_text(row), others) is None)
        for at in range(self.tree.topLevelItemCount()):
            menu = self.tree.topLevelItem(at)
            assert menu is not None
            of_menu = [self._items[row.id] for row in TABLE if tr(row.menu) == menu.text(0)]
            menu.setHidden(all(item.isHidden() for item in of_menu))
        seen = [item for item in self._items.values() if not item.isHidden()]
        if self.tree.currentItem() not in seen:
            self.tree.setCurrentIndex(self.tree.indexFromItem(seen[0]) if seen else QModelIndex())

    def _try_keys(self, keys: tuple[str, ...]) -> None:
        self._try(lambda: self.keys.bound(self.current, keys), keys)

    def _reset(self) -> None:
        self._try(lambda: self.keys.reset(self.current), ())

    def _try(self, change: Callable[[], KeyMap], keys: tuple[str, ...]) -> None:
        try:
            changed = change()
        except KeyTakenError as refusal:
            self.box.setText(on_keyboards(keys[0]) if keys else "")
            self._say(f"{refusal}.", is_refusal=True)
            return
        self._take(changed)

    def _take(self, keys: KeyMap) -> None:
        self.keys = keys
        self._show_keys()
        self.chosen.emit(keys)

    def _say(self, text: str, *, is_refusal: bool = False) -> None:
        set_role(self.line, "look-again" if is_refusal else "quiet")
        self.line.setText(text)


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName(tr("Actions and their keys"))
    tree.setHeaderLabels([tr("Action"), tr("Key"), ""])
    tree.setUniformRowHeights(True)
    tree.setRootIsDecorated(False)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column, width_px in ((1, _KEY_PX), (2, _CHANGED_PX)):
        tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        tree.header().resizeSection(column, width_px)
    return tree


def _button(text: str, press: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda _=False: press())
    return button
