import numpy as np
import pytest

from tests.vne_core.evaluate.conftest import SEED, even, made_reading, made_slice
from vne_core.evaluate.measure import ECV, LGE, TRUTH, measure_patient
from vne_core.evaluate.patient_arrays import PatientArrays, read_patient
from vne_core.evaluate.predictor import LinearT1, SecondLge
from vne_core.evaluate.reading import (
    PatientReading,
    Places,
    lge_places,
    overlap,
    read_images,
    t1_places,
)
from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.config_file import load_config
from vne_core.phantom.examination import scan_slice
from vne_core.phantom.patient import make_body
from vne_core.phantom.training_set import (
    TrainingSetError,
    create_training_set,
    open_training_set,
    write_training_patient,
)
from vne_core.phantom.truth import LEVELS
from vne_core.phantom.window import heart_window
from vne_core.quantify.burden import NotMeasured, measure_slice, patient_burden
from vne_core.study.annotation import ImageKind


@pytest.fixture(scope="module")
def truths():
    """What is true of the scanned patient, with contours instead of masks."""
    patient = draw_patient(load_config(), SEED, 1)
    body = make_body(patient)
    return [
        scan_slice(body, patient, index, window=heart_window(patient, index)).truth
        for index in range(3)
    ]


def test_a_burden_from_masks_is_the_one_the_program_measures_from_contours(scanned, truths):
    images = scanned.stored_counts("lge")
    ours = read_images(images, lge_places(scanned), scanned.pixel_mm)
    theirs = [
        measure_slice(image, truth.t1_plane, truth.annotation(truth.name, ImageKind.LGE))
        for image, truth in zip(images, truths, strict=True)
    ]
    whole = patient_burden(theirs)
    for index, level in enumerate(LEVELS):
        assert ours.burden_percent(level) == pytest.approx(
            whole.levels[index].burden_percent, rel=1e-5
        )
        for one, other in zip(ours.slices, theirs, strict=True):
            assert one.lesion_mm2(level) == pytest.approx(other.levels[index].lesion_mm2, rel=1e-5)


def test_regions_moved_to_the_t1_map_measure_what_its_true_ones_do(scanned, truths):
    """The true regions of the T1 map are not in the arrays; contours and regions move there."""
    places = t1_places(scanned)
    for index, truth in enumerate(truths):
        image = scanned.images["t1"][index].astype(float)
        true = measure_slice(image, truth.t1_plane, truth.annotation(truth.name, ImageKind.T1))
        assert not isinstance(true, NotMeasured)
        remote = np.average(image, weights=places.remote[index])
        blood = np.average(image, weights=places.blood[index])
        assert remote == pytest.approx(true.remote_mean, abs=12)
        assert blood == pytest.approx(true.blood_mean, abs=12)
        assert (places.remote[index] * (places.wall[index] > 0.99)).sum() >= (
            0.99 * places.remote[index].sum()
        )


def test_every_image_is_measured_in_its_own_contours(scanned):
    found = measure_patient(scanned, [LinearT1(), SecondLge()])
    assert list(found.readings) == [TRUTH, LGE, ECV, LinearT1().name, SecondLge().name]
    t1_wall = lge_wall = 0.0
    for index in range(3):
        t1_wall += (scanned.share("epi_t1") - scanned.share("endo_t1"))[index].clip(0).sum()
        lge_wall += (scanned.share("epi") - scanned.share("endo"))[index].clip(0).sum()
    area = scanned.pixel_mm**2
    for name, wall in ((LinearT1().name, t1_wall), (LGE, lge_wall), (SecondLge().name, lge_wall)):
        measured = sum(one.myocardium_mm2() for one in found.readings[name].measured)
        assert measured == pytest.approx(wall * area, rel=1e-4)
    assert not found.is_negative
    assert len(found.categories["lge"]) == 3


def test_the_burden_of_the_truth_is_that_of_the_table(scanned):
    found = measure_patient(scanned, [])
    table = scanned.table
    for index, level in enumerate(LEVELS):
        area = table["myocardium_mm2"]
        told = (table["true_burden_percent"][:, index] * area).sum() / area.sum()
        assert found.readings[TRUTH].burden_percent(level) == pytest.approx(told, abs=0.3)


def test_a_patient_read_from_training_arrays_is_the_one_that_is_scanned(scanned, tmp_path):
    create_training_set(tmp_path / "a", load_config(), 2, SEED)
    write_training_patient(tmp_path / "a", draw_patient(load_config(), SEED, 1))
    arrays = open_training_set(tmp_path / "a")
    read = read_patient(arrays, 1)
    assert set(read.images) == set(scanned.images)
    for name, image in scanned.images.items():
        assert np.array_equal(read.images[name], image), name
    assert np.array_equal(read.table, scanned.table)
    with pytest.raises(TrainingSetError, match="patient 0 is not in the training arrays"):
        read_patient(arrays, 0)


def test_blood_no_brighter_than_remote_is_not_measured_and_says_why():
    wall = np.ones((1, 4, 4), np.float32)
    remote, blood = np.zeros_like(wall), np.zeros_like(wall)
    remote[0, 0], blood[0, 3] = 1, 1
    image = np.full((1, 4, 4), 5.0)
    found = read_images(image, Places(wall, remote, blood), 1.0)
    assert found.measured == ()
    assert "blood pool 5 is not brighter" in found.reasons[0]
    assert np.isnan(found.burden_percent(0.5))


def test_a_patient_burden_weights_slices_by_their_area():
    small = made_slice({0.5: 50})
    large = made_slice({0.5: 10})
    double = type(large)(large.pixels, large.share * 2, large.enhancement, large.pixel_mm2)
    assert PatientReading((small, double)).burden_percent(0.5) == pytest.approx(
        (500 + 200) / 3000 * 100
    )


def test_overlap_counts_shared_lesion_at_each_image_own_level():
    first = PatientReading((made_slice({0.5: 20}),))
    second = PatientReading((made_slice({0.35: 40}),))
    # the first 200 pixels against the first 400: Dice 2 x 200 / 600
    assert overlap(first, second, (0.5, 0.35)) == pytest.approx(2 * 200 / 600)
    moved = PatientReading((made_slice({0.5: 20}, first_px=100),))
    assert overlap(first, moved, (0.5, 0.5)) == pytest.approx(2 * 100 / 400)
    nothing = made_reading(even(0) | {0.5: 0})
    assert overlap(nothing, nothing, (0.5, 0.5)) is None
    assert overlap(first, nothing, (0.5, 0.5)) == 0


def test_slices_that_one_image_lacks_are_left_out_of_the_overlap():
    both = made_reading(even(10), even(10))
    half = PatientReading((both.slices[0], NotMeasured("has no blood pool")))
    assert overlap(both, half, (0.5, 0.5)) == 1


def test_an_image_is_cut_out_around_the_ventricle(scanned: PatientArrays):
    shown = measure_patient(scanned, [LinearT1()], is_shown=True).shown
    assert shown.t1_ms.shape == shown.lge.shape == (116, 116)
    rows, cols = np.nonzero(shown.wall_t1)
    assert abs(rows.mean() - 58) < 3
    assert abs(cols.mean() - 58) < 3
    assert np.average(shown.predicted[LinearT1().name], weights=shown.wall_t1) < 0.5
