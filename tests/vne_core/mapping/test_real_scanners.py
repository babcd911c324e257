"""Our maps against those that scanners and other laboratories made of the same images."""

from dataclasses import dataclass

import numpy as np
import pydicom
import pytest
from scipy.io import loadmat

from vne_core.mapping.choose import fit_t1
from vne_core.mapping.fit import T1Fit

pytestmark = pytest.mark.realdata

TRUSTED_R_SQUARED = 0.975


@dataclass(frozen=True, slots=True)
class Phantom:
    magnitude: np.ndarray
    phase: np.ndarray
    times_ms: np.ndarray
    scanner_t1_ms: np.ndarray
    scanner_r_squared: np.ndarray
    scanner_images_used: np.ndarray

    def where(self, low_ms: float, high_ms: float) -> np.ndarray:
        return (
            (self.scanner_r_squared > TRUSTED_R_SQUARED)
            & (self.scanner_t1_ms >= low_ms)
            & (self.scanner_t1_ms < high_ms)
        )


def read(folder):
    return [pydicom.dcmread(path) for path in sorted(folder.glob("*.dcm"))]


@pytest.fixture
def phantom(realdata) -> Phantom:
    root = realdata / "shmolli_phantom"
    magnitude = read(root / "ShMOLLI_192i_e11_12")
    phase = read(root / "ShMOLLI_192i_e11_13")
    parameters = {
        str(header.ImageComments): header.pixel_array
        for header in read(root / "ShMOLLI_192i_e11_FITPARAMS_15")
    }
    return Phantom(
        magnitude=np.stack([h.pixel_array for h in magnitude]).astype(np.float32),
        phase=np.stack(
            [h.pixel_array * float(h.RescaleSlope) + float(h.RescaleIntercept) for h in phase]
        ).astype(np.float32),
        times_ms=np.array([float(h.InversionTime) for h in magnitude]),
        scanner_t1_ms=read(root / "ShMOLLI_192i_e11_T1MAP_14")[1].pixel_array.astype(float),
        scanner_r_squared=parameters["Rsquare*4000 Map"] / 4000,
        scanner_images_used=parameters["_ShMOLLIT1range"] / 1000 + 4,
    )


def differences(phantom: Phantom, fit: T1Fit, low_ms: float, high_ms: float) -> np.ndarray:
    """Absolute differences where the scanner trusts itself; every such pixel must have a T1."""
    inside = phantom.where(low_ms, high_ms)
    assert inside.sum() > 900
    assert fit.valid[inside].mean() > 0.999
    return np.abs(fit.t1_ms - phantom.scanner_t1_ms)[inside & fit.valid]


@pytest.mark.parametrize(
    ("low_ms", "high_ms", "median_bar_ms", "p95_bar_ms"), [(500, 1400, 2, 10), (200, 500, 5, 50)]
)
def test_the_shmolli_map_agrees_with_the_scanners_own(
    phantom, low_ms, high_ms, median_bar_ms, p95_bar_ms
):
    fit = fit_t1(phantom.magnitude, phantom.phase, phantom.times_ms)
    off = differences(phantom, fit, low_ms, high_ms)
    print(
        f"{low_ms}-{high_ms} ms: median {np.median(off):.2f}, p95 {np.percentile(off, 95):.2f} ms"
    )
    assert fit.scheme == "ShMOLLI 5-1-1"
    assert np.median(off) <= median_bar_ms
    assert np.percentile(off, 95) <= p95_bar_ms


def test_the_same_images_are_admitted_as_by_the_scanner(phantom):
    fit = fit_t1(phantom.magnitude, phantom.phase, phantom.times_ms)
    for low_ms, high_ms, bar in ((500, 1400, 0.99), (200, 500, 0.92), (1400, 3990, 0.99)):
        inside = phantom.where(low_ms, high_ms)
        same = (fit.samples_used == phantom.scanner_images_used)[inside].mean()
        print(f"{low_ms}-{high_ms} ms: {100 * same:.2f} % of {inside.sum()} pixels")
        assert same > bar


def test_images_sorted_by_time_give_the_same_map(phantom):
    order = np.argsort(phantom.times_ms)
    straight = fit_t1(phantom.magnitude, phantom.phase, phantom.times_ms)
    by_time = fit_t1(phantom.magnitude[order], phantom.phase[order], phantom.times_ms[order])
    np.testing.assert_array_equal(straight.t1_ms, by_time.t1_ms)


def test_magnitude_alone_gives_the_scanners_map_where_the_heart_is(phantom):
    fit = fit_t1(phantom.magnitude, None, phantom.times_ms)
    for low_ms, high_ms in ((500, 1400), (1400, 3990)):
        inside = phantom.where(low_ms, high_ms)
        off = np.abs(fit.t1_ms - phantom.scanner_t1_ms)[inside & fit.valid]
        assert fit.valid[inside].mean() > 0.99
        assert np.median(off) <= 2
        assert np.percentile(off, 95) <= 10


def test_the_air_around_the_phantom_has_no_t1(phantom):
    fit = fit_t1(phantom.magnitude, phantom.phase, phantom.times_ms)
    air = phantom.magnitude.max(axis=0) < 8
    assert air.mean() > 0.5
    assert fit.valid[air].mean() < 0.03


def test_the_molli_map_agrees_with_a_laboratorys_offline_map(realdata):
    # The file holds five images of one inversion, each pixel scaled to its brightest sample; how
    # the reference was fitted is not told, so the bars are of agreement, not of truth.
    content = loadmat(realdata / "molli_phantom" / "demo_Phantom.mat")
    images = content["MOLLIT1wTI"][0, 0]
    reference_ms = 1000 * content["MOLLIoffLineT1Map"][0]
    fit = fit_t1(images[:5].astype(np.float32), None, 1000 * images[5:, 0, 0])
    inside = fit.valid & (reference_ms > 500) & (reference_ms < 2000)
    off = np.abs(fit.t1_ms - reference_ms)[inside]
    ratio = float(np.median(fit.t1_ms[inside] / reference_ms[inside]))
    print(f"median {np.median(off):.1f}, p95 {np.percentile(off, 95):.1f} ms, ratio {ratio:.4f}")
    assert inside.sum() > 4000
    assert np.median(off) < 10
    assert np.percentile(off, 95) < 60
    assert 0.98 < ratio < 1.01
