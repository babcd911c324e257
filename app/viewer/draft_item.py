"""What is drawn only while the hand is at work: an unfinished contour, the brush."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.contour_item import polygon_of
from app.viewer.strokes import Look, halo_and_line
from vne_core.geometry.plane import FloatArray

_MARGIN_PX = 2 * (palette.HANDLE_PX + palette.HALO_PX)


class DraftItem(QGraphicsObject):
    """Draws an unfinished contour: its line so far and the points put down."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = palette.EPI
        self._line = QPolygonF()
        self._points: list[QPointF] = []
        self._closes = False
        self.hide()

    def place(self, colour: str, line: FloatArray, points: FloatArray, *, closes: bool) -> None:
        """Show screen points, shape (N, 2); ``closes`` marks the first point as the end."""
        self.prepareGeometryChange()
        self._colour, self._closes = colour, closes
        self._line = polygon_of(np.asarray(line))
        self._points = [QPointF(x, y) for x, y in np.asarray(points).tolist()]
        self.setVisible(bool(self._points) or self._line.size() > 0)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the drawing's box with room for its points."""
        box = self._line.boundingRect().united(QPolygonF(self._points).boundingRect())
        return box.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the line with its halo, the points, and a ring where a click closes."""
        del option, widget
        pens = halo_and_line(painter, self._colour, Look(is_ghost=True))
        painter.setOpacity(1.0)
        for pen in pens:
            painter.setPen(pen)
            painter.drawPolyline(self._line)
        painter.setPen(QPen(QColor(palette.HALO), 1.0))
        painter.setBrush(QColor(self._colour))
        for point in self._points:
            painter.drawEllipse(point, palette.HANDLE_PX / 2, palette.HANDLE_PX / 2)
        if self._closes and self._points:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.TEXT), 2.0))
            painter.drawEllipse(self._points[0], palette.HANDLE_PX, palette.HANDLE_PX)


class BrushItem(QGraphicsObject):
    """Draws the circle within which the outline gives way."""

    def __init__(self) -> None:
        super().__init__()
        self._radius = 0.0
        self.hide()

    def place(self, centre: QPointF, radius: float) -> None:
        """Show the brush about a screen point, its radius in screen pixels."""
        if radius != self._radius:
            self.prepareGeometryChange()
            self._radius = radius
        self.setPos(centre)
        self.show()

    def boundingRect(self) -> QRectF:
        """Return the circle's box."""
        reach = self._radius + palette.HALO_PX
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw a thin ring that hides little of the image."""
        del option, widget
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((palette.HALO, 2.5), (palette.TEXT, 1.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(QPointF(), self._radius, self._radius)
