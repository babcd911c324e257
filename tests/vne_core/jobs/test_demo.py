from concurrent.futures import ThreadPoolExecutor

import pytest

from vne_core.jobs import demo
from vne_core.jobs.events import Finished, JobSpec
from vne_core.jobs.foreground import run_foreground
from vne_core.phantom.truth import TRUTH_FILE, load_truth


@pytest.mark.slow
def test_a_demo_patient_of_another_version_is_made_anew(tmp_path):
    truth = tmp_path / "demo" / "truth"
    truth.mkdir(parents=True)
    (truth / TRUTH_FILE).write_text('{"patient_id": "of an older day"}')
    params = {"workspace": str(tmp_path / "w"), "folder": str(tmp_path / "demo"), "truth": True}
    *_, ending = demo.run(params, lambda: False)
    assert isinstance(ending, Finished)
    assert len(load_truth(truth).slices) == 3


@pytest.mark.slow
def test_two_windows_that_make_one_demo_patient_at_the_same_time_both_get_it(tmp_path):
    def result_in(workspace: str) -> object:
        params = {"workspace": str(tmp_path / workspace), "folder": str(tmp_path / "demo")}
        return run_foreground(JobSpec("demo", params), lambda _: None).result["counts"]

    with ThreadPoolExecutor(2) as windows:
        first, second = windows.map(result_in, ("first", "second"))
    assert first == second
    assert [path.name for path in tmp_path.glob(".demo.*")] == []
