"""The scale bar, the colour bar and the cross-hair of a pane."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette

BAR_WIDTH_PX = 10.0


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


class ColourBarItem(QGraphicsItem):
    """A vertical strip of the colours, the highest value on top."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._words: NDArray[np.uint32] | None = None
        self._ticks: tuple[float, ...] = ()

    def set_words(self, words: NDArray[np.uint32]) -> None:
        """Show 256 colours as 0xffRRGGBB words."""
        self._words = np.ascontiguousarray(words[::-1])
        self.update()

    def stand(self, rect: QRectF, ticks: tuple[float, ...]) -> None:
        """Fill a screen rectangle, with ticks at heights 0 (bottom) to 1 (top)."""
        self.prepareGeometryChange()
        self._rect, self._ticks = rect, ticks

    def boundingRect(self) -> QRectF:
        """Return the strip with its frame and ticks."""
        return self._rect.adjusted(-6, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the strip, its frame and its ticks."""
        del option, widget
        if self._words is None:
            return
        strip = QImage(self._words.data, 1, 256, 4, QImage.Format.Format_RGB32)
        painter.setPen(QPen(QColor(palette.HALO), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.drawImage(self._rect, strip)
        painter.setPen(QPen(QColor(palette.TEXT), 1.0))
        for tick in self._ticks:
            y = self._rect.bottom() - tick * self._rect.height()
            painter.drawLine(QPointF(self._rect.left() - 4, y), QPointF(self._rect.left(), y))


class CrossHairItem(QGraphicsItem):
    """Where the pointer is in another pane: four arms with an open middle."""

    _ARM_PX = 14.0
    _GAP_PX = 4.0

    def __init__(self) -> None:
        super().__init__()
        self.hide()

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
