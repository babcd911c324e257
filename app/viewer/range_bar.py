"""The colour bar of a map: its range in numbers, changed by dragging an end or typing a number."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.viewer import palette
from app.viewer.corner import corner_font, text_picture
from app.viewer.furniture import CornerLine, tick_values
from app.viewer.inline_edit import InlineEdit
from app.viewer.window_level import Window
from app.words import tr

WIDTH_PX = 64
STRIP_PX = 10
_END_PX = 14
"""Room above and below the strip for the numbers of its ends."""
_UNIT_PX = 16
_REACH_PX = 12.0
"""How near an end the hand takes hold of it."""
_APART_PX = 14.0
"""Ticks nearer than this to an end would print into its number."""
LEAST_PART = 0.02
"""The range never gets narrower than this part of what it was when the drag began."""
TOP, BOTTOM = "top", "bottom"


class RangeBar(QWidget):
    """A strip of the colours, the highest value on top, with round ticks between its ends.

    Emits ``range_changed(low, high)`` in the image's unit. Everything that is no drag or
    double-click on an end goes through to the image below.
    """

    range_changed = Signal(float, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Colour range"))
        self.setToolTip(tr("Drag an end, or double-click its number to type one"))
        self.setMouseTracking(True)
        self.setFocusProxy(parent)
        self._words: NDArray[np.uint32] | None = None
        self._window = Window(0.0, 1.0)
        self._unit = ""
        self._held: tuple[str, float, Window] | None = None
        self._typed = ""
        self._font = corner_font(QFont())
        self._edit = InlineEdit(tr("End of the colour range"), self)
        self._edit.taken.connect(self._take)
        self.hide()

    @property
    def strip(self) -> QRectF:
        """The strip of colours in the widget's pixels."""
        top = _UNIT_PX + _END_PX
        tall = self.height() - top - _END_PX
        return QRectF(self.width() - STRIP_PX - 1, top, STRIP_PX, max(1, tall))

    def sizeHint(self) -> QSize:
        """Return a size with room for five ticks."""
        return QSize(WIDTH_PX, 240)

    def show_range(self, window: Window, words: NDArray[np.uint32], unit: str) -> None:
        """Show the window of a map in its colours, 256 words of 0xffRRGGBB."""
        self._window, self._unit = window, unit
        self._words = np.ascontiguousarray(words[::-1])
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of an end."""
        end = self._end_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or not end:
            event.ignore()
            return
        self._held = (end, event.position().y(), self._window)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand: the held end's value rises as it is pulled up."""
        if self._held is None:
            near = self._end_at(event.position())
            self.setCursor(Qt.CursorShape.SizeVerCursor if near else Qt.CursorShape.ArrowCursor)
            event.ignore()
            return
        end, from_y, before = self._held
        low, high = before.levels
        by = (from_y - event.position().y()) / self.strip.height() * before.width
        least = before.width * LEAST_PART
        if end == TOP:
            self._set(low, max(high + by, low + least))
        else:
            self._set(min(low + by, high - least), high)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._held is None:
            event.ignore()
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type an end."""
        end = self._end_at(event.position())
        if not end:
            event.ignore()
            return
        self._typed = end
        low, high = self._window.levels
        y = 0 if end == TOP else self.height() - 22
        self._edit.setGeometry(0, y, self.width(), 22)
        self._edit.begin(_number(high if end == TOP else low))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip, its ends, ticks and unit."""
        del event
        if self._words is None:
            return
        painter = QPainter(self)
        strip = self.strip
        picture = QImage(self._words.data, 1, 256, 4, QImage.Format.Format_RGB32)
        painter.setPen(QPen(QColor(palette.HALO), 1.0))
        painter.drawRect(strip.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.drawImage(strip, picture)
        low, high = self._window.levels
        for value in tick_values(low, high):
            y = strip.bottom() - (value - low) / (high - low) * strip.height()
            if min(y - strip.top(), strip.bottom() - y) >= _APART_PX:
                self._write(painter, _number(value), y)
                painter.setPen(QPen(QColor(palette.TEXT), 1.0))
                painter.drawLine(QPointF(strip.left() - 4, y), QPointF(strip.left(), y))
        for value, y in ((high, strip.top()), (low, strip.bottom())):
            self._write(painter, _number(value), y)
            painter.setPen(QPen(QColor(palette.TEXT), 3.0))
            painter.drawLine(QPointF(strip.left() - 4, y), QPointF(strip.right(), y))
        unit = self._text(self._unit)
        painter.drawPixmap(QPointF(self.width() - unit.deviceIndependentSize().width(), 0), unit)
        painter.end()

    def _write(self, painter: QPainter, text: str, y: float) -> None:
        picture = self._text(text)
        size = picture.deviceIndependentSize()
        at = QPointF(round(self.strip.left() - 6 - size.width()), round(y - size.height() / 2))
        painter.drawPixmap(at, picture)

    def _text(self, text: str) -> QPixmap:
        line = (CornerLine(text),)
        return text_picture(line, self._font, self.devicePixelRatioF(), right=True)

    def _end_at(self, at: QPointF) -> str:
        strip = self.strip
        if abs(at.y() - strip.top()) <= _REACH_PX:
            return TOP
        return BOTTOM if abs(at.y() - strip.bottom()) <= _REACH_PX else ""

    def _take(self, text: str) -> None:
        """Take a typed number; what is no number or crosses the other end changes nothing."""
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return
        low, high = self._window.levels
        low, high = (low, value) if self._typed == TOP else (value, high)
        if np.isfinite(value) and high > low:
            self._set(low, high)

    def _set(self, low: float, high: float) -> None:
        self._window = Window.of_levels(low, high)
        self.update()
        self.range_changed.emit(low, high)


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 or value == 0 else f"{value:.2g}"
