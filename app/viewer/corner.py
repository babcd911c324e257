"""Text that reads over any image: 11 px with a dark halo, drawn once and kept as a picture."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.viewer import palette
from app.viewer.furniture import CornerLine, Notice
from vne_core.keeping import kept_while_read

_COLOURS = {
    Notice.PLAIN: palette.TEXT,
    Notice.LOOK_AGAIN: palette.LOOK_AGAIN,
    Notice.STOP: palette.STOP,
}
_NEAR = [QPoint(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
_FAR = [QPoint(dx, dy) for dx in range(-2, 3) for dy in range(-2, 3) if dx * dx + dy * dy in {4, 5}]
_FAR_ALPHA = 70
"""Each pixel two away is darkened several times over: it ends nearly black, without an edge."""
_PAD_PX = 3
KEPT_PICTURES = 512
"""Every phase of a cine writes its own line: all of them are drawn once."""


def corner_font(base: QFont) -> QFont:
    """Return the font of corner text: 11 px, its figures all of one width."""
    font = QFont(base)
    font.setPixelSize(palette.CORNER_TEXT_PX)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def text_picture(lines: Sequence[CornerLine], font: QFont, ratio: float, *, right: bool) -> QPixmap:
    """Return lines of text with their halo on a clear ground, ``ratio`` device pixels a pixel."""
    return _kept_picture(tuple(lines), font.toString(), ratio, right)


@kept_while_read(KEPT_PICTURES)
def _kept_picture(
    lines: tuple[CornerLine, ...],
    font_key: str,
    ratio: float,
    right: bool,  # noqa: FBT001 - the cache asks for positions
) -> QPixmap:
    font = QFont()
    font.fromString(font_key)
    font = corner_font(font)
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
        _draw_halo(painter, at, line.marked_text)
        painter.setPen(QColor(_COLOURS[line.notice]))
        painter.drawText(at, line.marked_text)
    painter.end()
    return picture


def _draw_halo(painter: QPainter, at: QPoint, text: str) -> None:
    halo = QColor(palette.HALO)
    halo.setAlpha(_FAR_ALPHA)
    painter.setPen(halo)
    for by in _FAR:
        painter.drawText(at + by, text)
    painter.setPen(QColor(palette.HALO))
    for by in _NEAR:
        painter.drawText(at + by, text)


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

    @property
    def text(self) -> str:
        """The lines as they are written."""
        return "\n".join(line.marked_text for line in self._lines)

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
