"""The panes of the whole window on the demo study, driven by mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.compose import matching
from app.compose.find_action import entries
from app.dialogs.command_palette import found
from app.dialogs.match_slice import MatchDialog
from app.settings import T1_RANGE_MS
from app.viewer import palette
from app.viewer.arrangement import Arrangement
from app.viewer.comparison import Way
from vne_core.study.annotation import ImageKind

T1, CINE, VNE, LGE = ImageKind
NO_KEYS, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def reader(open_window, workspace):
    """The demo study at its first slice, the cine at rest."""
    reader = open_window(workspace)
    press(reader, "C")
    assert not reader.player.is_playing
    return reader


def press(reader, key: str) -> None:
    QTest.keySequence(reader.window, QKeySequence(key))


def pane(reader, kind):
    return reader.page.panes.pane(kind)


def menu_texts(reader, kind) -> list[str]:
    actions = pane(reader, kind).header.menu.actions()
    return [action.text() for action in actions if action.isEnabled() and action.text()]


def choose(reader, kind, text: str) -> None:
    """Choose a line of a pane's menu as the mouse does."""
    header = pane(reader, kind).header
    action = next(a for a in header.menu.actions() if a.text() == text)
    header.menu.popup(header.source.mapToGlobal(QPoint(0, 0)))
    at = header.menu.actionGeometry(action).center()
    QTest.mouseClick(header.menu, Qt.MouseButton.LeftButton, pos=at)
    reader.window.activateWindow()
    assert QTest.qWaitForWindowActive(reader.window)


def turn(reader, kind, notches: int, keys=NO_KEYS) -> None:
    """Turn the wheel over a pane, toward the reader for more than 0."""
    surface = pane(reader, kind).view.viewport()
    at = QPointF(surface.rect().center())
    everywhere = QPointF(surface.mapToGlobal(at.toPoint()))
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    delta = QPoint(0, -120 * notches)
    event = QWheelEvent(at, everywhere, QPoint(), delta, none, keys, phase, False)
    QApplication.sendEvent(surface, event)


def drag(surface, start: QPoint, end: QPoint, button=Qt.MouseButton.LeftButton) -> None:
    QTest.mousePress(surface, button, pos=start)
    for part in (0.3, 0.6, 1.0):
        QTest.mouseMove(surface, start + (end - start) * part)
    QTest.mouseRelease(surface, button, pos=end)


