"""One closed contour on the screen."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.field_of_view import ViewMap
from app.viewer.strokes import Look, halo_and_line
from vne_core.geometry.contour import Contour, outline_px
from vne_core.geometry.plane import FloatArray
from vne_core.keeping import kept_while_read

_MARGIN_PX = palette.HANDLE_PX + palette.HALO_PX
_HATCH_PX = 7.0
"""Between the slanted lines of an exclusion, measured along a row."""


def polygon_of(points: FloatArray) -> QPolygonF:
    """Return screen points, shape (N, 2), as Qt's polygon."""
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])


@kept_while_read(64)
def on_screen(contour: Contour, view: ViewMap) -> tuple[QPolygonF, QPolygonF]:
    """Return a contour's outline and handles, made once for panes that look at the same place."""
    outline = polygon_of(view.screen_from_pixel(outline_px(contour, view.plane)))
    return outline, polygon_of(view.screen_from_mm(contour.points_mm))


class ContourItem(QGraphicsObject):
    """Draws a contour, and its handles while its tool is in the hand. Decides nothing."""

    def __init__(self, colour: str, *, is_hatched: bool = False) -> None:
        super().__init__()
        self._colour, self._is_hatched = colour, is_hatched
        self._outline = QPolygonF()
        self._handles = QPolygonF()
        self._look = Look()
        self._is_chosen = True
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

    def set_look(self, look: Look, *, is_chosen: bool = True, hot: int | None = None) -> None:
        """Show handles when active: full ones of the chosen contour; ``hot`` is under the pointer."""
        if (look, is_chosen, hot) != (self._look, self._is_chosen, self._hot):
            self._look, self._is_chosen, self._hot = look, is_chosen, hot
            self.setZValue(palette.IN_HAND_Z if look.is_active else palette.SHAPE_Z)
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the outline's box with room for handles."""
        box = self._outline.boundingRect()
        return box.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw hatch, halo, line and handles."""
        del option, widget
        pens = halo_and_line(painter, self._colour, self._look)
        if self._is_hatched:
            self._paint_hatch(painter)
        for pen in pens:
            painter.setPen(pen)
            painter.drawPolygon(self._outline)
        if self._look.is_active:
            painter.setOpacity(1.0)
            self._paint_handles(painter)

    def _paint_hatch(self, painter: QPainter) -> None:
        """Draw slanted lines inside the outline, at rest on the image while it is dragged."""
        box = self._outline.boundingRect()
        clip = QPainterPath()
        clip.addPolygon(self._outline)
        painter.save()
        painter.setClipPath(clip)
        painter.setPen(QPen(QColor(self._colour), 1.0))
        first = int((box.left() + box.top()) // _HATCH_PX)
        last = int((box.right() + box.bottom()) // _HATCH_PX) + 1
        for step in range(first, last + 1):
            foot = step * _HATCH_PX
            top = QPointF(foot - box.top(), box.top())
            painter.drawLine(top, QPointF(foot - box.bottom(), box.bottom()))
        painter.restore()

    def _paint_handles(self, painter: QPainter) -> None:
        """Draw a square a handle: full of the contour that keys act on, else hollow."""
        side = palette.HANDLE_PX
        for index, point in enumerate(self._handles.toList()):
            is_hot = index == self._hot
            grown = side + 3 if is_hot else side
            is_full = self._is_chosen or is_hot
            painter.setPen(QPen(QColor(palette.HALO if is_full else self._colour), 1.0))
            inner = self._colour if self._is_chosen else palette.HALO
            painter.setBrush(QColor(palette.TEXT if is_hot else inner))
            corner = point - QPointF(grown / 2, grown / 2)
            painter.drawRect(QRectF(corner.x(), corner.y(), grown, grown))
