"""Threshold levels with their burdens, VNE and LGE beside each other."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QWidget

from app.panels.action_button import ActionButton
from app.panels.keys import give_back_focus
from app.panels.rows import BurdenRows, LevelRow
from app.panels.style import BAND_COLOURS
from app.roles import begin_role
from app.words import tr

NOT_MEASURED = "–"  # noqa: RUF001 - a dash as wide as a figure
CHIP_PX = 12
_TYPED_KEYS = {
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Escape,
}
_COLUMNS = ("", "Band", "Level %", "VNE %", "LGE %")
_TIP = "Myocardium at or above the level between remote myocardium (0) and blood pool (100)"
_NAME, _LEVEL, _VNE, _LGE = 1, 2, 3, 4


class LevelBox(QDoubleSpinBox):
    """One level in percent of the way from remote to blood; keys stay in it while it is typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(1.0, 99.0)
        self.setDecimals(1)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(52)
        self.setToolTip(tr("Percent of the way from remote myocardium to blood pool"))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the wheel scroll the panel: a level is typed or drawn on the slider."""
        event.ignore()

    def event(self, event: QEvent) -> bool:
        """Keep Enter and the arrows from the window's shortcuts while the level is typed."""
        is_typing = event.type() == QEvent.Type.ShortcutOverride
        if is_typing and isinstance(event, QKeyEvent) and event.key() in _TYPED_KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keyboard back to the images once the level is entered."""
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            give_back_focus(self)


class BurdenTable(QWidget):
    """Three rows of level, VNE and LGE. The slice's table also edits the levels.

    ``levels_chosen`` carries the fractions, highest first, after one was typed.
    """

    levels_chosen = Signal(tuple)

    def __init__(self, bands: Sequence[QAction] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(_NAME, 1)
        self._boxes: list[LevelBox] = []
        self._cells: list[dict[int, QLabel]] = []
        self._fractions: tuple[float, ...] = ()
        for column, text in enumerate(_COLUMNS):
            if bands or column != _LEVEL:
                self._add_header(column, text and tr(text))
        for row, colour in enumerate(BAND_COLOURS):
            self._add_row(row + 1, colour, bands[row] if bands else None)

    def show_rows(self, rows: BurdenRows) -> None:
        """Show burdens in percent, a dash where there is none."""
        self._fractions = tuple(level.fraction for level in rows.levels)
        for row, cells in enumerate(self._cells):
            level = rows.levels[row] if row < len(rows.levels) else None
            self._show_level(row, cells, level)

    def focus_levels(self) -> None:
        """Put the cursor in the first level."""
        self._boxes[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self._boxes[0].selectAll()

    def texts(self) -> list[tuple[str, str]]:
        """Return VNE and LGE of each row as shown."""
        return [(cells[_VNE].text(), cells[_LGE].text()) for cells in self._cells]

    def set_editable(self, is_editable: bool) -> None:  # noqa: FBT001 - a Qt setter
        """Let the levels be typed, or only read."""
        for box in self._boxes:
            box.setEnabled(is_editable)

    def _show_level(self, row: int, cells: dict[int, QLabel], level: LevelRow | None) -> None:
        cells[_NAME].setText(level.name if level else "")
        cells[_VNE].setText(_percent(level.vne_percent if level else None))
        cells[_LGE].setText(_percent(level.lge_percent if level else None))
        if self._boxes and level and not self._boxes[row].hasFocus():
            with QSignalBlocker(self._boxes[row]):
                self._boxes[row].setValue(100 * level.fraction)

    def _add_header(self, column: int, text: str) -> None:
        label = QLabel(text, self)
        begin_role(label, "small")
        side = Qt.AlignmentFlag.AlignRight if column > _NAME else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(label, 0, column, side)

    def _add_row(self, row: int, colour: str, switch: QAction | None) -> None:
        self._grid.addWidget(_chip(colour, switch, self), row, 0)
        cells = {column: QLabel(self) for column in (_NAME, _VNE, _LGE)}
        for column, cell in cells.items():
            if column != _NAME:
                begin_role(cell, "number")
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                cell.setMinimumWidth(44)
            self._grid.addWidget(cell, row, column)
        cells[_NAME].setToolTip(tr(_TIP))
        self._cells.append(cells)
        if switch is not None:
            box = LevelBox(self)
            box.setAccessibleName(tr("Level of band {row}, percent").format(row=row))
            box.editingFinished.connect(self._choose)
            self._grid.addWidget(box, row, _LEVEL)
            self._boxes.append(box)

    def _choose(self) -> None:
        chosen = tuple(round(box.value() / 100, 4) for box in self._boxes)
        if chosen != tuple(round(fraction, 4) for fraction in self._fractions):
            self.levels_chosen.emit(chosen)


def _percent(value: float | None) -> str:
    return NOT_MEASURED if value is None else f"{value:.1f}"


def _chip(colour: str, switch: QAction | None, parent: QWidget) -> QWidget:
    """Return a colour square; with an action it switches its band on and off."""
    if switch is None:
        label = QLabel(parent)
        label.setPixmap(_square(colour, is_filled=True))
        label.setFixedWidth(CHIP_PX + 8)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return label
    square = QIcon()
    for state, is_filled in ((QIcon.State.On, True), (QIcon.State.Off, False)):
        square.addPixmap(_square(colour, is_filled=is_filled), QIcon.Mode.Normal, state)
    switch.setIcon(square)
    button = ActionButton(switch, parent)
    button.setAutoRaise(True)
    button.setIconSize(QSize(CHIP_PX, CHIP_PX))
    button.setFixedSize(CHIP_PX + 8, CHIP_PX + 8)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(switch.text())
    begin_role(button, "chip")
    return button


def _square(colour: str, *, is_filled: bool) -> QPixmap:
    pixmap = QPixmap(CHIP_PX, CHIP_PX)
    pixmap.fill(QColor(colour) if is_filled else Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(QPen(QColor(colour), 2))
    painter.drawRect(1, 1, CHIP_PX - 2, CHIP_PX - 2)
    painter.end()
    return pixmap
