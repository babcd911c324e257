import json
from pathlib import Path

import pytest

from tests.vne_core.vne.made_arrays import write_arrays
from tests.vne_core.vne.small_spec import small_spec
from vne_core.errors import Cancelled
from vne_core.jobs import train
from vne_core.jobs.events import Finished, Measured, Progress, Warned, from_line, to_line
from vne_core.learn.facts import SpecError
from vne_core.vne.config import spec_json


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    arrays = write_arrays(folder / "arrays", 3)
    (folder / "small.json").write_text(spec_json(small_spec(arrays)))
    return folder


def params(files: Path, out: Path, **more):
    return {"spec": str(files / "small.json"), "out": str(out), **more}


def test_a_training_tells_losses_measures_and_pictures_as_events(files, tmp_path):
    events = list(train.run(params(files, tmp_path / "out"), lambda: False))
    assert [from_line(to_line(event)) for event in events] == events
    assert isinstance(events[-1], Finished)
    assert events[-1].result["steps"] == 8
    measured = [event for event in events if isinstance(event, Measured)]
    assert [event.step for event in measured if "l1" in event.values] == [2, 4, 6, 8]
    (validated,) = [event for event in measured if event.pictures]
    assert Path(validated.pictures[0]).stat().st_size > 1000
    assert any(isinstance(event, Warned) and "to validate on" in event.text for event in events)
    run = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert "virtual cohort" in run["note"]
    assert set(run["versions"]) == {"vne-reader", "torch", "python"}
    stages = [event for event in events if isinstance(event, Progress)]
    assert all(0 <= event.done <= event.total for event in stages)


def test_a_training_that_was_stopped_goes_on_and_ends(files, tmp_path):
    log = tmp_path / "out" / "log.jsonl"
    with pytest.raises(Cancelled):
        list(train.run(params(files, tmp_path / "out"), log.exists))
    assert not (tmp_path / "out" / "run.json").exists()
    events = list(train.run(params(files, tmp_path / "out", resume=True), lambda: False))
    assert events[-1].result["steps"] == 8
    assert next(event.step for event in events if isinstance(event, Measured)) > 2


def test_arrays_time_and_start_can_be_named_instead_of_the_files_own(files):
    named = {"arrays": [str(files / "arrays")], "max_minutes": 5, "start_from": str(files / "mine")}
    asked = train.asked({"spec": "default", **named})
    assert asked.run.max_minutes == 5.0
    assert asked.start_from == str(files / "mine")
    assert [cohort.folder for cohort in asked.data.cohorts] == [str(files / "arrays")]


def test_an_unknown_training_is_refused_with_the_names_there_are():
    with pytest.raises(SpecError, match="default, further, further_t1_only, t1_only"):
        train.asked({"spec": "best"})
