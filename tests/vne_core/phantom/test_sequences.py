from dataclasses import replace

import numpy as np
import pytest

from vne_core.geometry.raster import polygon_coverage, roi_coverage
from vne_core.phantom.demo import DemoDials, cine_plane, lge_plane, t1_plane
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.outlines import outlines
from vne_core.phantom.placement import STILL
from vne_core.phantom.sequences import PSIR_ZERO, acquire_cine, acquire_lge
from vne_core.phantom.shmolli_scan import acquire_shmolli

DIALS = DemoDials()


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def regions(body, plane, contraction):
    found = outlines(body.heart(contraction), body.frame, plane, STILL)
    return (
        found,
        roi_coverage(found.remote, plane) > 0.5,
        roi_coverage(found.blood_pool, plane) > 0.5,
    )


def test_the_scanners_map_reads_the_published_values(body, rng):
    images = acquire_shmolli(body, t1_plane(DIALS, 1), DIALS.shmolli, rng)
    _, remote, blood = regions(body, images.plane, float(contraction_at(0.7)))
    assert images.t1_map_ms[remote].mean() == pytest.approx(1000, abs=30)
    assert images.t1_map_ms[blood].mean() == pytest.approx(1540, abs=60)
    assert images.t1_map_ms[blood].std() < 60


def test_phase_images_carry_the_polarity(body, rng):
    """Remote myocardium is inverted in the first image and recovered in the fifth."""
    images = acquire_shmolli(body, t1_plane(DIALS, 1), DIALS.shmolli, rng)
    _, remote, _ = regions(body, images.plane, float(contraction_at(0.7)))
    radians = (images.phase[:, remote] * 2.0 - 4096) * np.pi / 4096
    turned = np.cos(radians - radians[4])
    assert turned[0].max() < -0.5
    assert turned[2].min() > 0.5


def test_interpolated_images_are_twice_as_fine_as_the_acquired_grid(body, rng):
    acquired = t1_plane(DIALS, 0)
    images = acquire_shmolli(body, acquired, DIALS.shmolli, rng, noise=False)
    assert images.plane.shape_px == (288, 384)
    assert images.plane.spacing_mm == (0.9375, 0.9375)
    assert images.magnitude.shape == (7, 288, 384)


def test_remote_myocardium_is_nulled_and_blood_and_lesion_are_bright(body, rng):
    plane = lge_plane(DIALS, 1)
    lge = acquire_lge(body, plane, DIALS.lge, STILL, rng)
    _, remote, blood = regions(body, plane, float(contraction_at(0.7)))
    bright = lge.psir[blood].mean() - PSIR_ZERO
    assert lge.psir[remote].mean() == pytest.approx(PSIR_ZERO, abs=0.05 * bright)
    assert lge.true_signal[blood].mean() == pytest.approx(1, abs=0.01)
    assert 300 <= DIALS.lge.inversion_time_ms <= 400


def test_the_noise_is_what_the_signal_to_noise_dial_says(body, rng):
    plane = lge_plane(DIALS, 0)
    dials = replace(DIALS.lge, blood_snr=20.0)
    lge = acquire_lge(body, plane, dials, STILL, rng)
    air = lge.psir[:12, :].astype(float)
    _, _, blood = regions(body, plane, float(contraction_at(0.7)))
    assert (lge.psir[blood].mean() - PSIR_ZERO) / air.std() == pytest.approx(20, rel=0.08)
    assert lge.magnitude[:12].mean() == pytest.approx(air.std() * np.sqrt(np.pi / 2), rel=0.08)


def test_without_noise_the_air_is_silent(body, rng):
    lge = acquire_lge(body, lge_plane(DIALS, 0), DIALS.lge, STILL, rng, noise=False)
    assert (lge.psir[:12] == PSIR_ZERO).all()
    cine = acquire_cine(body, cine_plane(DIALS, 0), [0.5], DIALS.cine, rng, noise=False)
    assert cine[:, :12].max() <= 1


def test_a_missed_inversion_time_leaves_remote_myocardium_off_zero(body, rng):
    plane = lge_plane(DIALS, 1)
    late = acquire_lge(body, plane, replace(DIALS.lge, ti_error_ms=60.0), STILL, rng, noise=False)
    _, remote, _ = regions(body, plane, float(contraction_at(0.7)))
    assert late.psir[remote].mean() > PSIR_ZERO + 50


def test_the_cavity_empties_and_the_wall_thickens_on_the_cine(body, rng):
    plane = cine_plane(DIALS, 1)
    frames = acquire_cine(body, plane, [0.0, 1.0], DIALS.cine, rng, noise=False)
    bright = []
    for frame, contraction in zip(frames, (0.0, 1.0), strict=True):
        found = outlines(body.heart(contraction), body.frame, plane, STILL)
        inside = polygon_coverage(found.epi, plane) > 0.9
        bright.append(int((frame[inside] > 400).sum()))
    assert bright[1] < 0.5 * bright[0]


def test_scar_is_almost_invisible_on_the_cine(body, rng):
    plane = cine_plane(DIALS, 1)
    even = replace(DIALS.cine, shading=0.0)
    frame = acquire_cine(body, plane, [0.1], even, rng, noise=False)[0]
    found = outlines(body.heart(0.1), body.frame, plane, STILL)
    wall = (polygon_coverage(found.epi, plane) > 0.99) & (polygon_coverage(found.endo, plane) == 0)
    middle = np.percentile(frame[wall], [20, 80])
    assert np.ptp(middle) < 0.1 * middle.mean()
