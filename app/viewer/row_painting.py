"""What a delegate is told of the row it paints, typed: Qt's option tells its readers nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget


@dataclass(frozen=True, slots=True)
class RowOption:
    """Where a row lies, how it stands, in which colours and in which view."""

    area: QRect
    state: QStyle.StateFlag
    colours: QPalette
    view: QWidget


@contextmanager
def row_painting(painter: QPainter, option: QStyleOptionViewItem) -> Iterator[RowOption]:
    """Give the facts of a row; the painter is afterwards as it was before."""
    painter.save()
    try:
        yield RowOption(
            option.rect,  # pyright: ignore[reportAttributeAccessIssue]
            option.state,  # pyright: ignore[reportAttributeAccessIssue]
            option.palette,  # pyright: ignore[reportAttributeAccessIssue]
            option.widget,  # pyright: ignore[reportAttributeAccessIssue]
        )
    finally:
        painter.restore()
