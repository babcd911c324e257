"""An image through its window and colours, and the bands over it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QGraphicsScene

from app.viewer.content import PaneContent
from app.viewer.field_of_view import ViewMap
from app.viewer.items import RasterItem
from app.viewer.lookup import packed, render
from app.viewer.window_level import Window, percentile_window


class ImageLayer:
    """The two raster items of a pane and the values they are made from."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.image: NDArray[np.generic] | None = None
        self.words = packed(None)
        self.window: Window | None = None
        self._image_item, self._bands_item = RasterItem(is_smooth=True), RasterItem(is_smooth=False)
        self._bands_item.setZValue(1)
        scene.addItem(self._image_item)
        scene.addItem(self._bands_item)

    def show_content(self, content: PaneContent) -> None:
        """Show another image; without levels the window stays, the first gets its percentiles."""
        self.image = np.asarray(content.image)
        self.words = packed(content.lookup)
        if content.levels is not None:
            self.window = Window.of_levels(*content.levels)
        elif self.window is None:
            self.window = percentile_window(content.image)
        self._bands_item.show_rgba(content.bands)
        self._paint()

    def set_frame(self, image: NDArray[np.generic]) -> None:
        """Show another image through the same window."""
        self.image = np.asarray(image)
        self._paint()

    def set_window(self, window: Window) -> None:
        """Show the same image through another window."""
        self.window = window
        self._paint()

    def set_overlay(self, rgba: NDArray[np.uint8] | None) -> None:
        """Show RGBA bytes, shape (rows, columns, 4), over the image; None clears."""
        self._bands_item.show_rgba(rgba)

    def set_overlay_visible(self, *, is_visible: bool) -> None:
        """Hide the bands, or bring them back."""
        self._bands_item.setVisible(is_visible)

    def place(self, view: ViewMap) -> None:
        """Put the pixels where the view has them."""
        self._image_item.place(view)
        self._bands_item.place(view)

    def value_at(self, x_px: float, y_px: float) -> float | None:
        """Return the image's value at (x, y); None outside and where nothing was measured."""
        if self.image is None:
            return None
        col, row = round(x_px), round(y_px)
        rows, cols = self.image.shape
        if not (0 <= row < rows and 0 <= col < cols):
            return None
        value = float(self.image[row, col])
        return value if np.isfinite(value) else None

    def _paint(self) -> None:
        if self.image is not None and self.window is not None:
            self._image_item.show_words(render(self.image, self.window, self.words))
