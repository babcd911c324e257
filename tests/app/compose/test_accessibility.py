"""Every control of the window and its dialogs has a name, and shows when it has the keyboard."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

from app.dialogs.help import HelpWindow

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QTabBar,
    QTextEdit,
)
MODAL = (
    "match-slice",
    "series-kinds",
    "save-picture",
    "preferences",
    "shortcuts",
    "palette",
    "about",
)


@pytest.fixture
def reader(open_window, workspace):
    return open_window(workspace)


def controls(root: QWidget) -> list[QWidget]:
    """Return what a hand can act on, without the parts Qt makes for itself."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar | QHeaderView)
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit | QTabBar)
        and widget.isVisible()
    ]


def nameless(root: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in controls(root)
        if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()
    ]


def in_each_dialog(reader, qtbot, look) -> None:
    """Open every dialog by its action and let ``look`` see it."""
    for name in MODAL:
        seen = []
        watch = QTimer()
        watch.setInterval(5)

        def see(name=name, seen=seen, watch=watch) -> None:
            dialog = QApplication.activePopupWidget() or QApplication.activeModalWidget()
            if dialog is not None:
                watch.stop()
                seen.append(name)
                try:
                    look(name, dialog)
                finally:
                    dialog.close()

        watch.timeout.connect(see)
        watch.start()
        reader.window.actions_by_id[name].trigger()
        qtbot.waitUntil(lambda seen=seen: bool(seen))
    reader.window.actions_by_id["help"].trigger()
    window = reader.window.findChild(HelpWindow)
    look("help", window)
    window.close()


def test_every_control_of_the_reading_page_and_the_welcome_page_has_a_name(reader):
    assert len(controls(reader.window)) > 15
    assert nameless(reader.window) == []
    reader.close_study()
    assert nameless(reader.window) == []


def test_every_control_of_every_dialog_has_a_name(reader, qtbot):
    found = {}
    in_each_dialog(reader, qtbot, lambda name, dialog: found.update({name: nameless(dialog)}))
    assert found == {name: [] for name in (*MODAL, "help")}


def test_every_control_shows_when_it_has_the_keyboard(reader, qtbot):
    blind = {}
    in_each_dialog(
        reader, qtbot, lambda name, dialog: blind.update({name: without_focus_mark(dialog)})
    )
    assert blind == {name: [] for name in (*MODAL, "help")}


def without_focus_mark(root: QWidget) -> list[str]:
    """Return the controls that look the same with and without the keyboard."""
    reached = [
        widget
        for widget in controls(root)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
    ]
    root.activateWindow()
    same = []
    for widget in reached:
        widget.clearFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if widget.hasFocus() and widget.grab().toImage() == before:
            same.append(f"{type(widget).__name__} {widget.accessibleName()}")
    return same
