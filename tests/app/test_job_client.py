import os
import signal
from pathlib import Path

import pytest

from app.job_client import JobClient
from vne_core.jobs.events import Failed, Finished, JobSpec, Progress, Stopped
from vne_core.jobs.run import NICENESS, SESSION_NICENESS

MOST_YIELDING = 19
"""Linux's highest nice value."""


@pytest.fixture
def client(qapp):
    client = JobClient()
    yield client
    client.close()


@pytest.fixture
def phantom(tmp_path):
    return JobSpec("demo", {"workspace": str(tmp_path / "w"), "folder": str(tmp_path / "demo")})


def test_an_import_tells_its_progress_and_its_counts(client, qtbot, tmp_path):
    (tmp_path / "notes.txt").write_text("no DICOM")
    seen = []
    client.progressed.connect(seen.append)
    params = {"workspace": str(tmp_path / "w"), "paths": [str(tmp_path / "notes.txt")]}
    with qtbot.waitSignal(client.ended, timeout=60_000) as ended:
        client.start(JobSpec("import_study", params))
    (ending,) = ended.args
    assert isinstance(ending, Finished)
    counts = ending.result["counts"]
    parts = ("imported", "rejected", "duplicates", "ignored")
    assert counts["files"] == sum(counts[part] for part in parts) == 1
    assert all(isinstance(event, Progress) for event in seen)


def test_a_refused_job_ends_with_its_reason(client, qtbot):
    with qtbot.waitSignal(client.ended, timeout=60_000) as ended:
        client.start(JobSpec("import_study", {}))
    assert isinstance(ended.args[0], Failed)
    assert not client.is_running


def test_a_job_that_dies_is_a_failure_that_says_so(client, qtbot, phantom):
    with qtbot.waitSignal(client.ended, timeout=60_000) as ended:
        client.start(phantom)
        qtbot.waitUntil(lambda: client._process.processId() > 0)
        os.kill(client._process.processId(), signal.SIGKILL)
    assert isinstance(ended.args[0], Failed)
    assert "without a result" in ended.args[0].found


def test_a_cancelled_job_stops_and_leaves_no_folder(client, qtbot, phantom):
    folder = None
    with qtbot.waitSignal(client.ended, timeout=60_000) as ended:
        client.start(phantom)
        folder = client._folder
        with qtbot.waitSignal(client.progressed, timeout=60_000):
            pass
        client.cancel()
    assert isinstance(ended.args[0], Stopped)
    assert not folder.exists()


def test_a_job_and_its_session_yield_to_the_window(client, qtbot, phantom):
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    with qtbot.waitSignal(client.progressed, timeout=60_000):
        client.start(phantom)
    job = client._process.processId()
    assert os.getpriority(os.PRIO_PROCESS, job) == min(mine + NICENESS, MOST_YIELDING)
    session = Path(f"/proc/{job}/autogroup")
    if session.exists():
        assert session.read_text().split()[-2:] == ["nice", str(SESSION_NICENESS)]
        assert os.getsid(job) == job


def test_closing_ends_a_running_job(client, qtbot, phantom):
    client.start(phantom)
    qtbot.waitUntil(lambda: client._process.processId() > 0)
    client.close()
    assert not client.is_running
