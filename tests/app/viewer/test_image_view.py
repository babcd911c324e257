import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QKeySequence, QShortcut

from app.viewer import palette
from app.viewer.content import PaneContent
from app.viewer.overlay import bands_rgba
from app.viewer.tools import Tool
from vne_core.geometry.contour import contains

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)


def ring(radius_px, degrees):
    angle = math.radians(degrees)
    return 60 + radius_px * math.cos(angle), 50 + radius_px * math.sin(angle)


def count_near(colours: np.ndarray, colour: str, tolerance: int = 40) -> int:
    """Return how many seen pixels are about a colour."""
    return int((np.abs(colours.astype(int) - palette.rgb(colour)).max(axis=-1) < tolerance).sum())


def count_reddish(colours: np.ndarray) -> int:
    return int((colours[..., 0].astype(int) - colours[..., 2] > 60).sum())


class Heard:
    """Every emission of a signal, in order."""

    def __init__(self, signal):
        self.values = []
        signal.connect(lambda *values: self.values.append(values))


def test_the_blood_pool_is_brighter_than_its_surroundings_on_the_screen(pane, hand):
    assert hand.colour(hand.at(60, 50)).value() == pytest.approx(255 * 1000 / 1200, abs=2)
    assert hand.colour(hand.at(95, 50)).value() == pytest.approx(255 * 200 / 1200, abs=2)


def test_pixel_zero_zero_is_centred_where_the_view_says(pane, hand, square_plane):
    spot = np.zeros((100, 120), np.float32)
    spot[30, 40] = 1200.0
    pane.show_content(PaneContent(spot, square_plane))
    assert hand.colour(hand.at(40, 30)).value() > 150
    assert hand.colour(hand.at(42, 30)).value() < 30
    assert hand.colour(hand.at(40, 32)).value() < 30


def test_right_drag_changes_the_window_in_any_tool_and_the_image_follows(pane, hand, empty):
    pane.set_annotation(empty)
    heard = Heard(pane.window_changed)
    for tool in (Tool.BROWSE, Tool.EPI):
        pane.set_tool(tool)
        before = hand.colour(hand.at(95, 50)).value()
        start = hand.at(95, 80)
        hand.drag(start, start + QPoint(0, -60), RIGHT)
        assert hand.colour(hand.at(95, 50)).value() > before
    assert heard.values[-1] == (pane.view.window_level.centre, pane.view.window_level.width)


def test_left_drag_changes_the_window_when_browsing_and_not_with_a_tool(pane, hand, outlined):
    pane.set_annotation(outlined)
    heard = Heard(pane.window_changed)
    hand.drag(hand.at(95, 50), hand.at(95, 50) + QPoint(30, 0), LEFT)
    assert heard.values
    told = len(heard.values)
    pane.set_tool(Tool.EPI)
    hand.drag(hand.at(95, 90), hand.at(95, 90) + QPoint(30, 0), LEFT)
    assert len(heard.values) == told


def test_shift_makes_the_window_drag_fine(pane, hand):
    start = pane.view.window_level
    hand.drag(QPoint(100, 100), QPoint(100, 140), RIGHT, SHIFT)
    fine = pane.view.window_level.centre - start.centre
    pane.set_window(start.centre, start.width)
    hand.drag(QPoint(100, 100), QPoint(100, 140), RIGHT)
    assert fine == pytest.approx((pane.view.window_level.centre - start.centre) / 5)


def test_a_press_that_hardly_moves_is_a_click_and_leaves_the_window(pane, hand):
    clicks, windows = Heard(pane.clicked), Heard(pane.window_changed)
    hand.drag(QPoint(100, 100), QPoint(102, 102), LEFT, steps=1)
    assert len(clicks.values) == 1
    assert not windows.values


