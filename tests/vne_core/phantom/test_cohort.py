from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from vne_core.phantom.anatomy import ANGLES
from vne_core.phantom.artefacts import NONE
from vne_core.phantom.cohort import LESION_ECV_RISE, draw_patient, t1_dials
from vne_core.phantom.config_file import config_of, load_config
from vne_core.phantom.fibrosis import FIELD_W_MM
from vne_core.phantom.motion import heart_state
from vne_core.phantom.patient import make_body
from vne_core.phantom.scene import FREE_REACH_MM, HEART_REACH_MM

MANY = 400
CONFIG = load_config()


@pytest.fixture(scope="module")
def drawn():
    return [draw_patient(CONFIG, 7, index) for index in range(MANY)]


def test_the_same_seed_and_number_give_the_same_patient():
    assert draw_patient(CONFIG, 3, 5) == draw_patient(CONFIG, 3, 5)
    assert draw_patient(CONFIG, 3, 5) != draw_patient(CONFIG, 4, 5)
    assert draw_patient(CONFIG, 3, 5).heart != draw_patient(CONFIG, 3, 6).heart


def test_a_dial_changes_its_own_piece_and_no_other():
    before = draw_patient(CONFIG, 3, 5)
    noisier = config_of({"acquisition": {"lge_snr": {"mean": 18.0}}}, CONFIG.name)
    after = draw_patient(noisier, 3, 5)
    assert after.lge.blood_snr < before.lge.blood_snr
    assert replace(after, lge=before.lge) == before
    scarred = config_of({"fibrosis": {"negative_share": 0.0, "extent": 1.5}}, CONFIG.name)
    assert replace(draw_patient(scarred, 3, 5), fibrosis=before.fibrosis, pattern=()) == replace(
        before, pattern=()
    )
    faulty = config_of({"artefacts": {"misgating": {"rate": 1.0}}}, CONFIG.name)
    assert replace(draw_patient(faulty, 3, 5), slices=before.slices) == before


def test_the_random_field_of_fibrosis_outlasts_other_dials():
    before = draw_patient(CONFIG, 3, 5)
    thinner = replace(before, chest=replace(before.chest, fat_mm=5.0))
    assert np.array_equal(make_body(before).fibrosis.ecv, make_body(thinner).fibrosis.ecv)


def test_shares_of_shapes_and_lesions_are_those_of_the_dials(drawn):
    """Within three standard deviations of a binomial share."""
    shapes = Counter(patient.shape_name for patient in drawn)
    for name in ("septal", "concentric", "apical", "mid_cavity", "normal"):
        share = getattr(CONFIG.anatomy.shapes, name)
        assert shapes[name] / MANY == pytest.approx(share, abs=three_sd(share, MANY))
    positive = [patient for patient in drawn if patient.pattern]
    negative = 1 - len(positive) / MANY
    assert negative == pytest.approx(0.40, abs=three_sd(0.4, MANY))
    assert 0.35 < CONFIG.fibrosis.negative_share < 0.45
    insertion = np.mean(["insertion" in patient.pattern for patient in positive])
    assert insertion == pytest.approx(0.45, abs=three_sd(0.45, len(positive)))


def three_sd(share, count):
    return 3 * np.sqrt(share * (1 - share) / count)


def test_thickened_walls_are_thirteen_to_thirty_millimetres(drawn):
    septal = [p.heart.septum_mm for p in drawn if p.shape_name == "septal"]
    assert 13 <= min(septal) < 15
    assert 26 < max(septal) <= 30


def test_no_heart_reaches_beyond_what_is_painted_with_it(drawn):
    """Every drawn heart, with its fat and its breathing, inside the box that is painted."""
    theta = np.arange(ANGLES) * 2 * np.pi / ANGLES
    for patient in drawn[:200]:
        state = heart_state(patient.heart, 0.0)
        reach = (state.rv_outer_mm + state.sac_mm)[10:95].max(axis=0) + 3
        turned = theta + np.radians(patient.roll_deg)
        assert (reach * -np.cos(turned)).max() < HEART_REACH_MM
        assert (reach * np.cos(turned)).max() < FREE_REACH_MM
        assert (reach * np.abs(np.sin(turned))).max() < FREE_REACH_MM


