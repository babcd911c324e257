"""Notices what another program stores in the workspace while the window is open."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.background import Background
from app.compose.library import Library, News
from app.session import Session

LOOK_MS = 3_000
"""How long a study that ``vne import`` stored stays unlisted at most."""


class Watch(QObject):
    """``found`` carries the News, ``lost`` an error after which nothing is looked for any more.

    It looks every few seconds and when the program comes to the front, in the worker: one number
    of SQLite's is read, the study list only where it has changed.
    """

    found = Signal(object)
    lost = Signal(object)

    def __init__(
        self,
        session: Session,
        library: Library,
        background: Background,
        is_busy: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._library = library
        self._background = background
        self._is_busy = is_busy
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Look from now on."""
        self._timer.start()
        _application().applicationStateChanged.connect(self._turn)

    def end(self) -> None:
        """Look no more."""
        if self._timer.isActive():
            self._timer.stop()
            _application().applicationStateChanged.disconnect(self._turn)

    def look(self) -> None:
        """Ask once; while this window's own import runs, its end tells what came of it."""
        if self._is_busy():
            return
        opened = self._session.opened
        looking = partial(self._library.news, opened.study.study_id if opened else "")
        self._background.ask("news", looking, self._tell, self._stop)

    def _turn(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.look()

    def _tell(self, news: News | None) -> None:
        if news is not None and not self._is_busy():
            self.found.emit(news)

    def _stop(self, error: BaseException) -> None:
        self.end()
        self.lost.emit(error)


def _application() -> QGuiApplication:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    return app
