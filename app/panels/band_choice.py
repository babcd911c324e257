"""A row of three buttons, one of which is down: the level the bull's-eye is coloured by."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.panels.style import BAND_COLOURS
from app.roles import set_role
from app.words import tr


class BandChoice(QWidget):
    """``chosen`` carries the place of the level, 0 the highest."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons = [QToolButton() for _ in BAND_COLOURS]
        for at, button in enumerate(self.buttons):
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            set_role(button, "segment")
            self._group.addButton(button, at)
            row.addWidget(button)
        self.buttons[0].setChecked(True)
        self._group.idClicked.connect(self.chosen)

    def show_names(self, names: Sequence[str]) -> None:
        """Show what the levels are called."""
        for button, name in zip(self.buttons, names, strict=True):
            button.setText(name)
            button.setToolTip(tr("Colour the segments by {name}").format(name=name))
            button.setAccessibleName(tr("Segments coloured by {name}").format(name=name))
