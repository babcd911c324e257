"""Kinds of series on the demo study: shown with their reasons, corrected by a job."""

import shutil
from functools import partial

import pytest

from app.compose import series as compose_series
from app.compose.rows_of import slice_rows
from app.compose.series import series_lines
from app.dialogs.series_kinds import KIND_NAMES, Correction, SeriesDialog
from app.panels.study_model import explained
from tests.app.compose.test_reader import trigger
from vne_core.align.roles import Role
from vne_core.dicom.kinds import Kind
from vne_core.dicom.rule_file import load_rules
from vne_core.study.annotation import ImageKind
from vne_core.workspace.store import Workspace

JOB_MS = 120_000


@pytest.fixture
def known_sources(demo_folder, tmp_path, monkeypatch):
    """Let the workspace know where the demo's own files are."""
    folder = shutil.copytree(demo_folder / "config", tmp_path / "config")
    monkeypatch.setenv("VNE_CONFIG_DIR", str(folder))
    return folder


def cines(reader):
    return [s for s in reader.session.opened.study.series if s.kind is Kind.CINE_SAX]


def correct(reader, qtbot, series, kind, *, as_site_rule=False, ends="ready"):
    correction = Correction(series.series_id, "Series", kind, as_site_rule)
    with qtbot.waitSignal(getattr(reader, ends), timeout=JOB_MS):
        reader.imports.correct_kind(correction)


def test_every_series_has_a_kind_a_rule_and_a_sentence_why(open_window, workspace):
    study = open_window(workspace).session.opened.study
    lines = series_lines(study, load_rules())
    assert len(lines) == len(study.series)
    cine = next(line for line in lines if line.kind is Kind.CINE_SAX)
    assert (cine.images, cine.rule) == (25, "cine-by-phases + axis-short-by-plane")
    assert cine.why.endswith("The plane is parallel to the study's short axis.")
    assert all(line.why.endswith(".") for line in lines)


def test_every_kind_has_a_name():
    assert set(KIND_NAMES) == set(Kind)


def test_a_cine_called_other_is_gone_and_comes_back_and_the_slice_stays(
    open_window, workspace, known_sources, qtbot
):
    reader = open_window(workspace)
    reader.session.show_slice(1)
    cine = reader.session.opened.study.series_of(reader.session.match.partner(Role.CINE))
    correct(reader, qtbot, cine, Kind.OTHER)
    assert reader.session.index == 1
    assert reader.session.match.partner(Role.CINE) is None
    assert not reader.page.panes.pane(ImageKind.CINE).has_image
    assert "Series: other, not read." in reader.window.status.message
    correct(reader, qtbot, cine, None)
    assert reader.page.panes.pane(ImageKind.CINE).has_image
    again = next(s for s in cines(reader) if s.series_id == cine.series_id)
    assert again.rule == cine.rule


def test_a_correction_without_the_original_files_is_kept_with_the_jobs_sentence(
    open_window, workspace, qtbot
):
    reader = open_window(workspace)
    correct(reader, qtbot, cines(reader)[0], Kind.OTHER)
    assert "nobody on this computer has imported this study" in reader.window.status.message
    assert len(cines(reader)) == 2


def test_a_site_rule_without_the_original_files_is_refused_in_words(open_window, workspace, qtbot):
    reader = open_window(workspace)
    with qtbot.waitSignal(reader.imports.stopped, timeout=JOB_MS):
        correction = Correction(cines(reader)[0].series_id, "Series", Kind.OTHER, True)
        reader.imports.correct_kind(correction)
    assert "Nobody on this computer has imported this study" in reader.window.status.message
    assert not reader.window.jobs.line.isVisible()


def test_the_action_asks_and_the_job_does_what_was_answered(
    open_window, workspace, known_sources, qtbot, monkeypatch
):
    reader = open_window(workspace)
    asked = []

    def answer(_parent, lines, fixed):
        asked.append((len(lines), fixed))
        return Correction(cines(reader)[0].series_id, "Series 7", Kind.OTHER, False)

    monkeypatch.setattr(compose_series.SeriesDialog, "ask", answer)
    with qtbot.waitSignal(reader.ready, timeout=JOB_MS):
        trigger(reader, "series-kinds")
        qtbot.waitUntil(reader.window.jobs.line.isVisible)
    assert asked == [(len(reader.session.opened.study.series), "")]
    assert len(cines(reader)) == 2
    assert reader.imports.last is None


def test_a_study_left_without_images_offers_its_series(open_window, workspace, qtbot, monkeypatch):
    reader = open_window(workspace)
    shown = [s for s in reader.session.opened.study.series if s.kind is not Kind.OTHER]
    study_id = reader.session.opened.study.study_id

    def spoil(workspace):
        for series in shown:
            workspace.studies.set_kind(series.series_id, Kind.OTHER)

    spoiling = partial(reader.library.ask, spoil)
    reader.background.ask("spoil", spoiling, lambda _: reader.open_study(study_id), reader.refuse)
    qtbot.waitUntil(lambda: "no short-axis images" in reader.window.status.message)
    assert reader.window.page is reader.window.welcome
    asked = []
    monkeypatch.setattr(
        compose_series.SeriesDialog, "ask", lambda _, lines, fixed: asked.append(len(lines))
    )
    reader.window.status._offer.click()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [len(reader.unshown.series)]


def test_a_missing_phase_is_told_with_its_series_and_its_slice(open_window, workspace, qtbot):
    told = "a phase is missing between 320.0 and 480.0 ms"
    with Workspace.open_for_job(workspace) as stored:
        study = stored.studies.load(stored.studies.summaries()[0].study_id)
        cine = next(s for s in study.series if s.kind is Kind.CINE_SAX)
        stored.studies.add(study, [], {cine.slices[0].slice_id: (told,)})
    reader = open_window(workspace)
    at = next(
        index
        for index, match in enumerate(reader.session.matches)
        if match.partner(Role.CINE) == cine.slices[0]
    )
    rows = slice_rows(reader.session, reader.pictures)
    assert [bool(row.look_again) for row in rows] == [index == at for index in range(3)]
    assert f"ine: {told}" in explained(rows[at])
    lines = series_lines(study, load_rules(), reader.session.opened.notes)
    dialog = SeriesDialog(lines)
    qtbot.addWidget(dialog)
    dialog.show()
    for index, line in enumerate(lines):
        dialog.tree.setCurrentItem(dialog.tree.topLevelItem(index))
        assert dialog.notes.isVisible() == (line.series_id == cine.series_id)
        if dialog.notes.isVisible():
            assert dialog.notes.text() == f"Position 1: {told}."
            assert told in dialog.tree.topLevelItem(index).text(4)
