"""The sheet of keys and mouse moves."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.parts import resize_on_screen, role_label
from app.words import tr

MOUSE = (
    ("Mouse", "Slice", "wheel"),
    ("Mouse", "Phase", "Shift + wheel"),
    ("Mouse", "Zoom", "Ctrl + wheel"),
    ("Mouse", "Window and level, always", "right drag, Shift for fine"),
    ("Mouse", "Window and level, browsing", "left drag"),
    ("Mouse", "Pan", "middle drag"),
    ("Mouse", "Enlarge a pane", "double-click"),
    ("Mouse", "Cross-hair in the others", "Shift + move"),
    ("Contours", "Draw", "click round, or one freehand stroke"),
    ("Contours", "Close the outline", "double-click or the first point"),
    ("Contours", "Shape", "drag a handle or the curve"),
    ("Contours", "Add a handle", "double-click the curve"),
    ("Contours", "Remove a handle", "right-click it"),
    ("Contours", "Move, scale", "Shift drag, Ctrl drag"),
    ("Contours", "Wider or narrower brush", "Ctrl + Shift + wheel"),
    ("Contours", "Remove a mark", "right-click an end"),
)
"""(group, what, hand), in English; ``tr`` at each use."""
_WIDE = (
    ("File", "Edit", "Marks", "Help"),
    ("View", "Panes", "Cine"),
    ("Tools", "Mouse", "Contours"),
)
_NARROW = (
    ("File", "Edit", "Tools", "Marks", "Help"),
    ("View", "Panes", "Cine", "Mouse", "Contours"),
)
_EDGE_PX, _FOOT_PX = 24, 64
"""What a scroll bar takes beside the columns, and the buttons below them."""
_HINT = "Keys can be changed in the preferences ({key})."
Rows = Sequence[tuple[str, str, str]]


def mouse_rows() -> list[tuple[str, str, str]]:
    """Return (group, what, hand) of every use of the mouse."""
    return [(tr(group), tr(what), tr(hand)) for group, what, hand in MOUSE]


class ShortcutSheet(QDialog):
    """Every action with a key, as the table of actions has them."""

    def __init__(self, rows: Rows, to_change: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys and mouse"))
        room = (parent or self).screen().availableGeometry()
        everything = [*rows, *mouse_rows()]
        body = _columns(everything, _WIDE)
        if body.sizeHint().width() + _EDGE_PX > room.width():
            body = _columns(everything, _NARROW)
        self._fill(body, tr(_HINT).format(key=to_change) if to_change else "")
        wanted = body.sizeHint()
        resize_on_screen(self, wanted.width() + _EDGE_PX, wanted.height() + _FOOT_PX)

    @classmethod
    def show_over(cls, parent: QWidget, rows: Rows, to_change: str = "") -> None:
        """Show it until it is closed. ``to_change`` is the key of the preferences."""
        dialog = cls(rows, to_change, parent)
        dialog.exec()
        dialog.deleteLater()

    def _fill(self, body: QWidget, hint: str) -> None:
        scroll = QScrollArea()
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 0, 24, 16)
        foot.addWidget(role_label(hint, "quiet"), 1)
        foot.addWidget(buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 8, 0, 0)
        outer.addWidget(scroll, 1)
        outer.addLayout(foot)


def _columns(rows: Rows, names: Sequence[Sequence[str]]) -> QWidget:
    """Return the groups of rows in columns beside each other."""
    groups = {name: list(members) for name, members in groupby(rows, key=lambda row: row[0])}
    body = QWidget()
    columns = QHBoxLayout(body)
    columns.setContentsMargins(24, 8, 24, 8)
    columns.setSpacing(40)
    for column_names in names:
        column = QVBoxLayout()
        column.setSpacing(4)
        for name in map(tr, column_names):
            column.addWidget(_heading(name))
            column.addLayout(_grid(groups.get(name, [])))
        column.addStretch(1)
        columns.addLayout(column)
    return body


def _heading(name: str) -> QLabel:
    label = QLabel(name.upper())
    label.setProperty("role", "section")
    label.setContentsMargins(0, 8, 0, 0)
    return label


def _grid(rows: Rows) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(2)
    for at, (_, text, keys) in enumerate(rows):
        grid.addWidget(QLabel(text), at, 0)
        held = QLabel(keys)
        held.setProperty("role", "quiet")
        grid.addWidget(held, at, 1, Qt.AlignmentFlag.AlignRight)
    return grid
