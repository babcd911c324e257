"""Two panes upon each other: one wiped over the other by a line, or both in turn."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.viewer import palette
from app.viewer.pane import ImagePane
from app.words import tr
from vne_core.study.annotation import ImageKind

RATES_HZ = (1, 2, 3, 4)
"""Changes of image a second; faster is unpleasant, slower is not seen as movement."""
FIRST_RATE_HZ = 2
LINE_PX = 15
"""How wide the line can be taken hold of; it is drawn one pixel wide."""
_KNOB_PX = 9
KEY_STEP_PX = 8


class Way(StrEnum):
    """How two images are compared."""

    WIPE = "wipe"
    FLICKER = "flicker"


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared: ``first`` left of the line or shown first, ``second`` right of it."""

    first: ImageKind
    second: ImageKind
    way: Way


class WipeLine(QWidget):
    """The line between two images; ``dragged(int)`` carries its new x in the parent's pixels."""

    dragged = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Line between the compared images"))
        self.setToolTip(tr("Drag to wipe one image over the other"))
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._grip: float | None = None
        self.hide()

    def stand(self, x: int, height: int) -> None:
        """Stand at an x of the parent, from top to bottom."""
        self.setGeometry(x - LINE_PX // 2, 0, LINE_PX, height)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the line."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() - LINE_PX / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the line along."""
        if self._grip is not None:
            at = self.mapToParent(event.position().toPoint())
            self.dragged.emit(round(at.x() - self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the line by keys once it has the keyboard."""
        steps = {Qt.Key.Key_Left: -KEY_STEP_PX, Qt.Key.Key_Right: KEY_STEP_PX}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.dragged.emit(self.x() + LINE_PX // 2 + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line and its knob over their halo."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, top = LINE_PX // 2, palette.HEADER_PX
        painter.fillRect(middle - 1, top, 3, self.height() - top, QColor(palette.HALO))
        painter.fillRect(middle, top, 1, self.height() - top, QColor(palette.ACCENT))
        knob = QRect(0, 0, _KNOB_PX, 2 * _KNOB_PX)
        knob.moveCenter(self.rect().center())
        painter.setPen(QPen(QColor(palette.HALO), 1))
        painter.setBrush(QColor(palette.ACCENT))
        painter.drawRoundedRect(knob, 3, 3)
        painter.end()


class Comparison(QObject):
    """Holds two panes that fill the same cell; each keeps its own window, contours and mouse.

    ``flipped`` carries the pane that was on top and the one that is now, of two that take turns.
    """

    flipped = Signal(object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pair: Pair | None = None
        self._first: ImagePane | None = None
        self._second: ImagePane | None = None
        self._share = 0.5
        self._is_flipped = False
        self._rate_hz = FIRST_RATE_HZ
        self._ground = parent
        self._line = WipeLine(parent)
        self._line.dragged.connect(self._wipe_to)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.flip)

    @property
    def line(self) -> WipeLine:
        """The line of a wipe."""
        return self._line

    @property
    def shown(self) -> ImageKind | None:
        """The image on top while two take turns."""
        if self.pair is None:
            return None
        return self.pair.second if self._is_flipped else self.pair.first

    @property
    def rate_hz(self) -> int:
        """How often the images change by themselves; 0 is by key only."""
        return self._rate_hz

    def begin(self, pair: Pair, first: ImagePane, second: ImagePane) -> None:
        """Compare two panes."""
        self.end()
        self.pair, self._first, self._second = pair, first, second
        self._is_flipped = False
        self.lay_out()
        if pair.way is Way.FLICKER:
            self.set_rate(self._rate_hz)

    def end(self) -> None:
        """Give the panes back as they were."""
        self._timer.stop()
        self._line.hide()
        for pane in (self._first, self._second):
            if pane is not None:
                pane.clearMask()
                pane.set_seen_part(None)
        self.pair = self._first = self._second = None

    def set_rate(self, rate_hz: int) -> None:
        """Change images so often a second; 0 leaves it to the key."""
        self._rate_hz = rate_hz
        self._timer.stop()
        if rate_hz and self.pair is not None and self.pair.way is Way.FLICKER:
            self._timer.start(round(1000 / rate_hz))

    def flip(self) -> None:
        """Show the other of the two images."""
        if self.pair is not None and self.pair.way is Way.FLICKER:
            self._is_flipped = not self._is_flipped
            self.lay_out()
            panes = (self._first, self._second)
            self.flipped.emit(*(panes if self._is_flipped else reversed(panes)))

    def lay_out(self) -> None:
        """Cover what is to be covered, after a resize too."""
        first, second = self._first, self._second
        if self.pair is None or first is None or second is None:
            return
        if self.pair.way is Way.FLICKER:
            (second if self._is_flipped else first).raise_()
            return
        width, height = self._ground.width(), self._ground.height()
        x = round(min(max(self._share, 0.0), 1.0) * width)
        second.raise_()
        second.setMask(QRect(x, 0, max(1, width - x), height))
        first.set_seen_part((0, x))
        second.set_seen_part((x, width))
        self._line.stand(x, height)
        self._line.show()
        self._line.raise_()

    def _wipe_to(self, x: int) -> None:
        self._share = min(max(x / max(1, self._ground.width()), 0.02), 0.98)
        self.lay_out()
