"""Calipers, probes and arrows on the screen, with what they say."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
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


class MarksItem(QGraphicsItem):
    """All marks of a pane, drawn in its own pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._drawn: list[tuple[Mark, Point, Point, QPixmap | None]] = []
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
        self._drawn = []
        for mark in marks:
            text = mark_text(mark, image, view, unit)
            line = (CornerLine(text),)
            picture = text_picture(line, self._font, ratio, right=False) if text else None
            self._drawn.append((mark, *ends_of(mark, view), picture))

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
            for mark, first, second, _ in self._drawn:
                _draw(painter, mark, QPointF(*first), QPointF(*second))
        for _, first, second, picture in self._drawn:
            if picture is not None:
                painter.drawPixmap(_text_place(first, second, picture, self._rect), picture)


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


def _text_place(first: Point, second: Point, picture: QPixmap, pane: QRectF) -> QPointF:
    """Return where the text stands: beyond the second end, kept inside the pane."""
    size = picture.deviceIndependentSize()
    goes_left = second[0] < first[0]
    x = second[0] - _TEXT_GAP_PX - size.width() if goes_left else second[0] + _TEXT_GAP_PX
    x = min(max(x, pane.left()), max(pane.left(), pane.right() - size.width()))
    y = second[1] - size.height() / 2
    y = min(max(y, pane.top()), max(pane.top(), pane.bottom() - size.height()))
    return QPointF(round(x), round(y))
