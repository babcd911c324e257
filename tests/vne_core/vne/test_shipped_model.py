"""The models that ship: whole, small enough, as good as their cards say on patients never used."""

import json

import numpy as np
import pytest

from vne_core.evaluate.frozen import PAPER_ICC, PAPER_R, RESERVED_SEEDS
from vne_core.evaluate.measure import LGE, TRUTH, measure_patient
from vne_core.evaluate.model_predictor import model_predictors
from vne_core.evaluate.patient_arrays import scan_patient
from vne_core.evaluate.predictor import LinearT1
from vne_core.evaluate.reading import overlap
from vne_core.learn.card import VIRTUAL_COHORT, WEIGHTS, check_model
from vne_core.learn.registry import Registry
from vne_core.packaged import resource
from vne_core.phantom.config_file import load_config
from vne_core.study.rules import LEVEL_NAMES

MEGABYTE = 1 << 20
PATIENTS = 8
FRESH_SEED = 4711
"""Of patients that neither training nor validation nor test have seen."""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return Registry(tmp_path_factory.mktemp("own"))


def test_the_models_fit_into_forty_megabytes_and_none_of_their_files_is_large():
    sizes = [path.stat().st_size for path in resource("models").rglob("*") if path.is_file()]
    assert sum(sizes) <= 40 * MEGABYTE
    assert max(sizes) < 16 * MEGABYTE


def test_every_model_is_whole_and_says_that_its_patients_were_virtual(shipped):
    installed = shipped.list()
    assert len(installed) == 2
    for one in installed:
        assert one.problem == ""
        assert one.card.is_virtual_cohort
        assert VIRTUAL_COHORT in one.card.notice
        assert (one.folder / WEIGHTS).exists()
        assert not {cohort["seed"] for cohort in one.card.data["cohorts"]} & set(RESERVED_SEEDS)


def test_the_model_in_use_has_its_thresholds_and_its_confidence(shipped):
    model = shipped.active()
    chosen = json.loads((resource("models") / "default.json").read_text())
    assert model.model_id == chosen["model_id"]
    assert len(model.card.matched_levels) == 3
    assert model.card.false_positive_rules
    assert "confidence.json" in check_model(model.folder).files


def test_its_card_stands_above_the_guard_and_above_its_baselines(shipped):
    card = shipped.active().card
    figures = {metric.name: metric for metric in card.metrics}
    for level, name in LEVEL_NAMES.items():
        assert figures[f"R, equal {name}"].value >= PAPER_R[level]
        assert figures[f"ICC(A,2), matched {name}"].value >= PAPER_ICC[level]
        for over in ("t1-only-virtual-1", LinearT1().name):
            for figure in ("R", "Dice"):
                gain = figures[f"gain in {figure} over {over}, equal {name}"]
                assert gain.low > 0, gain


@pytest.mark.parametrize("preset", ["hcm_1p5t_shmolli", "hcm_3t_molli"])
def test_it_shows_lesions_where_they_are_in_patients_of_a_fresh_seed(shipped, preset):
    """Eight patients a scanner: burdens go with those of the LGE, bands lie on the true ones."""
    model = shipped.active()
    predictor = model_predictors(model.folder, model.card)[0]
    burdens, places = [], []
    for index in range(PATIENTS):
        patient = scan_patient(load_config(preset), FRESH_SEED, index)
        readings = measure_patient(patient, [predictor]).readings
        vne, lge, truth = (readings[name] for name in (model.model_id, LGE, TRUTH))
        burdens.append((vne.burden_percent(0.25), lge.burden_percent(0.25)))
        places.append(overlap(vne, truth, (0.25, 0.25)))
    print(preset, np.round(burdens, 1).tolist(), np.round(places, 2))
    assert np.corrcoef(np.array(burdens).T)[0, 1] > 0.8
    assert np.mean(places) > 0.4  # an even wall has 0.2, T1 scaled linearly 0.3
