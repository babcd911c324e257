"""Lines and letters that stay readable over any image: a dark halo under a thin bright stroke."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from app.viewer import palette

GHOST_ALPHA = 0.65
"""What is proposed or copied is dimmed until it is confirmed."""
_DASHES = [4.0, 3.0]
_AROUND = ((-1, 0), (1, 0), (0, -1), (0, 1))


@dataclass(frozen=True, slots=True)
class Look:
    """How a shape is drawn: in the hand, unconfirmed, under the pointer."""

    is_active: bool = False
    is_ghost: bool = False
    is_lit: bool = False


def halo_and_line(painter: QPainter, colour: str, look: Look) -> tuple[QPen, QPen]:
    """Return the pens of the halo and of the line over it, and switch smooth edges on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setOpacity(GHOST_ALPHA if look.is_ghost and not look.is_lit else 1.0)
    extra = palette.LIT_PX - palette.LINE_PX if look.is_lit else 0.0
    halo = QPen(QColor(palette.HALO), palette.HALO_PX + extra)
    line = QPen(QColor(colour), palette.LINE_PX + extra)
    if look.is_ghost:
        line.setDashPattern(_DASHES)
    return halo, line


def draw_letters(painter: QPainter, at: QPointF, letters: str, colour: str) -> None:
    """Write a few letters with a halo, their baseline from ``at``."""
    font = QFont(painter.font())
    font.setPixelSize(palette.CORNER_TEXT_PX)
    painter.setFont(font)
    painter.setPen(QColor(palette.HALO))
    for dx, dy in _AROUND:
        painter.drawText(at + QPointF(dx, dy), letters)
    painter.setPen(QColor(colour))
    painter.drawText(at, letters)
