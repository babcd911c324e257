import numpy as np
import pytest

from vne_core.mapping.choose import fit_t1, fitted_signs, scheme_name
from vne_core.mapping.fit import TooFewSamplesError

MOLLI_MS = np.array([100.0, 1100.0, 2100.0, 3100.0, 4100.0, 180.0, 1180.0, 2180.0])
T1_MS = np.linspace(300, 1900, 120).reshape(10, 12)


def molli_images():
    return 600 * (1 - 2 * np.exp(-MOLLI_MS[:, None, None] / T1_MS))


def test_the_scheme_is_named_from_the_times():
    assert scheme_name(MOLLI_MS) == "MOLLI 5-3"
    assert scheme_name(np.sort(MOLLI_MS)) == "MOLLI 5-3"
    three = [100, 1010, 1890, 180, 1075, 1980, 260, 1150, 2060, 2960, 3890]
    assert scheme_name(three) == "MOLLI 5-3-3"
    assert scheme_name([100, 1000, 1900, 2800, 180, 1080, 1980, 260, 1160]) == "MOLLI 4-3-2"
    assert scheme_name([100, 1100, 2100, 3100, 4100, 180, 260]) == "ShMOLLI 5-1-1"
    assert scheme_name([150, 500, 900, 1500, 3000]) == "Look-Locker, 5 images"


def test_molli_magnitude_images_give_the_t1_they_were_made_from():
    fit = fit_t1(np.abs(molli_images()).astype(np.float32), None, MOLLI_MS)
    assert fit.scheme == "MOLLI 5-3"
    assert fit.valid.all()
    np.testing.assert_allclose(fit.t1_ms, T1_MS, rtol=0.005)
    assert (fit.samples_used == 8).all()


def test_phase_images_and_restored_polarity_give_the_same_molli_map():
    signed = molli_images()
    phase = np.where(signed < 0, np.pi, 0.0) + 0.7
    phase = np.angle(np.exp(1j * phase))
    with_phase = fit_t1(np.abs(signed), phase, MOLLI_MS)
    without = fit_t1(np.abs(signed), None, MOLLI_MS)
    np.testing.assert_allclose(with_phase.t1_ms, without.t1_ms, rtol=0.005)


def test_shmolli_is_fitted_conditionally_whatever_the_order_of_its_images(scan_shmolli):
    tissue = np.array([250.0, 500.0, 950.0, 1550.0, 3000.0])
    scan = scan_shmolli(tissue, 60, readout=False)
    for order in (np.arange(7), np.argsort(scan.times_ms), np.arange(7)[::-1]):
        fit = fit_t1(np.abs(scan.signed[order]), None, scan.times_ms[order])
        assert fit.scheme == "ShMOLLI 5-1-1"
        np.testing.assert_allclose(fit.t1_ms[:, 0], tissue, rtol=0.002)


def test_a_very_short_t1_is_settled_by_the_later_images_without_phase(scan_shmolli):
    # The first five samples fit as well with either sign of the first.
    tissue = np.array([90.0, 110.0, 130.0, 180.0])
    scan = scan_shmolli(tissue, 60, readout=False)
    fit = fit_t1(np.abs(scan.signed), None, scan.times_ms)
    np.testing.assert_allclose(fit.t1_ms[:, 0], tissue, rtol=0.01)


@pytest.mark.parametrize("readout", [False, True])
@pytest.mark.parametrize("bpm", [50, 75, 110])
def test_each_shmolli_image_gets_its_own_sign_from_magnitude_alone(scan_shmolli, bpm, readout):
    # At 110 beats a minute the seventh image of T1 above 1.2 s is past its null before the curve
    # of the first five is, unless the readouts hold it back.
    scan = scan_shmolli(np.linspace(300, 3400, 90), bpm, readout=readout)
    signed = np.repeat(scan.signed, 3, axis=2)
    order = np.argsort(scan.times_ms) if bpm == 75 else np.arange(7)
    fit = fit_t1(np.abs(signed[order]), None, scan.times_ms[order])
    clear = (np.abs(signed[order]) > 0.07 * np.abs(signed).max()) & fit.valid
    assert clear.mean() > 0.8
    found = fitted_signs(fit, scan.times_ms[order])
    np.testing.assert_array_equal(found[clear], np.sign(signed[order])[clear])


def test_a_pixel_without_a_fit_keeps_its_magnitude(scan_shmolli):
    scan = scan_shmolli(np.full(4, 1000.0), 60)
    magnitude = np.abs(np.repeat(scan.signed, 4, axis=2))
    magnitude[:, 0, 0] = np.nan
    fit = fit_t1(magnitude, None, scan.times_ms)
    assert not fit.valid[0, 0]
    assert (fitted_signs(fit, scan.times_ms)[:, 0, 0] == 1).all()


def test_an_inversion_efficiency_reaches_both_schemes(scan_shmolli):
    scan = scan_shmolli(np.array([950.0, 1200.0]), 60)
    for magnitude, times in (
        (np.abs(molli_images()), MOLLI_MS),
        (np.abs(scan.signed), scan.times_ms),
    ):
        plain = fit_t1(magnitude, None, times)
        divided = fit_t1(magnitude, None, times, inversion_efficiency=0.96)
        np.testing.assert_allclose(divided.t1_ms * 0.96, plain.t1_ms, rtol=1e-5)


def test_two_images_are_refused():
    with pytest.raises(TooFewSamplesError):
        fit_t1(np.ones((2, 5, 5)), None, [100.0, 1000.0])
