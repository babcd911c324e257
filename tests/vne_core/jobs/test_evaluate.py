import json

import pytest

from tests.vne_core.learn.made_model import write_model
from vne_core.evaluate.frozen import FrozenCohort
from vne_core.evaluate.operating_point import OperatingPointError
from vne_core.jobs import evaluate
from vne_core.jobs.events import Finished, Progress
from vne_core.jobs.registry import JobParameterError
from vne_core.learn.card import CONFIDENCE, check_model
from vne_core.learn.registry import NoModelError, Registry
from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.config_file import load_config
from vne_core.phantom.training_set import create_training_set, write_training_patient

PATIENTS, SEED = 5, 13
VALIDATION = FrozenCohort("hcm_1p5t_shmolli", 4, 14)
MODEL = "made-1"


def never():
    return False


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a model that has no thresholds yet, and training arrays of five patients."""
    home = tmp_path_factory.mktemp("home")
    write_model(home / "models", MODEL, matched_levels=(), false_positive_rules=())
    create_training_set(home / "arrays", load_config(), PATIENTS, SEED)
    for index in range(PATIENTS):
        write_training_patient(home / "arrays", draw_patient(load_config(), SEED, index))
    return home


def params(home, out, **asked):
    return {
        "out": str(home / out),
        "models": str(home / "models"),
        "arrays": str(home / "arrays"),
        "model": MODEL,
        **asked,
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_model_is_frozen_once_and_then_tested_to_the_same_bytes(home, monkeypatch):
    monkeypatch.setattr(evaluate, "VALIDATION", VALIDATION)
    events = list(evaluate.run(params(home, "first", freeze=True, record=True), never))
    result = events[-1].result
    assert isinstance(events[-1], Finished)
    assert {event.text for event in events if isinstance(event, Progress)} == {
        "measuring hcm_1p5t_shmolli",
        "measuring arrays",
        "drawing hcm_1p5t_shmolli",
    }
    assert all((home / "first" / name).stat().st_size > 100 for name in result["files"])
    card = check_model(home / "models" / MODEL)
    assert len(card.matched_levels) == 3
    assert card.false_positive_rules[0].limit_percent >= 1
    assert CONFIDENCE in card.files
    tables = json.loads((home / "first" / "evaluation.json").read_text())
    told = {metric.name: metric.value for metric in card.metrics}
    row = tables["cohorts"][0]["agreement"][0]
    assert (row["predictor"], row["thresholds"], row["level_name"]) == (MODEL, "equal", "FWHM")
    assert told["R, equal FWHM"] == row["fit"]["r"]
    assert tables["cohorts"][0]["cohort"]["patients"] == PATIENTS
    assert {row["predictor"] for row in tables["cohorts"][0]["agreement"]} == {
        MODEL,
        f"{MODEL} without cine",
        "T1 scaled linearly",
        "LGE scanned again",
    }

    (home / "second").mkdir()
    (home / "second" / "operating-points.json").write_bytes(
        (home / "first" / "operating-points.json").read_bytes()
    )
    list(evaluate.run(params(home, "second"), never))
    again = json.loads((home / "second" / "evaluation.json").read_text())
    assert again["cohorts"] == tables["cohorts"]
    for name in ("hcm_1p5t_shmolli-contact-sheet.png", "hcm_1p5t_shmolli-agreement-0.png"):
        assert (home / "first" / name).read_bytes() == (home / "second" / name).read_bytes()

    card_before = (home / "models" / MODEL / "card.json").read_bytes()
    with pytest.raises(OperatingPointError, match="frozen already"):
        list(evaluate.run(params(home, "third", freeze=True), never))
    assert (home / "models" / MODEL / "card.json").read_bytes() == card_before
    assert check_model(home / "models" / MODEL)


def test_an_unknown_model_and_a_cohort_without_a_seed_are_refused(home):
    with pytest.raises(NoModelError, match="no model is called other"):
        list(evaluate.run(params(home, "none", model="other"), never))
    asked = params(home, "none", arrays=None, cohorts=[{"preset": "healthy"}])
    with pytest.raises(JobParameterError, match="preset, patients and seed"):
        list(evaluate.run(asked, never))
    assert not (home / "none").exists()


def test_the_card_of_a_model_that_ships_is_not_written(home):
    shipped = Registry(home / "models").active_id()
    for asked in ({"freeze": True}, {"record": True}):
        with pytest.raises(evaluate.ShippedModelError, match=f"{shipped} came with the program"):
            list(evaluate.run(params(home, "none", model=shipped, **asked), never))
