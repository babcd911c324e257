"""What stands around an image: text, letters, scale bar, and the colour bar of a map."""

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene, QWidget

from app.viewer.content import PaneContent
from app.viewer.field_of_view import ViewMap
from app.viewer.image_layer import ImageLayer
from app.viewer.margin import Margin
from app.viewer.range_bar import WIDTH_PX, RangeBar

_SHORTEST_PX = 160
"""A lower pane has no room for a colour bar."""
_NARROWEST_PX = 3 * WIDTH_PX
"""A narrower part would have the bar over the heart."""
_TALLEST_PART = 0.55
_EDGE_PX, _LETTER_PX = 6, 22


class Surroundings:
    """Lays out margin and colour bar in the part of the pane that is not covered."""

    def __init__(self, scene: QGraphicsScene, surface: QWidget) -> None:
        self.margin = Margin(scene)
        self.bar = RangeBar(surface)
        self.seen_part: tuple[float, float] | None = None
        """Between which x the pane can be seen, None for all of it."""
        self._has_bar = False

    def show_content(self, content: PaneContent, ratio: float) -> None:
        """Take the words and the unit of another image."""
        self._has_bar = content.has_range_bar
        self.margin.unit, self.margin.frame_text = content.unit, content.frame_text
        self.margin.set_corner(content.corner, ratio)

    def write(self, view: ViewMap, pixels: ImageLayer, ratio: float) -> None:
        """Lay out everything that follows from the view and the window.

        The colour bar stands at the right; at the left where the right edge is a wipe's line.
        """
        if pixels.window is None:
            return
        width, height = view.size_px
        left, right = self.seen_part or (0.0, float(width))
        seen = QRectF(left, 0, right - left, height)
        has_room = height > _SHORTEST_PX and seen.width() > _NARROWEST_PX
        self.bar.setVisible(self._has_bar and has_room)
        self.margin.bar_foot_px = 0.0
        if self._has_bar and has_room:
            tall = round(min(self.bar.sizeHint().height(), height * _TALLEST_PART))
            is_covered = right < width
            x = round(left) + _LETTER_PX if is_covered else round(right) - WIDTH_PX - _EDGE_PX
            self.bar.setGeometry(x, (height - tall) // 2 - _EDGE_PX, WIDTH_PX, tall)
            self.bar.show_range(pixels.window, pixels.words, self.margin.unit)
            self.margin.bar_foot_px = 0.0 if is_covered else float(self.bar.geometry().bottom())
        self.margin.write(view, seen, pixels.window, ratio)
