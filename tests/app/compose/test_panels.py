"""The panels on a real window: browser over two studies, levels, segments, T1, history, jobs."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QToolButton,
    QWidget,
)

from app import edits
from app.compose.panels import DERIVED_MS
from app.compose.vne_drawing import over_lge
from app.panels.study_delegate import ROW_PX
from tests.app.made_study import COLS, ROWS, make_study
from vne_core.keeping import kept_count
from vne_core.phantom.truth import load_truth
from vne_core.quantify.t1_statistics import myocardial_t1
from vne_core.study.annotation import ImageKind
from vne_core.study.exclusion import ExclusionReason, Scope, SliceExclusion
from vne_core.workspace.store import Workspace

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)


@pytest.fixture
def two_studies(workspace):
    """The demo study and another of three slices whose pixels are stored."""
    with Workspace.open(workspace) as stored:
        study = make_study()
        series = tuple(
            replace(one, slices=tuple(with_pixels(stored, part) for part in one.slices))
            for one in study.series
        )
        stored.studies.add(replace(study, series=series), [])
    return workspace


def with_pixels(stored, part):
    rng = np.random.default_rng(len(part.slice_id))
    pixels = rng.integers(0, 2000, (len(part.frames), ROWS, COLS)).astype(np.int16)
    return replace(part, array_key=stored.arrays.put(pixels))


@pytest.fixture
def reader(open_window, two_studies):
    """A window on the demo study, the other one closed beside it."""
    return open_window(two_studies, study=False)


def opened(reader, qtbot, name: str):
    qtbot.waitUntil(lambda: len(reader.studies) == 2)
    study = next(one for one in reader.studies if (one.study_id == "study-1") is (name == "made"))
    with qtbot.waitSignal(reader.ready, timeout=60_000):
        reader.open_study(study.study_id)
    return reader


def draw_truth(reader, folder) -> None:
    session = reader.session
    for index in range(len(session.matches)):
        session.show_slice(index)
        truth = load_truth(folder / "demo" / "truth").slice_at(session.images.plane)
        before = session.annotation
        true = truth.annotation(before.slice_id, ImageKind.LGE)
        drawn = replace(
            before, epi=true.epi, endo=true.endo, remote=true.remote,
            blood_pool=true.blood_pool, rv_insertion=true.rv_insertion,
        )  # fmt: skip
        session.commit(before, drawn)


def row_of(reader, key: str) -> QPoint:
    """Return where a row of the browser is."""
    tree = reader.page.studies.tree
    return tree.visualRect(tree.model().index_of(key)).topLeft() + QPoint(120, ROW_PX // 2)


def test_another_study_lists_its_slices_and_pictures_without_being_opened(reader, qtbot):
    opened(reader, qtbot, "demo")
    studies = reader.page.studies
    at = row_of(reader, "study/study-1")
    QTest.mouseClick(studies.tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(12, at.y()))
    qtbot.waitUntil(lambda: studies.tree.model().index_of("slice/study-1/2").isValid())
    assert reader.session.opened.study.study_id != "study-1"
    assert any("Slice 3, T1 · cine · LGE, no contours" in text for text in studies.texts())
    row = studies.tree.model().node(studies.tree.model().index_of("slice/study-1/0")).row
    qtbot.waitUntil(lambda: studies._pictures.pixmap(row, 1.0) is not None)
    picture = studies.tree.viewport().grab().toImage()
    here = row_of(reader, "slice/study-1/0")
    greys = {picture.pixelColor(x, here.y()).red() for x in range(14, 50)}
    assert len(greys) > 10


def test_a_slice_of_another_study_opens_that_study_at_it(reader, qtbot):
    opened(reader, qtbot, "demo")
    studies = reader.page.studies
    studies.slices_wanted.emit("study-1")
    studies.tree.expand(studies.tree.model().index_of("study/study-1"))
    qtbot.waitUntil(lambda: studies.tree.model().index_of("slice/study-1/2").isValid())
    with qtbot.waitSignal(reader.ready, timeout=30_000):
        QTest.mouseClick(
            studies.tree.viewport(), Qt.MouseButton.LeftButton,
            pos=row_of(reader, "slice/study-1/2"),
        )  # fmt: skip
    assert reader.session.opened.study.study_id == "study-1"
    assert reader.session.index == 2


def test_the_status_line_holds_the_regions_and_the_burden_of_the_slice(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    assert reader.window.status.figures == ""
    draw_truth(reader, demo_folder)
    found = reader.session.burden
    levels = " / ".join(f"{level.burden_percent:.1f}" for level in found.levels)
    assert reader.window.status.figures == (
        f"remote {found.remote_mean:.0f} ± {found.remote_sd:.0f} · "
        f"blood {found.blood_mean:.0f} ± {found.blood_sd:.0f} · burden {levels} %"
    )


def test_the_open_study_counts_what_is_confirmed_as_it_is_drawn(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    edits.confirm(reader.session)
    (text,) = (
        text for text in reader.page.studies.texts() if "confirmed" in text and "series" in text
    )
    assert text.endswith("1 confirmed, 2 unconfirmed")


def test_a_dragged_level_is_seen_at_once_and_undone_in_one_step(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    tools, stack = reader.page.tools, reader.session.undo_stack
    before, steps = tools.slice_table.texts(), stack.count()
    patient_before = tools.patient_table.texts()
    slider = tools.thresholds.slider
    handle = slider.handles[0]
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    target = QPoint(round(slider.place_of(0.8)), 11)
    QTest.mouseMove(handle, handle.mapFrom(slider, target))
    during = tools.slice_table.texts()
    assert float(during[0][1]) < float(before[0][1])
    assert float(tools.patient_table.texts()[0][1]) < float(patient_before[0][1])
    assert stack.count() == steps
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.mapFrom(slider, target))
    assert stack.count() == steps + 1
    assert tools.slice_table.texts() == during
    stack.undo()
    assert tools.slice_table.texts() == before
    assert slider.levels == (0.5, 0.25, 0.125)


def test_the_bull_s_eye_shows_the_segments_and_leads_to_their_slices(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    eye = reader.page.tools.bulls_eye
    qtbot.waitUntil(lambda: "FWHM" in eye.words(14))
    assert all("Not measured" not in eye.words(number) for number in range(1, 17))
    at = eye.rings.middle(8).toPoint()
    QTest.mouseClick(eye, Qt.MouseButton.LeftButton, pos=at)
    assert reader.session.index == 1
    assert reader.page.tools.texts()[-1] == ""


def test_a_slice_without_insertion_asks_for_it_by_its_key(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    session = reader.session
    session.show_slice(1)
    session.commit(session.annotation, replace(session.annotation, rv_insertion=None))
    words = "Slice 2 needs the RV insertion (J)."
    qtbot.waitUntil(lambda: reader.page.tools.texts()[-1] == words)
    reader.window.bind(reader.window.keys.bound("tool-insertion", ("I",)))
    qtbot.waitUntil(lambda: reader.page.tools.texts()[-1] == words.replace("J", "I"))
    assert "Not measured: no RV insertion" in reader.page.tools.bulls_eye.words(7)


def test_a_slice_left_out_of_quantification_is_in_no_segment_either(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    session, eye = reader.session, reader.page.tools.bulls_eye
    qtbot.waitUntil(lambda: "FWHM" in eye.words(7))
    slice_id = session.matches[1].anchor.slice_id
    session.exclude(
        SliceExclusion(slice_id, frozenset({Scope.QUANTIFICATION}), ExclusionReason.MISMATCH)
    )
    words = "Not measured: excluded from quantification: slice mismatch"
    qtbot.waitUntil(lambda: words in eye.words(7))
    assert "FWHM" in eye.words(1)
    session.undo_stack.undo()
    qtbot.waitUntil(lambda: "FWHM" in eye.words(7))


def test_a_slice_left_out_says_so_over_its_images_and_shows_no_bands(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    session, view = reader.session, reader.page.panes.pane(ImageKind.LGE).view
    session.show_slice(1)
    assert over_lge(session, session.images) is not None
    slice_id = session.matches[1].anchor.slice_id
    session.exclude(
        SliceExclusion(slice_id, frozenset({Scope.QUANTIFICATION}), ExclusionReason.ARTEFACT)
    )
    assert "△ excluded from quantification: severe artefact" in view.written
    assert over_lge(session, session.images) is None
    session.show_slice(0)
    assert "excluded" not in view.written
    session.undo_stack.undo()
    assert "excluded" not in view.written
    assert over_lge(session, session.images) is not None


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_in_the_search_confirms_nothing(reader, qtbot, demo_folder, key):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    reader.window.activateWindow()
    qtbot.waitUntil(reader.window.isActiveWindow)
    reader.session.show_slice(0)
    edits.confirm(reader.session)
    reader.session.show_slice(1)
    studies, steps = reader.page.studies, reader.session.undo_stack.count()
    studies.focus_search()
    QTest.keyClicks(studies.search, "slice 1")
    QTest.keyClick(studies.search, key)
    assert reader.session.index == 0
    reader.session.show_slice(1)
    assert not reader.session.annotation.confirmed
    assert reader.session.undo_stack.count() == steps
    assert QApplication.focusWidget().objectName() == "images"
    assert "Confirm" not in reader.window.status.message


def test_a_study_that_is_left_leaves_nothing_kept_of_its_contours_and_texts(
    reader, qtbot, demo_folder
):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    assert kept_count() > 0
    reader.close_study()
    due = [timer for timer in reader.findChildren(QTimer) if timer.interval() == DERIVED_MS]
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in due))
    assert kept_count() == 0


def test_the_open_study_chosen_once_more_keeps_its_history(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    steps, study = reader.session.undo_stack.count(), reader.session.opened
    tree = reader.page.studies.tree
    at = row_of(reader, f"study/{study.study.study_id}")
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert reader.session.opened is study
    assert reader.session.undo_stack.count() == steps > 0


def test_a_click_back_on_the_open_study_while_another_is_read_brings_it_back(reader, qtbot):
    opened(reader, qtbot, "demo")
    mine = reader.session.opened.study.study_id
    reader.open_study("study-1")
    assert reader.background.awaits("study")
    with qtbot.waitSignal(reader.ready, timeout=60_000):
        reader.page.studies.study_chosen.emit(mine)
    assert reader.session.opened.study.study_id == mine
    assert not reader.background.awaits("study")


def test_t1_of_the_myocardium_follows_the_contours(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    table = reader.page.tools.t1_table
    qtbot.waitUntil(lambda: "Myocardium: no epicardial contour" in table.note)
    draw_truth(reader, demo_folder)
    session = reader.session
    found = myocardial_t1(session.images.t1_ms, session.images.plane, session.annotation)
    expected = [f"{found.mean_ms:.0f}", f"{found.median_ms:.0f}", f"{found.sd_ms:.0f}"]
    qtbot.waitUntil(lambda: table.texts()[0][1:4] == expected)
    assert 900 < found.mean_ms < 1150


def test_the_history_lists_steps_by_slice_and_goes_back(reader, qtbot, demo_folder):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    reader.page.tabs.setCurrentIndex(1)
    view = reader.page.history.view
    rows = [view.model().index(at, 0).data() for at in range(view.model().rowCount())]
    assert rows[1:] == [f"Draw epicardium, slice {number}" for number in (1, 2, 3)]
    at = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert reader.session.drawings.stored(reader.session.matches[2]).is_empty


def test_a_letter_typed_after_opening_is_a_tool_and_no_search(reader, qtbot):
    opened(reader, qtbot, "demo")
    window = reader.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.focusWidget().objectName() == "images"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_E)
    assert reader.session.tool == "epi"
    reader.window.jobs.toggle_panel()
    reader.window.jobs.toggle_panel()
    assert window.focusWidget().objectName() == "images"
    reader.page.studies.focus_search()
    QTest.keyClicks(window.focusWidget(), "ne")
    assert (reader.page.studies.search.text(), reader.session.tool) == ("ne", "epi")


def test_every_control_of_the_panels_has_a_name_and_a_place_among_the_keys(reader, qtbot):
    opened(reader, qtbot, "demo")
    reader.window.jobs.toggle_panel()
    panels = (reader.page.studies, reader.page.tabs, reader.window.jobs)
    controls = [one for panel in panels for kind in CONTROLS for one in panel.findChildren(kind)]
    ours = [
        one
        for one in controls
        if one.window() is reader.window
        and not isinstance(one, QScrollBar | QHeaderView)
        and not isinstance(one.parent(), QLineEdit | QAbstractSpinBox | QTabBar)
    ]
    assert len(ours) > 25
    nameless = [one for one in ours if not (one.accessibleName() or own_text(one))]
    assert nameless == []
    unreachable = [one for one in ours if not one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert unreachable == []


def own_text(widget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_in_the_panels_is_cut_off_in_a_small_window(reader, qtbot, demo_folder, theme):
    opened(reader, qtbot, "demo")
    if theme == "light":
        reader.window.actions_by_id["light-theme"].trigger()
    draw_truth(reader, demo_folder)
    reader.window.resize(1280, 800)
    qtbot.waitUntil(lambda: reader.window.width() == 1280)
    parts = (reader.page.tabs, reader.page.studies)
    assert len(words_of(reader.page.tabs)) > 40
    for part in parts:
        qtbot.waitUntil(lambda part=part: cut_words(part) == [])


def cut_words(panel) -> list[str]:
    return [one.text() for one in words_of(panel) if is_cut(one)]


def words_of(panel) -> list[QWidget]:
    found = [*panel.findChildren(QLabel), *panel.findChildren(QAbstractButton)]
    return [one for one in found if one.isVisible()]


def is_cut(widget) -> bool:
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.height() < widget.heightForWidth(widget.width())
        return widget.width() < widget.sizeHint().width()
    if isinstance(widget, QToolButton) and is_icon_only(widget):
        return False
    needed = widget.fontMetrics().horizontalAdvance(widget.text())
    return widget.width() < needed + (24 if not widget.icon().isNull() else 0)


def is_icon_only(button: QToolButton) -> bool:
    return button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly and bool(
        not button.icon().isNull()
    )


def test_a_failed_import_stays_in_the_list_of_jobs_with_what_to_try(reader, qtbot, tmp_path):
    qtbot.waitUntil(lambda: len(reader.studies) == 2)
    with qtbot.waitSignal(reader.imports.stopped, timeout=60_000):
        reader.open_paths([tmp_path / "nowhere"])
    assert reader.window.status._jobs.text() == "last job failed"
    QTest.mouseClick(reader.window.status._jobs, Qt.MouseButton.LeftButton)
    panel = reader.window.jobs.panel
    assert panel.isVisible()
    assert panel.texts()[0][:2] == ["Importing files", "failed"]
    assert "nowhere" in panel.advice
    assert "To try" in panel.advice or "Try again" in panel.advice
    assert "Started" in panel.log.toPlainText()


def test_apart_confirm_and_the_tool_panel_are_about_the_pane_last_pressed(
    reader, qtbot, demo_folder
):
    opened(reader, qtbot, "demo")
    draw_truth(reader, demo_folder)
    actions, panes, badge = reader.window.actions_by_id, reader.page.panes, reader.page.tools._badge
    actions["linked"].trigger()
    assert panes.active is ImageKind.T1
    assert (badge.text(), actions["confirm"].isEnabled()) == ("no contours", False)
    QTest.mouseClick(panes.pane(ImageKind.LGE).view.viewport(), Qt.MouseButton.LeftButton)
    assert (badge.text(), actions["confirm"].isEnabled()) == ("contours not confirmed", True)
    actions["confirm"].trigger()
    assert badge.text() == "contours confirmed"
    QTest.mouseClick(panes.pane(ImageKind.T1).view.viewport(), Qt.MouseButton.LeftButton)
    assert (badge.text(), actions["confirm"].isEnabled()) == ("no contours", False)


def listed(reader) -> tuple[str, ...]:
    return reader.page.studies.listed_studies()


def test_page_keys_follow_the_browser_as_it_is_sorted_and_searched(reader, qtbot):
    made = opened(reader, qtbot, "made").session.opened.study
    for order in ("Newest first", "By pseudonym"):
        reader.page.studies.order.setCurrentText(order)
        last = listed(reader)[-1]
        with qtbot.waitSignal(reader.ready, timeout=60_000):
            reader.open_study(last)
        press(reader, Qt.Key.Key_PageDown)
        assert reader.window.status.message == "This is the last study."
        with qtbot.waitSignal(reader.ready, timeout=60_000):
            press(reader, Qt.Key.Key_PageUp)
        assert reader.session.opened.study.study_id == listed(reader)[0] != last
    reader.page.studies.search.setText(made.pseudonym)
    assert listed(reader) == (made.study_id,)
    opened(reader, qtbot, "demo")
    with qtbot.waitSignal(reader.ready, timeout=60_000):
        press(reader, Qt.Key.Key_PageDown)
    assert reader.session.opened.study.study_id == made.study_id


def test_ctrl_f_searches_the_studies(reader, qtbot):
    opened(reader, qtbot, "demo")
    reader.window.activateWindow()
    qtbot.waitUntil(reader.window.isActiveWindow)
    press(reader, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert reader.page.studies.search.hasFocus()


def press(reader, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or reader.window, key, modifier)


def test_undo_that_puts_the_images_apart_again_is_remembered_for_the_study(
    reader, qtbot, demo_folder
):
    study = opened(reader, qtbot, "demo").session.opened.study
    actions = reader.window.actions_by_id
    actions["linked"].trigger()
    draw_truth(reader, demo_folder)
    actions["linked"].trigger()
    assert reader.settings.is_linked(study.study_id)
    actions["undo"].trigger()
    assert not actions["linked"].isChecked()
    assert not reader.settings.is_linked(study.study_id)


def test_a_study_that_is_gone_leaves_the_open_one_to_be_read_on(reader, qtbot):
    opened(reader, qtbot, "demo")
    missing = reader.session.matches[2].anchor.slice_id
    del reader.pictures[missing]
    reader.open_study("gone")
    qtbot.waitUntil(lambda: missing in reader.pictures)
    assert "study gone is not in this workspace" in reader.window.status.message.lower()
