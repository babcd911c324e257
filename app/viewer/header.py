"""The strip above an image: what it shows, chosen from a menu, and how well it matches."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from app.roles import set_role
from app.viewer import palette
from app.viewer.furniture import CornerLine, Notice
from app.words import tr

MENU_MARK = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"
_BADGE_ROLES = {Notice.LOOK_AGAIN: "look-again", Notice.STOP: "stop"}
"""What the style sheet colours a badge by, in each theme."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the pane's menu: ``id`` is emitted when it is chosen; a ``heading`` cannot be."""

    id: str
    text: str
    is_on: bool = False
    is_heading: bool = False
    tip: str = ""


class PaneHeader(QWidget):
    """24 px: title, menu of images, the match as a badge.

    ``chosen`` carries the id of a menu line, ``badge_clicked`` asks for the match.
    """

    double_clicked = Signal()
    chosen = Signal(str)
    badge_clicked = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("PaneHeader")
        self.setFixedHeight(palette.HEADER_PX)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Button)
        self._is_active = self._is_bare = False
        self._listed: tuple[str, tuple[Choice, ...]] = ("", ())
        self._title = QLabel(title, self)
        self._title.setObjectName("PaneTitle")
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.menu.triggered.connect(lambda action: self.chosen.emit(action.data()))
        self.source = self._source_button(title)
        self.badge = self._badge_button(title)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 4, 0)
        self._row.setSpacing(4)
        for part in (self._title, self.source):
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addStretch(1)
        self._row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self._show_active()

    def _source_button(self, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(tr("What the {title} pane shows").format(title=title))
        button.setToolTip(tr("Choose what this pane shows, or compare it"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self.menu)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setMaximumHeight(palette.HEADER_PX - 2)
        button.hide()
        return button

    def _badge_button(self, title: str) -> QToolButton:
        badge = QToolButton(self)
        badge.setAccessibleName(tr("Match of the {title}").format(title=title))
        badge.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        badge.setMaximumHeight(palette.HEADER_PX - 2)
        badge.clicked.connect(self.badge_clicked)
        badge.hide()
        return badge

    @property
    def title(self) -> str:
        """The pane's name."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Name the pane."""
        self._title.setText(title)

    def set_inset(self, left_px: int) -> None:
        """Begin further right, where what lies left of it is covered."""
        self._row.setContentsMargins(8 + left_px, 0, 4, 0)

    def show_choices(self, shown: str, choices: Sequence[Choice]) -> None:
        """Name what is shown on the button, and list what can be; no choices, no button."""
        if (shown, tuple(choices)) == self._listed:
            return
        self._listed = (shown, tuple(choices))
        self._name_source()
        self.source.setVisible(bool(choices))
        self.menu.clear()
        for choice in choices:
            if choice.is_heading:
                self.menu.addSeparator()
                self.menu.addAction(choice.text).setEnabled(False)
                continue
            action = self.menu.addAction(choice.text)
            action.setData(choice.id)
            action.setCheckable(True)
            action.setChecked(choice.is_on)
            action.setToolTip(choice.tip)

    def show_badge(self, badge: CornerLine | None, tip: str = "") -> None:
        """Show how far the image lies from the slice, in the colour of its notice; None hides."""
        self.badge.setVisible(badge is not None)
        if badge is None:
            return
        self.badge.setText(badge.marked_text)
        self.badge.setToolTip(tip)
        self.badge.setAccessibleDescription(tip)
        set_role(self.badge, _BADGE_ROLES.get(badge.notice, ""))

    def set_bare(self, *, is_bare: bool) -> None:
        """Leave out, for a picture, what is only there for the hand: menu mark and active line."""
        self._is_bare = is_bare
        self._name_source()
        self._show_active()

    def set_active(self, *, is_active: bool) -> None:
        """Mark the pane that keys and tools act on."""
        if is_active != self._is_active:
            self._is_active = is_active
            self._show_active()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the pane alone."""
        event.accept()
        self.double_clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the accent line of the active pane."""
        super().paintEvent(event)
        if self._is_active and not self._is_bare:
            painter = QPainter(self)
            painter.fillRect(0, 0, self.width(), 2, self.palette().highlight())
            painter.end()

    def _name_source(self) -> None:
        mark = "" if self._is_bare else MENU_MARK
        self.source.setText(f"{self._listed[0]} {mark}".strip())

    def _show_active(self) -> None:
        role = QPalette.ColorRole
        is_bright = self._is_active or self._is_bare
        self._title.setForegroundRole(role.WindowText if is_bright else role.PlaceholderText)
        self.update()
