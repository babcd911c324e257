"""T1 of the myocardium and of the septal region, in ms, as a small table."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.panels.rows import T1Row
from app.roles import set_role
from app.words import tr

_COLUMNS = ("", "Mean", "Median", "SD", "Pixels")
_WIDEST = ("", "8888", "8888", "888", "88888")
_DASH = "–"  # noqa: RUF001 - as in the burden table
TIP = "15 % of the wall left out at both borders"
ROWS = 2


class T1Table(QWidget):
    """Two rows of numbers with a line below for what is missing or too small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for column, text in enumerate(_COLUMNS):
            grid.addWidget(_cell("small", text and tr(text), is_number=column > 0), 0, column)
        self._cells = [self._add(grid, row + 1) for row in range(ROWS)]
        self._note = _cell("small", "")
        self._note.setWordWrap(True)
        grid.addWidget(self._note, ROWS + 1, 0, 1, len(_COLUMNS))
        self.setToolTip(tr(TIP))
        self.show_rows(())

    def show_rows(self, rows: Sequence[T1Row]) -> None:
        """Show regions; a dash stands for what is not measured."""
        for at, cells in enumerate(self._cells):
            row = rows[at] if at < len(rows) else T1Row((tr("Myocardium"), tr("Septum"))[at])
            values = (row.name, row.mean, row.median, row.sd, row.pixels)
            for cell, value in zip(cells, values, strict=True):
                cell.setText(value or _DASH)
            set_role(cells[-1], "look-again" if row.is_small else "")
        self._note.setText(" ".join(row.note for row in rows if row.note))
        self._note.setVisible(bool(self._note.text()))
        set_role(self._note, "look-again" if any(row.is_small for row in rows) else "small")

    def texts(self) -> list[list[str]]:
        """Return what the rows show, for tests."""
        return [[cell.text() for cell in cells] for cells in self._cells]

    @property
    def note(self) -> str:
        """The line below the numbers."""
        return self._note.text()

    @staticmethod
    def _add(grid: QGridLayout, row: int) -> list[QLabel]:
        cells = []
        for column, widest in enumerate(_WIDEST):
            cell = _cell("", widest, is_number=column > 0)
            if column:
                cell.setMinimumWidth(cell.fontMetrics().horizontalAdvance(widest))
            cells.append(cell)
            grid.addWidget(cell, row, column)
        return cells


def _cell(role: str, text: str, *, is_number: bool = False) -> QLabel:
    label = QLabel(text)
    if role:
        set_role(label, role)
    if is_number:
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
