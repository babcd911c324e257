import numpy as np
import pytest
from scipy.optimize import curve_fit

from vne_core.errors import VneError
from vne_core.mapping.curve import fit_curves
from vne_core.mapping.fit import (
    SampleMismatchError,
    TooFewSamplesError,
    fit_look_locker,
    usable_pixels,
)
from vne_core.mapping.newton import MAX_AMPLITUDE_RATIO

MOLLI_MS = np.array([100.0, 180.0, 1000.0, 1080.0, 1900.0, 1980.0, 2800.0, 3700.0])


def recovery(times_ms, a, b, t1_star_ms):
    return a - b * np.exp(-np.asarray(times_ms)[:, None, None] / t1_star_ms)


def tissue_images(rng, shape=(20, 30), sd=0.0):
    t1_star = rng.uniform(150, 1800, shape)
    a = rng.uniform(200, 900, shape)
    b = a * rng.uniform(1.9, 2.5, shape)
    images = recovery(MOLLI_MS, a, b, t1_star)
    return images + rng.normal(size=images.shape) * sd, a, b, t1_star


def test_noise_free_curves_give_back_the_numbers_they_were_made_from():
    images, a, b, t1_star = tissue_images(np.random.default_rng(1))
    fit = fit_look_locker(images, MOLLI_MS)
    assert fit.valid.all()
    np.testing.assert_allclose(fit.t1_star_ms, t1_star, rtol=1e-4)
    np.testing.assert_allclose(fit.a, a, rtol=1e-5)
    np.testing.assert_allclose(fit.b, b, rtol=1e-4)
    np.testing.assert_allclose(fit.t1_ms, t1_star * (b / a - 1), rtol=1e-4)
    assert fit.r_squared.min() > 0.999999
    assert (fit.samples_used == 8).all()


def test_noisy_curves_agree_with_scipy_curve_fit_to_a_twentieth_of_a_millisecond():
    images, *_ = tissue_images(np.random.default_rng(2), (25, 20), sd=8.0)
    fit = fit_look_locker(images, MOLLI_MS)
    inside = fit.valid & (fit.b < 0.99 * MAX_AMPLITUDE_RATIO * fit.a)
    assert inside.mean() > 0.95
    differences = []
    for row, column in np.argwhere(inside):
        start = (
            float(fit.a[row, column]) * 1.05,
            float(fit.b[row, column]) * 1.05,
            float(fit.t1_star_ms[row, column]) * 0.95,
        )
        (a, b, t1_star), _ = curve_fit(
            lambda t, a, b, t1_star: a - b * np.exp(-t / t1_star),
            MOLLI_MS,
            images[:, row, column],
            p0=start,
            ftol=1e-12,
            xtol=1e-12,
        )
        differences.append(abs(fit.t1_ms[row, column] - t1_star * (b / a - 1)))
    assert np.percentile(differences, 99) < 0.05


def test_the_order_of_the_images_does_not_change_the_map():
    images, *_ = tissue_images(np.random.default_rng(3), sd=5.0)
    order = np.random.default_rng(4).permutation(len(MOLLI_MS))
    straight = fit_look_locker(images, MOLLI_MS)
    shuffled = fit_look_locker(images[order], MOLLI_MS[order])
    np.testing.assert_allclose(straight.t1_ms, shuffled.t1_ms, rtol=1e-5)


def test_images_in_single_precision_give_the_map_of_double_precision():
    images, *_ = tissue_images(np.random.default_rng(5), sd=5.0)
    double = fit_look_locker(images, MOLLI_MS)
    single = fit_look_locker(images.astype(np.float32), MOLLI_MS)
    assert np.nanmax(np.abs(double.t1_ms - single.t1_ms)) < 0.05


def test_an_inversion_efficiency_divides_t1_and_is_off_by_default():
    images, *_ = tissue_images(np.random.default_rng(6))
    ideal = fit_look_locker(images, MOLLI_MS)
    imperfect = fit_look_locker(images, MOLLI_MS, inversion_efficiency=0.96)
    np.testing.assert_allclose(imperfect.t1_ms * 0.96, ideal.t1_ms, rtol=1e-6)