def test_a_patient_without_lesions_has_none(drawn):
    for patient in drawn:
        assert bool(patient.pattern) == bool(patient.fibrosis.lesions)


def test_artefacts_happen_as_often_as_their_rates_and_never_where_they_cannot(drawn):
    plans = [plan for patient in drawn for plan in patient.slices]
    ghosted = np.mean([plan.lge.ghosting > 0 for plan in plans])
    rate = CONFIG.artefacts.ghosting.rate
    assert ghosted == pytest.approx(rate, abs=three_sd(rate, len(plans)))
    assert {plan.t1.ghosting for plan in plans} == {0.0}
    assert {plan.cine.breathing_mm for plan in plans} == {0.0}
    assert {plan.cine.ti_error_ms for plan in plans} == {0.0}
    assert max(plan.lge.ghosting for plan in plans) <= CONFIG.artefacts.ghosting.worst


def test_the_enhancement_lies_at_most_four_millimetres_from_the_map(drawn):
    for patient in drawn:
        for plan in patient.slices:
            assert abs(plan.lge_offset_mm) <= 4
            assert np.linalg.norm(plan.lge_shift_mm) < 6


def test_without_rates_nothing_goes_wrong():
    rates = {
        name: {"rate": 0.0}
        for name in (
            "ghosting",
            "cine_ghosting",
            "breathing_mm",
            "misgating",
            "coil_dropout",
            "ti_error_ms",
        )
    }
    rates["off_resonance_hz"] = {"mean": 0.0, "sd": 0.0, "low": 0.0, "high": 0.0}
    calm = config_of({"artefacts": rates}, "calm")
    for plan in draw_patient(calm, 1, 0).slices:
        assert plan.cine == plan.t1 == plan.lge == NONE


@pytest.mark.parametrize("correlation", [0.3, 0.6])
def test_slope_and_variation_are_solved_for_the_correlation(correlation):
    """Drawn as the formula says they lie: r = k sd(E) / sqrt(k^2 sd(E)^2 + s^2)."""
    tissue = replace(
        CONFIG.tissue, t1_ecv_correlation=correlation, t1_between_ms=0.0, lesion_t1_rise_ms=90.0
    )
    slope, variation = t1_dials(tissue)
    assert slope * LESION_ECV_RISE == pytest.approx(90.0)
    spread = slope * tissue.segment_ecv_sd
    found = spread / np.hypot(spread, 0.76 * variation)
    assert found == pytest.approx(correlation, abs=0.01)


def test_at_correlation_zero_native_t1_does_not_follow_fibrosis():
    patient = draw_patient(load_config("hcm_uninformative_t1"), 1, 1)
    assert patient.fibrosis.t1_per_ecv_ms == 0
    assert patient.fibrosis.t1_variation_ms > 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "preset, correlation",
    [("hcm_uninformative_t1", 0.0), ("hcm_weak_t1", 0.3), ("hcm_1p5t_shmolli", 0.6)],
)
def test_over_segments_native_t1_follows_fibrosis_as_the_dial_says(preset, correlation):
    """Read off the fields themselves: six sectors at three levels of eighty patients.

    The tolerance is the dial's 0.08 and two standard errors of eighty patients (0.05 each).
    """
    config = load_config(preset)
    pooled = np.concatenate([sectors(draw_patient(config, 5, index)) for index in range(80)])
    assert np.corrcoef(pooled.T)[0, 1] == pytest.approx(correlation, abs=0.18)


def sectors(patient):
    """(Extracellular volume, native T1) of each sector, read off the body."""
    fields = make_body(patient).fibrosis
    found = []
    for plan in patient.slices:
        rows = np.abs(FIELD_W_MM - plan.w_mm) <= 4
        for start in range(0, 360, 60):
            part = (rows, slice(start, start + 60))
            found.append((fields.ecv[part].mean(), fields.t1_ms[part].mean()))
    return np.array(found)
