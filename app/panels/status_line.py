"""The status bar: what is under the cursor, a passing message, the match, the saved time."""

from PySide6 import QtCore
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStatusBar, QWidget

from app.roles import begin_role, set_role
from app.words import tr

MESSAGE_MS = 12_000
"""How long a message stays; long enough to be read twice."""
RESEARCH_ONLY = "Research use only, not a medical device"
_IN_SHORT = "Research use only"
_IN_SHORT_PX = 1360
"""In a narrower window these words get out of the way of the message,"""
_NARROW_PX = 1100
"""and in one narrower still the match, which the panes' headers tell as well."""
_VALUE_PX, _SHORT_VALUE_PX = 264, 200
_WIDE_PX = 1700
"""Only a wider window has room for the regions and the burden too, which the tool panel has."""
_LEAST_PX = 640
_NO_MESSAGE = ""


class ElidedLabel(QLabel):
    """A line that ends in an ellipsis where there is no room: it never widens the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the line as there is room for."""
        del event
        if not self.text():
            return
        room = self.contentsRect()
        at_end = QtCore.Qt.TextElideMode.ElideRight
        line = self.fontMetrics().elidedText(self.text(), at_end, room.width())
        painter = QPainter(self)
        painter.drawText(room, int(self.alignment()), line)
        painter.end()


class StatusLine(QStatusBar):
    """Places of fixed meaning, so that nothing jumps when a value changes."""

    offer_accepted = Signal(str)
    match_clicked = Signal()
    jobs_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._offer = QPushButton(self)
        begin_role(self._offer, "link")
        self._offer.clicked.connect(lambda: self.offer_accepted.emit(self._offer.text()))
        self._offer.hide()
        self._value = ElidedLabel(self)
        self._value.setContentsMargins(8, 4, 8, 4)
        self._value.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._value.setFixedWidth(_VALUE_PX)
        self._message = ElidedLabel(self)
        self._standing = ""
        self._match = QPushButton(self)
        begin_role(self._match, "place")
        self._match.setToolTip(tr("What belongs to this slice, and why"))
        self._match.clicked.connect(self.match_clicked)
        self._match.hide()
        self._jobs = QPushButton(self)
        begin_role(self._jobs, "place")
        self._jobs.setToolTip(tr("Open or close the list of jobs"))
        self._jobs.clicked.connect(self.jobs_clicked)
        self._jobs.hide()
        self._figures = _place(self, "quiet")
        self._figures.setToolTip(tr("Of the slice's LGE: the regions' mean ± SD, and its burden"))
        self._figures.hide()
        self._saved = _place(self, "quiet")
        self._research = _place(self, "quiet")
        self._research.setText(tr(RESEARCH_ONLY))
        self._research.setToolTip(tr(RESEARCH_ONLY))
        self.addWidget(self._value)
        self.addWidget(self._message, 1)
        self.addWidget(self._offer)
        for place in (self._jobs, self._figures, self._match, self._saved, self._research):
            self.addPermanentWidget(place)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(lambda: self.say(""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less of what is always true where the message needs the room."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        self._research.setText(tr(_IN_SHORT) if self.width() < _IN_SHORT_PX else tr(RESEARCH_ONLY))
        self._value.setFixedWidth(_SHORT_VALUE_PX if is_narrow else _VALUE_PX)
        self._match.setVisible(bool(self._match.text()) and not is_narrow)
        self._show_figures()

    def minimumSizeHint(self) -> QSize:
        """Return the room for what is left in a narrow window."""
        return QSize(_LEAST_PX, super().minimumSizeHint().height())

    @property
    def message(self) -> str:
        """The message shown now."""
        return self._message.text()

    @property
    def value(self) -> str:
        """The value shown now."""
        return self._value.text()

    @property
    def match(self) -> str:
        """What is said about the match."""
        return self._match.text()

    @property
    def figures(self) -> str:
        """What is said of the reference regions and the burden, shown or not."""
        return self._figures.text()

    @property
    def saved(self) -> str:
        """What is said about saving."""
        return self._saved.text()

    def stand(self, text: str) -> None:
        """Keep a warning behind every line said from now on; an empty one ends that."""
        self._standing = text
        self.say("")

    def say(self, text: str, *, is_warning: bool = False, offer: str = "") -> None:
        """Show a line for a while; a warning or an offer stays until the next line.

        ``offer`` is the label of a button behind the line.
        """
        line = "  ·  ".join(part for part in (text, self._standing) if part)
        is_warning = is_warning or not text
        set_role(self._message, "look-again" if is_warning else "")
        self._message.setText(line)
        self._message.setToolTip(line)
        self._offer.setText(offer)
        self._offer.setVisible(bool(offer))
        self._fade.stop()
        if text and not (is_warning or offer):
            self._fade.start(MESSAGE_MS)

    def take_back(self, text: str) -> None:
        """Remove a line that is true no longer, where it is still shown."""
        if text and self.message.startswith(text):
            self.say("")

    def show_value(self, text: str) -> None:
        """Show what is under the cursor."""
        self._value.setText(text)

    def show_match(self, text: str) -> None:
        """Show how the slice's images were matched; a click asks for more."""
        self._match.setText(text)
        self._match.setVisible(bool(text) and self.width() >= _NARROW_PX)

    def show_figures(self, text: str) -> None:
        """Show what the slice measures, where there is room."""
        self._figures.setText(text)
        self._show_figures()

    def _show_figures(self) -> None:
        self._figures.setVisible(bool(self._figures.text()) and self.width() >= _WIDE_PX)

    def show_jobs(self, text: str) -> None:
        """Show what the jobs are doing; a click opens their list. Nothing where none has run."""
        self._jobs.setText(text)
        self._jobs.setVisible(bool(text))

    def show_saved(self, text: str, *, is_safe: bool) -> None:
        """Show when the work was last on the disk, or that it is not."""
        set_role(self._saved, "quiet" if is_safe else "stop")
        self._saved.setText(text)


def _place(parent: QWidget, role: str) -> QLabel:
    label = QLabel(_NO_MESSAGE, parent)
    begin_role(label, role)
    label.setContentsMargins(8, 4, 8, 4)
    return label
