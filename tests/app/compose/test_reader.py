import csv
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer, QMimeData, QPointF, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QImage, QKeySequence
from PySide6.QtTest import QTest

from app.compose.opening import Screenshot
from app.dialogs import choose
from app.dialogs.import_summary import ImportSummary
from app.main_window import FIRST_SIZE_PX, MainWindow
from app.viewer.tools import Tool
from vne_core.phantom.truth import load_truth
from vne_core.quantify.burden import band_overlay, myocardium_coverage
from vne_core.study.annotation import ImageKind
from vne_core.workspace.failures import WorkspaceFullError
from vne_core.workspace.revisions import Annotations
from vne_core.workspace.store import Workspace


def outline(reader, folder) -> None:
    """Draw what is true of the slice shown."""
    session = reader.session
    truth = load_truth(folder / "demo" / "truth").slice_at(session.images.plane)
    before = session.annotation
    true = truth.annotation(before.slice_id, ImageKind.LGE)
    drawn = replace(
        before, epi=true.epi, endo=true.endo, remote=true.remote, blood_pool=true.blood_pool
    )
    session.commit(before, drawn)


def trigger(reader, name: str) -> None:
    reader.window.actions_by_id[name].trigger()


def test_four_panes_show_t1_cine_and_lge_and_say_that_no_model_is_installed(
    open_window, workspace, monkeypatch, qtbot
):
    monkeypatch.setattr("vne_core.learn.registry.shipped_folder", lambda: None)
    reader = open_window(workspace)
    panes = reader.page.panes
    qtbot.waitUntil(lambda: "No VNE model" in panes.pane(ImageKind.VNE).placeholder.text)
    assert [panes.pane(kind).has_image for kind in ImageKind] == [True, True, False, True]
    assert "No VNE model is installed" in panes.pane(ImageKind.VNE).placeholder.text


def test_the_demo_measures_within_2_points_of_its_truth(open_window, workspace, demo_folder):
    reader = open_window(workspace)
    for index in range(3):
        reader.session.show_slice(index)
        outline(reader, demo_folder)
    truth = load_truth(demo_folder / "demo" / "truth").burden_percent
    patient = reader.session.patient
    assert patient.summary == "burden from 3 of 3 slices"
    measured = {level.fraction: level.burden_percent for level in patient.levels}
    assert measured == pytest.approx(truth, abs=2.0)


def test_bands_are_seen_over_the_lge_in_their_colours(open_window, workspace, demo_folder):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    assert hue_of_core(reader) == "red"
    trigger(reader, "band-1")
    assert hue_of_core(reader) == "yellow"
    trigger(reader, "hide")
    assert hue_of_core(reader) == "grey"


def hue_of_core(reader) -> str:
    """Return the hue on the screen where the LGE is brightest within the myocardium."""
    images, annotation = reader.session.images, reader.session.annotation
    bands = band_overlay(images.lge, images.plane, annotation)
    share = myocardium_coverage(annotation, images.plane)
    row, col = np.unravel_index(
        np.where((bands == 1) & (share == 1), images.lge, 0).argmax(), bands.shape
    )
    view = reader.page.panes.pane(ImageKind.LGE).view
    x, y = view.view_map.screen_from_pixel([(col, row)])[0]
    colour = view.viewport().grab().toImage().pixelColor(round(x), round(y))
    red, green, blue = colour.red(), colour.green(), colour.blue()
    if red - blue < 20:
        return "grey"
    return "red" if red - green > 40 else "yellow"


def test_saved_is_said_only_after_it_is_on_the_disk(open_window, workspace, demo_folder, qtbot):
    reader = open_window(workspace)
    assert reader.window.status.saved == ""
    outline(reader, demo_folder)
    qtbot.waitUntil(lambda: "saved" in reader.window.status.saved)
    study_id = reader.session.opened.study.study_id
    with Workspace.open(workspace, read_only=True) as stored:
        ((key, annotation),) = stored.annotations.of_study(study_id).items()
    assert key == (reader.session.match.anchor.slice_id, ImageKind.LGE)
    assert annotation.epi == reader.session.annotation.epi


