"""The raster items of a pane: the image and the bands over it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.viewer.field_of_view import ViewMap


class RasterItem(QGraphicsItem):
    """Pixels placed on the screen; the centre of pixel (0, 0) is its local origin."""

    def __init__(self, *, is_smooth: bool) -> None:
        super().__init__()
        self._is_smooth = is_smooth
        self._pixels: NDArray[np.generic] | None = None
        self._picture: QImage | None = None
        self._rect = QRectF()

    def show_words(self, words: NDArray[np.uint32] | None) -> None:
        """Show opaque 0xffRRGGBB words, shape (rows, columns)."""
        self._show(words, QImage.Format.Format_RGB32)

    def show_rgba(self, rgba: NDArray[np.uint8] | None) -> None:
        """Show straight RGBA bytes, shape (rows, columns, 4)."""
        self._show(rgba, QImage.Format.Format_RGBA8888)

    def _show(self, pixels: NDArray[np.generic] | None, kind: QImage.Format) -> None:
        if pixels is None:
            self._pixels = self._picture = None
            self.update()
            return
        rows, cols = pixels.shape[:2]
        rect = QRectF(-0.5, -0.5, cols, rows)
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self._pixels = np.ascontiguousarray(pixels)
        self._picture = QImage(self._pixels.data, cols, rows, cols * 4, kind)
        self.update()

    def place(self, view: ViewMap) -> None:
        """Put the pixels where the pane's view has them."""
        (sx, sy), (dx, dy) = view.scale, view.offset
        self.setTransform(QTransform(sx, 0, 0, sy, dx, dy))

    def boundingRect(self) -> QRectF:
        """Return the image's rectangle in its own pixels."""
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the picture."""
        del option, widget
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._is_smooth)
            painter.drawImage(self._rect, self._picture)