def test_air_nan_and_saturated_pixels_have_no_number():
    images, *_ = tissue_images(np.random.default_rng(7), (20, 20))
    images[:, 0, 0] = 0
    images[3, 5, 5] = np.nan
    images[7, 9, 9] = 4095
    fit = fit_look_locker(images, MOLLI_MS)
    assert [fit.valid[0, 0], fit.valid[5, 5], fit.valid[9, 9]] == [False, False, False]
    assert fit.valid.sum() == 400 - 3
    for maps in (fit.t1_ms, fit.a, fit.b, fit.t1_star_ms, fit.residual, fit.r_squared):
        assert np.isnan(maps[~fit.valid]).all()
        assert np.isfinite(maps[fit.valid]).all()


def test_images_without_any_signal_give_an_empty_map():
    for value in (0.0, np.nan, 50.0):
        fit = fit_look_locker(np.full((8, 6, 6), value), MOLLI_MS)
        assert not fit.valid.any()
        assert np.isnan(fit.t1_ms).all()


def test_a_falling_signal_has_no_t1():
    falling = 300 + 500 * np.exp(-MOLLI_MS[:, None, None] / np.full((6, 6), 800.0))
    assert not fit_look_locker(falling, MOLLI_MS).valid.any()


def test_pixels_of_pure_noise_are_left_out_and_tissue_beside_them_is_kept():
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(8, 80, 80)) * 10
    noise[:, 20:60, 20:60] += 400 * (1 - 2 * np.exp(-MOLLI_MS / 950))[:, None, None]
    fit = fit_look_locker(noise, MOLLI_MS)
    tissue = np.zeros((80, 80), dtype=bool)
    tissue[20:60, 20:60] = True
    assert fit.valid[tissue].mean() > 0.99
    assert fit.valid[~tissue].mean() < 0.01


def test_a_bright_pixel_below_a_storage_ceiling_is_not_called_saturated():
    images = np.full((3, 2, 2), 4000.0)
    images[0, 0, 0] = 4094
    assert usable_pixels(images).all()
    images[0, 0, 0] = 4095
    assert not usable_pixels(images)[0, 0]


def test_a_curve_known_only_at_its_first_sample_is_held_at_the_amplitude_bound():
    times = np.array([100.0, 1100.0, 2100.0, 3100.0, 4100.0])
    plateau = np.array([[-40.0], [60.0], [60.0], [60.0], [60.0]])
    curves = fit_curves(plateau, times)
    assert curves.b[0] == pytest.approx(MAX_AMPLITUDE_RATIO * curves.a[0])
    # 60 (1 - 4 exp(-100/T1*)) = -40 gives T1* = 100 / ln 2.4
    assert curves.t1_star_ms[0] == pytest.approx(100 / np.log(2.4), rel=1e-3)


@pytest.mark.parametrize("times", [[100.0, 900.0], [100.0, 100.0, 900.0]])
def test_fewer_than_three_inversion_times_are_refused(times):
    with pytest.raises(TooFewSamplesError, match="2 different inversion times") as refusal:
        fit_look_locker(np.ones((len(times), 4, 4)), times)
    assert isinstance(refusal.value, VneError)
    assert refusal.value.action


def test_times_that_do_not_belong_to_the_images_are_refused():
    with pytest.raises(SampleMismatchError, match="4 inversion times"):
        fit_look_locker(np.ones((3, 4, 4)), [100.0, 200.0, 300.0, 400.0])
    with pytest.raises(SampleMismatchError, match="up to 60000 ms"):
        fit_look_locker(np.ones((3, 4, 4)), [100.0, 200.0, 1e30])
    with pytest.raises(SampleMismatchError, match="times above 0"):
        fit_look_locker(np.ones((3, 4, 4)), [100.0, 200.0, float("nan")])
    with pytest.raises(SampleMismatchError, match="times above 0"):
        fit_look_locker(np.ones((3, 4, 4)), [0.0, 200.0, 300.0])


def test_a_map_keeps_a_pixel_only_where_most_of_its_neighbourhood_follows_curves():
    # Four noisy pixels around one leave its median to tissue, five take it.
    rng = np.random.default_rng(11)
    images = np.repeat(400 * (1 - 2 * np.exp(-MOLLI_MS / 950))[:, None], 49, axis=1)
    images = images.reshape(8, 7, 7)
    noisy = [(2, 2), (2, 3), (2, 4), (3, 2), (3, 4)]
    for count, expected in ((4, True), (5, False)):
        mixed = images.copy()
        for row, column in noisy[:count]:
            mixed[:, row, column] = rng.permutation(mixed[:, row, column])
        fit = fit_look_locker(mixed, MOLLI_MS)
        assert fit.valid[3, 3] == expected