def test_a_full_disk_is_said_in_capitals_until_it_is_saved(
    open_window, workspace, demo_folder, qtbot, monkeypatch
):
    reader = open_window(workspace)
    full = WorkspaceFullError("the disk is full")

    def refuse(*_):
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(Annotations, "append", refuse)
        outline(reader, demo_folder)
        qtbot.waitUntil(lambda: "NOT SAVED: disk full" in reader.window.status.saved)
    qtbot.waitUntil(lambda: reader.window.status.saved.startswith("saved"), timeout=10_000)


def test_a_second_window_reads_only_and_says_who_writes(open_window, workspace):
    open_window(workspace)
    second = open_window(workspace)
    assert "Read-only" in second.window.status.message
    assert "process" in second.window.status.message
    assert second.window.status.saved == "read-only"
    assert not second.window.actions_by_id["tool-epi"].isEnabled()
    assert second.window.actions_by_id["slice-down"].isEnabled()


def test_closed_and_reopened_the_contours_and_the_slice_are_there(
    open_window, workspace, demo_folder, qtbot
):
    first = open_window(workspace)
    first.session.show_slice(1)
    outline(first, demo_folder)
    drawn = first.page.tools.slice_table.texts()
    first.window.close()
    again = open_window(workspace)
    assert again.session.index == 1
    assert again.page.tools.slice_table.texts() == drawn


def test_undo_goes_to_the_slice_it_changes(open_window, workspace, demo_folder):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    trigger(reader, "slice-down")
    trigger(reader, "undo")
    assert reader.session.index == 0
    assert reader.window.status.message == "Undone: draw the epicardial contour."
    assert not reader.window.actions_by_id["undo"].isEnabled()


def test_the_csv_is_written_where_asked_and_the_line_says_where(  # noqa: PLR0917 - fixtures
    open_window, workspace, demo_folder, qtbot, monkeypatch, tmp_path
):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    path = tmp_path / "out" / "burden.csv"
    monkeypatch.setattr(choose, "ask_csv", lambda *_: path)
    trigger(reader, "export-csv")
    qtbot.waitUntil(lambda: str(path) in reader.window.status.message)
    with path.open() as stream:
        rows = list(csv.DictReader(stream))
    assert {row["slice"] for row in rows} == {"1", "2", "3", "patient"}
    assert path.with_suffix(".json").exists()


def test_the_cine_plays_when_a_study_opens_and_rests_with_c(open_window, workspace, qtbot):
    reader = open_window(workspace)
    with qtbot.waitSignal(reader.player.phase_changed):
        pass
    trigger(reader, "cine")
    assert not reader.player.is_playing
    phase = reader.player.phase
    trigger(reader, "phase-on")
    assert reader.player.phase == (phase + 1) % 25


def test_keys_reach_the_window_whatever_was_clicked_last(open_window, workspace, qtbot):
    reader = open_window(workspace)
    QTest.mouseClick(
        reader.page.strip, Qt.MouseButton.LeftButton, pos=reader.page.strip.cell(2).center()
    )
    assert reader.session.index == 2
    QTest.keySequence(reader.window, QKeySequence("Up"))
    assert reader.session.index == 1
    QTest.keySequence(reader.window, QKeySequence("E"))
    assert reader.session.tool == "epi"


def test_a_tools_key_pressed_again_keeps_the_tool_and_says_how_it_is_used(open_window, workspace):
    reader = open_window(workspace)
    for _ in range(2):
        QTest.keySequence(reader.window, QKeySequence("E"))
        assert reader.session.tool == "epi"
        assert reader.window.actions_by_id["tool-epi"].isChecked()
        assert reader.window.status.message == Tool.EPI.hint
    QTest.keySequence(reader.window, QKeySequence("Esc"))
    assert reader.session.tool == "browse"
    assert not reader.window.actions_by_id["tool-epi"].isChecked()


def test_delete_and_nudge_act_on_the_outline_of_the_tool_in_hand(
    open_window, workspace, demo_folder
):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    drawn, plane = reader.session.annotation, reader.session.images.plane
    reader.session.choose_tool("epi")
    trigger(reader, "nudge-right")
    by_mm = reader.session.annotation.epi.points_mm - drawn.epi.points_mm
    np.testing.assert_allclose(
        by_mm, np.broadcast_to(plane.spacing_mm[1] * np.array(plane.row_dir), by_mm.shape)
    )
    trigger(reader, "delete")
    assert reader.session.annotation == replace(drawn, epi=None)


