"""The bull's-eye: sixteen AHA segments of the left ventricle, coloured by their burden.

Segment 17, the apex itself, is not in short-axis slices.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.panels.keys import KeptKeys, give_back_focus
from app.panels.rings import NUMBERS, RADII, Rings
from app.panels.rows import DerivedRows, SegmentRow
from app.panels.style import BAND_COLOURS, SMALL_PX, Theme, current_theme
from app.words import tr

SIDE_PX = 232
LEGEND_PX = 36
TOP_PERCENT = 50.0
"""Where the colour is full: half of a segment is much, and more would make all others alike."""
_DASH = "–"  # noqa: RUF001 - as in the burden table
_STEPS: dict[int, int] = {
    Qt.Key.Key_Left: 1,
    Qt.Key.Key_Right: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
}
_KEYS = (*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_LIGHT_ENOUGH = 0.179
"""The luminance on which black and white have the same contrast: (L + .05)^2 = 1.05 * .05."""


class BullsEye(QWidget):
    """Rows in; ``slice_chosen`` carries the slice of a segment that was clicked or entered."""

    slice_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(SIDE_PX + LEGEND_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        KeptKeys(self, _KEYS)
        self._rows: dict[int, SegmentRow] = {}
        self._bands: tuple[str, ...] = ()
        self._band = 0
        self._hovered = 0
        self._current = 1
        self._tell()

    def sizeHint(self) -> QSize:
        """Return the room for the rings and their legend."""
        return QSize(SIDE_PX, SIDE_PX + LEGEND_PX)

    @property
    def rings(self) -> Rings:
        """Where the segments are."""
        return Rings(QPointF(self.width() / 2, SIDE_PX / 2), SIDE_PX / 2 - 2)

    def show_rows(self, rows: DerivedRows) -> None:
        """Show other burdens."""
        self._rows = {row.number: row for row in rows.segments}
        self._bands = rows.bands
        self._tell()
        self.update()

    def show_band(self, index: int) -> None:
        """Colour by another level, 0 the highest."""
        self._band = index
        self._tell()
        self.update()

    def words(self, number: int) -> str:
        """Return what is known of a segment, one line a level."""
        row = self._rows.get(number)
        if row is None:
            return ""
        head = f"{row.number} {tr(row.name)}" + (f", {row.slices}" if row.slices else "")
        if row.reason:
            reason = tr("Not measured: {reason}").format(reason=row.reason)
            return f"{head}\n{reason}"
        levels = zip(self._bands, row.percents, strict=True)
        return "\n".join([head, *(f"{name} {percent:.1f} %" for name, percent in levels)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw segments, their values, the walls' names and the legend."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(SMALL_PX)
        painter.setFont(font)
        theme = current_theme()
        for number in NUMBERS:
            self._paint_segment(painter, theme, number)
        self._paint_apex(painter, theme)
        self._paint_mark(painter, theme)
        self._paint_legend(painter, theme)

    def event(self, event: QEvent) -> bool:
        """Say what a segment is when the pointer rests on it."""
        if isinstance(event, QHelpEvent):
            number = self.rings.at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.words(number), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the segment under the pointer."""
        self._hover(self.rings.at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        del event
        self._hover(0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice of the segment under the pointer."""
        number = self.rings.at(event.position())
        if number and event.button() is Qt.MouseButton.LeftButton:
            self._current = number
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from segment to segment by the arrows, to its slice by Enter."""
        key = event.key()
        if key in _STEPS:
            self._current = (self._current - 1 + _STEPS[key]) % 16 + 1
            self._tell()
            self.update()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose()
        elif key == Qt.Key.Key_Escape:
            give_back_focus(self)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus is gone."""
        super().focusOutEvent(event)
        self.update()

    def _choose(self) -> None:
        row = self._rows.get(self._current)
        self._tell()
        self.update()
        if row is not None and row.slice_index is not None:
            self.slice_chosen.emit(row.slice_index)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            row = self._rows.get(number)
            leads = row is not None and row.slice_index is not None
            shape = Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def _tell(self) -> None:
        """Say the segment in hand to a screen reader."""
        band = self._bands[self._band] if self._band < len(self._bands) else tr("no level")
        self.setAccessibleName(tr("Bull's-eye of 16 segments, {band}").format(band=band))
        self.setAccessibleDescription(self.words(self._current).replace("\n", ", "))

    def _percent(self, number: int) -> float | None:
        row = self._rows.get(number)
        return row.percents[self._band] if row and self._band < len(row.percents) else None

    def _paint_segment(self, painter: QPainter, theme: Theme, number: int) -> None:
        percent = self._percent(number)
        ground = shade(theme, self._band, percent)
        painter.setPen(QPen(QColor(theme.panel), 2))
        painter.setBrush(ground)
        painter.drawPath(self.rings.outline(number))
        middle = self.rings.middle(number)
        if percent is None:
            painter.setPen(QColor(theme.quiet))
        else:
            painter.setPen(QColor("#000000" if _luminance(ground) > _LIGHT_ENOUGH else "#ffffff"))
        text = _DASH if percent is None else f"{percent:.0f}"
        painter.drawText(_around(middle), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_apex(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QColor(theme.quiet))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        disc = self.rings.disc(RADII[-1])
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, tr("apex not\nmeasured"))

    def _paint_mark(self, painter: QPainter, theme: Theme) -> None:
        """Ring the segment under the pointer, and the one in hand while the keys are here."""
        marked = {self._hovered: theme.text} if self._hovered else {}
        if self.hasFocus():
            marked[self._current] = theme.accent
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number, colour in marked.items():
            painter.setPen(QPen(QColor(colour), 2))
            painter.drawPath(self.rings.outline(number))

    def _paint_legend(self, painter: QPainter, theme: Theme) -> None:
        """Draw the scale under the rings."""
        bar = QRectF(self.rings.centre.x() - 70, SIDE_PX + 6, 140, 8)
        scale = QLinearGradient(bar.topLeft(), bar.topRight())
        for end in (0.0, 1.0):
            scale.setColorAt(end, shade(theme, self._band, end * TOP_PERCENT))
        painter.fillRect(bar, scale)
        painter.setPen(QColor(theme.quiet))
        words = QRectF(bar.left() - 40, bar.bottom() + 2, bar.width() + 80, 16)
        painter.drawText(words.adjusted(32, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(
            words.adjusted(0, 0, -20, 0), Qt.AlignmentFlag.AlignRight, f"≥ {TOP_PERCENT:.0f}"
        )
        band = self._bands[self._band] if self._band < len(self._bands) else ""
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, band)


def shade(theme: Theme, band: int, percent: float | None) -> QColor:
    """Return the colour of a burden: from the theme's line colour to the band's own at the top."""
    if percent is None:
        return QColor(theme.raised)
    low, high = QColor(theme.line), QColor(BAND_COLOURS[band])
    share = min(1.0, max(0.0, percent / TOP_PERCENT))
    mixed = QColor()
    mixed.setRgbF(
        low.redF() + share * (high.redF() - low.redF()),
        low.greenF() + share * (high.greenF() - low.greenF()),
        low.blueF() + share * (high.blueF() - low.blueF()),
    )
    return mixed


def _around(middle: QPointF) -> QRectF:
    return QRectF(middle.x() - 24, middle.y() - 10, 48, 20)


def _luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.1."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
