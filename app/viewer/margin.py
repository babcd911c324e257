"""Everything written around an image, laid out in the part of the pane that can be seen."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from app.viewer import palette
from app.viewer.bars import ScaleBarItem
from app.viewer.corner import CornerItem
from app.viewer.field_of_view import ViewMap
from app.viewer.furniture import (
    CornerLine,
    edge_letters,
    length_text,
    scale_bar_mm,
    window_text,
    zoom_text,
)
from app.viewer.window_level import Window

_EDGES = {"left": (0.0, 0.5), "right": (1.0, 0.5), "top": (0.5, 0.0), "bottom": (0.5, 1.0)}
_LETTER_GAP_PX = 12
"""Between the foot of a bar and the middle of the letter under it."""
_SCALE_GAP_PX = 8
"""Between the line with zoom and window and a scale bar that stands above it."""
_ABOVE_STATE_PX = 20
"""The lower letters stand above the line with zoom and window."""


_TOP_SHARE = 0.3
"""A letter lower than this share of the pane would stand in the heart, not at the edge."""


class Margin:
    """Corner text, phase, zoom and window, orientation letters and scale bar of one pane."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.unit = ""
        self.frame_text = ""
        self.bar_foot_px = 0.0
        """How far down a bar at the right edge reaches, 0 where there is none."""
        self._corner = CornerItem((0.0, 0.0))
        self._state = CornerItem((0.0, 1.0))
        self._letters = {edge: CornerItem(anchor) for edge, anchor in _EDGES.items()}
        self._scale_text = CornerItem((1.0, 1.0))
        self._scale_bar = ScaleBarItem()
        self._state_line = ""
        self._covered: set[str] = set()
        self._lowest_top = 0.0
        for item in (*self._blocks, self._scale_bar):
            item.setZValue(5)
            scene.addItem(item)

    @property
    def _blocks(self) -> tuple[CornerItem, ...]:
        return self._corner, self._state, *self._letters.values(), self._scale_text

    @property
    def text(self) -> str:
        """Everything that is written and can be seen, the blocks parted by empty lines."""
        return "\n\n".join(block.text for block in self._blocks if block.isVisible())

    def set_corner(self, lines: Sequence[CornerLine], ratio: float) -> None:
        """Write the upper left corner."""
        self._corner.set_lines(lines, ratio)
        self._part_blocks()

    def set_frame_text(self, text: str, ratio: float) -> None:
        """Write the phase or inversion time above zoom and window."""
        self.frame_text = text
        self._write_state(ratio)

    def write(self, view: ViewMap, seen: QRectF, window: Window, ratio: float) -> None:
        """Lay out everything that follows from the view, the part that is seen, the window.

        Where the image goes on under a cover its edge is not the patient's side: no letter there.
        """
        width = view.size_px[0]
        self._lowest_top = seen.top() + _TOP_SHARE * seen.height()
        self._covered = {"left"} if seen.left() > 0 else set()
        self._covered |= {"right", "scale"} if seen.right() < width else set()
        edge = palette.CORNER_MARGIN_PX
        self._corner.stand(seen.left() + edge, seen.top() + edge - 3)
        self._state_line = f"{zoom_text(float(view.scale[0]))}   {window_text(window, self.unit)}"
        self._write_state(ratio)
        self._state.stand(seen.left() + edge, seen.bottom() - edge + 3)
        self._write_letters(view, seen, ratio)
        self._write_scale(view, seen, ratio)
        self._part_blocks()

    def _write_state(self, ratio: float) -> None:
        lines = [CornerLine(self.frame_text)] if self.frame_text else []
        self._state.set_lines([*lines, CornerLine(self._state_line)], ratio)

    def _write_letters(self, view: ViewMap, seen: QRectF, ratio: float) -> None:
        edge = palette.CORNER_MARGIN_PX
        letters = edge_letters(view.plane)
        middle = seen.center()
        stands = {
            "left": (seen.left() + edge, middle.y()),
            "right": (seen.right() - edge, self._right_letter_y(middle.y())),
            "top": (middle.x(), seen.top() + edge - 3),
            "bottom": (middle.x(), seen.bottom() - edge + 3 - _ABOVE_STATE_PX),
        }
        for name, item in self._letters.items():
            item.set_lines([CornerLine(getattr(letters, name))], ratio)
            item.stand(*stands[name])

    def _right_letter_y(self, middle: float) -> float:
        """Return the height of the right letter: under a bar, as beside it it is over the heart."""
        return self.bar_foot_px + _LETTER_GAP_PX if self.bar_foot_px else middle

    def _part_blocks(self) -> None:
        """Move, or leave out, what a small pane would print into something that matters more."""
        corner, state = self._corner.boundingRect(), self._state.boundingRect()
        top, bottom = self._letters["top"], self._letters["bottom"]
        if top.boundingRect().intersects(corner):
            top.stand(top.boundingRect().center().x(), corner.bottom())
        is_low = top.boundingRect().bottom() > self._lowest_top
        if bottom.boundingRect().intersects(state):
            bottom.stand(bottom.boundingRect().center().x(), state.top())
        kept = [corner, state]
        for name, item in (("scale", self._scale_text), *self._letters.items()):
            place = item.boundingRect()
            if name == "scale":
                place |= self._scale_bar.boundingRect()
            is_free = not any(place.intersects(other) for other in kept)
            is_apart = is_free and not (name == "top" and is_low)
            item.setVisible(is_apart and name not in self._covered)
            if item.isVisible():
                kept.append(place)
        self._scale_bar.setVisible(self._scale_text.isVisible())

    def _write_scale(self, view: ViewMap, seen: QRectF, ratio: float) -> None:
        edge = palette.CORNER_MARGIN_PX
        longest_px = min(90.0, seen.width() / 3)
        length_mm = scale_bar_mm(view.mm_per_px, longest_px)
        right, y = seen.right() - edge, seen.bottom() - edge - 3
        length_px, state = length_mm / view.mm_per_px, self._state.boundingRect()
        if right - length_px < state.right():
            y = state.top() - _SCALE_GAP_PX
        self._scale_bar.stand(right, y, length_px)
        self._scale_text.set_lines([CornerLine(length_text(length_mm))], ratio)
        self._scale_text.stand(right, y - 5)
