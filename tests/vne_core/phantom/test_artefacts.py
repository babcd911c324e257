from dataclasses import replace

import numpy as np
import pytest

from vne_core.geometry.raster import polygon_coverage, roi_coverage
from vne_core.phantom.artefacts import NONE, Mishaps, breathing_shifts, field_map_hz
from vne_core.phantom.cine import acquire_cine
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.late_enhancement import PSIR_ZERO, acquire_lge
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.outlines import outlines
from vne_core.phantom.patient import cine_plane, lge_plane, t1_plane
from vne_core.phantom.placement import STILL
from vne_core.phantom.quality import quality_category, quality_score
from vne_core.phantom.t1_mapping import acquire_t1

PATIENT = demo_patient()
LGE = replace(PATIENT.lge, noise=False)
CINE = replace(PATIENT.cine, noise=False)
T1 = replace(PATIENT.t1, noise=False)
DIASTOLE = float(contraction_at(0.7))


def lge_with(body, mishaps):
    plane = lge_plane(PATIENT, 1)
    made = acquire_lge(body, plane, LGE, STILL, np.random.default_rng(4), mishaps=mishaps)
    return made.psir.astype(float) - PSIR_ZERO


def cine_with(body, mishaps):
    plane = cine_plane(PATIENT, 1)
    contractions = [0.0, 0.1, 0.4, 0.8, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1]
    return acquire_cine(
        body, plane, contractions, CINE, np.random.default_rng(4), mishaps=mishaps
    ).astype(float)


def t1_with(body, mishaps):
    plane = t1_plane(PATIENT, 1)
    return acquire_t1(body, plane, T1, np.random.default_rng(4), mishaps=mishaps)


@pytest.fixture(scope="module")
def calm(body):
    return lge_with(body, NONE)


def test_ghosts_of_the_body_fill_the_air_with_its_severity(body, calm):
    air = (slice(4, 16), slice(60, 160))
    levels = [np.abs(lge_with(body, Mishaps(ghosting=g))[air]).mean() for g in (0.3, 0.9)]
    assert np.abs(calm[air]).mean() < 0.3 * levels[0]
    assert levels[0] < levels[1]


def test_a_premature_beat_blurs_the_wall_of_the_enhancement(body, calm):
    plane = lge_plane(PATIENT, 1)
    found = outlines(body.heart(DIASTOLE), body.frame, plane, STILL)
    inside = polygon_coverage(found.epi, plane) > 0.5
    changed = np.abs(lge_with(body, Mishaps(misgating=1.0)) - calm)[inside]
    assert changed.mean() > 10


def test_a_lost_coil_element_darkens_the_heart_and_not_the_back(body, calm):
    dark = lge_with(body, Mishaps(coil_dropout=1.0))
    plane = lge_plane(PATIENT, 1)
    found = outlines(body.heart(DIASTOLE), body.frame, plane, STILL)
    blood = roi_coverage(found.blood_pool, plane) > 0.5
    assert dark[blood].mean() < 0.93 * calm[blood].mean()
    back = (slice(170, 188), slice(20, 80))
    bright = calm[back] > 100
    assert np.median(dark[back][bright] / calm[back][bright]) > 0.97


def test_misgated_lines_mix_phases_of_the_cine(body):
    right, wrong = cine_with(body, NONE), cine_with(body, Mishaps(misgating=1.0))
    plane = cine_plane(PATIENT, 1)
    ring = polygon_coverage(
        outlines(body.heart(0.0), body.frame, plane, STILL).endo, plane
    ) - polygon_coverage(outlines(body.heart(1.0), body.frame, plane, STILL).endo, plane)
    assert np.abs(right - wrong)[0][ring > 0.9].mean() > 40


def test_off_resonance_lowers_the_map_at_the_inferolateral_wall(body):
    right, wrong = t1_with(body, NONE), t1_with(body, Mishaps(off_resonance_hz=100.0))
    hertz = field_map_hz(right.plane, body.frame, Mishaps(off_resonance_hz=100.0))
    found = outlines(body.heart(DIASTOLE), body.frame, right.plane, STILL)
    wall = polygon_coverage(found.epi, right.plane) > 0.99
    wall &= polygon_coverage(found.endo, right.plane) == 0
    change = wrong.t1_map_ms.astype(float) - right.t1_map_ms
    far, near = wall & (hertz > 75), wall & (hertz < 30)
    assert np.median(change[far]) < -30
    assert np.abs(np.median(change[near])) < 6


def test_off_resonance_brings_a_dark_band_to_the_cine(body):
    right, wrong = cine_with(body, NONE)[0], cine_with(body, Mishaps(off_resonance_hz=160.0))[0]
    hertz = field_map_hz(cine_plane(PATIENT, 1), body.frame, Mishaps(off_resonance_hz=160.0))
    bright = right > 300
    assert np.median(wrong[bright & (hertz > 150)] / right[bright & (hertz > 150)]) < 0.7


def test_breathing_between_the_images_leaves_its_mark_on_the_map(body):
    """The border between wall and blood moves; the middle of the blood does not care."""
    right, wrong = t1_with(body, NONE), t1_with(body, Mishaps(breathing_mm=6.0))
    found = outlines(body.heart(DIASTOLE), body.frame, right.plane, STILL)
    edge = polygon_coverage(found.endo, right.plane)
    border = (edge > 0) & (edge < 1)
    change = np.abs(wrong.t1_map_ms.astype(float) - right.t1_map_ms)
    blood = roi_coverage(found.blood_pool, right.plane) > 0.5
    assert np.median(change[border]) > 4 * np.median(change[blood])


def test_a_breath_hold_begins_in_place_and_drifts_by_its_severity():
    shifts = np.array(
        [
            breathing_shifts(7, Mishaps(breathing_mm=4.0), np.random.default_rng(seed))
            for seed in range(400)
        ]
    )
    assert not shifts[:, 0].any()
    last = np.linalg.norm(shifts[:, -1], axis=1)
    assert np.sqrt(np.mean(last**2)) == pytest.approx(4.0, rel=0.1)


def test_the_field_is_most_disturbed_where_it_is_said_to_be(body):
    hertz = field_map_hz(cine_plane(PATIENT, 1), body.frame, Mishaps(off_resonance_hz=60.0))
    assert hertz.max() == pytest.approx(60, rel=0.15)


@pytest.mark.parametrize("image", ["cine", "t1", "lge"])
def test_quality_falls_with_noise_and_with_every_mishap_of_the_image(image):
    best = quality_score(image, 80.0, NONE)
    assert quality_category(best) == 5
    assert quality_score(image, 12.0, NONE) < best - 20
    own = {
        "cine": (Mishaps(ghosting=1.0), Mishaps(misgating=1.0), Mishaps(off_resonance_hz=150.0)),
        "t1": (Mishaps(breathing_mm=6.0), Mishaps(misgating=1.0), Mishaps(off_resonance_hz=150.0)),
        "lge": (Mishaps(ghosting=1.0), Mishaps(misgating=1.0), Mishaps(ti_error_ms=-90.0)),
    }[image]
    for mishaps in own:
        assert quality_score(image, 80.0, mishaps) < best - 20
    assert quality_category(0.0) == 1
    assert quality_category(100.0) == 5
