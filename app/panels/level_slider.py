"""The threshold levels as handles on one line between remote myocardium and blood pool."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.keys import KeptKeys, give_back_focus
from app.panels.style import BAND_COLOURS, SMALL_PX, current_theme
from app.words import tr

GAP = 0.005
"""The least distance of two levels: half a percent, the step of the keys."""
LOWEST, HIGHEST = 0.01, 0.99
STEP, LARGE_STEP = 0.005, 0.05
HANDLE_PX = 14
LINE_Y_PX, LINE_PX, HEIGHT_PX = 11, 6, 36
_STEPS: dict[int, float] = {
    Qt.Key.Key_Left: -STEP,
    Qt.Key.Key_Down: -STEP,
    Qt.Key.Key_Right: STEP,
    Qt.Key.Key_Up: STEP,
    Qt.Key.Key_PageDown: -LARGE_STEP,
    Qt.Key.Key_PageUp: LARGE_STEP,
}


def nested(levels: Sequence[float], index: int, wanted: float) -> tuple[float, ...]:
    """Return the levels, highest first, with one moved as far as its neighbours let it."""
    upper = levels[index - 1] - GAP if index else HIGHEST
    lower = levels[index + 1] + GAP if index + 1 < len(levels) else LOWEST
    moved = round(min(upper, max(lower, wanted)), 4)
    return (*levels[:index], moved, *levels[index + 1 :])


class LevelSlider(QWidget):
    """Values in; ``levels_previewed`` while a handle moves, ``levels_chosen`` when it is let go."""

    levels_previewed = Signal(tuple)
    levels_chosen = Signal(tuple)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.levels: tuple[float, ...] = ()
        self._names = tuple(names)
        self._before: tuple[float, ...] | None = None
        self._pressed = 0
        self.handles = [LevelHandle(self, index) for index in range(len(names))]

    def sizeHint(self) -> QSize:
        """Return a width that leaves a step of a pixel or two."""
        return QSize(200, HEIGHT_PX)

    def show_levels(self, levels: Sequence[float]) -> None:
        """Show the levels, unless a handle is in the hand."""
        if self._before is None:
            self._set(tuple(levels))

    def drag(self, index: int, wanted: float) -> None:
        """Move a handle toward a level; the first move of a drag keeps what was before."""
        if self._before is None:
            self._before = self.levels
        moved = nested(self.levels, index, wanted)
        if moved != self.levels:
            self._set(moved)
            self.levels_previewed.emit(moved)

    def release(self) -> None:
        """End a drag: what it came to is chosen."""
        before, self._before = self._before, None
        if before is not None and before != self.levels:
            self.levels_chosen.emit(self.levels)

    def give_up(self) -> None:
        """Put the handles back where the drag found them."""
        before, self._before = self._before, None
        if before is not None and before != self.levels:
            self._set(before)
            self.levels_previewed.emit(before)

    def level_at(self, x: float) -> float:
        """Return the level at a place along the line."""
        return (x - HANDLE_PX / 2) / max(1, self.width() - HANDLE_PX)

    def place_of(self, level: float) -> float:
        """Return where a level is along the line."""
        return HANDLE_PX / 2 + level * (self.width() - HANDLE_PX)

    def name(self, index: int) -> str:
        """Return the name of a level."""
        return self._names[index]

    def resizeEvent(self, event: QEvent) -> None:
        """Put the handles where their levels are now."""
        del event
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle nearest to a press beside them."""
        if event.button() is Qt.MouseButton.LeftButton and self.levels and self.isEnabled():
            wanted = self.level_at(event.position().x())
            nearest = min(range(len(self.levels)), key=lambda at: abs(self.levels[at] - wanted))
            self.handles[nearest].setFocus(Qt.FocusReason.MouseFocusReason)
            self._pressed = nearest
            self.drag(nearest, wanted)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand."""
        if self._before is not None:
            self.drag(self._pressed, self.level_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose where the hand lets go."""
        del event
        self.release()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line in the colours of its bands, and what its ends are."""
        del event
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edges = (1.0, *self.levels, 0.0)
        colours = (*BAND_COLOURS, theme.line)
        for upper, lower, colour in zip(edges, edges[1:], colours, strict=False):
            left, right = self.place_of(lower), self.place_of(upper)
            part = QRectF(left, LINE_Y_PX - LINE_PX / 2, right - left, LINE_PX)
            shade = QColor(colour)
            shade.setAlphaF(1.0 if self.isEnabled() else 0.4)
            painter.fillRect(part, shade)
        font = painter.font()
        font.setPixelSize(SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor(theme.quiet))
        words = QRectF(0, LINE_Y_PX + 9, self.width(), HEIGHT_PX - LINE_Y_PX - 9)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, tr("remote 0"))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, tr("100 blood pool"))

    def _set(self, levels: tuple[float, ...]) -> None:
        self.levels = levels
        self._place()
        self.update()

    def _place(self) -> None:
        for handle, level in zip(self.handles, self.levels, strict=False):
            left = round(self.place_of(level) - HANDLE_PX / 2)
            handle.move(left, LINE_Y_PX - HANDLE_PX // 2)
            handle.tell(level)


class LevelHandle(QWidget):
    """One level: taken by the hand, or moved by the arrows when it has the focus."""

    def __init__(self, slider: LevelSlider, index: int) -> None:
        super().__init__(slider)
        self._slider, self._index = slider, index
        self.setFixedSize(HANDLE_PX, HANDLE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._grip = 0.0
        KeptKeys(self, {*_STEPS, Qt.Key.Key_Escape})

    def tell(self, level: float) -> None:
        """Say the level to a screen reader and in the tooltip."""
        words = f"{self._slider.name(self._index)}: {100 * level:.1f} %"
        self.setAccessibleName(tr("Level {words}").format(words=words))
        self.setToolTip(
            tr("{words} of the way from remote myocardium to blood pool").format(words=words)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle where it was touched, so that it does not jump."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().x() - HANDLE_PX / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self.mapToParent(event.position()).x() - self._grip
            self._slider.drag(self._index, self._slider.level_at(x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose where the hand lets go."""
        del event
        self._slider.release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by half a percent, or five; Esc puts a drag back, else gives up the focus."""
        step = _STEPS.get(event.key())
        if step is not None:
            self._slider.drag(self._index, self._slider.levels[self._index] + step)
        elif event.key() == Qt.Key.Key_Escape:
            self._slider.give_up()
            give_back_focus(self)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Choose when the key is let go: a held key is one step."""
        if event.key() in _STEPS and not event.isAutoRepeat():
            self._slider.release()
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.raise_()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Choose what the keys came to."""
        super().focusOutEvent(event)
        self._slider.release()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a disc in the band's colour, ringed when it has the focus."""
        del event
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.accent if self.hasFocus() else theme.text
        painter.setPen(QPen(QColor(edge), 2.5 if self.hasFocus() else 1.5))
        painter.setBrush(QColor(BAND_COLOURS[self._index] if self.isEnabled() else theme.line))
        reach = HANDLE_PX / 2 - 2
        painter.drawEllipse(QPointF(HANDLE_PX / 2, HANDLE_PX / 2), reach, reach)
