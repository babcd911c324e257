import numpy as np
import pytest

from vne_core.mapping.curve import fit_curves
from vne_core.mapping.fit import fit_look_locker
from vne_core.mapping.shmolli import (
    NotShmolliError,
    fit_shmolli,
    rr_from_times,
    shmolli_order,
)

ACQUIRED_MS = [100.0, 1100.0, 2100.0, 3100.0, 4100.0, 180.0, 260.0]
T1_MS = np.array([200, 250, 300, 400, 500, 600, 700, 800, 950, 1100, 1300, 1500, 1750, 2000.0])
HEART_RATES_BPM = [50, 60, 70, 80, 90, 100]


def percent_error(fit, t1_ms):
    return 100 * (fit.t1_ms[:, 0] / t1_ms - 1)


def seven_image_percent_error(scan, t1_ms):
    """The error of one curve through all seven images, believed or not."""
    return 100 * (fit_curves(scan.signed[:, :, 0], scan.times_ms).t1_ms / t1_ms - 1)


def test_the_scheme_is_recognised_in_order_of_acquisition_and_sorted_by_time():
    assert shmolli_order(ACQUIRED_MS) == (0, 1, 2, 3, 4, 5, 6)
    assert shmolli_order(sorted(ACQUIRED_MS)) == (0, 3, 4, 5, 6, 1, 2)
    assert shmolli_order(ACQUIRED_MS[::-1]) == (6, 5, 4, 3, 2, 1, 0)


def test_a_heart_that_beats_unevenly_is_still_recognised():
    times = [110.0, 985.0, 1990.0, 2875.0, 3930.0, 190.0, 270.0]
    assert shmolli_order(times) == (0, 1, 2, 3, 4, 5, 6)
    assert rr_from_times(times) == pytest.approx((3930 - 110) / 4)


@pytest.mark.parametrize("bpm", [50, 100, 140])
def test_the_interval_between_beats_comes_from_the_five_images(bpm, scan_shmolli):
    scan = scan_shmolli(T1_MS, bpm)
    assert rr_from_times(np.sort(scan.times_ms)) == pytest.approx(60000 / bpm)


@pytest.mark.parametrize(
    "times",
    [
        [100, 180, 1100, 1180, 2100, 2180, 3100, 4100],  # MOLLI 5(3)3
        [100, 1100, 2100, 3100, 4100],
        [100, 180, 260, 1100, 1180, 1260, 2100],
        [100, 200, 300, 400, 500, 600, 700],
    ],
)
def test_other_schemes_are_not_called_shmolli(times):
    assert shmolli_order(times) is None
    with pytest.raises(NotShmolliError, match="fit the series as MOLLI"):
        fit_shmolli(np.ones((len(times), 3, 3)), times)


@pytest.mark.parametrize("bpm", HEART_RATES_BPM)
def test_without_a_disturbing_readout_the_true_t1_comes_back_at_every_heart_rate(bpm, scan_shmolli):
    # Truth: the T1 simulated. Sampling that leaves the magnetisation alone makes the first five
    # samples an exact recovery; what remains is the incomplete recovery of the later inversions.
    scan = scan_shmolli(T1_MS, bpm, readout=False)
    fit = fit_shmolli(scan.signed, scan.times_ms)
    assert np.abs(percent_error(fit, T1_MS)).max() < 0.1
    assert seven_image_percent_error(scan, T1_MS)[T1_MS >= 1500].max() < -5


@pytest.mark.parametrize("bpm", HEART_RATES_BPM)
def test_with_a_bssfp_readout_the_fit_stays_between_the_first_inversion_and_the_truth(
    bpm, scan_shmolli
):
    # Truth 1: the T1 simulated. Truth 2: what the first inversion alone predicts, the noise-free
    # Look-Locker fit of its five images, which the readout itself biases low.
    scan = scan_shmolli(T1_MS, bpm)
    fit = fit_shmolli(scan.signed, scan.times_ms)
    first = fit_look_locker(scan.signed[:5], scan.times_ms[:5])
    error, predicted = percent_error(fit, T1_MS), percent_error(first, T1_MS)
    long = scan.rr_ms <= T1_MS
    assert (fit.samples_used[long] == 5).all()
    np.testing.assert_allclose(error[long], predicted[long], atol=1e-3)
    assert (error > np.minimum(predicted, 0) - 0.1).all()
    assert (error < np.maximum(predicted, 0) + 1.0).all()
    assert (np.abs(error[0.3 * scan.rr_ms >= T1_MS]) < 1.5).all()


