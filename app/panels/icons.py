"""Our line icons, drawn in the colour of the text around them."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QWidget

from app.panels.style import Theme, current_theme
from vne_core.files import resource

SIZE_PX = 20
_SCALES = (1, 2)
"""Drawn once for plain and once for dense screens."""


def icon(name: str, colour: str = "") -> QIcon:
    """Return the icon ``resources/icons/<name>.svg`` in the theme's text colour or another."""
    theme = current_theme()
    return _icon(name, colour or theme.text, theme)


@lru_cache
def _icon(name: str, colour: str, theme: Theme) -> QIcon:
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    drawn = QIcon()
    for scale in _SCALES:
        drawn.addPixmap(_pixmap(drawing, colour, scale), QIcon.Mode.Normal)
        drawn.addPixmap(_pixmap(drawing, theme.quiet, scale), QIcon.Mode.Disabled)
    return drawn


def _pixmap(drawing: str, colour: str, scale: int) -> QPixmap:
    pixmap = QPixmap(SIZE_PX * scale, SIZE_PX * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    coloured = drawing.replace("currentColor", colour)
    QSvgRenderer(QByteArray(coloured.encode())).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


class IconLabel(QLabel):
    """An icon as a picture that follows the theme."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(icon(self._name).pixmap(QSize(SIZE_PX, SIZE_PX)))
