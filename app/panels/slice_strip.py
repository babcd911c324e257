"""The slices of the study from base to apex as a strip of pictures under the panes."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.panels.badges import draw_mark
from app.panels.rows import SliceRow
from app.panels.study_model import explained
from app.panels.style import SMALL_PX, current_theme
from app.words import tr

CELL_PX = 56
GAP_PX = 4
LABEL_PX = 16
NARROW_PX = 28
"""The narrowest cell, gap included, that still shows what a slice looks like."""
_ROOMY_PX = 36
"""Narrower cells have no room for number and badge beside each other in the middle."""
_FEW = 6
_LEFT_OUT_OPACITY = 0.35
"""How faint the picture of a slice is that is left out."""


class SliceStrip(QWidget):
    """Pictures in a row; a press shows that slice. Narrower cells when there is no room."""

    slice_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SliceRow, ...] = ()
        self._current = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Slices from base to apex"))
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        """Return the room for every picture at its narrowest."""
        return QSize(max(_FEW, len(self._rows)) * NARROW_PX, CELL_PX + LABEL_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the room for a few narrow cells: with more slices they grow narrower."""
        return QSize(_FEW * NARROW_PX, CELL_PX + LABEL_PX)

    def show_rows(self, rows: Sequence[SliceRow], current: int) -> None:
        """Show the slices and mark the one on the screen."""
        if (tuple(rows), current) != (self._rows, self._current):
            self._rows, self._current = tuple(rows), current
            self.updateGeometry()
            self.update()

    def cell(self, index: int) -> QRect:
        """Return where a slice's picture and number are."""
        pitch = self._pitch()
        left = round(index * pitch)
        return QRect(left, 0, round(pitch) - GAP_PX, CELL_PX + LABEL_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells."""
        del event
        painter = QPainter(self)
        for index, row in enumerate(self._rows):
            self._paint_cell(painter, self.cell(index), index, row)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the slice under the pointer."""
        index = self._index_at(event.position().toPoint().x())
        if index is not None and event.button() is Qt.MouseButton.LeftButton:
            self.slice_chosen.emit(index)

    def event(self, event: QEvent) -> bool:
        """Say what a slice is when the pointer rests on it."""
        if isinstance(event, QHelpEvent):
            index = self._index_at(event.pos().x())
            row = None if index is None else self._rows[index]
            text = explained(row) if row else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _pitch(self) -> float:
        count = max(1, len(self._rows))
        return min(CELL_PX + GAP_PX, (self.width() + GAP_PX) / count)

    def _index_at(self, x: int) -> int | None:
        index = int(x // self._pitch())
        return index if 0 <= index < len(self._rows) else None

    def _paint_cell(self, painter: QPainter, area: QRect, index: int, row: SliceRow) -> None:
        theme = current_theme()
        is_current = index == self._current
        frame = QRect(area.left(), area.top(), area.width(), CELL_PX)
        painter.fillRect(frame, QColor("#000000"))
        if row.picture is not None:
            painter.save()
            painter.setClipRect(frame)
            painter.setOpacity(_LEFT_OUT_OPACITY if row.excluded else 1.0)
            draw_picture(painter, frame, row.picture)
            painter.restore()
        if is_current:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.adjusted(1, 1, -1, -1))
        font = painter.font()
        font.setPixelSize(SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor(theme.text if is_current else theme.quiet))
        label = QRect(area.left(), frame.bottom() + 1, area.width(), LABEL_PX)
        is_roomy = area.width() >= _ROOMY_PX
        side = Qt.AlignmentFlag.AlignHCenter if is_roomy else Qt.AlignmentFlag.AlignLeft
        painter.drawText(label, side | Qt.AlignmentFlag.AlignVCenter, str(index + 1))
        draw_mark(painter, QPointF(label.right() - 7, label.center().y() + 0.5), row)


def draw_picture(painter: QPainter, frame: QRect, picture: QImage) -> None:
    """Draw a picture as large as fits in the middle of a frame."""
    size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inside = QRect(frame.topLeft(), size)
    inside.moveCenter(frame.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(inside, picture)
