"""What a saved picture shows: which panes, with or without what was drawn."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.parts import answer_buttons, role_label
from app.words import tr

PREVIEW_PX = QSize(400, 300)


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """Which panes a picture shows, and whether contours, regions and bands are on them."""

    all_panes: bool = False
    with_overlays: bool = True


Take = Callable[[PictureChoice], QImage]


class SavePictureDialog(QDialog):
    """Shows the picture as it will be; ``pane`` is the active pane's title."""

    def __init__(
        self, take: Take, pane: str, choice: PictureChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Save picture"))
        self._take = take
        self.one = QRadioButton(tr("{pane} pane").format(pane=pane))
        self.all = QRadioButton(tr("All panes"))
        self.overlays = QCheckBox(tr("Contours, regions and bands"))
        (self.all if choice.all_panes else self.one).setChecked(True)
        self.overlays.setChecked(choice.with_overlays)
        self.preview = QLabel()
        self.preview.setFixedSize(PREVIEW_PX)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(tr("The picture as it will be saved"))
        self._size = role_label("", "quiet")
        self._lay_out()
        for control in (self.one, self.overlays):
            control.toggled.connect(self._look)
        self._look()
        (self.all if choice.all_panes else self.one).setFocus()

    @classmethod
    def ask(
        cls, parent: QWidget, take: Take, pane: str, choice: PictureChoice
    ) -> PictureChoice | None:
        """Return what the reader wants in the picture; None when the reader thinks better of it.

        ``take`` makes the picture of a choice.
        """
        dialog = cls(take, pane, choice, parent)
        is_taken = dialog.exec() == QDialog.DialogCode.Accepted
        chosen = dialog.choice
        dialog.deleteLater()
        return chosen if is_taken else None

    @property
    def choice(self) -> PictureChoice:
        """What is chosen now."""
        return PictureChoice(self.all.isChecked(), self.overlays.isChecked())

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(8)
        for part in (self.one, self.all):
            side.addWidget(part)
        side.addSpacing(8)
        side.addWidget(self.overlays)
        side.addSpacing(8)
        side.addWidget(self._size)
        side.addWidget(role_label(tr("No name, date or number of the patient is in it."), "quiet"))
        side.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addLayout(side, 1)
        middle.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(middle)
        column.addWidget(answer_buttons(self, tr("Save…"), can_change=True))
        self.setFixedWidth(720)

    def _look(self) -> None:
        picture = self._take(self.choice)
        dense = self.devicePixelRatioF()
        shown = picture.scaled(
            PREVIEW_PX * dense,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(dense)
        self.preview.setPixmap(QPixmap.fromImage(shown))
        self._size.setText(
            tr("PNG, {width} by {height} pixels").format(
                width=picture.width(), height=picture.height()
            )
        )
