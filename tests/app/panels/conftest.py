import pytest

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