def test_undo_brings_hidden_contours_back_before_it_changes_them(
    open_window, workspace, demo_folder
):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    trigger(reader, "hide")
    assert not reader.page.panes.pane(ImageKind.LGE).view.shows_overlays
    trigger(reader, "undo")
    assert reader.page.panes.pane(ImageKind.LGE).view.shows_overlays
    assert not reader.window.actions_by_id["hide"].isChecked()
    trigger(reader, "hide")
    trigger(reader, "redo")
    assert reader.page.panes.pane(ImageKind.LGE).view.shows_overlays


def test_a_dropped_archive_is_imported_with_every_file_counted(
    open_window, demo_folder, tmp_path, qtbot
):
    reader = open_window(tmp_path / "new", study=False)
    archive = tmp_path / "study.zip"
    sources = sorted((demo_folder / "demo" / "dicom").rglob("*"))
    files = [path for path in sources if path.is_file()]
    with zipfile.ZipFile(archive, "w") as packed:
        for number, path in enumerate(files):
            packed.write(path, f"{number:04d}")
        packed.writestr("notes.txt", "not an image")
    drop(reader.window, archive)
    with qtbot.waitSignal(reader.ready, timeout=120_000):
        pass
    last: ImportSummary = reader.imports.last
    parts = ("imported", "rejected", "duplicates", "ignored")
    assert last.counts["files"] == len(files) + 1 == sum(last.counts[part] for part in parts)
    assert len(last.refusals) == 1
    assert last.sentence in reader.window.status.message


def drop(window: MainWindow, path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(200, 200), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)


def test_an_import_is_cancelled_and_says_so(open_window, tmp_path, qtbot):
    reader = open_window(tmp_path / "new", study=False)
    with qtbot.waitSignal(reader.imports.stopped, timeout=60_000):
        trigger(reader, "open-demo")
        assert reader.window.jobs.isVisible()
        assert not reader.window.actions_by_id["open-folder"].isEnabled()
        with qtbot.waitSignal(reader.imports.jobs.progressed, timeout=60_000):
            pass
        reader.window.jobs.line.cancel.click()
    assert "cancelled" in reader.window.status.message
    assert not reader.window.jobs.isVisible()
    assert reader.window.actions_by_id["open-folder"].isEnabled()


def test_the_window_stays_live_while_an_import_runs(open_window, tmp_path, qtbot):
    reader = open_window(tmp_path / "new", study=False)
    clock, gaps, beat = QElapsedTimer(), [], QTimer()
    beat.timeout.connect(lambda: gaps.append(clock.restart()))
    with qtbot.waitSignal(reader.imports.arrived, timeout=120_000):
        trigger(reader, "open-demo")
        clock.start()
        beat.start(2)
    beat.stop()
    gaps.sort()
    assert len(gaps) > 100
    print(f"gaps while importing: p99 {gaps[int(0.99 * len(gaps))]} ms, longest {gaps[-1]} ms")
    assert gaps[int(0.99 * len(gaps))] <= 50


def test_a_screenshot_is_taken_once_panes_and_vne_are_there_at_one_size(
    open_window, workspace, qtbot, tmp_path
):
    reader = open_window(workspace)
    qtbot.waitUntil(lambda: "No VNE was" in reader.page.panes.pane(ImageKind.VNE).placeholder.text)
    reader.window.resize(900, 700)
    path = tmp_path / "shot.png"
    Screenshot(reader, str(path))
    reader.open_study(reader.studies[0].study_id)
    qtbot.waitUntil(path.exists, timeout=60_000)
    assert QImage(str(path)).size() == QSize(*FIRST_SIZE_PX)
    assert "looked for" not in reader.page.panes.pane(ImageKind.VNE).placeholder.text


def test_small_blocks_are_gathered_after_the_first_study_is_drawn(
    open_window, workspace, qtbot, monkeypatch
):
    gathered = []
    monkeypatch.setattr("app.compose.opening.gather_small_blocks", lambda: gathered.append(True))
    open_window(workspace)
    assert not gathered
    qtbot.waitUntil(lambda: bool(gathered))


def test_the_title_carries_the_pseudonym_and_nothing_else(open_window, workspace):
    reader = open_window(workspace)
    assert reader.window.windowTitle() == f"{reader.studies[0].pseudonym} - VNE Reader"
    trigger(reader, "close-study")
    assert reader.window.windowTitle() == "VNE Reader"
    assert reader.window.page is reader.window.welcome
