import numpy as np
import pytest

from tests.vne_core.learn.made_model import SPREAD, write_model
from vne_core.evaluate.measure import measure_patient
from vne_core.evaluate.model_predictor import ModelPredictor, model_predictors
from vne_core.evaluate.patient_arrays import with_unrelated_t1
from vne_core.evaluate.predictor import LinearT1
from vne_core.evaluate.reading import t1_places
from vne_core.evaluate.regions import centre_px
from vne_core.geometry.contour import centroid_mm
from vne_core.learn.card import read_card
from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.config_file import load_config
from vne_core.phantom.patient import make_body, unrelated_body
from vne_core.phantom.truth import LEVELS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def model(folder) -> ModelPredictor:
    return model_predictors(folder, read_card(folder))[0]


def test_a_model_that_copies_t1_measures_nearly_what_t1_does(model, scanned):
    """The made network scales T1 linearly; the way to its 1 mm grid and back smooths a little."""
    found = measure_patient(scanned, [model, LinearT1()])
    for level in LEVELS[1:]:
        made = found.readings[model.name].burden_percent(level)
        assert made == pytest.approx(found.readings[LinearT1().name].burden_percent(level), abs=6)
    ventricle = scanned.share("epi_t1") > 0.99
    images = model.predict(scanned).images
    assert np.corrcoef(images[ventricle], scanned.images["t1"][ventricle])[0, 1] > 0.95


def test_spread_and_features_come_with_the_image(model, scanned):
    made = model.predict(scanned)
    wall = t1_places(scanned).wall > 0.99
    assert made.spread[wall] == pytest.approx(SPREAD, abs=1e-4)
    assert made.confidence is None, "this model was never calibrated"
    assert [one["no_cine"] for one in made.features] == [0, 0, 0]
    assert made.reasons == ("", "", "")


def test_without_its_cine_a_model_is_another_row_with_the_same_thresholds(folder, scanned):
    whole, without, _ = model_predictors(folder, read_card(folder))
    assert without.name == f"{whole.name} without cine"
    assert without.thresholds_of == whole.name
    assert without.subject(scanned, 0).aligned.cine is None
    made = without.predict(scanned)
    assert [one["no_cine"] for one in made.features] == [1, 1, 1]
    assert not np.array_equal(made.images, whole.predict(scanned).images)


def test_unrelated_native_t1_leaves_shape_and_motion_alone(folder, model, scanned):
    """What a model finds in it cannot come from T1 or IR of the myocardium."""
    blind = model_predictors(folder, read_card(folder))[-1]
    assert blind.thresholds_of == model.name
    other = with_unrelated_t1(scanned)
    assert np.array_equal(blind.predict(scanned).images, model.predict(other).images)
    wall = t1_places(scanned).wall[1] >= 0.99
    for name in ("t1", "ir"):
        changed = np.abs(other.images[name][1].astype(float) - scanned.images[name][1])
        assert np.median(changed[..., wall]) > 4 * np.median(changed[..., ~wall]), name
    same = [name for name in scanned.images if name not in ("t1", "ir")]
    assert all(np.array_equal(other.images[name], scanned.images[name]) for name in same)


def test_unrelated_native_t1_varies_on_its_own_around_the_same_value_and_follows_nothing():
    """Over the walls of a cohort in which native T1 does follow extracellular volume."""
    config = load_config("hcm_1p5t_shmolli")
    own, anew, dials = [], [], []
    for index in range(12):
        patient = draw_patient(config, 5, index)
        dials.append(patient.fibrosis.t1_variation_ms)
        body, other = make_body(patient), unrelated_body(patient)
        assert np.array_equal(body.fibrosis.ecv, other.fibrosis.ecv)
        for found, fields in ((own, body.fibrosis), (anew, other.fibrosis)):
            t1, ecv = (field[::8, ::8].mean(axis=2).ravel() for field in (fields.t1_ms, fields.ecv))
            found.append((t1 - patient.fibrosis.remote_t1_ms, ecv - ecv.mean()))
    (t1, ecv), (t1_anew, _) = (np.concatenate(found, axis=1) for found in (own, anew))
    assert np.corrcoef(t1, ecv)[0, 1] > 0.4
    assert abs(np.corrcoef(t1_anew, ecv)[0, 1]) < 0.15
    assert abs(t1_anew.mean()) < 5
    assert 0.7 * np.mean(dials) < t1_anew.std() < np.mean(dials) < t1.std()


def test_a_model_of_t1_alone_has_no_row_without_cine(tmp_path):
    folder = write_model(tmp_path, network={"streams": ["t1"]})
    names = [one.name for one in model_predictors(folder, read_card(folder))]
    assert names == ["made-1", "made-1, native T1 unrelated to fibrosis"]


def test_the_ventricle_is_told_or_found(folder, model, scanned):
    told = model.subject(scanned, 1)
    x, y = told.aligned.plane.patient_to_pixel([centroid_mm(told.epi)])[0]
    assert (y, x) == pytest.approx(tuple(centre_px(scanned.share("endo_t1")[1])), abs=0.01)
    found = model_predictors(folder, read_card(folder), is_localised=True)[0]
    assert found.subject(scanned, 1).epi is None


def test_inversion_times_rise_with_their_images(model, scanned):
    aligned = model.subject(scanned, 0).aligned
    times = scanned.images["times_ms"][0]
    assert list(aligned.inversion_times_ms) == sorted(float(time) for time in times)
    last = int(np.argmax(times))
    assert np.array_equal(aligned.ir[-1], scanned.images["ir"][0][last])


def test_a_slice_that_cannot_be_generated_is_left_out_with_its_reason(model, scanned):
    images = dict(scanned.images)
    images["t1"] = images["t1"].copy()
    images["t1"][1] = 0
    found = measure_patient(type(scanned)(images, scanned.table), [model])
    reading = found.readings[model.name]
    assert len(reading.measured) == 2
    assert "the T1 map holds no value" in reading.reasons[0]
