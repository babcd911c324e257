"""Numbers of images whose wall, lesion and noise are known."""

from dataclasses import replace

import numpy as np
import pytest

from tests.vne_core.vne.made_slice import (
    ENDO_MM,
    EPI_MM,
    heart_centre_mm,
    made_plane,
    made_slice,
    true_t1_ms,
)
from vne_core.learn.card import TrainingRange
from vne_core.vne.features import FEATURE_WORDS, FEATURES, HALF, image_features
from vne_core.vne.inputs import vne_inputs
from vne_core.vne.window import disc

RANGE = TrainingRange((850.0, 1300.0), (0.8, 1.6), (1.5, 3.0))
SPREAD = 0.1


@pytest.fixture
def plane():
    return made_plane((200, 200), (1.0, 1.0))


@pytest.fixture
def inputs(plane):
    return vne_inputs(made_slice(plane), heart_centre_mm(plane), RANGE, 1.5)


def rings(inputs):
    """Cavity, wall and the rest of the window."""
    endo = disc(inputs.window, inputs.centre_mm, ENDO_MM)
    epi = disc(inputs.window, inputs.centre_mm, EPI_MM)
    return endo, epi & ~endo


def made_vne(inputs, wall_value=0.0):
    endo, wall = rings(inputs)
    return np.where(endo, 1.0, np.where(wall, wall_value, 0.0)).astype(np.float32)


def features_of(inputs, vne):
    return image_features(inputs, vne, np.full_like(vne, SPREAD), RANGE)


def test_every_feature_has_its_number_and_its_words(inputs):
    found = features_of(inputs, made_vne(inputs))
    assert set(found) == set(FEATURES) == set(FEATURE_WORDS)
    assert np.isfinite(list(found.values())).all()


def test_the_wall_has_the_area_of_its_ring(inputs):
    found = features_of(inputs, made_vne(inputs))
    ring_cm2 = np.pi * (EPI_MM**2 - ENDO_MM**2) / 100
    assert found["wall_cm2"] == pytest.approx(ring_cm2, rel=0.05)


@pytest.mark.parametrize("level", [0.125, 0.25, 0.5])
def test_a_wall_at_a_level_is_in_doubt_by_half_and_far_from_it_by_nothing(inputs, level):
    name = {0.125: "doubt_eighth", 0.25: "doubt_quarter", 0.5: "doubt_half"}[level]
    at_level = features_of(inputs, made_vne(inputs, level))[name]
    one_spread_off = features_of(inputs, made_vne(inputs, level - SPREAD))[name]
    assert at_level == pytest.approx(0.5, abs=0.01)
    assert one_spread_off == pytest.approx(0.5 / np.e, abs=0.01)


def test_a_bright_quarter_of_the_wall_is_counted_in_share_and_area(inputs):
    vne = made_vne(inputs)
    _, wall = rings(inputs)
    rows, columns = np.indices(vne.shape) - (np.array(vne.shape)[:, None, None] - 1) / 2
    lesion = wall & (rows > 0) & (columns > 0)
    vne[lesion] = 0.7
    found = features_of(inputs, vne)
    assert found["half_ratio"] == pytest.approx(0.25, abs=0.02)
    assert found["half_cm2"] == pytest.approx(found["wall_cm2"] * found["half_ratio"], rel=1e-6)
    assert found["brightest_patch"] == pytest.approx(0.7, abs=1e-6)
    assert found["brightest_patch"] > HALF


def test_blood_that_is_not_at_1_is_an_offset(inputs):
    endo, _ = rings(inputs)
    vne = made_vne(inputs)
    vne[endo] = 0.8
    assert features_of(inputs, vne)["blood_offset"] == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize("sd_ms", [5.0, 20.0, 40.0])
def test_noise_of_the_t1_map_is_found_again(plane, sd_ms):
    rng = np.random.default_rng(7)
    t1 = true_t1_ms(plane) + rng.normal(0, sd_ms, plane.shape_px).astype(np.float32)
    aligned = made_slice(plane, t1_ms=t1)
    centre = plane.pixel_to_patient(np.rint(plane.patient_to_pixel([heart_centre_mm(plane)])))[0]
    # half a pixel from a pixel's centre, so that the window's pixels are the map's own
    inputs = vne_inputs(aligned, tuple(centre + 0.5 * (np.array(plane.row_dir) + plane.col_dir)),
                        RANGE, 1.5)  # fmt: skip
    found = features_of(replace(inputs, centre_mm=heart_centre_mm(plane)), made_vne(inputs))
    assert found["t1_noise_ms"] == pytest.approx(sd_ms, rel=0.12)


def test_without_any_wall_every_number_is_still_there(inputs):
    found = features_of(inputs, np.ones((192, 192), np.float32))
    assert np.isfinite(list(found.values())).all()
    assert found["wall_cm2"] == 0
