"""Calipers, probes and arrows on the screen, with what they say."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.corner import corner_font, text_picture
from app.viewer.field_of_view import ViewMap
from app.viewer.furniture import CornerLine
from app.viewer.marks import Arrow, Caliper, Mark, Point, Probe, ends_of, mark_text

_TICK_PX = 5.0
_HEAD_PX = 9.0
_HEAD_ANGLE = math.radians(24)
_TEXT_GAP_PX = 8.0
_LINES_AWAY = (0, 1, -1, 2, -2)
"""How many lines lower a text may stand where another one is in its place."""


class MarksItem(QGraphicsItem):
    """All marks of a pane, drawn in its own pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._drawn: list[tuple[Mark, Point, Point]] = []
        self._texts: list[tuple[QRectF, QPixmap]] = []
        self._font = corner_font(QFont())

    def place(
        self,
        marks: Sequence[Mark],
        view: ViewMap,
        image: NDArray[np.generic] | None,
        unit: str,
        ratio: float,
    ) -> None:
        """Draw the marks where the view has them, with what they read in the image."""
        if not marks and not self._drawn:
            return
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, *view.size_px)
        self._drawn = [(mark, *ends_of(mark, view)) for mark in marks]
        self._texts = []
        for mark, *ends in self._drawn:
            if text := mark_text(mark, image, view, unit):
                picture = text_picture((CornerLine(text),), self._font, ratio, right=False)
                taken = [place for place, _ in self._texts]
                place = _text_place(mark, (ends[0], ends[1]), picture, self._rect, taken)
                self._texts.append((place, picture))

    def boundingRect(self) -> QRectF:
        """Return the whole pane while there are marks."""
        return self._rect if self._drawn else QRectF()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw each mark over its halo, then its text."""
        del option, widget
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (
            (palette.HALO, palette.HALO_PX),
            (palette.MARK, palette.LINE_PX),
        ):
            painter.setPen(QPen(QColor(colour), width))
            for mark, first, second in self._drawn:
                _draw(painter, mark, QPointF(*first), QPointF(*second))
        for place, picture in self._texts:
            painter.drawPixmap(place.topLeft(), picture)


def _draw(painter: QPainter, mark: Mark, first: QPointF, second: QPointF) -> None:
    line = QLineF(first, second)
    match mark:
        case Caliper():
            across = line.normalVector().unitVector()
            step = QPointF(across.dx(), across.dy()) * _TICK_PX
            painter.drawLine(line)
            for end in (first, second):
                painter.drawLine(end - step, end + step)
        case Probe():
            painter.drawEllipse(first, line.length(), line.length())
        case Arrow():
            painter.drawLine(line)
            turn = math.atan2(second.y() - first.y(), second.x() - first.x())
            for side in (-_HEAD_ANGLE, _HEAD_ANGLE):
                head = QPointF(math.cos(turn + side), math.sin(turn + side)) * _HEAD_PX
                painter.drawLine(first, first + head)


def _text_place(
    mark: Mark, ends: tuple[Point, Point], picture: QPixmap, pane: QRectF, taken: Sequence[QRectF]
) -> QRectF:
    """Return where the text stands: the best place where no other does, else the best."""
    places = list(_places(mark, ends, QSizeF(picture.deviceIndependentSize()), pane))
    free = (place for place in places if not any(place.intersects(other) for other in taken))
    return next(free, places[0])


def _places(mark: Mark, ends: tuple[Point, Point], size: QSizeF, pane: QRectF) -> Iterator[QRectF]:
    """Yield places inside the pane, best first: beyond an end, then a line lower or higher."""
    for lines in _LINES_AWAY:
        for end, from_x in _text_ends(mark, *ends):
            gap = -_TEXT_GAP_PX - size.width() if end[0] < from_x else _TEXT_GAP_PX
            y = end[1] + (lines - 0.5) * size.height()
            x = min(max(end[0] + gap, pane.left()), max(pane.left(), pane.right() - size.width()))
            y = min(max(y, pane.top()), max(pane.top(), pane.bottom() - size.height()))
            yield QRectF(QPointF(round(x), round(y)), size)


def _text_ends(mark: Mark, first: Point, second: Point) -> tuple[tuple[Point, float], ...]:
    """Return the ends beyond which a text may stand, each with an x on its other side.

    Of an arrow that is its tail alone: its tip is at what is meant.
    """
    beyond = (second, first[0])
    match mark:
        case Arrow():
            return (beyond,)
        case Probe():
            return beyond, ((2 * first[0] - second[0], first[1]), second[0])
        case Caliper():
            return beyond, (first, second[0])
