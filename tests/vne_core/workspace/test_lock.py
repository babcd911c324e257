import os
import shlex
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from vne_core.workspace.failures import ReadOnlyError, WorkspaceError
from vne_core.workspace.store import Workspace

HOLD = (
    "import sys, pathlib, time; from vne_core.workspace.store import Workspace\n"
    "with Workspace.open(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
)


@pytest.fixture
def other_window(workspace, folder):
    """Another process that holds the workspace."""
    workspace.close()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_window_reads_and_says_who_writes(other_window, folder, annotation):
    with Workspace.open(folder) as second:
        assert second.is_read_only
        assert (second.holder.host, second.holder.pid) == (socket.gethostname(), other_window.pid)
        since = datetime.fromisoformat(second.holder.since_utc)
        assert 0 <= (datetime.now(UTC) - since).total_seconds() < 60
        assert f"process {other_window.pid} on {socket.gethostname()}" in second.read_only_reason
        assert len(second.studies.summaries()) == 1
        with pytest.raises(ReadOnlyError, match=f"process {other_window.pid}"):
            second.annotations.append(annotation(), "ana")


def test_a_killed_window_leaves_no_lock(other_window, folder):
    other_window.send_signal(signal.SIGKILL)
    other_window.wait()
    with Workspace.open(folder) as second:
        assert not second.is_read_only
        assert second.holder is None


def test_a_second_window_of_the_same_program_reads_too(workspace, folder):
    with Workspace.open(folder) as second:
        assert second.holder.pid == os.getpid()


def test_closing_lets_the_next_window_write(workspace, folder):
    workspace.close()
    with Workspace.open(folder) as second:
        assert not second.is_read_only


def test_a_reading_window_sees_what_the_writing_one_saves(workspace, folder, annotation):
    with Workspace.open(folder) as second:
        assert second.annotations.of_study("a") == {}
        workspace.annotations.append(annotation(), "ana")
        assert len(second.annotations.of_study("a")) == 1


LOOK = (
    "import sys, pathlib; from vne_core.workspace.store import Workspace\n"
    "w = Workspace.open(pathlib.Path(sys.argv[1])); print(w.read_only_reason, len(w.studies.summaries()))"
)


def test_a_read_only_folder_is_read_and_says_so(workspace, folder, in_mount_namespace):
    workspace.close()
    mount = f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}"
    said = in_mount_namespace(f"{mount} && exec {sys.executable} -c '{LOOK}' {folder}")
    assert said == "its folder is read-only 1\n"


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError, match="file"):
        Workspace.open(tmp_path / "file" / "workspace")


def test_a_workspace_on_a_disk_without_any_room_says_that_the_disk_is_full(
    tmp_path, in_mount_namespace
):
    # SQLite cannot even make its shared index there and calls it an input/output error.
    opening = (
        "import sys; from pathlib import Path; from vne_core.errors import VneError\n"
        "from vne_core.workspace.store import Workspace\n"
        "folder = Path(sys.argv[1], 'workspace')\n"
        "Workspace.open(folder).close()\n"
        "filler = open(Path(sys.argv[1], 'filler'), 'wb', buffering=0)\n"
        "try:\n"
        "    while filler.write(bytes(512)): pass\n"
        "except OSError: pass\n"
        "try: Workspace.open(folder)\n"
        "except VneError as error: print(error)\n"
    )
    said = in_mount_namespace(
        f"mount -t tmpfs -o size=1m tmpfs {tmp_path} && "
        f"exec {sys.executable} -c {shlex.quote(opening)} {tmp_path}"
    )
    assert "is full" in said
