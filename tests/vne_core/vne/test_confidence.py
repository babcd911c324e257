from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from vne_core.learn.card import ModelRefusedError
from vne_core.vne.confidence import (
    CalibrationError,
    Logistic,
    cross_predicted,
    fit_confidence,
    fit_logistic,
    predicted,
    read_confidence,
    reliability,
    wilson_interval,
    write_confidence,
)
from vne_core.vne.features import FEATURES
from vne_core.vne.image import Flag, InputFlag, Trust


def simulated(n=2000, seed=3):
    """Features of images whose error grows with the spread, and their true probability."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n, len(FEATURES)))
    odds = 1.0 - 1.5 * table[:, 0] + 0.5 * table[:, 3]
    truth = 1 / (1 + np.exp(-odds))
    return table, rng.random(n) < truth, truth, [index // 3 for index in range(n)]


def as_features(table):
    return [dict(zip(FEATURES, row.tolist(), strict=True)) for row in table]


def test_a_two_by_two_table_gives_its_own_log_odds():
    x = np.repeat([[0.0], [1.0]], 40, axis=0)
    y = np.r_[np.ones(10), np.zeros(30), np.ones(30), np.zeros(10)]
    fit = fit_logistic(x, y, ["wall_spread"], shrinkage=0.0)
    assert fit.probability({"wall_spread": 0.0}) == pytest.approx(10 / 40, abs=1e-8)
    assert fit.probability({"wall_spread": 1.0}) == pytest.approx(30 / 40, abs=1e-8)


@pytest.mark.parametrize("shrinkage", [0.0, 1.0, 50.0])
def test_the_weights_are_those_of_a_general_minimiser(shrinkage):
    table, outcome, _, _ = simulated(300)
    fit = fit_logistic(table, outcome, FEATURES, shrinkage)
    scaled = (table - table.mean(axis=0)) / table.std(axis=0)
    design = np.column_stack([np.ones(len(table)), scaled])

    def cost(w):
        odds = design @ w
        likelihood = np.sum(outcome * odds - np.logaddexp(0, odds))
        return shrinkage / 2 * np.sum(w[1:] ** 2) - likelihood

    found = minimize(cost, np.zeros(design.shape[1]), method="BFGS", options={"gtol": 1e-7}).x
    np.testing.assert_allclose([fit.intercept, *fit.weights], found, atol=1e-4)


def test_the_true_odds_are_found_again():
    table, outcome, truth, _ = simulated(20_000)
    said = predicted(fit_logistic(table, outcome, FEATURES), table)
    assert np.abs(said - truth).mean() < 0.015


def test_outcomes_that_a_feature_tells_apart_without_fail_stay_finite():
    x = np.linspace(-1, 1, 50)[:, None]
    fit = fit_logistic(x, x[:, 0] > 0, ["wall_spread"])
    assert np.isfinite(fit.weights).all()
    assert fit.probability({"wall_spread": 1.0}) > 0.9


def test_a_feature_that_never_varies_has_no_weight():
    table, outcome, _, _ = simulated(200)
    table[:, 5] = 4.0
    fit = fit_logistic(table, outcome, FEATURES)
    assert fit.weights[5] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("outcome", [np.ones(10), np.zeros(10)])
def test_images_that_are_all_alike_are_refused(outcome):
    with pytest.raises(CalibrationError, match="all 10 images have the same outcome"):
        fit_logistic(np.zeros((10, 1)), outcome, ["wall_spread"])


def test_a_feature_that_is_no_number_is_refused():
    table, outcome, _, _ = simulated(20)
    table[3, 2] = np.nan
    with pytest.raises(CalibrationError, match="finite numbers"):
        fit_logistic(table, outcome, FEATURES)


def test_what_was_said_of_a_patient_never_knew_that_patient():
    table, outcome, _, patients = simulated(300)
    said = cross_predicted(table, outcome, patients)
    mine = np.array(patients) == 17
    flipped = outcome.copy()
    flipped[mine] = ~flipped[mine]
    np.testing.assert_array_equal(cross_predicted(table, flipped, patients)[mine], said[mine])


def test_what_was_said_came_true_as_often_on_patients_left_out():
    table, outcome, _, patients = simulated(6000)
    rows = reliability(cross_predicted(table, outcome, patients), outcome)
    assert sum(row.n for row in rows) == 6000
    misses = [row for row in rows if not row.low - 0.02 <= row.said <= row.high + 0.02]
    assert misses == []


def test_reliability_counts_what_stands_in_each_bin():
    rows = reliability([0.05, 0.05, 0.95, 0.95, 1.0], [0, 1, 1, 1, 1])
    assert [(round(row.said, 3), row.came, row.n) for row in rows] == [
        (0.05, 0.5, 2),
        (0.967, 1.0, 3),
    ]


def test_wilsons_interval_is_the_published_one():
    """Newcombe 1998 (Stat Med 17:857), table I: 81 of 263 and 15 of 148, method 3."""
    assert wilson_interval(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(15 / 148, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson_interval(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@pytest.fixture
def calibrated():
    table, outcome, _, patients = simulated(600)
    errors = np.where(outcome, 3.0, -25.0)
    enhances = table[:, FEATURES.index("half_ratio")] > 0
    return fit_confidence(
        as_features(table), errors, enhances, patients, level=0.25, graph_fingerprint="f" * 64
    )


def test_a_calibration_comes_back_from_its_file_as_it_was(calibrated, tmp_path):
    write_confidence(tmp_path / "confidence.json", calibrated)
    assert read_confidence(tmp_path / "confidence.json") == calibrated


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "vne-reader/confidence/1"}'])
def test_a_damaged_calibration_is_refused_with_its_models_name(tmp_path, text):
    path = tmp_path / "hcm-1" / "confidence.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ModelRefusedError, match="of the model hcm-1 cannot be read"):
        read_confidence(path)


def test_a_calibration_of_another_network_is_refused(calibrated, card):
    with pytest.raises(ModelRefusedError, match="calibrated on another network"):
        calibrated.require_graphs(card())
    own = replace(calibrated, graph_fingerprint=card().graph_fingerprint)
    own.require_graphs(card())


def test_both_probabilities_follow_their_outcomes(calibrated):
    average = dict.fromkeys(FEATURES, 0.0)
    good = calibrated.of_image(average | {"wall_spread": -2.0}, (), "virtual")
    bad = calibrated.of_image(average | {"wall_spread": 3.0}, (), "virtual")
    assert good.trust is Trust.HIGH
    assert bad.trust is Trust.LOW
    assert good.caution == "virtual"
    bright = calibrated.of_image(average | {"half_ratio": 3.0}, (), "")
    dark = calibrated.of_image(average | {"half_ratio": -3.0}, (), "")
    assert dark.enhancement < 0.2
    assert bright.enhancement > 0.8


def test_low_confidence_says_why_flags_first(calibrated):
    average = dict.fromkeys(FEATURES, 0.0)
    flag = InputFlag(Flag.NO_CINE, "no cine within 4 mm: nearest 6.1 mm")
    bad = calibrated.of_image(average | {"wall_spread": 3.0}, (flag,), "")
    assert bad.words.startswith("low confidence (")
    assert bad.reasons == (flag.text, "the network is unsure of the myocardium")
    good = calibrated.of_image(average | {"wall_spread": -2.0}, (), "")
    assert good.reasons == ()


def test_an_image_whose_ventricle_may_be_elsewhere_is_never_trusted(calibrated):
    sure = dict.fromkeys(FEATURES, 0.0) | {"wall_spread": -2.0}
    doubt = InputFlag(Flag.UNSURE_CENTRE, "the ventricle was not found with certainty")
    said = calibrated.of_image(sure, (doubt,), "")
    assert calibrated.of_image(sure, (), "").trust is Trust.HIGH
    assert said.words == f"low confidence (50 %): {doubt}"


def test_images_that_never_enhance_leave_that_probability_out():
    table, outcome, _, patients = simulated(90)
    errors = np.where(outcome, 0.0, 20.0)
    model = fit_confidence(
        as_features(table), errors, np.zeros(90), patients, level=0.5, graph_fingerprint=""
    )
    assert model.enhancement is None
    assert model.of_image(as_features(table)[0], (), "").enhancement is None


def test_ten_points_are_within_and_more_are_not():
    table = np.zeros((4, len(FEATURES)))
    table[:, 0] = [0, 1, 0, 1]
    errors = [10.0, 10.1, -10.0, -10.1]
    model = fit_confidence(
        as_features(table), errors, [0, 1, 0, 1], range(4), level=0.5, graph_fingerprint=""
    )
    assert isinstance(model.within, Logistic)
    said = [model.within.probability(one) for one in as_features(table)]
    assert said[0] == said[2] > 0.5 > said[1] == said[3]
