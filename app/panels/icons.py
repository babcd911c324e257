"""Our line icons, drawn in the colour of the text around them."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from app.panels.style import Theme, current_theme
from vne_core.packaged import resource

SIZE_PX = 20
_SCALES = (1, 2)
"""Drawn once for plain and once for dense screens."""


def icon(name: str, colour: str = "") -> QIcon:
    """Return the icon ``resources/icons/<name>.svg`` in the theme's text colour or another."""
    theme = current_theme()
    return _icon(name, colour or theme.text, theme)


@lru_cache
def _icon(name: str, colour: str, theme: Theme) -> QIcon:
    drawn = QIcon()
    for shade, mode in ((colour, QIcon.Mode.Normal), (theme.quiet, QIcon.Mode.Disabled)):
        renderer = _renderer(name, shade)
        for scale in _SCALES:
            drawn.addPixmap(_pixmap(renderer, scale), mode)
    return drawn


def _pixmap(renderer: QSvgRenderer, scale: int) -> QPixmap:
    pixmap = QPixmap(SIZE_PX * scale, SIZE_PX * scale)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap


class IconLabel(QWidget):
    """An icon as a picture; drawn anew at each painting, it follows theme and screen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(SIZE_PX, SIZE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon."""
        del event
        painter = QPainter(self)
        area = QRectF(0, 0, SIZE_PX, SIZE_PX)
        _renderer(self._name, current_theme().text).render(painter, area)
        painter.end()


def _renderer(name: str, colour: str) -> QSvgRenderer:
    coloured = _drawing(name).replace("currentColor", colour)
    return QSvgRenderer(QByteArray(coloured.encode()))


@lru_cache
def _drawing(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")