def test_middle_drag_pans_with_the_hand(pane, hand):
    views = Heard(pane.view_changed)
    grabbed = hand.at(60, 50)
    hand.drag(grabbed, grabbed + QPoint(50, -30), MIDDLE)
    assert hand.at(60, 50) == grabbed + QPoint(50, -30)
    assert views.values[-1] == (pane.view.view_map.view,)


@pytest.mark.parametrize("keys", [Qt.KeyboardModifier.NoModifier, SHIFT, CTRL])
def test_the_wheel_rests_while_a_button_holds_a_contour(pane, hand, outlined, keys):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    turned = [Heard(pane.wheel_slices), Heard(pane.wheel_phases), Heard(pane.view_changed)]
    committed = Heard(pane.edit_committed)
    hand.press(hand.at(84, 50))
    hand.move(hand.at(86, 50), LEFT)
    hand.turn(-120, hand.at(86, 50), keys)
    hand.release(hand.at(86, 50))
    assert [heard.values for heard in turned] == [[], [], []]
    assert len(committed.values) == 1
    hand.turn(-120, hand.at(86, 50), keys)
    assert [len(heard.values) for heard in turned].count(1) == 1


def test_the_wheel_rests_while_the_image_is_dragged(pane, hand):
    hand.press(hand.at(60, 50), MIDDLE)
    before = pane.view.view_map
    hand.turn(-120, hand.at(60, 50), CTRL)
    assert pane.view.view_map == before


def test_the_wheel_turns_slices_phases_and_the_zoom(pane, hand):
    slices, phases = Heard(pane.wheel_slices), Heard(pane.wheel_phases)
    hand.turn(-120)
    hand.turn(120)
    hand.turn(-240, keys=SHIFT)
    assert slices.values == [(1,), (-1,)]
    assert phases.values == [(2,)]
    at = QPoint(123, 87)
    before = pane.view.view_map.pixel_from_screen([(123, 87)])[0]
    scale = pane.view.view_map.scale[0]
    hand.turn(120, at, CTRL)
    np.testing.assert_allclose(pane.view.view_map.pixel_from_screen([(123, 87)])[0], before)
    assert pane.view.view_map.scale[0] > scale
    assert len(slices.values) == 2


def test_the_value_under_the_pointer_is_told_and_its_absence_too(pane, hand):
    heard = Heard(pane.hovered)
    hand.move(hand.at(60, 50))
    x, y, value = heard.values[-1]
    assert (round(x), round(y), value) == (60, 50, 1000.0)
    pane.set_view(pane.view.view_map.view.zoomed(0.2))
    hand.move(QPoint(1, 1))
    assert heard.values[-1][2] is None


def test_under_a_pointer_that_rests_the_value_of_the_next_image_is_told(pane, hand, image):
    heard = Heard(pane.hovered)
    hand.move(hand.at(60, 50))
    pane.show_content(PaneContent(image - 300, pane.view.plane))
    assert heard.values[-1][2] == 700.0
    pane.set_frame(image - 400)
    assert heard.values[-1][2] == 600.0
    hand.leave()
    told = len(heard.values)
    pane.show_content(PaneContent(image, pane.view.plane))
    assert len(heard.values) == told


def test_shift_tells_where_the_pointer_is_in_the_patient_and_letting_go_takes_it_back(pane, hand):
    heard = Heard(pane.cross_hair_moved)
    hand.move(hand.at(60, 50), keys=SHIFT)
    np.testing.assert_allclose(heard.values[-1][0], (120, 100, 0), atol=0.3)
    hand.move(hand.at(61, 50))
    hand.move(hand.at(62, 50))
    assert heard.values[-1] == (None,)
    assert len(heard.values) == 2


def test_outlines_and_circles_are_seen_in_their_colours(pane, hand, outlined):
    before = hand.colours()
    pane.set_annotation(outlined)
    after = hand.colours()
    for colour in (palette.EPI, palette.ENDO, palette.REMOTE, palette.BLOOD):
        assert count_near(before, colour) == 0
        assert count_near(after, colour) > 60


