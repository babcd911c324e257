import numpy as np
import pytest
from scipy.optimize import curve_fit

from vne_core.phantom.physics import (
    BLOOD_T1_MS,
    FACTS,
    HAEMATOCRIT,
    Shmolli,
    Tissue,
    bssfp_signal,
    nulling_ti_ms,
    post_contrast_t1_ms,
    psir_signal,
    shmolli_signal,
)

BLOOD_POST_MS = 385.0


def fitted_t1(times_ms, signals):
    def curve(t, a, b, t1_star):
        return a - b * np.exp(-t / t1_star)

    (a, b, t1_star), _ = curve_fit(curve, times_ms, signals, p0=(0.2, 0.4, 600))
    return t1_star * (b / a - 1)


@pytest.mark.parametrize("t1_ms", [250.0, 520.0, 900.0])
def test_the_nulling_time_nulls(t1_ms):
    assert psir_signal(t1_ms, nulling_ti_ms(t1_ms, 1900.0), 1900.0) == pytest.approx(0, abs=1e-12)


def test_blood_after_contrast_has_the_t1_that_was_asked_for():
    assert post_contrast_t1_ms(BLOOD_T1_MS, 1 - HAEMATOCRIT, BLOOD_POST_MS) == pytest.approx(
        BLOOD_POST_MS
    )


def test_tissue_that_contrast_does_not_reach_keeps_its_t1():
    assert post_contrast_t1_ms(1000.0, 0.0, BLOOD_POST_MS) == pytest.approx(1000.0)


@pytest.mark.parametrize("blood_post_ms", [300.0, 385.0, 450.0])
@pytest.mark.parametrize("level, ecv", [(0.125, 0.30), (0.25, 0.33), (0.5, 0.39)])
def test_bands_fall_at_the_published_extracellular_volumes_whatever_the_dose(
    level, ecv, blood_post_ms
):
    """Remote at .27: the eighth, quarter and half maximum lie at .30, .33 and .39."""
    grid = np.linspace(0.27, 0.6, 331)
    remote = float(post_contrast_t1_ms(1000.0, 0.27, blood_post_ms))
    ti_ms = nulling_ti_ms(remote, 1900.0)
    blood = psir_signal(blood_post_ms, ti_ms, 1900.0)
    after = post_contrast_t1_ms(1000.0 + 330 * (grid - 0.27), grid, blood_post_ms)
    reached = grid[np.argmax(psir_signal(after, ti_ms, 1900.0) >= level * blood)]
    assert reached == pytest.approx(ecv, abs=0.02)


@pytest.mark.parametrize("tissue", [Tissue.LV_MYOCARDIUM, Tissue.BLOOD])
def test_measured_cine_signals_agree_with_the_steady_state_formula(tissue):
    facts = FACTS[tissue]
    assert facts.cine == pytest.approx(float(bssfp_signal(facts.t1_ms, facts.t2_ms, 70)), rel=0.06)


def test_gentle_short_readouts_leave_pure_inversion_recovery():
    scan = Shmolli(rr_ms=1000, flip_deg=10, readout_ms=50, inversion_efficiency=1.0)
    t1_ms = np.array([300.0, 1000.0, 1500.0])
    signals = shmolli_signal(t1_ms, 1e5, scan)[:, :5] / np.sin(np.radians(5))
    free = 1 - 2 * np.exp(-scan.inversion_times_ms[:5] / t1_ms[:, None])
    assert np.abs(signals - free).max() < 0.03


@pytest.mark.parametrize("t1_ms, t2_ms, low, high", [(280, 60, -0.05, 0.05), (1540, 250, -1, -0.1)])
def test_only_short_t1_recovers_before_the_later_inversions(t1_ms, t2_ms, low, high):
    """A fit of all seven images is right for fat and far too low for blood."""
    scan = Shmolli(rr_ms=950)
    signals, times = shmolli_signal(t1_ms, t2_ms, scan)[0], scan.inversion_times_ms
    five, seven = fitted_t1(times[:5], signals[:5]), fitted_t1(times, signals)
    assert low < seven / five - 1 < high


def test_inversion_times_follow_the_heart_rate():
    times = Shmolli(rr_ms=1000).inversion_times_ms
    assert list(times) == [100, 1100, 2100, 3100, 4100, 180, 260]
    assert list(Shmolli(rr_ms=600).inversion_times_ms[:5]) == [100, 700, 1300, 1900, 2500]
