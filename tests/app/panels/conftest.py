import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.panels.style import apply_theme


@pytest.fixture(autouse=True)
def dark(qapp):
    apply_theme(qapp, "dark")
    yield
    qapp.setStyleSheet("")


@pytest.fixture
def shown(qtbot):
    """Shows a widget alone in its window and waits until it can be used."""

    def show(widget, width=None, height=None):
        qtbot.addWidget(widget)
        if width:
            widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        widget.activateWindow()
        return widget

    return show


@pytest.fixture
def takes_wheel():
    """Turns the wheel over a widget toward the reader and tells whether it kept the turn."""

    def turn(over) -> bool:
        at = QPointF(over.rect().center())
        none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        keys, notch = Qt.KeyboardModifier.NoModifier, QPoint(0, -120)
        event = QWheelEvent(at, over.mapToGlobal(at), QPoint(), notch, none, keys, phase, False)
        QApplication.sendEvent(over, event)
        return event.isAccepted()

    return turn
