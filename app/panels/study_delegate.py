"""How the rows of the study browser look."""

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.panels.badges import SIZE_PX, draw_badge, draw_mark
from app.panels.rows import Badge, Nearness, PatientRow, SliceRow, StudyRow
from app.panels.study_model import ROW_ROLE, SHOWN_ROLE, Index
from app.panels.study_pictures import Pictures
from app.panels.style import SMALL_PX, Theme, current_theme
from app.viewer.row_painting import RowOption, row_painting
from app.words import tr

PICTURE_PX = 40
ROW_PX = 48
CHEVRON_PX = 20
"""The part at the left of a study's row that folds it."""
NESTED_PX = 12
"""How far a study stands in under its patient."""
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_MARKS = {Nearness.LOOK_AGAIN: "△ ", Nearness.STOP: "▲ "}
"""The signs of the panes before a distance that asks for a look: colour is not alone."""


class StudyDelegate(QStyledItemDelegate):
    """Paints a title over a quiet line, a slice with its picture and badges."""

    def __init__(self, pictures: Pictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return one height for every row: the view need not ask each of thousands."""
        del option, index
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        with row_painting(painter, option) as told:
            self._row(_Pen(painter, current_theme(), told.area), told, index)

    def _row(self, pen: "_Pen", told: RowOption, index: Index) -> None:
        row, area, flags = index.data(ROW_ROLE), told.area, QStyle.StateFlag
        is_shown = bool(index.data(SHOWN_ROLE))
        if is_shown or told.state & flags.State_MouseOver:
            pen.painter.fillRect(area, QColor(pen.theme.raised))
        if isinstance(row, SliceRow):
            self._slice(pen, row, told.view.devicePixelRatioF(), is_shown=is_shown)
        else:
            pen.area = area.adjusted(NESTED_PX if index.parent().isValid() else 0, 0, 0, 0)
            _heading(pen, row, is_unfolded=bool(told.state & flags.State_Open))
        if told.state & flags.State_HasFocus and told.state & flags.State_Active:
            pen.painter.setPen(QPen(QColor(pen.theme.accent), 1))
            pen.painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _slice(self, pen: "_Pen", row: SliceRow, scale: float, *, is_shown: bool) -> None:
        area, theme = pen.area, pen.theme
        if is_shown:
            mark = QRect(area.left(), area.top(), 3, area.height())
            pen.painter.fillRect(mark, QColor(theme.accent))
        top = area.top() + (ROW_PX - PICTURE_PX) // 2
        frame = QRect(area.left() + 12, top, PICTURE_PX, PICTURE_PX)
        pen.painter.fillRect(frame, Qt.GlobalColor.black)
        pixmap = self._pictures.pixmap(row, scale)
        if pixmap is not None:
            size = pixmap.deviceIndependentSize()
            left = frame.left() + (PICTURE_PX - size.width()) / 2
            pen.painter.drawPixmap(QPointF(left, top + (PICTURE_PX - size.height()) / 2), pixmap)
        words = area.adjusted(12 + PICTURE_PX + 8, 5, -10, -5)
        draw_mark(pen.painter, QPointF(words.right() - SIZE_PX / 2, words.top() + 10.5), row)
        _slice_words(pen, words, row)


class _Pen:
    """A painter with its theme and the two sizes of type."""

    def __init__(self, painter: QPainter, theme: Theme, area: QRect) -> None:
        self.painter, self.theme, self.area = painter, theme, area
        self._font = painter.font()

    def write(
        self,
        area: QRect,
        text: str,
        colour: str,
        side: Qt.AlignmentFlag = _LEFT,
        *,
        is_small: bool = False,
        is_strong: bool = False,
        is_struck: bool = False,
    ) -> int:
        """Write a line, with an ellipsis where it does not fit; return how wide it is."""
        font = self._font
        font.setBold(is_strong)
        font.setStrikeOut(is_struck)
        font.setPixelSize(SMALL_PX if is_small else 13)
        self.painter.setFont(font)
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        self.painter.setPen(QColor(colour))
        self.painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)


def _halves(area: QRect) -> tuple[QRect, QRect]:
    half = area.height() // 2
    upper = QRect(area.left(), area.top(), area.width(), half)
    return upper, upper.translated(0, half)


def _slice_words(pen: _Pen, area: QRect, row: SliceRow) -> None:
    """Write title and VNE mark over what the slice has and how far its partners lie."""
    theme = pen.theme
    upper, lower = _halves(area)
    free = upper.adjusted(0, 0, -SIZE_PX - 6, 0)
    title_colour = theme.quiet if row.excluded else theme.text
    pen.write(free, row.title, title_colour, is_struck=bool(row.excluded))
    if row.has_vne:
        pen.write(free, "VNE", theme.accent, _RIGHT, is_small=True, is_strong=True)
    if row.excluded:
        pen.write(
            lower,
            tr("excluded: {why}").format(why=row.excluded.partition(": ")[2]),
            theme.quiet,
            is_small=True,
        )
        return
    colour = {Nearness.LOOK_AGAIN: theme.look_again, Nearness.STOP: theme.stop}.get(
        row.nearness, theme.quiet
    )
    distance = f"{_MARKS.get(row.nearness, '')}{row.distance}" if row.distance else ""
    width = pen.write(lower, distance, colour, _RIGHT, is_small=True)
    words = theme.look_again if row.look_again else theme.quiet
    pen.write(lower.adjusted(0, 0, -width - 6, 0), row.detail, words, is_small=True)


def _heading(pen: _Pen, row: PatientRow | StudyRow, *, is_unfolded: bool) -> None:
    """Write a patient or study: pseudonym over date and count, its tally at the right."""
    theme, area = pen.theme, pen.area
    _chevron(pen, is_unfolded=is_unfolded)
    upper, lower = _halves(area.adjusted(CHEVRON_PX + 4, 5, -10, -5))
    is_open = isinstance(row, StudyRow) and row.is_open
    if isinstance(row, StudyRow):
        _tally(pen, upper, row)
    pen.write(upper.adjusted(0, 0, -56, 0), row.title, theme.text, is_strong=is_open)
    pen.write(lower, row.detail, theme.quiet, is_small=True)


def _tally(pen: _Pen, area: QRect, row: StudyRow) -> None:
    """Write how many are unconfirmed and confirmed, each behind its badge."""
    right = area.right() + 1
    for count, badge in ((row.confirmed, Badge.CONFIRMED), (row.unconfirmed, Badge.DRAWN)):
        if not count:
            continue
        place = QRect(area.left(), area.top(), right - area.left(), area.height())
        width = pen.write(place, str(count), pen.theme.quiet, _RIGHT, is_small=True)
        centre = QPointF(right - width - 4 - SIZE_PX / 2, area.center().y() + 0.5)
        draw_badge(pen.painter, centre, badge)
        right = round(centre.x() - SIZE_PX / 2 - 8)


def _chevron(pen: _Pen, *, is_unfolded: bool) -> None:
    """Draw the mark that says whether a row is unfolded."""
    middle = QRectF(pen.area.left() + 4, pen.area.top(), CHEVRON_PX, ROW_PX).center()
    reach = 3.5
    if is_unfolded:
        corners = [(-reach, -2.0), (0.0, 2.0), (reach, -2.0)]
    else:
        corners = [(-2.0, -reach), (2.0, 0.0), (-2.0, reach)]
    pen.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen.painter.setPen(QPen(QColor(pen.theme.quiet), 1.5))
    pen.painter.drawPolyline(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
    pen.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
