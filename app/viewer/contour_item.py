"""One closed contour on the screen."""

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.field_of_view import ViewMap
from vne_core.geometry.contour import Contour, outline_px
from vne_core.geometry.plane import FloatArray

_MARGIN_PX = palette.HANDLE_PX + palette.HALO_PX


def polygon_of(points: FloatArray) -> QPolygonF:
    """Return screen points, shape (N, 2), as Qt's polygon."""
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


@lru_cache(maxsize=16)
def on_screen(contour: Contour, view: ViewMap) -> tuple[QPolygonF, QPolygonF]:
    """Return a contour's outline and handles, made once for panes that look at the same place."""
    outline = polygon_of(view.screen_from_pixel(outline_px(contour, view.plane)))
    return outline, polygon_of(view.screen_from_mm(contour.points_mm))


def stroke(painter: QPainter, colour: str, draw_dashed: bool) -> tuple[QPen, QPen]:  # noqa: FBT001
    """Return the pens of the halo and of the line over it, and switch smooth edges on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    halo = QPen(QColor(palette.HALO), palette.HALO_PX)
    line = QPen(QColor(colour), palette.LINE_PX)
    if draw_dashed:
        line.setDashPattern([4.0, 3.0])
    return halo, line


class ContourItem(QGraphicsObject):
    """Draws a contour, and its handles while its tool is in the hand. Decides nothing."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self._outline = QPolygonF()
        self._handles = QPolygonF()
        self._shows_handles = False
        self._is_ghost = False
        self._hot: int | None = None
        self._placed: tuple[Contour | None, ViewMap | None] = (None, None)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.hide()

    def place(self, contour: Contour | None, view: ViewMap) -> None:
        """Show a contour in the pane's view; None hides it."""
        self.setVisible(contour is not None)
        if contour is None or (contour is self._placed[0] and view == self._placed[1]):
            return
        self.prepareGeometryChange()
        self._placed = contour, view
        self._outline, self._handles = on_screen(contour, view)
        self.update()

    def set_look(self, *, shows_handles: bool, is_ghost: bool) -> None:
        """Show handles when the tool is active; a ghost is dashed until confirmed."""
        if (shows_handles, is_ghost) != (self._shows_handles, self._is_ghost):
            self._shows_handles, self._is_ghost = shows_handles, is_ghost
            self.update()

    def set_hot(self, index: int | None) -> None:
        """Fill the handle under the pointer."""
        if index != self._hot:
            self._hot = index
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the outline's box with room for handles."""
        box = self._outline.boundingRect()
        return box.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw halo, line and handles."""
        del option, widget
        for pen in stroke(painter, self._colour, self._is_ghost):
            painter.setPen(pen)
            painter.drawPolygon(self._outline)
        if self._shows_handles:
            self._paint_handles(painter)

    def _paint_handles(self, painter: QPainter) -> None:
        side = palette.HANDLE_PX
        painter.setPen(QPen(QColor(palette.HALO), 1.0))
        for index, point in enumerate(self._handles.toList()):
            grown = side + 3 if index == self._hot else side
            painter.setBrush(QColor(palette.TEXT if index == self._hot else self._colour))
            corner = point - QPointF(grown / 2, grown / 2)
            painter.drawRect(QRectF(corner.x(), corner.y(), grown, grown))


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
        return box.adjusted(-2 * _MARGIN_PX, -2 * _MARGIN_PX, 2 * _MARGIN_PX, 2 * _MARGIN_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the line with its halo, the points, and a ring where a click closes."""
        del option, widget
        for pen in stroke(painter, self._colour, True):
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