def colours(widget) -> np.ndarray:
    """Return what the eye sees as RGB, shape (height, width, 3)."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows, stride = picture.height(), picture.bytesPerLine()
    data = np.frombuffer(picture.constBits(), np.uint8).reshape(rows, stride)
    return data[:, : 3 * picture.width()].reshape(rows, picture.width(), 3).copy()


def accent(reader, kind) -> int:
    """Return how many pixels of an image have the accent colour, as reference lines have."""
    view = pane(reader, kind).view
    view.clearFocus()
    seen = colours(view.viewport()).astype(int)
    return int((np.abs(seen - palette.rgb(palette.ACCENT)).max(axis=-1) < 60).sum())


def test_each_pane_lists_what_the_study_really_has(reader):
    assert menu_texts(reader, T1)[:3] == ["T1 map", "IR images", "Fit residual"]
    assert menu_texts(reader, CINE)[:3] == ["Cine", "Short-axis stack", "Long axis 6"]
    assert menu_texts(reader, VNE)[:2] == ["VNE", "LGE magnitude"]
    assert menu_texts(reader, LGE)[:4] == [
        "LGE PSIR", "LGE magnitude", "PSIR stack", "Magnitude stack",
    ]  # fmt: skip


def test_the_ir_images_are_stepped_through_by_shift_wheel_and_by_keys(reader):
    choose(reader, T1, "IR images")
    assert "TI 100 ms · 1 of 7" in pane(reader, T1).view.written
    first = pane(reader, T1).view.value_at(150, 150)
    phase = reader.player.phase
    turn(reader, T1, 2, SHIFT)
    assert "TI 260 ms · 3 of 7" in pane(reader, T1).view.written
    QTest.mouseClick(pane(reader, T1).view.viewport(), Qt.MouseButton.LeftButton)
    press(reader, "Right")
    assert "4 of 7" in pane(reader, T1).view.written
    press(reader, "Left")
    assert "3 of 7" in pane(reader, T1).view.written
    assert pane(reader, T1).view.value_at(150, 150) != first
    assert reader.player.phase == phase


def test_the_phase_keys_are_the_cines_once_its_pane_was_pressed(reader):
    choose(reader, T1, "IR images")
    QTest.mouseClick(pane(reader, CINE).view.viewport(), Qt.MouseButton.LeftButton)
    phase = reader.player.phase
    press(reader, "Right")
    assert reader.player.phase == (phase + 1) % 25
    assert f"phase {reader.player.phase + 1} of 25" in pane(reader, CINE).view.written


def test_the_fit_residual_is_zero_where_the_fit_is_perfect_and_has_no_colour_bar(reader):
    choose(reader, T1, "Fit residual")
    shown = reader.session.images.fit_residual
    row, col = np.unravel_index(shown.argmax(), shown.shape)
    assert pane(reader, T1).view.value_at(col, row) == pytest.approx(float(shown[row, col]))
    assert pane(reader, T1).view.window_level.levels[0] == 0.0
    assert "Fit residual · series 12" in pane(reader, T1).view.written


def test_a_long_axis_cine_has_the_slices_as_lines_and_the_slice_has_its_line(reader, qtbot):
    assert accent(reader, LGE) == 0
    choose(reader, CINE, "Long axis 6")
    qtbot.waitUntil(lambda: "Long axis · series 6" in pane(reader, CINE).view.written)
    assert accent(reader, CINE) > 100
    assert accent(reader, LGE) > 100
    assert pane(reader, CINE).header.badge.text() == "long axis"
    assert pane(reader, CINE).view.plane != reader.session.images.plane
    press(reader, "D")
    assert "phase 1 of 25" in pane(reader, CINE).view.written
    press(reader, "Right")
    assert "phase 2 of 25" in pane(reader, CINE).view.written


def test_contours_are_not_drawn_on_a_long_axis_image(reader, qtbot):
    choose(reader, CINE, "Long axis 6")
    qtbot.waitUntil(lambda: pane(reader, CINE).has_image)
    assert pane(reader, CINE).view.editor.annotation is None
    press(reader, "E")
    drag(pane(reader, CINE).view.viewport(), QPoint(60, 60), QPoint(120, 90))
    assert reader.session.annotation.is_empty


def test_the_wheel_turns_a_native_stack_and_the_slice_stays(reader, qtbot):
    choose(reader, LGE, "PSIR stack")
    qtbot.waitUntil(lambda: "image 1 of 3" in pane(reader, LGE).view.written)
    assert "native 1.41 x 1.41 mm" in pane(reader, LGE).view.written
    assert pane(reader, LGE).view.plane.shape_px == (192, 256)
    turn(reader, LGE, 1)
    qtbot.waitUntil(lambda: "image 2 of 3" in pane(reader, LGE).view.written)
    assert reader.session.index == 0
    badge = pane(reader, LGE).header.badge
    assert badge.text().startswith("▲")
    seen = colours(badge).astype(int)
    assert (seen[..., 0] - seen[..., 2]).max() > 60
    press(reader, "Down")
    qtbot.waitUntil(lambda: "image 2 of 3" in pane(reader, LGE).view.written)
    assert badge.text() == "1.5 mm"


def test_the_magnitude_stands_beside_the_psir_and_is_not_called_vne(reader):
    choose(reader, VNE, "LGE magnitude")
    assert pane(reader, VNE).has_image
    assert pane(reader, VNE).header.title == "LGE"
    assert "LGE magnitude · series 30" in pane(reader, VNE).view.written
    assert "VNE" not in pane(reader, VNE).view.written


def test_a_window_set_by_hand_is_there_when_the_study_is_opened_again(open_window, workspace):
    reader = open_window(workspace)
    surface = pane(reader, LGE).view.viewport()
    drag(surface, QPoint(100, 100), QPoint(180, 130), Qt.MouseButton.RightButton)
    chosen = pane(reader, LGE).view.window_level
    cine = pane(reader, CINE).view.window_level
    reader.window.close()
    again = open_window(workspace)
    assert pane(again, LGE).view.window_level.levels == pytest.approx(chosen.levels)
    assert pane(again, CINE).view.window_level == cine
    press(again, "A")
    assert pane(again, LGE).view.window_level != chosen
    again.window.close()
    third = open_window(workspace)
    assert pane(third, LGE).view.window_level != chosen


def test_a_channel_and_another_kind_of_the_same_pane_keep_windows_of_their_own(reader):
    surface = pane(reader, LGE).view.viewport()
    drag(surface, QPoint(100, 100), QPoint(180, 130), Qt.MouseButton.RightButton)
    psir = pane(reader, LGE).view.window_level
    choose(reader, LGE, "LGE magnitude")
    assert pane(reader, LGE).view.window_level != psir
    choose(reader, LGE, "LGE PSIR")
    assert pane(reader, LGE).view.window_level.levels == pytest.approx(psir.levels)


def test_the_t1_range_is_the_same_for_every_slice_and_sitting(open_window, workspace):
    reader = open_window(workspace)
    assert pane(reader, T1).view.window_level.levels == T1_RANGE_MS
    bar = pane(reader, T1).view._around.bar
    top = QPoint(round(bar.strip.center().x()), round(bar.strip.top()))
    drag(bar, top, top - QPoint(0, 40))
    levels = pane(reader, T1).view.window_level.levels
    assert levels[1] > T1_RANGE_MS[1]
    press(reader, "Down")
    assert pane(reader, T1).view.window_level.levels == levels
    reader.window.close()
    assert pane(open_window(workspace), T1).view.window_level.levels == pytest.approx(levels)


def test_colours_are_chosen_in_the_t1_panes_menu(reader):
    surface = pane(reader, T1).view.viewport()
    assert np.ptp(colours(surface)[150, :100].astype(int), axis=-1).max() == 0
    choose(reader, T1, "Rainbow, as on consoles")
    assert np.ptp(colours(surface)[150, :100].astype(int), axis=-1).max() > 100


def test_the_layout_is_chosen_by_keys_and_remembered(open_window, workspace, qtbot):
    reader = open_window(workspace)
    press(reader, "Ctrl+1")
    qtbot.waitUntil(lambda: len({p.y() for p in reader.page.panes.panes.values()}) == 1)
    assert reader.window.actions_by_id["layout-row"].isChecked()
    reader.window.close()
    again = open_window(workspace)
    assert again.page.panes.arrangement is Arrangement.ROW
    press(again, "Ctrl+2")
    qtbot.waitUntil(lambda: len({p.y() for p in again.page.panes.panes.values()}) == 2)
    press(again, "Ctrl+3")
    assert again.page.panes.arrangement is Arrangement.AUTO


def test_f5_wipes_the_t1_map_over_the_lge_where_there_is_no_vne_and_escape_ends_it(reader, qtbot):
    press(reader, "F5")
    panes = reader.page.panes
    pair = panes.comparison.pair
    assert (pair.first, pair.second, pair.way) == (T1, LGE, Way.WIPE)
    assert "Comparing T1 map and LGE PSIR" in reader.window.status.message
    qtbot.waitUntil(lambda: pane(reader, LGE).width() == panes.width())
    assert pane(reader, T1).view.plane == pane(reader, LGE).view.plane
    press(reader, "Esc")
    assert panes.comparison.pair is None
    assert not reader.window.actions_by_id["compare-wipe"].isChecked()
    assert pane(reader, CINE).isVisible()


def test_a_native_image_is_compared_on_the_grid_of_the_slice(reader, qtbot):
    choose(reader, LGE, "PSIR stack")
    qtbot.waitUntil(lambda: pane(reader, LGE).view.plane.shape_px == (192, 256))
    choose(reader, LGE, "Wipe over Cine")
    assert pane(reader, LGE).view.plane == reader.session.images.plane
    press(reader, "Esc")
    qtbot.waitUntil(lambda: pane(reader, LGE).view.plane.shape_px == (192, 256))


def test_flicker_goes_by_the_key_alone_when_told_so(reader, qtbot):
    choose(reader, CINE, "Flicker with LGE PSIR")
    comparison = reader.page.panes.comparison
    choose(reader, CINE, "By key only")
    shown = comparison.shown
    press(reader, "V")
    assert comparison.shown is not shown
    assert reader.settings.text("flicker-hz", "") == "0"
    choose(reader, CINE, "End it (Esc)")
    assert comparison.pair is None


def test_the_cine_rests_at_the_phase_of_the_t1_map_from_slice_to_slice(reader):
    press(reader, "Shift+D")
    times = np.array(reader.session.images.trigger_times_ms)
    nearest = int(np.abs(times - 665.0).argmin())
    assert reader.player.phase == nearest
    assert "nearest to the T1 map at 665 ms" in reader.window.status.message
    press(reader, "D")
    assert reader.player.phase == 0
    press(reader, "Down")
    assert reader.player.phase == nearest
    press(reader, "C")
    press(reader, "C")
    assert reader.player.phase == nearest
    press(reader, "Shift+D")
    assert not reader.window.actions_by_id["rest-t1"].isChecked()


def test_ways_to_play_are_remembered(open_window, workspace):
    reader = open_window(workspace)
    press(reader, "Shift+C")
    press(reader, "]")
    assert reader.player.is_ping_pong
    assert reader.page.transport._speed.text().startswith("1.5x")
    reader.window.close()
    again = open_window(workspace)
    assert again.player.is_ping_pong
    assert again.player.speed == 1.5


def test_a_caliper_stays_with_its_slice_and_is_seen_in_every_pane(reader):
    press(reader, "T")
    assert reader.window.status.message.startswith("Caliper: drag")
    drag(pane(reader, LGE).view.viewport(), QPoint(150, 150), QPoint(250, 150))
    (caliper,) = pane(reader, T1).view.marks
    expected = 100 * pane(reader, LGE).view.view_map.mm_per_px
    assert caliper.length_mm == pytest.approx(expected, rel=0.01)
    assert pane(reader, CINE).view.marks == (caliper,)
    press(reader, "Down")
    assert pane(reader, LGE).view.marks == ()
    press(reader, "Up")
    assert pane(reader, LGE).view.marks == (caliper,)
    press(reader, "Shift+T")
    assert pane(reader, LGE).view.marks == ()


@pytest.mark.parametrize("key", ["T", "E"])
def test_a_tools_hint_goes_with_the_tool(reader, key):
    press(reader, key)
    assert "drag" in reader.window.status.message
    press(reader, "Esc")
    assert reader.window.status.message == ""


def test_escape_or_a_contour_tool_puts_the_caliper_away(reader):
    press(reader, "T")
    press(reader, "Esc")
    assert not reader.window.actions_by_id["mark-caliper"].isChecked()
    press(reader, "Q")
    assert reader.window.actions_by_id["mark-probe"].isChecked()
    press(reader, "E")
    assert reader.page.panes.mark_tool is None
    assert reader.session.tool == "epi"
    press(reader, "W")
    assert reader.session.tool == "browse"


def test_a_badge_opens_the_match_of_its_image(reader, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(MatchDialog, "ask", lambda _, question: asked.append(question.shown))
    badge = pane(reader, LGE).header.badge
    assert badge.text() == "1.5 mm"
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [matching.Role.LGE]
    assert not pane(reader, T1).header.badge.isVisible()


def test_the_value_under_the_pointer_is_named_for_what_is_shown(reader):
    surface = pane(reader, T1).view.viewport()
    QTest.mouseMove(surface, QPoint(200, 200))
    assert reader.window.status.value.startswith("T1 map")
    assert " ms " in reader.window.status.value
    choose(reader, T1, "IR images")
    QTest.mouseMove(surface, QPoint(202, 200))
    assert reader.window.status.value.startswith("IR images")
    assert " ms " not in reader.window.status.value


def test_hidden_things_come_back_with_h(reader, qtbot):
    choose(reader, CINE, "Long axis 6")
    qtbot.waitUntil(lambda: accent(reader, LGE) > 100)
    press(reader, "H")
    assert accent(reader, LGE) == 0
    press(reader, "H")
    assert accent(reader, LGE) > 100


def test_keys_zoom_all_panes_and_bring_the_whole_image_back(reader):
    before = pane(reader, T1).view.view_map.mm_per_px
    press(reader, "Ctrl+=")
    press(reader, "Ctrl+=")
    nearer = {kind: pane(reader, kind).view.view_map.mm_per_px for kind in (T1, CINE, LGE)}
    assert len({round(value, 6) for value in nearer.values()}) == 1
    assert nearer[T1] < before / 1.3
    press(reader, "Ctrl+-")
    assert nearer[T1] < pane(reader, T1).view.view_map.mm_per_px < before
    press(reader, "Ctrl+0")
    view = pane(reader, T1).view.view_map
    rows, cols = view.plane.shape_px
    corners = view.screen_from_pixel([(-0.5, -0.5), (cols - 0.5, rows - 0.5)])
    assert (corners >= -1e-6).all()
    assert (corners <= np.array(view.size_px) + 1e-6).all()
    assert np.isclose(corners[1] - corners[0], view.size_px).any()


@pytest.mark.parametrize("typed", ["zoom", "magnify", "fit"])
def test_the_palette_finds_the_zoom(reader, typed):
    ids = [entry.action_id for entry in found(entries(reader.window.actions_by_id), typed)]
    assert ids[0] in {"zoom-in", "fit"}


def test_the_window_of_a_study_is_the_same_whichever_slice_it_is_opened_at(
    open_window, workspace, qtbot
):
    windows = []
    for first in range(3):
        reader = open_window(workspace)
        reader.artist.set_auto_windows()
        reader.close_study()
        reader.artist.begin_study()
        reader.open_study(reader.studies[0].study_id, first)
        wait_for_slice(qtbot, reader, first)
        shown = [pane(reader, kind).view.window_level for kind in (CINE, LGE)]
        windows.append(tuple(window.levels for window in shown))
        reader.window.close()
    assert len(set(windows)) == 1


def wait_for_slice(qtbot, reader, place: int) -> None:
    session = reader.session
    qtbot.waitUntil(
        lambda: (
            session.opened is not None
            and session.index == place
            and all(session.drawings.images(match) for match in session.matches)
        ),
        timeout=20_000,
    )


def test_a_window_set_before_the_study_has_its_own_is_kept(reader):
    artist = reader.artist
    artist.provisional.add(LGE)
    pane(reader, LGE).set_window(300, 50)
    artist.keep_window(LGE, 300, 50)
    artist.draw_one(LGE)
    assert pane(reader, LGE).view.window_level.levels == (275, 325)


def test_the_value_under_a_resting_pointer_is_that_of_the_image_on_top(reader, qtbot):
    reader.page.panes.comparison.set_rate(0)
    press(reader, "F6")
    qtbot.waitUntil(lambda: pane(reader, LGE).width() == reader.page.panes.width())
    QTest.mouseMove(pane(reader, T1).view.viewport(), QPoint(300, 300))
    assert reader.window.status.value.startswith("T1 map")
    press(reader, "V")
    assert reader.window.status.value.startswith("LGE PSIR")
    press(reader, "V")
    assert reader.window.status.value.startswith("T1 map")


def test_the_line_about_a_comparison_goes_with_it(reader):
    press(reader, "F6")
    assert "Comparing" in reader.window.status.message
    press(reader, "Esc")
    assert reader.window.status.message == "Comparison ended."


def test_pane_and_transport_tell_the_same_phase_while_the_cine_plays(reader, qtbot):
    told = []

    def look(_phase: int) -> None:
        QApplication.processEvents()
        words = pane(reader, CINE).view.written
        told.append(f"phase {reader.page.transport._phase.text().replace(' / ', ' of ')}" in words)

    reader.player.phase_changed.connect(look)
    press(reader, "C")
    qtbot.waitUntil(lambda: len(told) > 30, timeout=10_000)
    press(reader, "C")
    assert all(told)
