"""The study browser: studies of the workspace, the open one with its slices and pictures."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.panels.badges import draw_badge
from app.panels.rows import SliceRow, StudyRow
from app.panels.style import SMALL_PX, current_theme, set_role

PICTURE_PX = 40
SLICE_HEIGHT_PX = 52
STUDY_HEIGHT_PX = 44
_ROW = Qt.ItemDataRole.UserRole
_TARGET = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class StudyList(QFrame):
    """One list of two-line rows; ``study_chosen`` and ``slice_chosen`` follow a click."""

    study_chosen = Signal(str)
    slice_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self.setMinimumWidth(168)
        title = QLabel("STUDIES")
        set_role(title, "section")
        title.setContentsMargins(12, 8, 12, 4)
        self._list = QListWidget()
        self._list.setAccessibleName("Studies and slices")
        self._list.setItemDelegate(_RowDelegate(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.itemClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(self._list, 1)
        self._rows: tuple[StudyRow, ...] = ()

    def show_rows(self, rows: Sequence[StudyRow], current_slice: int) -> None:
        """Show studies, and which slice of the open one is on the screen."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._fill()
        self.show_slice(current_slice)

    def show_slice(self, index: int) -> None:
        """Mark the slice on the screen."""
        for at in range(self._list.count()):
            item = self._list.item(at)
            if item.data(_TARGET) == index:
                self._list.setCurrentItem(item)

    def texts(self) -> list[str]:
        """Return what the rows say, for a screen reader and for tests."""
        return [self._list.item(at).text() for at in range(self._list.count())]

    def _fill(self) -> None:
        self._list.clear()
        for study in self._rows:
            self._add(study, study.study_id, f"{study.title}, {study.detail}")
            for index, row in enumerate(study.slices):
                self._add(row, index, f"{row.title}, {row.detail}, {row.badge}")

    def _add(self, row: StudyRow | SliceRow, target: str | int, text: str) -> None:
        item = QListWidgetItem(text)
        item.setData(_ROW, row)
        item.setData(_TARGET, target)
        if isinstance(row, SliceRow):
            item.setToolTip(slice_tip(row))
        self._list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        target = item.data(_TARGET)
        if isinstance(target, str):
            self.study_chosen.emit(target)
        else:
            self.slice_chosen.emit(target)


class _RowDelegate(QStyledItemDelegate):
    """Paints a title over a quiet line, with a picture and a badge for a slice."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        is_slice = isinstance(index.data(_ROW), SliceRow)
        return QSize(120, SLICE_HEIGHT_PX if is_slice else STUDY_HEIGHT_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROW)
        area: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        if isinstance(row, SliceRow):
            is_current = bool(state & QStyle.StateFlag.State_Selected)
            self._paint_slice(painter, area, row, is_current=is_current)
        else:
            is_under = bool(state & QStyle.StateFlag.State_MouseOver)
            self._paint_study(painter, area, row, is_under=is_under)
        painter.restore()

    def _paint_study(
        self, painter: QPainter, area: QRect, row: StudyRow, *, is_under: bool
    ) -> None:
        if is_under and not row.is_open:
            painter.fillRect(area, QColor(current_theme().raised))
        words = area.adjusted(12, 4, -8, -4)
        _two_lines(painter, words, row.title, row.detail, is_strong=row.is_open)

    def _paint_slice(
        self, painter: QPainter, area: QRect, row: SliceRow, *, is_current: bool
    ) -> None:
        theme = current_theme()
        if is_current:
            painter.fillRect(area, QColor(theme.raised))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(theme.accent))
        top = area.top() + (area.height() - PICTURE_PX) // 2
        frame = QRect(area.left() + 12, top, PICTURE_PX, PICTURE_PX)
        painter.fillRect(frame, QColor("#000000"))
        if row.picture is not None:
            draw_picture(painter, frame, row.picture)
        words = area.adjusted(12 + PICTURE_PX + 8, 6, -24, -6)
        _two_lines(painter, words, row.title, row.detail, is_warning=bool(row.look_again))
        draw_badge(painter, QPointF(area.right() - 13, area.center().y()), row.badge)


def slice_tip(row: SliceRow) -> str:
    """Return what is said of a slice where the pointer rests: its images, what to look at again."""
    lines = (f"{row.title}: {row.detail}", row.look_again, str(row.badge))
    return "\n".join(line for line in lines if line)


def draw_picture(painter: QPainter, frame: QRect, picture: QImage) -> None:
    """Draw a picture as large as fits in the middle of a frame."""
    size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inside = QRect(frame.topLeft(), size)
    inside.moveCenter(frame.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(inside, picture)


def _two_lines(
    painter: QPainter,
    area: QRect,
    title: str,
    detail: str,
    *,
    is_strong: bool = False,
    is_warning: bool = False,
) -> None:
    theme = current_theme()
    font = painter.font()
    font.setBold(is_strong)
    painter.setFont(font)
    half = area.height() // 2
    upper = QRect(area.left(), area.top(), area.width(), half)
    _line(painter, upper, title, theme.text, Qt.AlignmentFlag.AlignBottom)
    font.setBold(False)
    font.setPixelSize(SMALL_PX)
    painter.setFont(font)
    lower = upper.translated(0, half)
    colour = theme.look_again if is_warning else theme.quiet
    _line(painter, lower, detail, colour, Qt.AlignmentFlag.AlignVCenter)


def _line(
    painter: QPainter, area: QRect, text: str, colour: str, vertical: Qt.AlignmentFlag
) -> None:
    painter.setPen(QPen(QColor(colour)))
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, vertical | Qt.AlignmentFlag.AlignLeft, elided)
