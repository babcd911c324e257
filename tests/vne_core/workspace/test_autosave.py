import dataclasses
import queue
import sys
import threading
from pathlib import Path

import pytest

from vne_core.study.annotation import ImageKind
from vne_core.workspace.autosave import AnnotationWriter
from vne_core.workspace.failures import ReadOnlyError
from vne_core.workspace.store import Workspace

SCRIPTS = Path(__file__).parent / "scripts"
PATIENCE_S = 30


@pytest.fixture
def writer(workspace):
    opened = AnnotationWriter(workspace, retry_s=0.05)
    yield opened
    opened.close()


def refuse(error):
    raise AssertionError(error)


def test_saved_is_said_only_when_another_program_can_read_it(workspace, folder, writer, annotation):
    seen = queue.Queue()

    def look(saved):
        with Workspace.open(folder, read_only=True) as reader:
            seen.put(reader.annotations.of_study("a")[saved.slice_id, saved.image_kind] == saved)

    writer.submit(annotation(), "ana", look, refuse)
    assert seen.get(timeout=PATIENCE_S)


def test_edits_are_saved_in_order_each_from_the_one_before(workspace, writer, annotation):
    for shift_mm in range(10):
        writer.submit(annotation(shift_mm=shift_mm), "ana", lambda saved: None, refuse)
    assert writer.flush(PATIENCE_S)
    revisions = workspace.annotations.history("a-t1-0", ImageKind.T1)
    assert [r.from_revision for r in revisions] == list(range(10))
    assert [r.annotation.epi for r in revisions] == [
        annotation(shift_mm=shift_mm).epi for shift_mm in range(10)
    ]


def test_submitting_does_not_wait_for_the_disk(writer, annotation):
    entered, leave = threading.Event(), threading.Event()

    def hold(saved):
        entered.set()
        leave.wait(PATIENCE_S)

    writer.submit(annotation(), "ana", hold, refuse)
    assert entered.wait(PATIENCE_S)
    writer.submit(annotation(shift_mm=1), "ana", lambda saved: None, refuse)
    assert len(writer.unsaved) == 1
    leave.set()
    assert writer.flush(PATIENCE_S)


def test_closing_saves_what_waits(workspace, annotation):
    writer = AnnotationWriter(workspace)
    for shift_mm in range(5):
        writer.submit(annotation(shift_mm=shift_mm), "ana", lambda saved: None, refuse)
    assert writer.close() == ()
    assert len(workspace.annotations.history("a-t1-0", ImageKind.T1)) == 5


def test_a_failure_is_told_in_words_and_the_edit_is_handed_back(workspace, folder, annotation):
    failures = queue.Queue()
    with Workspace.open(folder, read_only=True) as reader:
        writer = AnnotationWriter(reader, retry_s=0.05)
        writer.submit(annotation(), "ana", refuse, failures.put)
        assert isinstance(failures.get(timeout=PATIENCE_S), ReadOnlyError)
        assert failures.get(timeout=PATIENCE_S)
        assert writer.close() == (annotation(),)
    assert workspace.annotations.of_study("a") == {}


def test_another_programs_long_write_delays_a_save_and_loses_nothing(
    workspace, folder, writer, annotation
):
    with Workspace.open_for_job(folder) as job:
        job._connection.execute("BEGIN IMMEDIATE")
        writer.submit(annotation(), "ana", lambda saved: None, refuse)
        assert not writer.flush(0.2)
        job._connection.execute("ROLLBACK")
    assert writer.flush(PATIENCE_S)
    assert len(workspace.annotations.of_study("a")) == 1


def test_edits_of_two_images_keep_their_own_numbers(workspace, writer, annotation):
    other = dataclasses.replace(annotation(), image_kind=ImageKind.LGE)
    for edit in (annotation(), other, annotation(shift_mm=1)):
        writer.submit(edit, "ana", lambda saved: None, refuse)
    assert writer.flush(PATIENCE_S)
    saved = workspace.annotations.of_study("a")
    assert {kind: a.revision for (_, kind), a in saved.items()} == {
        ImageKind.T1: 2,
        ImageKind.LGE: 1,
    }


def test_a_full_disk_loses_nothing_and_everything_is_saved_once_there_is_room(
    tmp_path, in_mount_namespace
):
    # A disk of one megabyte in a mount namespace of its own: the real thing, without root.
    script = SCRIPTS / "troubled_disk.py"
    said = in_mount_namespace(
        f"mount -t tmpfs -o size=1m tmpfs {tmp_path} && exec {sys.executable} {script} {tmp_path}"
    ).splitlines()
    assert "is full" in said.pop(1)
    assert said == ["saved 1", "kept 2", "saved 3", "chain True 3"]
