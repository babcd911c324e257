import numpy as np
import pytest

from vne_core.mapping.fit import fit_look_locker
from vne_core.mapping.shmolli import fit_shmolli
from vne_core.phantom.bloch import (
    WALL_T1_MS,
    LookLocker,
    apparent_t1_bias_ms,
    look_locker_signals,
    signal_tables,
    true_t1_ms,
)
from vne_core.phantom.tissue import Tissue, make_tissues

SCHEMES = ("ShMOLLI 5-1-1", "MOLLI 5(3)3")
ON_RESONANCE = np.zeros(1)


def read_t1(signals, times_ms, count=None):
    part = slice(None, count)
    images = signals[:, part].T[:, :, None].astype(np.float32)
    return fit_look_locker(images, times_ms[part]).t1_ms[:, 0]


@pytest.mark.parametrize("t1_ms", [300.0, 1000.0, 1500.0])
def test_gentle_short_readouts_leave_pure_inversion_recovery(t1_ms):
    """From a long rest, and with few weak pulses, the exact exponential 1 - 2 exp(-TI/T1)."""
    scan = LookLocker(rr_ms=1400, flip_deg=10, readout_ms=50, inversion_efficiency=1.0)
    signals = look_locker_signals(np.array([t1_ms]), np.array([1e5]), ON_RESONANCE, scan)[0]
    free = 1 - 2 * np.exp(-scan.inversion_times_ms[:5] / t1_ms)
    transverse = signals[0] / free[0]
    assert transverse == pytest.approx(np.sin(np.radians(5)), rel=0.05)
    assert signals[1:5] / transverse == pytest.approx(free[1:], abs=0.03)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_tables_start_from_the_t1_that_reads_as_published(scheme):
    scan = LookLocker(scheme)
    apparent = np.array([280.0, 600.0, 962.0, 1100.0, 1540.0])
    t2 = np.array([60.0, 46.0, 47.0, 47.0, 250.0])
    true = true_t1_ms(apparent, t2, scan)
    first = 5 if scheme == "ShMOLLI 5-1-1" else None
    read = read_t1(
        look_locker_signals(true, t2, ON_RESONANCE, scan), scan.inversion_times_ms, first
    )
    assert read == pytest.approx(apparent, rel=0.004)
    assert (true > apparent).all()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_published_t1_is_read_at_any_heart_rate(scheme):
    for rr_ms in (600.0, 950.0, 1200.0):
        scan = LookLocker(scheme, rr_ms=rr_ms)
        tables = signal_tables(make_tissues(), scan)
        wall = tables.of_wall[0].T
        read = read_t1(wall, scan.inversion_times_ms, 5 if "Sh" in scheme else None)
        assert np.abs(read - WALL_T1_MS).max() < 8


@pytest.mark.parametrize("t1_ms, t2_ms, low, high", [(280, 60, -0.05, 0.05), (1540, 250, -1, -0.1)])
def test_only_short_t1_recovers_before_the_later_inversions(t1_ms, t2_ms, low, high):
    """A fit of all seven images is right for fat and far too low for blood."""
    scan = LookLocker()
    signals = look_locker_signals(np.array([t1_ms]), np.array([t2_ms]), ON_RESONANCE, scan)
    five, seven = (read_t1(signals, scan.inversion_times_ms, count)[0] for count in (5, None))
    assert low < seven / five - 1 < high


def test_the_naive_seven_image_fit_is_low_in_myocardium_as_on_a_real_scanner():
    """On a scanned tube phantom it reads about 190 ms low between 900 and 1400 ms."""
    scan = LookLocker(rr_ms=1000)
    wall = signal_tables(make_tissues(), scan).of_wall[0].T
    between = (WALL_T1_MS >= 900) & (WALL_T1_MS <= 1400)
    low_ms = WALL_T1_MS - read_t1(wall, scan.inversion_times_ms)
    assert 100 < np.median(low_ms[between]) < 300


@pytest.mark.parametrize("beats_a_minute", [50, 60, 75, 100])
def test_the_conditional_fit_reads_the_published_t1_from_simulated_images(beats_a_minute):
    scan = LookLocker(rr_ms=60_000 / beats_a_minute)
    tables = signal_tables(make_tissues(), scan)
    images = tables.of_wall[0][:, :, None].astype(np.float32)
    fit = fit_shmolli(images, scan.inversion_times_ms)
    between = (WALL_T1_MS >= 850) & (WALL_T1_MS <= 1400)
    assert np.abs(fit.t1_ms[between, 0] - WALL_T1_MS[between]).max() < 15


def test_off_resonance_lowers_the_reading_more_the_farther():
    for scheme in SCHEMES:
        bias = [apparent_t1_bias_ms(1000.0, hertz, LookLocker(scheme)) for hertz in (0, 60, 110)]
        assert bias[0] == pytest.approx(0, abs=2)
        assert -60 < bias[1] < -5
        assert bias[2] < 2 * bias[1]


def test_inversion_times_and_beats_follow_the_scheme_and_the_heart_rate():
    shmolli = LookLocker(rr_ms=1000)
    assert list(shmolli.inversion_times_ms) == [100, 1100, 2100, 3100, 4100, 180, 260]
    assert shmolli.beats == (0, 1, 2, 3, 4, 6, 8)
    molli = LookLocker("MOLLI 5(3)3", rr_ms=600)
    assert list(molli.inversion_times_ms) == [100, 700, 1300, 1900, 2500, 180, 780, 1380]
    assert molli.beats == (0, 1, 2, 3, 4, 8, 9, 10)


def test_fat_is_out_of_phase_with_water_once_recovered():
    last = signal_tables(make_tissues(), LookLocker()).by_tissue[0, 4]
    assert last[Tissue.FAT] < 0 < last[Tissue.BLOOD]
