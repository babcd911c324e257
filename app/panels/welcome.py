"""The first page: three ways in, the studies read lately, and where to drop a folder.

It is painted before all else is loaded. Until then it makes no use of the ``Qt`` namespace, whose
hundred enumerations take as long to make as this page; pointers and keys come with ``set_ready``.
"""

from collections.abc import Sequence

from PySide6 import QtCore
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.panels.icons import IconLabel
from app.roles import begin_role
from app.settings import RecentStudy
from app.words import tr

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
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._studies: tuple[RecentStudy, ...] | None = None
        self._is_pressable = False
        self._scroll = _scrolling(self)
        page = QWidget(self._scroll.viewport())
        self._column = QWidget(page)
        self._column.setFixedWidth(COLUMN_PX)
        self._hint = self._label("", "small")
        self._fill(QVBoxLayout(self._column))
        middle = QHBoxLayout(page)
        middle.addWidget(self._column)
        self._scroll.setWidget(page)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.set_ready(False)

    def show_recent(self, studies: Sequence[RecentStudy]) -> None:
        """List the studies opened before, or say that there are none."""
        if tuple(studies) == self._studies:
            return
        self._studies = tuple(studies)
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if not studies:
            self._recent.addWidget(self._label("Studies you open will be listed here.", "quiet"))
        for study in studies:
            link = QPushButton(study.title, self._column)
            begin_role(link, "link")
            _invite(link)
            link.clicked.connect(lambda _=False, key=study.study_id: self.study_chosen.emit(key))
            self._recent.addWidget(link)

    def show_hint(self, text: str) -> None:
        """Say which keys find everything else."""
        self._hint.setText(text)

    def set_ready(self, is_ready: bool) -> None:  # noqa: FBT001 - a Qt setter
        """Let the ways in be used, or not: before anybody listens, and while an import runs."""
        for card in self._cards.values():
            card.setEnabled(is_ready)
        if is_ready and not self._is_pressable:
            self._is_pressable = True
            self._make_pressable()

    def _make_pressable(self) -> None:
        """Let the ways in be pressed by mouse and Enter, also on their words."""
        self._scroll.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        passes_on = QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents
        for card in self._cards.values():
            _invite(card)
            for part in card.findChildren(QWidget):
                part.setAttribute(passes_on)

    def _fill(self, layout: QVBoxLayout) -> None:
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self._label("VNE Reader", "title"))
        layout.addWidget(self._label("T1 map, cine, VNE and LGE side by side.", "quiet"))
        layout.addSpacing(16)
        for action, picture, title, detail in _CARDS:
            card = self._card(action, picture, title, detail)
            self._cards[action] = card
            layout.addWidget(card)
        layout.addWidget(self._label("or drop a folder or .zip file on this window", "small"))
        layout.addSpacing(24)
        layout.addWidget(self._label("RECENT STUDIES", "section"))
        layout.addLayout(self._recent)
        layout.addSpacing(24)
        layout.addWidget(self._hint)
        layout.addWidget(self._label("Research use only, not a medical device.", "small"))
        layout.addStretch(1)

    def _card(self, action: str, picture: str, title: str, detail: str) -> QPushButton:
        card = QPushButton(self._column)
        begin_role(card, "card")
        card.setMinimumHeight(56)
        card.setAccessibleName(tr(title))
        card.clicked.connect(lambda: self.chosen.emit(action))
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(_label(title, "", card))
        words.addWidget(_label(detail, "small", card))
        row.addWidget(IconLabel(picture, card))
        row.addLayout(words, 1)
        return card

    def _label(self, text: str, role: str) -> QLabel:
        return _label(text, role, self._column)


def _invite(button: QPushButton) -> None:
    """Show a hand over a button and let Enter press it."""
    from app.panels.keys import press_by_enter  # noqa: PLC0415 - the page is painted first

    button.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)
    press_by_enter(button)


def _scrolling(parent: QWidget) -> QScrollArea:
    """Return a scroll area, with a viewport of ours: Qt's own costs the start milliseconds."""
    scroll = QScrollArea(parent)
    scroll.setViewport(QWidget(scroll))
    scroll.setWidgetResizable(True)
    return scroll


def _label(text: str, role: str, parent: QWidget) -> QLabel:
    label = QLabel(text and tr(text), parent)
    begin_role(label, role)
    return label
