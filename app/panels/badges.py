"""The mark of a slice: its contours none, half, hollow or filled, or the slice left out."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.panels.rows import Badge, SliceRow
from app.panels.style import current_theme

SIZE_PX = 10


def draw_mark(painter: QPainter, centre: QPointF, row: SliceRow) -> None:
    """Draw how far a slice is, or that it is left out, around a point."""
    if row.excluded:
        _draw_left_out(painter, centre)
    else:
        draw_badge(painter, centre, row.badge)


def draw_badge(painter: QPainter, centre: QPointF, badge: Badge) -> None:
    """Draw the mark of ``badge`` around a point."""
    if badge is Badge.EMPTY:
        return
    theme = current_theme()
    colour = QColor(theme.good if badge is not Badge.STARTED else theme.look_again)
    half = SIZE_PX / 2 - 1
    circle = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if badge is Badge.STARTED:
        painter.drawArc(circle, 90 * 16, 180 * 16)
    else:
        if badge is Badge.CONFIRMED:
            painter.setBrush(colour)
        painter.drawEllipse(circle)
    painter.restore()


def _draw_left_out(painter: QPainter, centre: QPointF) -> None:
    """Draw the circle with a bar through it."""
    half = SIZE_PX / 2 - 1
    reach = half * math.sqrt(0.5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(current_theme().text), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, half, half)
    painter.drawLine(centre + QPointF(-reach, -reach), centre + QPointF(reach, reach))
    painter.restore()
