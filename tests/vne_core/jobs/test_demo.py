import pytest

from vne_core.jobs import demo
from vne_core.jobs.events import Finished
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
