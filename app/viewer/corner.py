"""Text that reads over any image: 11 px with a dark halo, drawn once and kept as a picture."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.furniture import CornerLine, Notice

_COLOURS = {
    Notice.PLAIN: palette.TEXT,
    Notice.LOOK_AGAIN: palette.LOOK_AGAIN,
    Notice.STOP: palette.STOP,
}
_HALO = [QPoint(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
_PAD_PX = 2


def corner_font(base: QFont) -> QFont:
    """Return the font of corner text: 11 px, its figures all of one width."""
    font = QFont(base)
    font.setPixelSize(palette.CORNER_TEXT_PX)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def text_picture(lines: Sequence[CornerLine], font: QFont, ratio: float, *, right: bool) -> QPixmap:
    """Return lines of text with their halo on a clear ground, ``ratio`` device pixels a pixel."""
    metrics = QFontMetrics(font)
    widths = [metrics.horizontalAdvance(line.marked_text) for line in lines]
    width = max(widths, default=0) + 2 * _PAD_PX
    size = QSize(width, metrics.height() * len(lines) + 2 * _PAD_PX)
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setFont(font)
    for row, line in enumerate(lines):
        x = width - _PAD_PX - widths[row] if right else _PAD_PX
        at = QPoint(x, _PAD_PX + row * metrics.height() + metrics.ascent())
        painter.setPen(QColor(palette.HALO))
        for by in _HALO:
            painter.drawText(at + by, line.marked_text)
        painter.setPen(QColor(_COLOURS[line.notice]))
        painter.drawText(at, line.marked_text)
    painter.end()
    return picture


class CornerItem(QGraphicsItem):
    """A block of lines held by one of its corners or the middle of an edge.

    ``anchor`` is the part of the block, (0, 0) upper left to (1, 1) lower right, that stands at
    the point given to ``stand``.
    """

    def __init__(self, anchor: tuple[float, float]) -> None:
        super().__init__()
        self._anchor = anchor
        self._lines: tuple[CornerLine, ...] = ()
        self._picture: QPixmap | None = None
        self._at = QPointF()
        self._font = corner_font(QFont())
        self._ratio = 1.0

    def set_lines(self, lines: Sequence[CornerLine], ratio: float) -> None:
        """Write lines for a screen of ``ratio`` device pixels a pixel."""
        if tuple(lines) == self._lines and ratio == self._ratio:
            return
        self.prepareGeometryChange()
        self._lines, self._ratio = tuple(lines), ratio
        right = self._anchor[0] > 0.5
        self._picture = text_picture(lines, self._font, ratio, right=right) if lines else None
        self.update()

    def stand(self, x: float, y: float) -> None:
        """Hold the block by its anchor at a screen point."""
        self.prepareGeometryChange()
        self._at = QPointF(x, y)

    def boundingRect(self) -> QRectF:
        """Return the block's rectangle on the screen."""
        if self._picture is None:
            return QRectF()
        size = self._picture.deviceIndependentSize()
        x = round(self._at.x() - self._anchor[0] * size.width())
        y = round(self._at.y() - self._anchor[1] * size.height())
        return QRectF(QPointF(x, y), size)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the kept picture."""
        del option, widget
        if self._picture is not None:
            painter.drawPixmap(self.boundingRect().topLeft(), self._picture)
