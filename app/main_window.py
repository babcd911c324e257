"""The window: menus, toolbar, the welcome page or the reading page, job strip, status line."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from PySide6 import QtCore
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app import actions as table
from app.keys import KeyMap
from app.panels.action_button import ActionButton
from app.panels.icons import icon
from app.panels.job_strip import JobHolder, JobStrip
from app.panels.status_line import StatusLine
from app.panels.welcome import WelcomePage
from app.settings import Settings
from app.words import tr

TITLE = "VNE Reader"
ICON_PX = 20
_KEYS = "keys"
FIRST_SIZE_PX = (1440, 900)


class MainWindow(QMainWindow):
    """The frame around the pages. It knows values and signals; ``compose`` gives them meaning.

    ``pressed`` carries an action's id, ``switched`` a switch's and whether it is on;
    ``closing`` carries the close event, to be ignored where work would be lost.
    """

    pressed = Signal(str)
    switched = Signal(str, bool)
    paths_dropped = Signal(list)
    key_released = Signal(int)
    first_painted = Signal()
    closing = Signal(QCloseEvent)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._has_painted = False
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.keys = KeyMap.of_text(settings.text(_KEYS, "{}"))
        own = self.keys.own
        self.actions_by_id: Mapping[str, QAction] = table.make_actions(self, own=own)
        for name, action in self.actions_by_id.items():
            action.triggered.connect(lambda on=False, name=name: self._act(name, is_on=on))
        table.fill_menus(self.menuBar(), self.actions_by_id)
        whole = QWidget(self)
        self.pages = QStackedWidget(whole)
        self.welcome = WelcomePage(self.pages)
        self.pages.addWidget(self.welcome)
        self.jobs = JobStrip(whole)
        self.status = StatusLine(self)
        self.setCentralWidget(_column(whole, self.pages, self.jobs))
        self.setStatusBar(self.status)
        self.welcome.chosen.connect(lambda name: self.actions_by_id[name].trigger())
        self._show_hint()
        self.restore()

    @property
    def page(self) -> QWidget | None:
        """The page shown now."""
        return self.pages.currentWidget()

    @cached_property
    def toolbar(self) -> QWidget:
        """The toolbar's buttons in a row at the right of the menus, made when first wanted."""
        bar = QWidget(self.menuBar())
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 1, 8, 1)
        row.setSpacing(2)
        for action in (entry for entry in table.TABLE if entry.on_toolbar):
            if action.starts_group and row.count():
                row.addSpacing(12)
            button = ActionButton(self.actions_by_id[action.id], bar)
            button.setIconSize(QSize(ICON_PX, ICON_PX))
            button.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        bar.hide()
        self.menuBar().setCornerWidget(bar)
        return bar

    def show_page(self, page: QWidget, holder: JobHolder | None = None) -> None:
        """Show a page, kept for the next time; ``holder`` is its place for a running job."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self.toolbar.setVisible(page is not self.welcome)
        self.jobs.lend_line(holder)

    def show_title(self, detail: str) -> None:
        """Put the pseudonym of the study, never a name, in the title bar."""
        self.setWindowTitle(f"{detail} - {TITLE}" if detail else TITLE)

    def set_switches(self, states: Mapping[str, bool]) -> None:
        """Show which switches are on, without triggering them."""
        for name, on in states.items():
            self.actions_by_id[name].setChecked(on)

    def bind(self, keys: KeyMap) -> None:
        """Take a reader's keys and remember them."""
        self.keys = keys
        table.set_keys(self.actions_by_id, keys.own)
        self._show_hint()
        self.settings.set_text(_KEYS, keys.to_text())

    def redraw_icons(self) -> None:
        """Draw the icons in the colours of the theme."""
        table.draw_icons(self.actions_by_id, icon)
        self.setWindowIcon(icon("app"))

    def restore(self) -> None:
        """Come back where the window was left."""
        if not self.restoreGeometry(self.settings.layout("window")):
            self.resize(QSize(*FIRST_SIZE_PX).boundedTo(self.screen().availableSize()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the place and let the work be put away."""
        self.settings.set_layout("window", self.saveGeometry())
        event.accept()
        self.closing.emit(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window can be seen."""
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            self.first_painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say why a key does nothing: those of disabled actions come here like any other."""
        pressed = QKeySequence(event.keyCombination())
        if why := table.why_nothing_happens(self.actions_by_id, pressed):
            self.status.say(why)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Tell which key was let go, for what lasts as long as a key is held."""
        if not event.isAutoRepeat():
            self.key_released.emit(event.key())
        super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept folders and files from this computer."""
        if dropped_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass on what was dropped."""
        event.acceptProposedAction()
        self.paths_dropped.emit(dropped_paths(event))

    def _show_hint(self) -> None:
        """Say on the welcome page how to find everything else."""
        find, keys = (table.key_name(self.actions_by_id[name]) for name in ("palette", "shortcuts"))
        hint = tr("{find} finds every action, {keys} lists the keys.") if find and keys else ""
        self.welcome.show_hint(hint.format(find=find, keys=keys))

    def _act(self, name: str, *, is_on: bool) -> None:
        if self.actions_by_id[name].isCheckable():
            self.switched.emit(name, is_on)
        else:
            self.pressed.emit(name)


def dropped_paths(event: QDropEvent) -> list[Path]:
    """Return the local folders and files of a drag."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _column(whole: QWidget, *parts: QWidget) -> QWidget:
    """Fill a widget with its parts from top to bottom; the first takes the room there is."""
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part)
    column.setStretch(0, 1)
    return whole
