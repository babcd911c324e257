"""The first page: three ways in, the studies read lately, and where to drop a folder."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.icons import IconLabel
from app.panels.style import set_role
from app.settings import RecentStudy

COLUMN_PX = 560
_CARDS = (
    ("open-folder", "folder", "Open folder…", "DICOM files of one or more studies; subfolders too"),
    ("open-archive", "archive", "Open .zip file…", "Read in place, nothing is unpacked"),
    ("open-demo", "heart", "Open demo study", "A virtual patient with three short-axis slices"),
)


class WelcomePage(QWidget):
    """Says what can be done first; ``chosen`` carries an action's id."""

    chosen = Signal(str)
    study_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: dict[str, QPushButton] = {}
        self._hint = _label("", "small")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column = QWidget()
        column.setFixedWidth(COLUMN_PX)
        self._fill(QVBoxLayout(column))
        outer = QHBoxLayout(self)
        outer.addWidget(column, alignment=Qt.AlignmentFlag.AlignCenter)
        self.set_ready(False)

    def show_recent(self, studies: Sequence[RecentStudy]) -> None:
        """List the studies opened before, or say that there are none."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if not studies:
            self._recent.addWidget(_label("Studies you open will be listed here.", "quiet"))
        for study in studies:
            link = QPushButton(study.title)
            set_role(link, "link")
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.clicked.connect(lambda _=False, key=study.study_id: self.study_chosen.emit(key))
            self._recent.addWidget(link)

    def show_hint(self, text: str) -> None:
        """Say which keys find everything else."""
        self._hint.setText(text)

    def set_ready(self, is_ready: bool) -> None:  # noqa: FBT001 - a Qt setter
        """Let the ways in be used, or not: before anybody listens, and while an import runs."""
        for card in self._cards.values():
            card.setEnabled(is_ready)

    def _fill(self, layout: QVBoxLayout) -> None:
        layout.setSpacing(8)
        layout.addWidget(_label("VNE Reader", "title"))
        layout.addWidget(_label("T1 map, cine, VNE and LGE side by side.", "quiet"))
        layout.addSpacing(16)
        for action, picture, title, detail in _CARDS:
            card = self._card(action, picture, title, detail)
            self._cards[action] = card
            layout.addWidget(card)
        layout.addWidget(_label("or drop a folder or .zip file on this window", "small"))
        layout.addSpacing(24)
        layout.addWidget(_label("RECENT STUDIES", "section"))
        layout.addLayout(self._recent)
        layout.addSpacing(24)
        layout.addWidget(self._hint)
        layout.addWidget(_label("Research use only, not a medical device.", "small"))

    def _card(self, action: str, picture: str, title: str, detail: str) -> QPushButton:
        card = QPushButton()
        set_role(card, "card")
        card.setMinimumHeight(56)
        card.setAccessibleName(title)
        card.setCursor(Qt.CursorShape.PointingHandCursor)
        card.clicked.connect(lambda: self.chosen.emit(action))
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_label(title, ""))
        words.addWidget(_label(detail, "small"))
        row.addWidget(IconLabel(picture))
        row.addLayout(words, 1)
        return card


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    if role:
        set_role(label, role)
    return label
