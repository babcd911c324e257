"""What a reader chooses once: theme, size, T1 colours and range, the cine, the keys."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.key_page import KeyPage
from app.dialogs.parts import resize_on_screen, role_label
from app.keys import KeyMap
from app.settings import SIZES_PERCENT, T1_RANGE_MS, CineOpening, Preferences
from app.words import tr

_BOX_PX = 208
"""One width for all boxes, that of the longest words."""
Choices = Sequence[tuple[str, Any]]
SIZE_PX = (640, 560)
_SMALLEST_WIDTH_MS, _LARGEST_T1_MS, _STEP_MS = 50, 4000, 50
"""A narrower range than 50 ms shows noise; no tissue at 3 T has a T1 above 4 s."""
_THEMES = (("Dark", "dark"), ("Light", "light"), ("As the system", "system"))
_CINE = (
    ("As it was left", CineOpening.AS_LEFT),
    ("Plays", CineOpening.PLAYS),
    ("Rests", CineOpening.RESTS),
)


class PreferencesDialog(QDialog):
    """Every change is told at once, by ``chosen`` and ``keys_chosen``; there is nothing to apply.

    ``colours`` are the T1 colour maps by what they are called.
    """

    chosen = Signal(object)
    keys_chosen = Signal(object)

    def __init__(
        self,
        preferences: Preferences,
        colours: Choices,
        keys: KeyMap,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Preferences"))
        self.preferences = preferences
        self._first_size = preferences.size_percent
        self.theme = _box(tr("Theme"), _THEMES, self._change("theme"))
        sizes = [(f"{size} %", size) for size in SIZES_PERCENT]
        self.interface_size = _box(tr("Interface size"), sizes, self._change("size_percent"))
        self.colours = _box(tr("T1 colour map"), colours, self._change("t1_colours"))
        self.cine = _box(tr("Cine when a study opens"), _CINE, self._change("cine_opening"))
        self.low = _ms_box(tr("Lowest T1 shown, ms"), self._change_range)
        self.high = _ms_box(tr("Highest T1 shown, ms"), self._change_range)
        self._size_note = role_label(
            tr("The size changes when the reader is opened again."), "small"
        )
        self.keys = KeyPage(keys)
        self.keys.chosen.connect(self.keys_chosen)
        self._lay_out()
        self.show_preferences(preferences)

    @classmethod
    def show_over(
        cls,
        parent: QWidget,
        now: tuple[Preferences, Choices, KeyMap],
        on_chosen: Callable[[Preferences], None],
        on_keys: Callable[[KeyMap], None],
    ) -> None:
        """Show what holds ``now`` until it is closed, and tell each change."""
        dialog = cls(*now, parent)
        dialog.chosen.connect(on_chosen)
        dialog.keys_chosen.connect(on_keys)
        dialog.exec()
        dialog.deleteLater()

    def show_preferences(self, preferences: Preferences) -> None:
        """Show other choices, telling nobody."""
        self.preferences = preferences
        low, high = preferences.t1_range_ms
        boxes = (self.theme, self.interface_size, self.colours, self.cine)
        values = (
            preferences.theme,
            preferences.size_percent,
            preferences.t1_colours,
            preferences.cine_opening,
        )
        for box, value in zip(boxes, values, strict=True):
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(value)))
        for spin, value in ((self.low, low), (self.high, high)):
            with QSignalBlocker(spin):
                spin.setValue(value)
        self._bound_range()
        self._size_note.setVisible(preferences.size_percent != self._first_size)

    def _lay_out(self) -> None:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.tabBar().setAccessibleName(tr("Pages of the preferences"))
        tabs.addTab(self._general(), tr("General"))
        tabs.addTab(self.keys, tr("Keys"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(8)
        column.addWidget(tabs, 1)
        column.addWidget(buttons)
        resize_on_screen(self, *SIZE_PX)

    def _general(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 16, 0, 0)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        _section(form, tr("LOOKS"))
        form.addRow(tr("Theme"), self.theme)
        form.addRow(tr("Interface size"), self.interface_size)
        form.addRow("", self._size_note)
        _section(form, tr("T1 MAP"))
        form.addRow(tr("Colour map"), self.colours)
        form.addRow(tr("Range, ms"), self._range_row())
        _section(form, tr("CINE"))
        form.addRow(tr("When a study opens"), self.cine)
        return page

    def _range_row(self) -> QWidget:
        reset = QPushButton(tr("Reset"))
        reset.setAccessibleName(tr("Reset the T1 range"))
        reset.setAutoDefault(False)
        reset.clicked.connect(
            lambda: self._take(replace(self.preferences, t1_range_ms=T1_RANGE_MS))
        )
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for part in (self.low, QLabel(tr("to")), self.high, reset):
            line.addWidget(part)
        return row

    def _change(self, part: str) -> Callable[[Any], None]:
        return lambda value: self._take(replace(self.preferences, **{part: value}))

    def _change_range(self) -> None:
        chosen = (self.low.value(), self.high.value())
        self._take(replace(self.preferences, t1_range_ms=chosen))

    def _take(self, preferences: Preferences) -> None:
        self.show_preferences(preferences)
        self.chosen.emit(preferences)

    def _bound_range(self) -> None:
        """Keep the ends of the range in order and apart."""
        low, high = self.preferences.t1_range_ms
        with QSignalBlocker(self.low), QSignalBlocker(self.high):
            self.low.setRange(0, high - _SMALLEST_WIDTH_MS)
            self.high.setRange(low + _SMALLEST_WIDTH_MS, _LARGEST_T1_MS)


def _box(name: str, choices: Choices, choose: Callable[[Any], None]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setFixedWidth(_BOX_PX)
    for text, value in choices:
        box.addItem(tr(text), value)
    box.currentIndexChanged.connect(lambda at: choose(choices[at][1]))
    return box


def _ms_box(name: str, choose: Callable[[], None]) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setAccessibleName(name)
    box.setRange(0, _LARGEST_T1_MS)
    box.setDecimals(0)
    box.setSingleStep(_STEP_MS)
    box.setKeyboardTracking(False)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    box.setFixedSize(72, 28)
    box.valueChanged.connect(lambda _: choose())
    return box


def _section(form: QFormLayout, name: str) -> None:
    label = QLabel(name)
    label.setProperty("role", "section")
    label.setContentsMargins(0, 8 if form.rowCount() else 0, 0, 0)
    form.addRow(label)
