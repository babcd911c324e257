"""Where the threshold levels come from: a preset, the slider, or the numbers in the table."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.level_slider import LevelSlider
from app.panels.rows import Preset
from app.roles import set_role
from app.words import tr

EQUAL_LEVELS = (0.5, 0.25, 0.125)
"""Full width at half, quarter and eighth maximum (Zhang et al. 2021)."""
NO_CARD = "No VNE model is installed. A model's card carries the levels matched to its LGE."
_BUTTONS = {
    Preset.EQUAL: ("Equal", "50, 25 and 12.5 % on VNE and LGE alike"),
    Preset.MODEL: ("Model", NO_CARD),
    Preset.CUSTOM: ("Custom", "Levels of your own: drag a handle or type a number"),
}


class Thresholds(QWidget):
    """``levels_chosen`` carries the fractions, ``levels_previewed`` those under a drag.

    ``model_chosen`` asks for the levels matched to the model, ``custom_wanted`` asks for the place where numbers are typed.
    """

    levels_previewed = Signal(tuple)
    levels_chosen = Signal(tuple)
    model_chosen = Signal()
    custom_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = LevelSlider(("FWHM", "FWQM", "FWEM"))
        self.slider.levels_previewed.connect(self.levels_previewed)
        self.slider.levels_chosen.connect(self.levels_chosen)
        self.presets = {preset: _preset(*words) for preset, words in _BUTTONS.items()}
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(0)
        for button in self.presets.values():
            self._group.addButton(button)
            row.addWidget(button)
        self._has_model_levels = False
        self.presets[Preset.MODEL].setEnabled(False)
        self.presets[Preset.MODEL].clicked.connect(self.model_chosen)
        self.presets[Preset.EQUAL].clicked.connect(lambda: self.levels_chosen.emit(EQUAL_LEVELS))
        self.presets[Preset.CUSTOM].clicked.connect(self.custom_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.slider)

    def show_levels(self, levels: Sequence[float], preset: Preset) -> None:
        """Show the levels and which preset they are."""
        self.presets[preset].setChecked(True)
        self.slider.show_levels(levels)

    def show_model(self, model_id: str, levels: Sequence[float]) -> None:
        """Offer the levels matched to a model; none where it has none, or no model is installed."""
        button = self.presets[Preset.MODEL]
        self._has_model_levels = bool(levels)
        told = ", ".join(f"{100 * level:g}" for level in levels)
        tip = tr("VNE at {levels} %, matched to LGE at 50, 25 and 12.5 % by {model}")
        if not levels:
            tip = tr("{model} has no levels matched to its LGE.") if model_id else tr(NO_CARD)
        tip = tip.format(levels=told, model=model_id)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.setEnabled(self._has_model_levels and self.slider.isEnabled())

    def set_editable(self, is_editable: bool) -> None:  # noqa: FBT001 - a Qt setter
        """Let the levels be changed, or only read."""
        self.slider.setEnabled(is_editable)
        for preset, button in self.presets.items():
            is_there = preset is not Preset.MODEL or self._has_model_levels
            button.setEnabled(is_editable and is_there)


def _preset(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    text, tip = tr(text), tr(tip)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tr("Threshold preset: {text}").format(text=text))
    button.setAccessibleDescription(tip)
    button.setCheckable(True)
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    set_role(button, "segment")
    return button
