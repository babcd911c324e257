import numpy as np
import pytest

from vne_core.phantom.physics import (
    balanced_profile,
    bssfp_signal,
    nulling_ti_ms,
    post_contrast_t1_ms,
    psir_signal,
)
from vne_core.phantom.tissue import BLOOD_T1_MS, FACTS, HAEMATOCRIT, Tissue

BLOOD_POST_MS = 385.0
BLOOD = (BLOOD_T1_MS, HAEMATOCRIT)


@pytest.mark.parametrize("t1_ms", [250.0, 520.0, 900.0])
def test_the_nulling_time_nulls(t1_ms):
    assert psir_signal(t1_ms, nulling_ti_ms(t1_ms, 1900.0), 1900.0) == pytest.approx(0, abs=1e-12)


def test_blood_after_contrast_has_the_t1_that_was_asked_for():
    blood = post_contrast_t1_ms(BLOOD_T1_MS, 1 - HAEMATOCRIT, BLOOD_POST_MS, *BLOOD)
    assert blood == pytest.approx(BLOOD_POST_MS)


def test_tissue_that_contrast_does_not_reach_keeps_its_t1():
    assert post_contrast_t1_ms(1000.0, 0.0, BLOOD_POST_MS, *BLOOD) == pytest.approx(1000.0)


@pytest.mark.parametrize("blood_post_ms", [300.0, 385.0, 450.0])
@pytest.mark.parametrize("level, ecv", [(0.125, 0.30), (0.25, 0.33), (0.5, 0.39)])
def test_bands_fall_at_the_published_extracellular_volumes_whatever_the_dose(
    level, ecv, blood_post_ms
):
    """Remote at .27: the eighth, quarter and half maximum lie at .30, .33 and .39."""
    reached = ecv_at_level(level, blood_post_ms, HAEMATOCRIT)
    assert reached == pytest.approx(ecv, abs=0.02)


def ecv_at_level(level, blood_post_ms, haematocrit):
    grid = np.linspace(0.27, 0.6, 331)
    blood = (BLOOD_T1_MS, haematocrit)
    remote = float(post_contrast_t1_ms(1000.0, 0.27, blood_post_ms, *blood))
    ti_ms = nulling_ti_ms(remote, 1900.0)
    bright = psir_signal(blood_post_ms, ti_ms, 1900.0)
    after = post_contrast_t1_ms(1000.0 + 330 * (grid - 0.27), grid, blood_post_ms, *blood)
    return grid[np.argmax(psir_signal(after, ti_ms, 1900.0) >= level * bright)]


def test_the_half_maximum_moves_with_the_haematocrit():
    """From .43 at a haematocrit of .35 to .36 at .50."""
    assert ecv_at_level(0.5, BLOOD_POST_MS, 0.35) == pytest.approx(0.43, abs=0.025)
    assert ecv_at_level(0.5, BLOOD_POST_MS, 0.50) == pytest.approx(0.36, abs=0.025)


@pytest.mark.parametrize("tissue", [Tissue.LV_MYOCARDIUM, Tissue.BLOOD])
def test_measured_cine_signals_agree_with_the_steady_state_formula(tissue):
    facts = FACTS[tissue]
    assert facts.cine == pytest.approx(float(bssfp_signal(facts.t1_ms, facts.t2_ms, 70)), rel=0.06)


def test_a_balanced_cine_has_its_dark_band_at_half_the_pulse_rate():
    hertz = np.linspace(0, 400, 401)
    profile = balanced_profile(1000.0, 47.0, 60.0, 2.9, hertz)
    assert profile[0] == pytest.approx(1.0)
    assert hertz[profile[:300].argmin()] == pytest.approx(1000 / (2 * 2.9), abs=1)
    assert profile[:40].min() > 0.94
