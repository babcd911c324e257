"""The models that ship: whole, small enough, as good as their cards say on patients never used."""

import json
from dataclasses import replace

import numpy as np
import pytest

from vne_core.evaluate.frozen import PAPER_ICC, PAPER_R, RESERVED_SEEDS
from vne_core.evaluate.measure import LGE, TRUTH, measure_patient
from vne_core.evaluate.model_predictor import model_predictors
from vne_core.evaluate.patient_arrays import scan_patient
from vne_core.evaluate.predictor import LinearT1
from vne_core.evaluate.reading import overlap
from vne_core.jobs.events import JobSpec
from vne_core.jobs.foreground import run_foreground
from vne_core.learn.card import VIRTUAL_COHORT, WEIGHTS, check_model
from vne_core.learn.registry import Registry
from vne_core.packaged import resource
from vne_core.phantom.config_file import load_config
from vne_core.study.rules import LEVEL_NAMES
from vne_core.vne.generate import Subject, generate
from vne_core.vne.image import Trust
from vne_core.vne.localise import find_centre
from vne_core.vne.model import load_model
from vne_core.workspace.generated import aligned_slice, slices_to_generate
from vne_core.workspace.store import Workspace

MEGABYTE = 1 << 20
PATIENTS = 8
FWQM = 0.25
LEAST_R = 0.8
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


@pytest.fixture(scope="module")
def figures(shipped):
    return {metric.name: metric for metric in shipped.active().card.metrics}


@pytest.mark.parametrize("thresholds", ["equal", "matched"])
@pytest.mark.parametrize("level, name", LEVEL_NAMES.items())
def test_its_r_and_its_icc_stand_above_the_guard(figures, level, name, thresholds):
    assert figures[f"R, {thresholds} {name}"].value >= PAPER_R[level]
    assert figures[f"ICC(A,2), {thresholds} {name}"].value >= PAPER_ICC[level]


@pytest.mark.parametrize("over", ["t1-only-virtual-3", LinearT1().name])
@pytest.mark.parametrize("figure", ["R", "Dice"])
@pytest.mark.parametrize("name", LEVEL_NAMES.values())
def test_its_gains_over_both_baselines_are_above_zero(figures, over, figure, name):
    for thresholds in ("equal", "matched"):
        assert figures[f"gain in {figure} over {over}, {thresholds} {name}"].low > 0


@pytest.mark.parametrize("preset", ["hcm_1p5t_shmolli", "hcm_3t_molli"])
def test_it_shows_lesions_where_they_are_in_patients_of_a_fresh_seed(shipped, preset):
    """Burdens go with those of the LGE; bands lie on the true ones better than native T1's."""
    model, linear = shipped.active(), LinearT1()
    predictors = [model_predictors(model.folder, model.card)[0], linear]
    burdens, places = [], []
    for index in range(PATIENTS):
        patient = scan_patient(load_config(preset), FRESH_SEED, index)
        readings = measure_patient(patient, predictors).readings
        vne, native, lge, truth = (readings[n] for n in (model.model_id, linear.name, LGE, TRUTH))
        burdens.append((vne.burden_percent(FWQM), lge.burden_percent(FWQM)))
        places.append([overlap(one, truth, (FWQM, FWQM)) for one in (vne, native)])
    assert np.corrcoef(np.array(burdens).T)[0, 1] > LEAST_R, burdens
    made, scaled = np.mean(places, axis=0)
    assert made > scaled + 0.1, places


@pytest.fixture(scope="module")
def whole_fields(tmp_path_factory):
    """The demo's three slices, imported from DICOM."""
    folder = tmp_path_factory.mktemp("demo")
    where = {"workspace": str(folder / "workspace"), "folder": str(folder / "files")}
    run_foreground(JobSpec("demo", where), lambda _: None)
    with Workspace.open_for_job(folder / "workspace") as workspace:
        (line,) = workspace.studies.summaries()
        planned = slices_to_generate(workspace, line.study_id)
        return [aligned_slice(workspace.arrays, one.match) for one in planned]


@pytest.mark.slow
@pytest.mark.parametrize("t1_share", [0.65, 0.7, 0.8, 1.4])
def test_a_ventricle_looked_for_elsewhere_is_doubted_and_the_true_place_is_not(
    shipped, whole_fields, t1_share
):
    """T1 on another scale makes other tissue look like a heart."""
    model = load_model(shipped.active().folder)
    for whole in whole_fields:
        true_place = find_centre(whole, model.localiser)
        assert true_place.doubt == ""
        other = replace(whole, t1_ms=(whole.t1_ms * t1_share).astype(np.float32))
        found = find_centre(other, model.localiser)
        assert np.linalg.norm(np.subtract(found.at_mm, true_place.at_mm)) > 50
        confidence = generate(model, Subject(other)).confidence
        assert confidence.reasons[0] == found.doubt != ""
        assert confidence.trust is Trust.LOW