def test_the_line_lies_on_the_outline_with_a_dark_halo(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_frame(np.full((100, 120), 1200.0, np.float32))
    spot = hand.at(*ring(24, 15))
    across = hand.colours()[spot.y(), spot.x() - 6 : spot.x() + 7].astype(int)
    line = int((across[:, 1] - across[:, 0]).argmax())
    assert abs(line - 6) <= 1
    assert across[line, 1] > across[line, 0] + 40
    assert across[:line].max(axis=-1).min() < 150
    assert across[line + 1 :].max(axis=-1).min() < 150


def test_handles_are_seen_only_while_the_tool_is_in_the_hand(pane, hand, outlined):
    pane.set_annotation(outlined)
    bare = count_near(hand.colours(), palette.EPI, 6)
    pane.set_tool(Tool.EPI)
    assert count_near(hand.colours(), palette.EPI, 6) > bare + 12 * 15


def test_overlays_can_be_hidden_and_come_back(pane, hand, outlined):
    pane.set_annotation(outlined)
    bands = np.zeros((100, 120), np.uint8)
    bands[40:60, 78:82] = 1
    pane.set_overlay(bands_rgba(bands))
    shown = hand.colours()
    pane.set_overlays_visible(is_visible=False)
    hidden = hand.colours()
    assert count_near(hidden, palette.EPI) == 0
    assert count_reddish(shown) > 500
    assert count_reddish(hidden) == 0
    pane.set_overlays_visible(is_visible=True)
    np.testing.assert_array_equal(hand.colours(), shown)


def test_a_band_is_mixed_over_its_own_pixels_at_forty_five_hundredths(pane, hand):
    bands = np.zeros((100, 120), np.uint8)
    bands[20, 30] = 2
    pane.set_overlay(bands_rgba(bands))
    grey = 255 * 200 / 1200
    seen = hand.colour(hand.at(30, 20))
    expected = [0.55 * grey + 0.45 * part for part in palette.rgb(palette.BANDS[1])]
    assert [seen.red(), seen.green(), seen.blue()] == pytest.approx(expected, abs=3)
    assert hand.colour(hand.at(31, 20)).red() == pytest.approx(grey, abs=2)


def test_dragging_a_handle_edits_live_and_commits_once(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    edits, commits = Heard(pane.edited), Heard(pane.edit_committed)
    hand.drag(hand.at(*ring(24, 0)), hand.at(*ring(30, 0)))
    assert len(edits.values) > 4
    assert len(commits.values) == 1
    before, after = commits.values[0]
    assert before is outlined
    np.testing.assert_allclose(after.epi.points_mm[0], [180, 100, 0], atol=0.6)
    assert hand.colour(hand.at(*ring(30, 0))).green() > 110


def test_the_endocardium_cannot_be_dragged_out(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.ENDO)
    commits = Heard(pane.edit_committed)
    hand.drag(hand.at(*ring(15, 0)), hand.at(*ring(40, 0)))
    after = commits.values[0][1]
    assert contains(after.epi, after.endo, pane.view.view_map.plane)


def test_dragging_the_curve_pushes_it_there(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    commits = Heard(pane.edit_committed)
    hand.drag(hand.at(*ring(24, 45)), hand.at(*ring(28, 45)))
    ((_, after),) = commits.values
    radii = np.linalg.norm(after.epi.points_mm[:, :2] - (120, 100), axis=1) / 2
    assert radii.max() == pytest.approx(28, abs=0.2)
    assert np.median(radii) == pytest.approx(24)


def test_shift_drag_moves_and_ctrl_drag_scales_the_whole_outline(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.ENDO)
    commits = Heard(pane.edit_committed)
    hand.drag(hand.at(60, 50), hand.at(63, 50), LEFT, SHIFT)
    hand.drag(hand.at(70, 50), hand.at(66, 50), LEFT, CTRL)
    moved, scaled = (after.endo.points_mm for _, after in commits.values)
    np.testing.assert_allclose(moved.mean(axis=0), [126, 100, 0], atol=0.6)
    assert np.ptp(scaled[:, 0]) < 0.7 * np.ptp(moved[:, 0])


def test_double_click_on_the_curve_inserts_and_right_click_removes_a_handle(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    commits, windows = Heard(pane.edit_committed), Heard(pane.window_changed)
    hand.double_click(hand.at(*ring(24, 45)))
    hand.click(hand.at(*ring(24, 45)), RIGHT)
    assert [len(after.epi.points_mm) for _, after in commits.values] == [13, 12]
    assert not windows.values


def test_an_outline_is_drawn_by_clicks_and_enter(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.EPI)
    commits = Heard(pane.edit_committed)
    for degrees in range(0, 360, 45):
        hand.click(hand.at(*ring(20, degrees)))
    hand.move(hand.at(*ring(20, 330)))
    assert count_near(hand.colours(), palette.EPI) > 200
    assert not commits.values
    hand.key(Qt.Key.Key_Return)
    ((_, after),) = commits.values
    assert len(after.epi.points_mm) == 8


def test_an_outline_is_closed_by_a_click_on_its_first_point(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.EPI)
    commits = Heard(pane.edit_committed)
    for degrees in [*range(0, 360, 60), 0]:
        hand.click(hand.at(*ring(20, degrees)))
    assert len(commits.values[0][1].epi.points_mm) == 6


def test_an_outline_is_drawn_freehand_in_one_drag(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.ENDO)
    commits = Heard(pane.edit_committed)
    hand.press(hand.at(*ring(15, 0)))
    for degrees in range(5, 360, 5):
        hand.move(hand.at(*ring(15, degrees)), LEFT)
    hand.release(hand.at(*ring(15, 358)))
    ((_, after),) = commits.values
    radii = np.linalg.norm(after.endo.points_mm[:, :2] - (120, 100), axis=1)
    np.testing.assert_allclose(radii, 30, atol=0.8)


def test_escape_takes_points_back_one_by_one_and_then_belongs_to_the_window(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.EPI)
    escaped = []
    QShortcut(QKeySequence(Qt.Key.Key_Escape), pane, lambda: escaped.append(1))
    pane.view.setFocus()
    hand.click(hand.at(*ring(20, 0)))
    hand.click(hand.at(*ring(20, 90)))
    hand.key(Qt.Key.Key_Escape)
    assert len(pane.view.editor.draft.points_px) == 1
    hand.key(Qt.Key.Key_Escape)
    assert pane.view.editor.draft.is_empty
    assert not escaped
    assert not pane.step_back()


def test_a_refused_drawing_says_why(pane, hand, outlined):
    pane.set_annotation(replace(outlined, endo=None))
    pane.set_tool(Tool.ENDO)
    reasons = Heard(pane.refused)
    for degrees in range(0, 360, 60):
        hand.click(hand.at(*ring(30, degrees)))
    hand.key(Qt.Key.Key_Return)
    ((words,),) = reasons.values
    assert words.startswith("The endocardial contour would leave the epicardial one.")


def test_a_click_places_a_circle_a_drag_moves_it_and_its_rim_resizes_it(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.BLOOD)
    commits = Heard(pane.edit_committed)
    hand.click(hand.at(40, 50))
    hand.drag(hand.at(40, 50), hand.at(60, 50))
    hand.drag(hand.at(64, 50), hand.at(70, 50))
    placed, moved, resized = (after.blood_pool for _, after in commits.values)
    np.testing.assert_allclose(placed.centre_mm, (80, 100, 0), atol=0.3)
    np.testing.assert_allclose(moved.centre_mm, (120, 100, 0), atol=0.5)
    assert resized.radius_mm == pytest.approx(placed.radius_mm + 12, abs=0.6)
    assert count_near(hand.colours(), palette.BLOOD) > 100


def test_a_drawing_waits_on_its_slice_while_another_is_shown(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.EPI)
    commits = Heard(pane.edit_committed)
    for degrees in range(0, 360, 45):
        hand.click(hand.at(*ring(20, degrees)))
    pane.set_annotation(replace(empty, slice_id="slice-b"))
    assert pane.view.editor.draft.is_empty
    hand.key(Qt.Key.Key_Return)
    assert not commits.values
    pane.set_annotation(empty)
    hand.key(Qt.Key.Key_Return)
    ((_, after),) = commits.values
    assert (after.slice_id, len(after.epi.points_mm)) == ("slice-a", 8)


def test_another_tool_ends_the_drawings_of_all_slices(pane, hand, empty):
    pane.set_annotation(empty)
    pane.set_tool(Tool.EPI)
    hand.click(hand.at(*ring(20, 0)))
    pane.set_annotation(replace(empty, slice_id="slice-b"))
    pane.set_tool(Tool.ENDO)
    pane.set_annotation(empty)
    assert pane.view.editor.draft.is_empty


def test_the_sessions_echo_during_a_drag_does_not_drop_it(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    commits = Heard(pane.edit_committed)
    pane.edited.connect(pane.set_annotation)
    hand.drag(hand.at(*ring(24, 0)), hand.at(*ring(30, 0)))
    assert len(commits.values) == 1


def test_hidden_outlines_are_not_edited(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    pane.set_overlays_visible(is_visible=False)
    commits, reasons = Heard(pane.edit_committed), Heard(pane.refused)
    hand.drag(hand.at(*ring(24, 0)), hand.at(*ring(30, 0)))
    hand.click(hand.at(*ring(24, 30)), RIGHT)
    assert not commits.values
    assert reasons.values == [("the outlines are hidden; show them before you edit",)]


def test_a_second_button_does_not_disturb_a_drag(pane, hand, outlined):
    pane.set_annotation(outlined)
    pane.set_tool(Tool.EPI)
    commits, windows = Heard(pane.edit_committed), Heard(pane.window_changed)
    hand.press(hand.at(*ring(24, 0)))
    hand.move(hand.at(*ring(27, 0)), LEFT)
    hand.press(hand.at(*ring(27, 0)), RIGHT)
    hand.release(hand.at(*ring(27, 0)), RIGHT)
    hand.move(hand.at(*ring(30, 0)), LEFT)
    hand.release(hand.at(*ring(30, 0)))
    assert len(commits.values) == 1
    assert not windows.values


def test_the_pane_with_the_keyboard_has_a_frame(pane, hand, qtbot):
    pane.view.clearFocus()
    assert hand.colour(QPoint(0, 200)) != QColor(palette.ACCENT)
    pane.activateWindow()
    pane.view.setFocus()
    qtbot.waitUntil(pane.view.hasFocus)
    assert hand.colour(QPoint(0, 200)) == QColor(palette.ACCENT)


def test_keys_that_end_nothing_are_left_to_the_window(pane, qtbot):
    pressed = []
    QShortcut(QKeySequence(Qt.Key.Key_Return), pane, lambda: pressed.append(1))
    pane.activateWindow()
    pane.view.setFocus()
    qtbot.waitUntil(pane.view.hasFocus)
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert pressed == [1]


def test_the_image_stays_seen_while_a_contour_is_drawn_in_the_pane_with_the_keyboard(
    pane, hand, empty, qtbot
):
    pane.set_annotation(empty)
    pane.set_tool(Tool.EPI)
    before = hand.colour(hand.at(95, 20)).value()
    for degrees in (0, 40, 80):
        hand.click(hand.at(*ring(25, degrees)))
    pane.view.activateWindow()
    pane.view.setFocus()
    qtbot.waitUntil(pane.view.hasFocus)
    assert hand.colour(hand.at(95, 20)).value() == pytest.approx(before, abs=3)
