from dataclasses import replace

import numpy as np
import pytest

from vne_core.geometry.raster import roi_coverage
from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.cohort_table import Row, cohort_rows, table_text
from vne_core.phantom.config_file import load_config
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.examination import scan_slice
from vne_core.phantom.fibrosis import Lesion
from vne_core.phantom.figures import patient_figures
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.patient import make_body
from vne_core.phantom.slice_truth import quiet_angle_deg
from vne_core.phantom.studies import without_noise
from vne_core.phantom.tissue import BLOOD_T1_MS, MYOCARDIUM_T1_MS

LEVELS = (0.5, 0.25, 0.125)


@pytest.fixture(scope="module")
def silent():
    return patient_figures(without_noise(demo_patient()))


def test_without_noise_the_acquired_burden_is_the_true_one(silent):
    for level in LEVELS:
        assert silent.burden[level] == pytest.approx(silent.true_burden[level], abs=1.0)


def test_the_map_reads_the_tissues_that_were_put_in(silent):
    assert silent.t1_ms["remote"] == pytest.approx(MYOCARDIUM_T1_MS, abs=25)
    assert silent.t1_ms["blood"] == pytest.approx(BLOOD_T1_MS, abs=25)
    assert silent.t1_ms["fat"] == pytest.approx(280, abs=15)
    assert silent.t1_ms["liver"] == pytest.approx(600, abs=15)
    assert 40 < silent.t1_ms["lesion"] - silent.t1_ms["remote"] < 180


def test_there_are_sixteen_segments_and_the_map_follows_their_truth(silent):
    assert len(silent.segments) == 16
    for segment in silent.segments:
        assert segment.map_t1_ms == pytest.approx(segment.t1_ms, abs=35)
    septal, lateral = (silent.segments[index].ecv for index in (11, 8))
    assert septal > lateral + 0.02


def test_noise_raises_the_burden_of_a_heart_without_lesions():
    healthy = draw_patient(load_config("healthy"), 3, 0)
    noisy = replace(healthy, lge=replace(healthy.lge, blood_snr=8.0))
    quiet, loud = (patient_figures(one).burden for one in (without_noise(healthy), noisy))
    assert loud[0.125] > quiet[0.125] + 3


@pytest.mark.parametrize("angle_deg", [20.0, 340.0, 70.0])
def test_the_remote_region_keeps_away_from_lesions_of_the_free_wall(angle_deg):
    patient = demo_patient()
    scar = Lesion(angle_deg, 0.5, -2.0, 10.0, 8.0, 25.0, 1.0)
    patient = replace(patient, fibrosis=replace(patient.fibrosis, lesions=(scar,)))
    body = make_body(patient)
    chosen = quiet_angle_deg(body, body.heart(float(contraction_at(0.7))), -2.0)
    apart = abs((chosen - angle_deg + 180) % 360 - 180)
    assert apart > 35
    truth = scan_slice(body, patient, 1).truth
    inside = roi_coverage(truth.lge.remote, truth.t1_plane) > 0.5
    assert np.nanmax(truth.fibrosis_share[inside]) < 0.05


def test_a_cohorts_rows_hold_every_band_and_tell_what_is_outside(silent):
    found = [silent, replace(silent, index=1, pattern=())]
    rows = {row.name: row for row in cohort_rows(load_config(), found)}
    for name in ("FWHM", "FWQM", "FWEM"):
        assert rows[f"LGE burden {name}, %"].source == "Zhang 2021"
        assert rows[f"  patients without lesions {name}, %"].value > 0
    assert rows["patients without lesions, %"].value == pytest.approx(50)
    assert not rows["patients without lesions, %"].is_met()
    (told,) = table_text([rows["patients without lesions, %"]]).split("\n")[1:]
    assert told.endswith("within the draw's error")
    certain = replace(rows["patients without lesions, %"], standard_error=0.1)
    assert "OUTSIDE" in table_text([certain])
    assert "OUTSIDE" not in table_text([rows["T1 blood, ms"]])


def test_a_range_is_widened_by_standard_errors_and_no_further():
    row = Row("burden", 12.5, 0.4, 7.8, 11.8, "paper")
    assert not row.is_met()
    assert not row.is_met(1.0)
    assert row.is_met(2.0)


def test_a_healthy_cohort_is_not_held_to_the_burdens_of_a_sick_one(silent):
    rows = {row.name: row for row in cohort_rows(load_config("healthy"), [silent])}
    assert not rows["LGE burden FWHM, %"].has_bar
    assert rows["T1 blood, ms"].has_bar
