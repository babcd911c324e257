import shutil
from types import SimpleNamespace

import pytest

from vne_core.errors import Cancelled
from vne_core.files import NoSpaceError
from vne_core.jobs import phantom
from vne_core.jobs.events import Finished, Progress
from vne_core.jobs.registry import JobParameterError


def params(out, **asked):
    return {"out": str(out), "patients": 3, "seed": 9, **asked}


def never():
    return False


@pytest.mark.slow
def test_a_cancelled_run_keeps_what_is_finished_and_a_second_one_goes_on(tmp_path):
    out = tmp_path / "out"
    told = []

    def after_the_first():
        return any(event.done for event in told if isinstance(event, Progress))

    def follow():
        told.extend(iter(phantom.run(params(out), after_the_first)))

    with pytest.raises(Cancelled):
        follow()
    there = sorted(out.glob("patient-*/truth/truth.json"))
    assert 1 <= len(there) <= 3
    kept = {path: path.stat().st_mtime_ns for path in there}
    events = list(phantom.run(params(out), never))
    assert events[0] == Progress(len(there), 3, "making virtual patients")
    assert isinstance(events[-1], Finished)
    assert len(events[-1].result["patients"]) == 3
    assert {path: path.stat().st_mtime_ns for path in there} == kept
    assert not list(out.glob(".*"))


def test_a_full_disk_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    full = SimpleNamespace(total=10**9, used=10**9, free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    for make in ("dicom", "arrays"):
        with pytest.raises(NoSpaceError, match="MB free; needed"):
            list(phantom.run(params(tmp_path / make, make=make), never))
        assert not list((tmp_path / make).glob("*/*"))


def test_something_else_to_make_is_refused(tmp_path):
    with pytest.raises(JobParameterError, match="dicom, arrays, figures"):
        list(phantom.run(params(tmp_path / "out", make="videos"), never))
