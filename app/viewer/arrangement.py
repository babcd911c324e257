"""How the panes stand: side by side, in a square, one alone, or two upon each other."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtWidgets import QGridLayout, QWidget


class Arrangement(StrEnum):
    """How the panes stand: in a row, in a square, or whichever makes them larger."""

    AUTO = "auto"
    ROW = "1x4"
    GRID = "2x2"


def larger_arrangement(width: int, height: int) -> Arrangement:
    """Return the arrangement whose panes have the longer short side."""
    row = min(width / 4, height)
    grid = min(width / 2, height / 2)
    return Arrangement.ROW if row >= grid else Arrangement.GRID


def put_in_cells(
    grid: QGridLayout, panes: Sequence[QWidget], columns: int, alone: Sequence[QWidget]
) -> None:
    """Put four panes in their cells, or those ``alone`` upon each other in the first.

    Empty columns and rows take no room.
    """
    for index, pane in enumerate(panes):
        row, column = (0, 0) if pane in alone else divmod(index, columns)
        grid.addWidget(pane, row, column)
        pane.setVisible(not alone or pane in alone)
    rows = len(panes) // columns
    for index in range(len(panes)):
        grid.setColumnStretch(index, int(index == 0 if alone else index < columns))
        grid.setRowStretch(index, int(index == 0 if alone else index < rows))
