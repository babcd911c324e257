"""Every key of reading, pressed in the whole window, with what it changes there."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.dialogs.shortcuts import ShortcutSheet
from vne_core.phantom.truth import load_truth
from vne_core.study.annotation import ImageKind, Origin, SliceAnnotation

SHAPE_TOOLS = {
    "E": "epi",
    "N": "endo",
    "R": "remote",
    "B": "blood",
    "G": "septal",
    "J": "insertion",
    "X": "exclude",
    "M": "include",
}


@pytest.fixture
def reader(open_window, workspace, demo_folder, qtbot):
    """The demo study at its middle slice, outlined as the truth has it, the cine at rest."""
    reader = open_window(workspace)
    reader.window.activateWindow()
    qtbot.waitUntil(reader.window.isActiveWindow)
    reader.player.set_playing(is_playing=False)
    truth = load_truth(demo_folder / "demo" / "truth")
    session = reader.session
    for at in (0, 1):
        session.show_slice(at)
        before = session.annotation
        here = truth.slice_at(session.images.plane)
        drawn = here.annotation(before.slice_id, ImageKind.LGE)
        session.commit(before, replace(drawn, confirmed=False, rv_insertion=None))
    reader.page.panes.set_active(ImageKind.LGE)
    return reader


def press(reader, *keys: str) -> None:
    for key in keys:
        QTest.keySequence(QApplication.focusWidget() or reader.window, QKeySequence(key))
        QApplication.processEvents()


def drawn(reader) -> SliceAnnotation:
    annotation = reader.session.annotation
    assert annotation is not None
    return annotation


def test_up_and_down_turn_slices(reader):
    press(reader, "Up")
    assert reader.session.index == 0
    press(reader, "Down", "Down")
    assert reader.session.index == 2


def test_left_and_right_turn_phases_and_d_goes_to_end_diastole(reader):
    reader.player.set_phase(5)
    press(reader, "Right", "Right", "Left")
    assert reader.player.phase == 6
    press(reader, "D")
    assert reader.player.phase == 0


def test_c_plays_and_rests(reader):
    press(reader, "C")
    assert reader.player.is_playing
    press(reader, "C")
    assert not reader.player.is_playing


@pytest.mark.parametrize("slower, faster", [("[", "]"), (",", ".")])
def test_the_speed_has_keys_on_every_keyboard(reader, slower, faster):
    press(reader, slower)
    assert reader.player.speed < 1
    press(reader, faster, faster)
    assert reader.player.speed > 1


def test_h_hides_what_is_drawn_and_shows_it_again(reader):
    press(reader, "H")
    assert reader.session.display.is_hidden
    press(reader, "H")
    assert not reader.session.display.is_hidden


def test_a_gives_a_pane_its_own_window_back(reader):
    view = reader.page.panes.pane(ImageKind.LGE).view
    press(reader, "A")
    own = view.window_level
    view.set_window(replace(own, width=own.width * 3))
    press(reader, "A")
    assert view.window_level == own


def test_l_goes_through_the_colours_of_t1(reader):
    seen = [reader.session.display.t1_colours]
    for _ in range(3):
        press(reader, "L")
        seen.append(reader.session.display.t1_colours)
    assert seen[0] == seen[3]
    assert len(set(seen)) == 3


@pytest.mark.parametrize("key, tool", list(SHAPE_TOOLS.items()))
def test_a_tool_is_taken_by_its_key_and_left_by_esc(reader, key, tool):
    press(reader, key)
    assert reader.session.tool == tool
    press(reader, key)
    assert reader.session.tool == tool
    press(reader, "Esc")
    assert reader.session.tool == "browse"


@pytest.mark.parametrize("at", range(3))
def test_1_2_and_3_show_and_hide_a_band(reader, at):
    press(reader, str(at + 1))
    assert [not shown for shown in reader.session.display.bands] == [at == i for i in range(3)]


def test_0_draws_the_bands_as_outlines(reader):
    press(reader, "0")
    assert reader.session.display.as_outlines


def test_enter_confirms_and_undo_takes_it_back_and_redo_does_it_again(reader):
    press(reader, "Return")
    assert drawn(reader).confirmed
    press(reader, "Ctrl+Z")
    assert not drawn(reader).confirmed
    press(reader, "Ctrl+Shift+Z")
    assert drawn(reader).confirmed


@pytest.mark.parametrize(
    "key, way_px", [("Up", (0, -1)), ("Down", (0, 1)), ("Left", (-1, 0)), ("Right", (1, 0))]
)
def test_alt_and_an_arrow_move_the_outline_in_hand_by_a_pixel(reader, key, way_px):
    plane, before = reader.session.images.plane, drawn(reader).remote
    press(reader, "R", f"Alt+{key}")
    moved_px = plane.patient_to_pixel([drawn(reader).remote.centre_mm, before.centre_mm])
    assert moved_px[0] - moved_px[1] == pytest.approx(np.array(way_px), abs=1e-6)


def test_delete_removes_the_outline_in_hand(reader):
    press(reader, "N", "Del")
    assert drawn(reader).endo is None
    assert drawn(reader).epi is not None


def test_o_calms_the_outline_in_hand(reader):
    session = reader.session
    points = drawn(reader).epi.points_mm.copy()
    middle = points.mean(axis=0)
    points[::2] += 0.04 * (points[::2] - middle)
    wavy = replace(drawn(reader), epi=type(drawn(reader).epi)(points))
    session.commit(drawn(reader), wavy)
    press(reader, "E", "O")
    reach = [np.linalg.norm(c.points_mm - middle, axis=1) for c in (wavy.epi, drawn(reader).epi)]
    assert np.abs(np.diff(reach[1], n=2)).mean() < np.abs(np.diff(reach[0], n=2)).mean()


def test_ctrl_d_and_ctrl_u_bring_a_neighbours_contours_as_ghosts(reader):
    press(reader, "Down", "Ctrl+D")
    assert drawn(reader).origin is Origin.COPIED
    assert not drawn(reader).confirmed
    press(reader, "Ctrl+Z")
    assert drawn(reader).is_empty
    press(reader, "Up", "Up")
    press(reader, "Ctrl+U")
    assert drawn(reader).origin is Origin.COPIED


def test_ctrl_shift_v_gives_the_other_images_contours_of_their_own(reader):
    reader.session.link(is_linked=False)
    press(reader, "Ctrl+Shift+V")
    assert reader.session.annotation_on(ImageKind.T1).origin is Origin.COPIED


@pytest.mark.parametrize("number, kind", list(enumerate(ImageKind, start=1)))
def test_f1_to_f4_enlarge_a_pane_and_bring_all_back(reader, number, kind):
    press(reader, f"F{number}")
    assert reader.page.panes.enlarged is kind
    press(reader, f"F{number}")
    assert reader.page.panes.enlarged is None


def test_a_question_mark_shows_the_keys(reader):
    seen = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        seen.append(isinstance(dialog, ShortcutSheet))
        dialog.close()

    QTimer.singleShot(0, look)
    press(reader, "?")
    assert seen == [True]


@pytest.mark.parametrize(
    "key, says",
    [
        ("Ctrl+Z", "Undo: only when there is something to undo."),
        ("O", "Smooth the outline: only when the tool in hand has an outline."),
    ],
)
def test_a_key_that_can_do_nothing_now_says_what_it_needs(reader, key, says):
    reader.session.undo_stack.clear()
    press(reader, key)
    assert reader.window.status.message == says


def test_keys_before_a_study_is_open_say_so_and_esc_says_nothing(open_window, tmp_path):
    reader = open_window(tmp_path / "empty", study=False)
    press(reader, "Esc")
    assert "only when" not in reader.window.status.message
    press(reader, "Shift+C")
    assert reader.window.status.message == "Play to and fro: only when a study is open."
