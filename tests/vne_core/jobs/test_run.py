import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vne_core.errors import Cancelled
from vne_core.jobs.events import Failed, Finished, JobSpec, Progress, Stopped, Warned, from_line
from vne_core.jobs.folder import job_command, make_job_folder, request_cancel
from vne_core.jobs.foreground import JobFailedError, run_foreground
from vne_core.jobs.run import TOLD_EVERY_S, thinned


@pytest.fixture
def events():
    return []


def test_events_arrive_in_order_and_the_result_is_returned(trial, events):
    spec = trial("yield Progress(1, 2, 'half'); yield Warned('odd'); yield Finished({'n': 3})")
    assert run_foreground(spec, events.append) == Finished({"n": 3})
    assert events == [Progress(1, 2, "half"), Warned("odd"), Finished({"n": 3})]


def test_progress_that_follows_too_soon_is_not_told_but_a_stage_begins_and_ends():
    steps = [Progress(done, 1000, stage) for stage in ("read", "decode") for done in range(1001)]
    moments = iter(at * TOLD_EVERY_S / 10 for at in range(10_000))
    told = list(thinned([*steps, Finished({})], lambda: next(moments)))
    for stage in ("read", "decode"):
        done = [event.done for event in told if isinstance(event, Progress) and event.text == stage]
        assert (done[0], done[-1]) == (0, 1000)
        assert 50 < len(done) < 200
        assert done == sorted(done)
    assert told[-1] == Finished({})


def test_slow_progress_and_everything_else_is_told():
    events = [Progress(1, 9, "a"), Warned("odd"), Progress(2, 9, "a"), Warned("odd"), Stopped()]
    moments = iter(at * 2 * TOLD_EVERY_S for at in range(100))
    assert list(thinned(events, lambda: next(moments))) == events
    assert list(thinned(events, lambda: 0.0)) == [e for e in events if e != Progress(2, 9, "a")]


def test_prints_of_libraries_do_not_reach_the_event_stream(trial, events):
    spec = trial("""
        print('{"protocol": 1, "event": "Finished", "result": {}}', flush=True)
        os.write(1, b'from C code\\n')
        subprocess.run(['echo', 'from a child'])
        yield Finished({'mine': True})
    """)
    assert run_foreground(spec, events.append).result == {"mine": True}
    assert len(events) == 1


def test_a_refusal_keeps_its_three_parts(trial, events):
    spec = trial("raise VneError('found it', 'that', 'do this'); yield")
    with pytest.raises(JobFailedError, match="found it; needed: that; do this") as caught:
        run_foreground(spec, events.append)
    assert caught.value.job_code == "refused"
    assert events == [Failed("refused", "found it", "that", "do this")]


def test_a_fault_is_a_failure_with_its_type(trial, events):
    spec = trial("yield Progress(0, 1); 1 / 0")
    with pytest.raises(JobFailedError, match="ZeroDivisionError"):
        run_foreground(spec, events.append)
    assert [type(event) for event in events] == [Progress, Failed]


def test_nothing_is_told_after_the_terminal_event(trial, events):
    spec = trial("yield Finished({}); yield Progress(1, 1); yield Failed('x', 'y')")
    run_foreground(spec, events.append)
    assert events == [Finished({})]


def test_a_job_that_ends_without_saying_how_has_failed(trial, events):
    with pytest.raises(JobFailedError, match="without saying how"):
        run_foreground(trial("yield Progress(1, 1)"), events.append)


@pytest.mark.parametrize(
    "death, said",
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
        ("os.abort()", "signal 6"),
        ("os._exit(7)", "exit code 7"),
    ],
)
def test_a_death_without_a_result_is_a_failure_with_the_last_words(trial, events, death, said):
    spec = trial(f"yield Progress(1, 2); print('the last words'); sys.stdout.flush(); {death}")
    with pytest.raises(JobFailedError, match=f"{said}.*the last words"):
        run_foreground(spec, events.append)
    assert isinstance(events[-1], Failed)


def test_an_unknown_kind_is_refused_with_the_known_ones(events):
    with pytest.raises(JobFailedError, match="'sing'; needed: one of import_study") as caught:
        run_foreground(JobSpec("sing"), events.append)
    assert caught.value.job_code == "unknown-job"


def test_a_module_of_the_folder_that_is_no_kind_is_refused(events):
    with pytest.raises(JobFailedError, match="'events'"):
        run_foreground(JobSpec("events"), events.append)


def test_a_folder_without_a_specification_is_refused(tmp_path):
    done = subprocess.run(job_command(tmp_path), capture_output=True, text=True, check=False)
    event = from_line(done.stdout)
    assert isinstance(event, Failed)
    assert "spec.json" in event.found
    assert done.returncode == 1


def test_a_missing_argument_is_a_usage_error():
    done = subprocess.run(
        [sys.executable, "-m", "vne_core.jobs.run"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_a_job_asked_to_stop_says_that_it_stopped(trial, tmp_path):
    spec = trial("""
        yield Progress(0, 1)
        while not cancelled():
            time.sleep(0.01)
        raise Cancelled
    """)
    job = make_job_folder(spec, tmp_path)
    command = [sys.executable, str(tmp_path / "trial.py"), str(job)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert from_line(process.stdout.readline()) == Progress(0, 1)
        request_cancel(job)
        assert from_line(process.stdout.readline()) == Stopped()
        assert process.wait(30) == 130


def test_a_job_whose_owner_is_gone_ends(trial, tmp_path):
    spec = trial("""
        while True:
            yield Progress(0, 1)
            time.sleep(0.01)
    """)
    job = make_job_folder(spec, tmp_path)
    command = [sys.executable, str(tmp_path / "trial.py"), str(job)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 130
        assert b"Traceback" not in process.stderr.read()


def test_ctrl_c_stops_the_job_and_its_workers(trial, tmp_path):
    note = tmp_path / "worker"
    spec = trial(f"""
        worker = subprocess.Popen(['sleep', '600'])
        open({str(note)!r}, 'w').write(str(worker.pid))
        yield Progress(0, 1)
        while not cancelled():
            time.sleep(0.01)
        raise Cancelled
    """)

    def press_ctrl_c(event):
        if isinstance(event, Progress):
            raise KeyboardInterrupt

    with pytest.raises(Cancelled):
        run_foreground(spec, press_ctrl_c)
    wait_until_gone(int(note.read_text()))


def test_a_job_that_ignores_the_wish_to_stop_is_killed(trial, tmp_path, monkeypatch):
    monkeypatch.setattr("vne_core.jobs.foreground.CANCEL_PATIENCE_S", 0.3)
    note = tmp_path / "job"
    spec = trial(f"""
        open({str(note)!r}, 'w').write(str(os.getpid()))
        yield Progress(0, 1)
        time.sleep(600)
    """)

    def press_ctrl_c(event):
        if isinstance(event, Progress):
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(Cancelled):
        run_foreground(spec, press_ctrl_c)
    assert time.monotonic() - start < 30
    wait_until_gone(int(note.read_text()))


def test_the_jobs_folder_is_private_and_gone_afterwards(trial, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spec = trial("yield Finished({'mode': os.stat(sys.argv[1]).st_mode & 0o777})")
    assert run_foreground(spec, lambda event: None).result == {"mode": 0o700}
    assert not list(tmp_path.glob("vne-job-*"))


def wait_until_gone(pid: int) -> None:
    """Wait for a killed process; the kernel ends it a moment after the signal."""
    deadline = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that ended and waits to be collected does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
