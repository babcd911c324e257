"""One circular region on the screen."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.contour_item import stroke
from app.viewer.field_of_view import ViewMap
from vne_core.geometry.roi import Roi

_MARGIN_PX = 16.0


class RoiItem(QGraphicsObject):
    """Draws a region's circle and its letter, so that colour is not the only sign."""

    def __init__(self, colour: str, letter: str) -> None:
        super().__init__()
        self._colour, self._letter = colour, letter
        self._centre = QPointF()
        self._radius = 0.0
        self._is_active = self._is_ghost = False
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

    def set_look(self, *, is_active: bool, is_ghost: bool) -> None:
        """Mark the centre while the tool is in the hand; a ghost is dashed until confirmed."""
        if (is_active, is_ghost) != (self._is_active, self._is_ghost):
            self._is_active, self._is_ghost = is_active, is_ghost
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
        for pen in stroke(painter, self._colour, self._is_ghost):
            painter.setPen(pen)
            painter.drawEllipse(self._centre, self._radius, self._radius)
        if self._is_active:
            painter.setPen(QPen(QColor(palette.HALO), 1.0))
            painter.setBrush(QColor(self._colour))
            painter.drawEllipse(self._centre, 2.5, 2.5)
        self._paint_letter(painter)

    def _paint_letter(self, painter: QPainter) -> None:
        font = QFont(painter.font())
        font.setPixelSize(palette.CORNER_TEXT_PX)
        painter.setFont(font)
        at = self._centre + QPointF(self._radius * 0.7 + 4, -self._radius * 0.7 - 3)
        painter.setPen(QColor(palette.HALO))
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawText(at + QPointF(dx, dy), self._letter)
        painter.setPen(QColor(self._colour))
        painter.drawText(at, self._letter)
