"""What the window's tests share: a session by construction, a watch over widgets and timers."""

import gc

import pytest
from PySide6.QtCore import QEvent, QTimer, QTranslator
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from app.session import Session
from app.words import CONTEXT
from tests.app.made_study import made_images, open_study


@pytest.fixture(autouse=True)
def nothing_left_of_qt():
    """Fail a test that a top-level widget or a running timer survives."""
    app = QApplication.instance()
    widgets = set(app.topLevelWidgets()) if app else set()
    timers = set(running_timers())
    yield
    if (app := QApplication.instance()) is None:
        return
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    late = [w for w in app.topLevelWidgets() if w not in widgets and w.isVisible()]
    assert not late, f"windows left open: {late}"
    late_timers = [timer for timer in running_timers() if timer not in timers]
    assert not late_timers, f"timers left running: {late_timers}"


def running_timers():
    return [
        found
        for found in gc.get_objects()
        if issubclass(type(found), QTimer) and isValid(found) and found.isActive()
    ]


@pytest.fixture
def session(qapp) -> Session:
    """A session with a study of three slices, images read, nothing drawn."""
    session = Session()
    session.open(open_study())
    for match in session.matches:
        session.take_images(made_images(match))
    return session


class Bracketed(QTranslator):
    """Puts every word of ours in brackets."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False

    def translate(self, context, text, disambiguation=None, n=-1) -> str:
        return f"⟦{text}⟧" if context == CONTEXT else ""


@pytest.fixture
def bracketed(qapp):
    translator = Bracketed()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)
