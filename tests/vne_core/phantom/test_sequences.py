from dataclasses import replace

import numpy as np
import pytest

from vne_core.geometry.raster import polygon_coverage, roi_coverage
from vne_core.phantom.artefacts import Mishaps
from vne_core.phantom.bloch import LookLocker
from vne_core.phantom.cine import acquire_cine
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.late_enhancement import PSIR_ZERO, LgeDials, acquire_lge
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.outlines import outlines
from vne_core.phantom.patient import cine_plane, lge_plane, t1_plane
from vne_core.phantom.placement import STILL
from vne_core.phantom.t1_mapping import acquire_t1

PATIENT = demo_patient()
SILENT_LGE = replace(PATIENT.lge, noise=False)
SILENT_CINE = replace(PATIENT.cine, noise=False)


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


@pytest.mark.parametrize("scheme", ["ShMOLLI 5-1-1", "MOLLI 5(3)3"])
def test_the_scanners_map_reads_the_published_values(body, rng, scheme):
    dials = replace(PATIENT.t1, scan=LookLocker(scheme))
    images = acquire_t1(body, t1_plane(PATIENT, 1), dials, rng)
    _, remote, blood = regions(body, images.plane, float(contraction_at(0.7)))
    assert images.t1_map_ms[remote].mean() == pytest.approx(1000, abs=30)
    assert images.t1_map_ms[blood].mean() == pytest.approx(1540, abs=60)
    assert images.t1_map_ms[blood].std() < 60


def test_phase_images_carry_the_polarity(body, rng):
    """Remote myocardium is inverted in the first image and recovered in the fifth."""
    images = acquire_t1(body, t1_plane(PATIENT, 1), PATIENT.t1, rng)
    _, remote, _ = regions(body, images.plane, float(contraction_at(0.7)))
    radians = (images.phase[:, remote] * 2.0 - 4096) * np.pi / 4096
    turned = np.cos(radians - radians[4])
    assert turned[0].max() < -0.5
    assert turned[2].min() > 0.5
    assert (images.signed[0][remote] < 0).all()


def test_interpolated_images_are_twice_as_fine_as_the_acquired_grid(body, rng):
    images = acquire_t1(body, t1_plane(PATIENT, 0), PATIENT.t1, rng)
    assert images.plane.shape_px == (288, 384)
    assert images.plane.spacing_mm == (0.9375, 0.9375)
    assert images.magnitude.shape == (7, 288, 384)


def test_a_window_of_the_t1_grid_holds_the_same_pixels(body):
    plane = t1_plane(PATIENT, 1)
    window = (slice(40, 200), slice(90, 260))
    whole = acquire_t1(body, plane, PATIENT.t1, np.random.default_rng(1))
    part = acquire_t1(body, plane, PATIENT.t1, np.random.default_rng(1), window=window)
    assert np.array_equal(part.magnitude, whole.magnitude[:, *window])
    corner = whole.plane.pixel_to_patient([(90, 40)])[0]
    assert part.plane.origin_mm == pytest.approx(tuple(corner))


def test_remote_myocardium_is_nulled_and_blood_and_lesion_are_bright(body, rng):
    plane = lge_plane(PATIENT, 1)
    lge = acquire_lge(body, plane, PATIENT.lge, STILL, rng)
    _, remote, blood = regions(body, plane, float(contraction_at(0.7)))
    bright = lge.psir[blood].mean() - PSIR_ZERO
    assert lge.psir[remote].mean() == pytest.approx(PSIR_ZERO, abs=0.06 * bright)
    assert lge.true_signal[blood].mean() == pytest.approx(1, abs=0.01)
    assert 300 <= LgeDials().inversion_time_ms(body.tissues) <= 400


def test_the_noise_is_what_the_signal_to_noise_dial_says(body, rng):
    plane = lge_plane(PATIENT, 1)
    dials = replace(PATIENT.lge, blood_snr=20.0, shading=1.0)
    lge = acquire_lge(body, plane, dials, STILL, rng)
    air = lge.psir[:16, 180:].astype(float)
    _, _, blood = regions(body, plane, float(contraction_at(0.7)))
    assert (lge.psir[blood].mean() - PSIR_ZERO) / air.std() == pytest.approx(20, rel=0.08)
    assert lge.magnitude[:16, 180:].mean() == pytest.approx(
        air.std() * np.sqrt(np.pi / 2), rel=0.08
    )


def test_without_noise_the_air_is_silent(body, rng):
    lge = acquire_lge(body, lge_plane(PATIENT, 0), SILENT_LGE, STILL, rng)
    assert np.abs(lge.psir[6:16, 210:].astype(int) - PSIR_ZERO).max() <= 3
    cine = acquire_cine(body, cine_plane(PATIENT, 0), [0.5], SILENT_CINE, rng)
    assert cine[:, 6:16, 210:].max() <= 2


def test_a_missed_inversion_time_leaves_remote_myocardium_off_zero(body, rng):
    plane = lge_plane(PATIENT, 1)
    late = acquire_lge(body, plane, SILENT_LGE, STILL, rng, mishaps=Mishaps(ti_error_ms=60.0))
    right = acquire_lge(body, plane, SILENT_LGE, STILL, rng)
    _, remote, _ = regions(body, plane, float(contraction_at(0.7)))
    assert late.psir[remote].mean() > PSIR_ZERO + 50
    assert np.array_equal(late.true_signal, right.true_signal)


def test_the_cavity_empties_and_the_wall_thickens_on_the_cine(body, rng):
    plane = cine_plane(PATIENT, 1)
    frames = acquire_cine(body, plane, [0.0, 1.0], SILENT_CINE, rng)
    bright = []
    for frame, contraction in zip(frames, (0.0, 1.0), strict=True):
        found = outlines(body.heart(contraction), body.frame, plane, STILL)
        inside = polygon_coverage(found.epi, plane) > 0.9
        bright.append(int((frame[inside] > 400).sum()))
    assert bright[1] < 0.5 * bright[0]


def test_a_frame_between_two_steps_of_contraction_is_their_mixture(body):
    """A step moves the wall by less than a pixel, so the mixture shows no second border."""
    plane = cine_plane(PATIENT, 1)
    steps = [6 / 12, 6.5 / 12, 7 / 12]
    frames = acquire_cine(body, plane, steps, SILENT_CINE, np.random.default_rng(1)).astype(float)
    lateral = frames[:, 96, 126:170]
    position = [np.interp(350.0, row[::-1][20:], np.arange(len(row) - 20)) for row in lateral]
    assert min(position[0], position[2]) - 0.6 <= position[1] <= max(position[0], position[2]) + 0.6


def test_scar_is_almost_invisible_on_the_cine(body, rng):
    plane = cine_plane(PATIENT, 1)
    even = replace(SILENT_CINE, shading=0.0)
    frame = acquire_cine(body, plane, [0.1], even, rng)[0]
    found = outlines(body.heart(0.1), body.frame, plane, STILL)
    wall = (polygon_coverage(found.epi, plane) > 0.99) & (polygon_coverage(found.endo, plane) == 0)
    middle = np.percentile(frame[wall], [20, 80])
    assert np.ptp(middle) < 0.1 * middle.mean()
