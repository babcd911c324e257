"""What another program stores in the workspace of an open window."""

import shutil

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.compose.reader import READ_AGAIN
from tests.app.compose.test_reader import outline, trigger
from tests.vne_core.jobs.small_study import SmallStudy
from vne_core.dicom.kinds import Kind
from vne_core.jobs.events import JobSpec
from vne_core.jobs.foreground import run_foreground
from vne_core.study.annotation import ImageKind
from vne_core.workspace.store import Workspace

FOUND_MS = 30_000


def import_elsewhere(folder, workspace) -> None:
    """Import a small study as ``vne import`` does: in a process of its own."""
    SmallStudy(folder).write()
    params = {"paths": [str(folder)], "workspace": str(workspace)}
    run_foreground(JobSpec("import_study", params), lambda _: None)


def test_a_study_imported_by_another_program_is_listed_by_itself(
    open_window, workspace, tmp_path, qtbot
):
    reader = open_window(workspace)
    shown = reader.session.opened
    import_elsewhere(tmp_path / "files", workspace)
    qtbot.waitUntil(lambda: len(reader.studies) == 2, timeout=FOUND_MS)
    new = reader.studies[0].pseudonym
    assert any(text.startswith(new) for text in reader.page.studies.texts())
    assert reader.window.status.message == f"New in the workspace: {new}."
    assert reader.session.opened is shown


def test_the_workspace_is_looked_at_when_the_program_comes_to_the_front(
    open_window, workspace, tmp_path, qtbot
):
    reader = open_window(workspace)
    reader.watch._timer.setInterval(10 * FOUND_MS)
    import_elsewhere(tmp_path / "files", workspace)
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: len(reader.studies) == 2, timeout=FOUND_MS)


def test_an_open_study_that_was_corrected_elsewhere_is_offered_and_read_again(
    open_window, workspace, qtbot
):
    reader = open_window(workspace)
    cines = [s for s in reader.session.opened.study.series if s.kind is Kind.CINE_SAX]
    with Workspace.open_for_job(workspace) as other:
        for series in cines:
            other.studies.set_kind(series.series_id, Kind.OTHER)
    status = reader.window.status
    qtbot.waitUntil(lambda: "changed by another program" in status.message, timeout=FOUND_MS)
    assert reader.page.panes.pane(ImageKind.CINE).has_image
    assert status._offer.text() == READ_AGAIN
    with qtbot.waitSignal(reader.ready, timeout=FOUND_MS):
        status._offer.click()
    assert not reader.page.panes.pane(ImageKind.CINE).has_image


def test_what_the_window_saves_itself_is_no_news(open_window, workspace, demo_folder, qtbot):
    reader = open_window(workspace)
    outline(reader, demo_folder)
    qtbot.waitUntil(lambda: "saved" in reader.window.status.saved)
    said = reader.window.status.message
    with qtbot.waitSignal(reader.watch.found, timeout=FOUND_MS):
        reader.watch.look()
    assert reader.window.status.message == said
    assert reader.studies[0].annotated_count == 1


def test_the_reason_of_a_read_only_window_stays_while_the_demo_is_opened(
    open_window, workspace, demo_folder, qtbot
):
    open_window(workspace)
    shutil.copytree(demo_folder / "demo", workspace.parent / "demo")
    second = open_window(workspace)
    with qtbot.waitSignal(second.imports.arrived, timeout=120_000):
        trigger(second, "open-demo")
    assert "imported" in second.window.status.message
    assert "Read-only: it is being used by process" in second.window.status.message
    second.window.status.say("")
    assert second.window.status.message.startswith("Read-only: it is being used by process")
