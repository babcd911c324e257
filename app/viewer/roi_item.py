"""One circular region, or one point, on the screen."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.field_of_view import ViewMap
from app.viewer.strokes import Look, draw_letters, halo_and_line
from vne_core.geometry.plane import Vector
from vne_core.geometry.roi import Roi

_MARGIN_PX = 16.0
_CENTRE_PX = 2.5
_RING_PX = 4.0


class RoiItem(QGraphicsObject):
    """Draws a region's circle and its letter, so that colour is not the only sign."""

    def __init__(self, colour: str, letter: str) -> None:
        super().__init__()
        self._colour, self._letter = colour, letter
        self._centre = QPointF()
        self._radius = 0.0
        self._look = Look()
        self._placed: tuple[Roi | None, ViewMap | None] = (None, None)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.hide()

    def place(self, roi: Roi | None, view: ViewMap) -> None:
        """Show a region in the pane's view; None hides it."""
        self.setVisible(roi is not None)
        if roi is None or (roi, view) == self._placed:
            return
        self.prepareGeometryChange()
        self._placed = roi, view
        x, y = view.screen_from_mm([roi.centre_mm])[0]
        self._centre, self._radius = QPointF(x, y), roi.radius_mm / view.mm_per_px
        self.update()

    def set_look(self, look: Look) -> None:
        """Mark the centre while the tool is in the hand; a ghost is dashed until confirmed."""
        if look != self._look:
            self._look = look
            self.setZValue(palette.IN_HAND_Z if look.is_active else palette.SHAPE_Z)
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the circle's box with room for its letter."""
        reach = self._radius + _MARGIN_PX
        return QRectF(self._centre.x() - reach, self._centre.y() - reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw halo, circle, letter and, in the hand, the centre."""
        del option, widget
        for pen in halo_and_line(painter, self._colour, self._look):
            painter.setPen(pen)
            painter.drawEllipse(self._centre, self._radius, self._radius)
        if self._look.is_active:
            painter.setPen(QPen(QColor(palette.HALO), 1.0))
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(self._centre, _CENTRE_PX, _CENTRE_PX)
        at = self._centre + QPointF(self._radius * 0.7 + 4, -self._radius * 0.7 - 3)
        draw_letters(painter, at, self._letter, self._colour)


class PointItem(QGraphicsObject):
    """Draws a marked point: a ring with four arms that leave the place itself open, and letters."""

    def __init__(self, colour: str, letters: str) -> None:
        super().__init__()
        self._colour, self._letters = colour, letters
        self._look = Look()
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.hide()

    def place(self, at_mm: Vector | None, view: ViewMap) -> None:
        """Show the point in the pane's view; None hides it."""
        self.setVisible(at_mm is not None)
        if at_mm is not None:
            self.setPos(*view.screen_from_mm([at_mm])[0])

    def set_look(self, look: Look) -> None:
        """Mark the point under the pointer; a ghost is dimmed until confirmed."""
        if look != self._look:
            self._look = look
            self.setZValue(palette.IN_HAND_Z if look.is_active else palette.SHAPE_Z)
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the mark's box with room for its letters."""
        return QRectF(-_MARGIN_PX, -2 * _MARGIN_PX, 4 * _MARGIN_PX, 3 * _MARGIN_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw ring, arms and letters."""
        del option, widget
        for pen in halo_and_line(painter, self._colour, self._look):
            painter.setPen(pen)
            painter.drawEllipse(QPointF(), _RING_PX, _RING_PX)
            for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(x, y)
                painter.drawLine(way * _RING_PX, way * 2 * _RING_PX)
        draw_letters(painter, QPointF(2 * _RING_PX, -2 * _RING_PX), self._letters, self._colour)