def test_t1_of_myocardium_and_blood_depends_little_on_the_heart_rate(scan_shmolli):
    tissue = np.array([950.0, 1100.0, 1550.0])
    errors = [
        percent_error(fit_shmolli(scan.signed, scan.times_ms), tissue)
        for scan in (scan_shmolli(tissue, bpm) for bpm in HEART_RATES_BPM)
    ]
    assert np.ptp(errors, axis=0).max() < 2.5
    seven = [
        seven_image_percent_error(scan, tissue)
        for scan in (scan_shmolli(tissue, bpm) for bpm in HEART_RATES_BPM)
    ]
    assert np.ptp(seven, axis=0).min() > 3 * np.ptp(errors, axis=0).max()


@pytest.mark.parametrize("bpm", [50, 75, 100])
def test_noise_at_snr_25_moves_the_median_by_less_than_two_percent(bpm, scan_shmolli):
    # Truth: the noise-free fit of the same scheme.
    scan = scan_shmolli(T1_MS, bpm)
    quiet = percent_error(fit_shmolli(scan.signed, scan.times_ms), T1_MS)
    rng = np.random.default_rng(bpm)
    brightest = np.abs(scan.signed).max(axis=0)
    noise = rng.normal(size=(7, len(T1_MS), 1500)) * brightest / 25
    fit = fit_shmolli((scan.signed + noise).astype(np.float32), scan.times_ms)
    median = 100 * (np.nanmedian(fit.t1_ms, axis=1) / T1_MS - 1)
    assert fit.valid.mean() > 0.99
    assert np.abs(median - quiet).max() < 2.0


def test_short_t1_is_more_precise_with_all_seven_images_than_with_five(scan_shmolli):
    short = np.array([150.0, 200.0, 250.0])
    scan = scan_shmolli(short, 60)
    rng = np.random.default_rng(3)
    noisy = scan.signed + rng.normal(size=(7, 3, 2000)) * np.abs(scan.signed).max(axis=0) / 25
    seven = np.nanstd(fit_shmolli(noisy, scan.times_ms).t1_ms, axis=1)
    five = np.nanstd(fit_look_locker(noisy[:5], scan.times_ms[:5]).t1_ms, axis=1)
    assert (seven < 0.8 * five).all()


def test_a_single_image_with_a_wrong_sign_near_its_null_is_turned(scan_shmolli):
    near_null = np.array([280.0, 300.0, 330.0])  # the sixth image is at 180 ms
    scan = scan_shmolli(near_null, 60)
    expected = fit_shmolli(scan.signed, scan.times_ms).t1_ms
    turned = scan.signed.copy()
    turned[5] *= -1
    np.testing.assert_allclose(fit_shmolli(turned, scan.times_ms).t1_ms, expected, rtol=1e-6)
    assert np.abs(fit_curves(turned[:, :, 0], scan.times_ms).t1_ms - expected[:, 0]).min() > 2


def test_a_stated_heart_beat_interval_overrides_that_of_the_times(scan_shmolli):
    scan = scan_shmolli(np.array([300.0, 500.0]), 60, readout=False)
    assert fit_shmolli(scan.signed, scan.times_ms).samples_used.max() > 5
    assert (fit_shmolli(scan.signed, scan.times_ms, rr_ms=200.0).samples_used == 5).all()


def test_a_header_interval_of_zero_counts_as_absent(scan_shmolli):
    scan = scan_shmolli(np.array([300.0, 500.0]), 60, readout=False)
    absent = fit_shmolli(scan.signed, scan.times_ms)
    zero = fit_shmolli(scan.signed, scan.times_ms, rr_ms=0.0)
    np.testing.assert_array_equal(zero.samples_used, absent.samples_used)


def test_every_sign_of_the_single_images_is_weighed(scan_shmolli):
    # Truth: all four signs of the sixth and seventh image fitted in full, the least residual kept.
    # Where the given signs leave less than a thousandth of the variance, no others are tried.
    scan = scan_shmolli(T1_MS, 60)
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(7, len(T1_MS), 400)) * np.abs(scan.signed).max(axis=0) / 12
    noisy = (scan.signed + noise).reshape(7, -1)
    residuals = []
    for sixth, seventh in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        signs = np.array([1, 1, 1, 1, 1, sixth, seventh])[:, None]
        residuals.append(fit_curves(noisy * signs, scan.times_ms).sum_squares)
    least = np.nanmin(residuals, axis=0)
    fit = fit_shmolli(noisy[:, None], scan.times_ms)
    unclear = residuals[0] > 1e-3 * noisy.var(axis=0) * 7
    seven = (fit.samples_used[0] == 7) & fit.valid[0] & unclear
    assert seven.sum() > 500
    kept = 7 * np.square(fit.residual[0, seven].astype(float))
    np.testing.assert_allclose(kept, least[seven], rtol=1e-4)
