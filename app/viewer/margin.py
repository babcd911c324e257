"""Everything written around an image, laid out in the pane."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from app.viewer import palette
from app.viewer.bars import BAR_WIDTH_PX, ColourBarItem, ScaleBarItem
from app.viewer.corner import CornerItem
from app.viewer.field_of_view import ViewMap
from app.viewer.furniture import (
    CornerLine,
    edge_letters,
    length_text,
    scale_bar_mm,
    tick_values,
    window_text,
    zoom_text,
)
from app.viewer.window_level import Window

_EDGES = {"left": (0.0, 0.5), "right": (1.0, 0.5), "top": (0.5, 0.0), "bottom": (0.5, 1.0)}
_LABEL_PX = 64.0
"""Room for the colour bar's labels between it and the letter at the right edge."""
_TICK_LABELS = 8
"""No colour bar gets more labels than this."""


class Margin:
    """Corner text, zoom and window, orientation letters, scale bar and colour bar of one pane."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.unit = ""
        self._corner = CornerItem((0.0, 0.0))
        self._state = CornerItem((0.0, 1.0))
        self._letters = {edge: CornerItem(anchor) for edge, anchor in _EDGES.items()}
        self._scale_text = CornerItem((1.0, 1.0))
        self._scale_bar = ScaleBarItem()
        self._colours = ColourBarItem()
        self._labels = [CornerItem((1.0, 0.5)) for _ in range(_TICK_LABELS)]
        self._unit_text = CornerItem((1.0, 1.0))
        blocks = [self._corner, self._state, *self._letters.values(), self._scale_text]
        blocks.append(self._unit_text)
        for item in (*blocks, self._scale_bar, self._colours, *self._labels):
            item.setZValue(4)
            scene.addItem(item)
        self._corner.stand(palette.CORNER_MARGIN_PX, palette.CORNER_MARGIN_PX - 2)

    def set_corner(self, lines: Sequence[CornerLine], ratio: float) -> None:
        """Write the upper left corner."""
        self._corner.set_lines(lines, ratio)
        self._part_corner_from_letters()

    def write(self, view: ViewMap, window: Window, words: NDArray[np.uint32], ratio: float) -> None:
        """Lay out everything that follows from the view and the window."""
        width, height = view.size_px
        edge = palette.CORNER_MARGIN_PX
        state = f"{zoom_text(float(view.scale[0]))}   {window_text(window, self.unit)}"
        self._state.set_lines([CornerLine(state)], ratio)
        self._state.stand(edge, height - edge + 2)
        self._write_letters(view, ratio)
        self._write_scale(view, ratio)
        self._write_colours(QRectF(0, 0, width, height), window, words, ratio)

    def _write_letters(self, view: ViewMap, ratio: float) -> None:
        width, height = view.size_px
        edge = palette.CORNER_MARGIN_PX
        letters = edge_letters(view.plane)
        inset = edge + (BAR_WIDTH_PX + _LABEL_PX if self.unit else 0)
        stands = {
            "left": (edge, height / 2),
            "right": (width - inset, height / 2),
            "top": (width / 2, edge - 2),
            "bottom": (width / 2, height - edge + 2 - 16),
        }
        for name, item in self._letters.items():
            item.set_lines([CornerLine(getattr(letters, name))], ratio)
            item.stand(*stands[name])
        self._part_corner_from_letters()

    def _part_corner_from_letters(self) -> None:
        """Leave out the upper letters where a narrow pane would print them into the corner."""
        top = self._letters["top"]
        top.setVisible(not top.boundingRect().intersects(self._corner.boundingRect()))

    def _write_scale(self, view: ViewMap, ratio: float) -> None:
        width, height = view.size_px
        edge = palette.CORNER_MARGIN_PX
        length_mm = scale_bar_mm(view.mm_per_px)
        self._scale_bar.stand(width - edge, height - edge - 3, length_mm / view.mm_per_px)
        self._scale_text.set_lines([CornerLine(length_text(length_mm))], ratio)
        self._scale_text.stand(width - edge, height - edge - 8)

    def _write_colours(
        self, pane: QRectF, window: Window, words: NDArray[np.uint32], ratio: float
    ) -> None:
        shown = bool(self.unit) and pane.height() > 160
        for item in (self._colours, self._unit_text, *self._labels):
            item.setVisible(shown)
        if not shown:
            return
        low, high = window.levels
        edge = palette.CORNER_MARGIN_PX
        tall = min(220.0, pane.height() * 0.45)
        strip = QRectF(
            pane.right() - edge - BAR_WIDTH_PX, pane.center().y() - tall / 2, BAR_WIDTH_PX, tall
        )
        ticks = tick_values(low, high)[:_TICK_LABELS]
        heights = tuple((tick - low) / (high - low) for tick in ticks)
        self._colours.set_words(words)
        self._colours.stand(strip, heights)
        self._unit_text.set_lines([CornerLine(self.unit)], ratio)
        self._unit_text.stand(strip.right() + 2, strip.top() - 6)
        for index, label in enumerate(self._labels):
            label.setVisible(index < len(ticks))
            if index < len(ticks):
                label.set_lines([CornerLine(f"{ticks[index]:g}")], ratio)
                label.stand(strip.left() - 6, strip.bottom() - heights[index] * tall)
