"""The scale bar, the cross-hair and the reference lines of a pane."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.content import ReferenceLine
from app.viewer.field_of_view import ViewMap
from vne_core.geometry.plane import Vector


class ScaleBarItem(QGraphicsItem):
    """A horizontal bar of a round length, held by its right end."""

    def __init__(self) -> None:
        super().__init__()
        self._line = QLineF()

    def stand(self, right: float, y: float, length_px: float) -> None:
        """Lay the bar so that it ends at a screen point."""
        self.prepareGeometryChange()
        self._line = QLineF(right - length_px, y, right, y)

    def boundingRect(self) -> QRectF:
        """Return the bar with its end ticks."""
        return QRectF(self._line.p1(), self._line.p2()).adjusted(-3, -6, 3, 6)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the bar over its halo."""
        del option, widget
        up = QPointF(0, 4)
        ends = [QLineF(end - up, end + up) for end in (self._line.p1(), self._line.p2())]
        for colour, width in ((palette.HALO, 3.0), (palette.TEXT, 1.0)):
            painter.setPen(
                QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            )
            painter.drawLines([self._line, *ends])


class CrossHairItem(QGraphicsItem):
    """Where the pointer is in another pane: four arms with an open middle."""

    _ARM_PX = 14.0
    _GAP_PX = 4.0

    def __init__(self) -> None:
        super().__init__()
        self.point_mm: Vector | None = None
        self.hide()

    def place(self, view: ViewMap | None) -> None:
        """Stand at the point in the patient; hide without one."""
        self.setVisible(view is not None and self.point_mm is not None)
        if view is not None and self.point_mm is not None:
            self.setPos(*view.screen_from_mm([self.point_mm])[0])

    def boundingRect(self) -> QRectF:
        """Return the cross-hair's square around its middle."""
        reach = self._GAP_PX + self._ARM_PX + 2
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the arms over their halo."""
        del option, widget
        near, far = self._GAP_PX, self._GAP_PX + self._ARM_PX
        arms = [
            QLineF(near * dx, near * dy, far * dx, far * dy)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
        ]
        for colour, width in ((palette.HALO, 3.0), (palette.ACCENT, 1.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLines(arms)


def _is_flat_or_upright(line: QLineF) -> bool:
    """Return whether a line runs along rows or columns of pixels: smoothed, it would blur over two."""
    return min(abs(line.dx()), abs(line.dy())) < 1


class ReferenceLinesItem(QGraphicsItem):
    """Where other slices cut the image: the slice shown in the accent, the others quiet."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._lines: list[tuple[QLineF, bool]] = []

    def place(self, lines: Sequence[ReferenceLine], view: ViewMap) -> None:
        """Lay the lines where the view has them."""
        if not lines and not self._lines:
            return
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, *view.size_px)
        self._lines = []
        for line in sorted(lines, key=lambda line: line.is_shown):
            (ax, ay), (bx, by) = view.screen_from_mm([line.start_mm, line.end_mm]).tolist()
            self._lines.append((QLineF(ax, ay, bx, by), line.is_shown))

    def boundingRect(self) -> QRectF:
        """Return the whole pane while there are lines."""
        return self._rect if self._lines else QRectF()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the lines over their halo, the quiet ones dashed."""
        del option, widget
        for line, is_shown in self._lines:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not _is_flat_or_upright(line))
            painter.setPen(QPen(QColor(palette.HALO), 3.0))
            painter.drawLine(line)
            colour = QColor(palette.ACCENT if is_shown else palette.QUIET)
            style = Qt.PenStyle.SolidLine if is_shown else Qt.PenStyle.DashLine
            painter.setPen(QPen(colour, 1.0, style))
            painter.drawLine(line)
