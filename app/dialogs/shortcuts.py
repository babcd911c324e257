"""The sheet of keys and mouse moves."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

MOUSE = (
    ("Mouse", "Slice", "wheel"),
    ("Mouse", "Phase", "Shift + wheel"),
    ("Mouse", "Zoom", "Ctrl + wheel"),
    ("Mouse", "Window and level", "right drag, Shift for fine"),
    ("Mouse", "Pan", "middle drag"),
    ("Mouse", "Enlarge a pane", "double-click"),
    ("Contours", "Draw", "click round, or one freehand stroke"),
    ("Contours", "Close the outline", "double-click or the first point"),
    ("Contours", "Shape", "drag a handle or the curve"),
    ("Contours", "Add a handle", "double-click the curve"),
    ("Contours", "Remove a handle", "right-click it"),
    ("Contours", "Move, scale", "Shift drag, Ctrl drag"),
)
_COLUMNS = (("File", "Edit"), ("View",), ("Tools", "Help", "Mouse", "Contours"))


class ShortcutSheet(QDialog):
    """Every action with a key, as the table of actions has them."""

    def __init__(self, rows: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys and mouse")
        outer = QHBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 24)
        outer.setSpacing(40)
        groups = {
            name: list(members)
            for name, members in groupby([*rows, *MOUSE], key=lambda row: row[0])
        }
        for names in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(4)
            for name in names:
                column.addWidget(_heading(name))
                column.addLayout(_grid(groups.get(name, [])))
            column.addStretch(1)
            outer.addLayout(column)

    @classmethod
    def show_over(cls, parent: QWidget, rows: Sequence[tuple[str, str, str]]) -> None:
        """Show it until it is closed."""
        dialog = cls(rows, parent)
        dialog.exec()
        dialog.deleteLater()


def _heading(name: str) -> QLabel:
    label = QLabel(name.upper())
    label.setProperty("role", "section")
    label.setContentsMargins(0, 8, 0, 0)
    return label


def _grid(rows: Sequence[tuple[str, str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(2)
    for at, (_, text, keys) in enumerate(rows):
        grid.addWidget(QLabel(text), at, 0)
        held = QLabel(keys)
        held.setProperty("role", "quiet")
        grid.addWidget(held, at, 1, Qt.AlignmentFlag.AlignRight)
    return grid
