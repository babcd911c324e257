"""The mark of a slice's contours: nothing, half, hollow or filled; shape says it, not colour."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.panels.rows import Badge
from app.panels.style import current_theme

SIZE_PX = 10


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
