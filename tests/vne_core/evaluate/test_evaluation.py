import json
from dataclasses import replace

import numpy as np
import pytest

from tests.vne_core.evaluate.conftest import even, made_reading
from vne_core.evaluate.card_entries import frozen_card, point_of_card, recorded_card
from vne_core.evaluate.evaluation import cohort_facts, evaluate_cohort
from vne_core.evaluate.frozen import (
    RESERVED_SEEDS,
    TEST_SEED,
    TESTS,
    VALIDATION,
    SeenPatientsError,
    refuse_seen,
)
from vne_core.evaluate.operating_point import OperatingPoint, OperatingPointError
from vne_core.evaluate.report import evaluation_json, evaluation_markdown
from vne_core.learn.card import ModelCard, TrainingRange
from vne_core.phantom.config_file import load_config, preset_names
from vne_core.phantom.truth import LEVELS
from vne_core.vne.config import load_spec
from vne_core.vne.config import preset_names as training_presets

MODEL, OTHER = "made-model", "other"
POINTS = {
    MODEL: OperatingPoint(MODEL, LEVELS, (0.4, 0.2, 0.1), 1.5, 120, 18),
    OTHER: OperatingPoint(OTHER, LEVELS, LEVELS, 2.0, None, None),
}


@pytest.fixture(scope="module")
def patients(made_patient):
    rng = np.random.default_rng(1)
    made = []
    for index, burden in enumerate(np.linspace(1, 25, 14)):
        near, far = np.clip(burden + rng.normal(0, (1, 6)), 0, 30)
        made.append(
            made_patient(
                index,
                burden,
                {MODEL: made_reading(*[even(near)] * 3), OTHER: made_reading(*[even(far)] * 3)},
                negative=burden < 6,
                confidence={MODEL: (0.9, 0.8, 0.7)},
            )
        )
    return made


@pytest.fixture(scope="module")
def found(patients):
    return evaluate_cohort(cohort_facts(load_config(), 77, patients), patients, POINTS, MODEL)


@pytest.fixture
def card() -> ModelCard:
    return ModelCard(
        model_id=MODEL,
        what="a model",
        made_utc="2026-01-01T00:00:00+00:00",
        code_version="0.1.0",
        network={"streams": ["t1"]},
        training={},
        data={},
        training_range=TrainingRange((800, 1300), (0.9, 1.2), (1.5,)),
        intended_use="tests",
        limits=(),
    )


def test_the_same_patients_give_the_same_tables_to_the_last_digit(found, patients):
    again = evaluate_cohort(cohort_facts(load_config(), 77, patients), patients, POINTS, MODEL)
    assert again == found


def test_another_seed_draws_other_intervals_of_the_same_values(found, patients):
    other = evaluate_cohort(cohort_facts(load_config(), 76, patients), patients, POINTS, MODEL)
    assert other.agreement[0].fit == found.agreement[0].fit
    assert other.agreement[0].dice.value == found.agreement[0].dice.value
    assert other.gains[0].gain.interval != found.gains[0].gain.interval


def test_who_was_evaluated_is_told(found):
    facts = found.cohort
    assert (facts.name, facts.patients, facts.seed) == ("hcm_1p5t_shmolli", 14, 77)
    assert (facts.t1_ecv_correlation, facts.field_t) == (0.6, 1.5)
    assert facts.negatives == facts.good_negatives == 3
    assert (facts.good_lge_slices, facts.slices) == (42, 42)


def test_gain_is_asked_of_the_model_alone(found):
    assert {(row.predictor, row.over) for row in found.gains} == {(MODEL, OTHER)}
    assert len(found.gains) == 2 * 2 * 3
    assert {row.predictor for row in found.presence} == {MODEL, OTHER}


def test_json_and_markdown_say_virtual_cohort_and_name_every_form(found):
    text = evaluation_json(MODEL, POINTS, [found], {MODEL: {"generator.onnx": "ab"}})
    document = json.loads(text)
    assert "Virtual cohort" in document["note"]
    assert document["made_from"] == {MODEL: {"generator.onnx": "ab"}}
    row = document["cohorts"][0]["agreement"][0]
    assert row["icc_single"]["form"] == "ICC(A,1)"
    assert row["fit"]["r"] == pytest.approx(found.agreement[0].fit.r)
    assert len(row["pairs"]) == 14
    readable = evaluation_markdown(MODEL, POINTS, [found])
    assert "**Virtual cohort" in readable
    for needed in ("ICC(A,1)", "ICC(A,2)", "R 0.77/0.75/0.72", "seed 77", "matched FWHM, 0.4",
                   "upper bound", "from the model's card", "lower bound above 0"):  # fmt: skip
        assert needed in readable, needed


def test_every_table_has_as_many_cells_as_its_head(found):
    tables = [part for part in evaluation_markdown(MODEL, POINTS, [found]).split("\n\n")
              if part.startswith("|")]  # fmt: skip
    assert len(tables) >= 4
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_card_takes_its_thresholds_once(card):
    frozen = frozen_card(card, POINTS[MODEL])
    assert point_of_card(card) is None
    assert point_of_card(frozen).matched_levels == (0.4, 0.2, 0.1)
    assert point_of_card(frozen).present_percent == 1.5
    with pytest.raises(OperatingPointError, match="frozen already"):
        frozen_card(frozen, POINTS[MODEL])


def test_a_card_takes_its_figures_with_their_intervals(card, found):
    metrics = {metric.name: metric for metric in recorded_card(card, found).metrics}
    row = next(r for r in found.agreement if (r.predictor, r.thresholds) == (MODEL, "matched"))
    told = metrics["R, matched FWHM"]
    assert (told.value, told.low, told.high) == (
        row.fit.r,
        row.fit.r_interval.low,
        row.fit.r_interval.high,
    )
    assert told.n == 14
    assert "ICC(A,1), equal FWQM" in metrics
    assert f"gain in Dice over {OTHER}, matched FWEM" in metrics
    assert metrics["false positives among good images"].n == 3
    tested_on = recorded_card(card, found).data["tested_on"]
    assert (tested_on["name"], tested_on["patients"], tested_on["seed"]) == (
        "hcm_1p5t_shmolli",
        14,
        77,
    )
    assert len(metrics) == len(recorded_card(card, found).metrics)


def test_a_model_trained_on_the_same_hearts_is_refused(card):
    seen = replace(card, data={"cohorts": [{"name": "hcm_weak_t1", "seed": 77}]})
    with pytest.raises(SeenPatientsError, match="trained on hcm_weak_t1, seed 77"):
        refuse_seen(seen, {77, 78})
    refuse_seen(replace(card, data={"cohorts": [{"name": "hcm_weak_t1", "seed": 20211}]}), {77})
    refuse_seen(card, {77})


@pytest.mark.parametrize("name", training_presets())
def test_no_preset_of_a_training_takes_reserved_seeds(name):
    assert set(load_spec(name).data.forbidden_seeds) == set(RESERVED_SEEDS)


def test_frozen_cohorts_are_presets_of_reserved_seeds():
    assert {one.preset for one in (*TESTS, VALIDATION)} <= set(preset_names())
    assert {one.seed for one in (*TESTS, VALIDATION)} < set(RESERVED_SEEDS)
    assert {one.seed for one in TESTS} == {TEST_SEED}
    assert VALIDATION.seed not in {one.seed for one in TESTS}
    assert min(one.patients for one in TESTS) >= 120
    assert load_config().seed not in RESERVED_SEEDS
    dials = {load_config(one.preset).tissue.t1_ecv_correlation for one in TESTS}
    assert dials == {0.0, 0.3, 0.6}
