import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.compose import wiring
from app.compose.navigation import end_diastole
from app.dialogs.command_palette import CommandPalette
from vne_core.study.annotation import ImageKind


@pytest.fixture
def reader(open_window, workspace, qtbot):
    reader = open_window(workspace)
    reader.window.activateWindow()
    qtbot.waitUntil(reader.window.isActiveWindow)
    return reader


def key(reader, name: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or reader.window, name, modifier)


def test_esc_steps_back_through_points_tool_and_enlarged_pane_in_this_order(reader):
    panes, session = reader.page.panes, reader.session
    key(reader, Qt.Key.Key_F4)
    key(reader, Qt.Key.Key_E)
    view = panes.pane(ImageKind.LGE).view
    for at in (QPoint(200, 200), QPoint(300, 200)):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(view.editor.draft.points_px) == 2

    seen = []
    for _ in range(5):
        key(reader, Qt.Key.Key_Escape)
        seen.append((len(view.editor.draft.points_px), session.tool, panes.enlarged))
    lge = ImageKind.LGE
    assert seen == [
        (1, "epi", lge),
        (0, "epi", lge),
        (0, "browse", lge),
        (0, "browse", None),
        (0, "browse", None),
    ]


def test_esc_takes_back_points_in_a_pane_that_has_not_the_keyboard(reader):
    key(reader, Qt.Key.Key_E)
    lge, t1 = (reader.page.panes.pane(kind).view for kind in (ImageKind.LGE, ImageKind.T1))
    QTest.mouseClick(lge.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    t1.setFocus()
    key(reader, Qt.Key.Key_Escape)
    assert lge.editor.draft.is_empty
    assert reader.session.tool == "epi"


def test_browse_from_the_menu_leaves_an_enlarged_pane(reader):
    key(reader, Qt.Key.Key_F1)
    key(reader, Qt.Key.Key_R)
    reader.window.actions_by_id["tool-browse"].trigger()
    assert reader.session.tool == "browse"
    assert reader.page.panes.enlarged is ImageKind.T1
    assert reader.window.actions_by_id["tool-browse"].isChecked()


def test_d_rests_the_cine_at_end_diastole(reader):
    reader.player.set_playing(is_playing=True)
    reader.player.set_phase(7)
    key(reader, Qt.Key.Key_D)
    assert not reader.player.is_playing
    assert reader.artist.phase == 0


@pytest.mark.parametrize(
    "times_ms, rr_ms, phase",
    [
        ((0.0, 40.0, 80.0), 120.0, 0),
        ((30.0, 70.0, 110.0), 120.0, 2),
        ((30.0, 70.0, 110.0), None, 0),
        ((5.0, 60.0, 115.0), 120.0, 0),
    ],
)
def test_end_diastole_is_the_phase_nearest_either_r_wave(times_ms, rr_ms, phase):
    assert end_diastole(times_ms, rr_ms) == phase


def test_the_first_and_last_study_say_that_they_are(reader):
    key(reader, Qt.Key.Key_PageDown)
    assert reader.window.status.message == "This is the last study."
    key(reader, Qt.Key.Key_PageUp)
    assert reader.window.status.message == "This is the first study."


def test_comma_and_full_stop_change_the_speed_where_there_are_no_brackets(reader):
    speed = reader.player.speed
    key(reader, Qt.Key.Key_Period)
    faster = reader.player.speed
    key(reader, Qt.Key.Key_Comma)
    assert faster > speed == reader.player.speed
    key(reader, Qt.Key.Key_BracketRight)
    assert reader.player.speed == faster


def test_the_palette_opened_by_its_key_runs_what_is_found_and_offers_it_first_next_time(
    reader, qtbot
):
    first = []

    def find(typed: str) -> None:
        palette = QApplication.activePopupWidget()
        assert isinstance(palette, CommandPalette)
        first.append(palette.chosen.action_id)
        QTest.keyClicks(palette.field, typed)
        QTest.keyClick(palette.field, Qt.Key.Key_Return)

    for typed in ("hide", "hide"):
        QTimer.singleShot(0, lambda typed=typed: find(typed))
        key(reader, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(reader.window.isActiveWindow)
    assert first == ["open-folder", "hide"]
    assert not reader.session.display.is_hidden


def test_a_key_bound_by_the_reader_is_heard_at_once_and_in_the_next_sitting(
    reader, open_window, workspace
):
    keys = reader.window.keys.bound("cine", ("P",))
    reader.window.bind(keys)
    playing = reader.player.is_playing
    key(reader, Qt.Key.Key_P)
    assert reader.player.is_playing is not playing
    key(reader, Qt.Key.Key_C)
    assert reader.player.is_playing is not playing
    reader.window.close()
    again = open_window(workspace)
    assert again.window.keys == keys
    assert again.window.actions_by_id["cine"].shortcut().toString() == "P"


def test_a_picture_is_copied_by_its_key(reader):
    key(reader, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(QApplication.clipboard().image(), QImage)
    assert reader.window.status.message == "Picture of T1 map copied."


@pytest.mark.parametrize("name, key_code", [("H", Qt.Key.Key_H), ("P", Qt.Key.Key_P)])
def test_a_held_key_hides_contours_only_while_it_is_down(reader, monkeypatch, name, key_code):
    monkeypatch.setattr(wiring, "PEEK_MS", -1)
    reader.window.bind(reader.window.keys.bound("hide", (name,)))
    held = QApplication.focusWidget() or reader.window
    QTest.keyPress(held, key_code)
    assert reader.session.display.is_hidden
    QTest.keyRelease(held, key_code)
    assert not reader.session.display.is_hidden


def test_the_tool_panel_names_the_keys_that_the_reader_bound(reader):
    tools = reader.page.tools
    buttons = {one.text().rsplit("  ", 1)[0]: one for one in tools.findChildren(QAbstractButton)}
    assert buttons["Epicardium"].text() == "Epicardium  E"
    assert buttons["Confirm slice"].text() == "Confirm slice  Enter"
    keys = reader.window.keys.bound("tool-epi", ("P",)).bound("confirm", ())
    reader.window.bind(keys)
    assert buttons["Epicardium"].text() == "Epicardium  P"
    assert buttons["Confirm slice"].text() == "Confirm slice"
