import numpy as np
import pytest

from vne_core.mapping.fit import SampleMismatchError
from vne_core.mapping.polarity import (
    PhaseRangeError,
    phase_radians,
    restore_polarity,
    signed_from_phase,
)

TIMES_MS = np.array([100.0, 180.0, 260.0, 1000.0, 1080.0, 1900.0, 2800.0, 3700.0])


def recovering(t1_ms, times_ms=TIMES_MS, amplitude=500.0):
    t1 = np.asarray(t1_ms, dtype=float)
    return amplitude * (1 - 2 * np.exp(-times_ms[:, None, None] / t1))


def coil_phase(shape):
    """A field map that wraps several times across the image."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return 0.9 * rows + 0.4 * columns + 0.02 * rows * columns


def stored_phase(signed):
    complex_image = signed * np.exp(1j * coil_phase(signed.shape[1:]))
    return np.angle(complex_image)


def test_every_null_between_the_inversion_times_is_found_from_magnitude_alone():
    signed = recovering(np.linspace(120, 2600, 240).reshape(12, 20))
    clear = np.abs(signed).min(axis=0) > 25  # a sample at its null has no sign to restore
    restored = restore_polarity(np.abs(signed), TIMES_MS)
    assert clear.mean() > 0.5
    assert len({int(count) for count in (signed < 0).sum(axis=0).ravel()}) >= 4
    np.testing.assert_allclose(restored[:, clear], signed[:, clear], rtol=1e-6)


def test_restoring_does_not_depend_on_the_order_of_the_images():
    signed = recovering(np.linspace(300, 2000, 100).reshape(10, 10))
    order = np.random.default_rng(1).permutation(len(TIMES_MS))
    straight = restore_polarity(np.abs(signed), TIMES_MS)
    shuffled = restore_polarity(np.abs(signed)[order], TIMES_MS[order])
    np.testing.assert_array_equal(straight[order], shuffled)


def test_restoring_leaves_the_magnitude_and_the_input_alone():
    magnitude = np.abs(recovering(np.full((5, 5), 900.0)))
    before = magnitude.copy()
    restored = restore_polarity(magnitude, TIMES_MS)
    np.testing.assert_array_equal(magnitude, before)
    np.testing.assert_allclose(np.abs(restored), magnitude, rtol=1e-6)


def test_phase_images_give_the_sign_under_a_wrapping_background():
    signed = recovering(np.linspace(150, 2500, 400).reshape(20, 20))
    result = signed_from_phase(np.abs(signed), stored_phase(signed), TIMES_MS)
    np.testing.assert_allclose(result, signed, rtol=1e-6, atol=1e-6)


def test_phase_in_radians_rescaled_or_as_stored_gives_the_same_signs():
    signed = recovering(np.linspace(150, 2500, 400).reshape(20, 20))
    radians = stored_phase(signed)
    stored = np.clip(np.round((radians / np.pi + 1) * 2048), 0, 4095)
    rescaled = 2 * stored - 4096
    magnitude = np.abs(signed)
    expected = signed_from_phase(magnitude, radians, TIMES_MS)
    for phase in (stored, rescaled):
        np.testing.assert_array_equal(signed_from_phase(magnitude, phase, TIMES_MS), expected)
        assert np.abs(np.exp(1j * phase_radians(phase)) - np.exp(1j * radians)).max() < 0.01


def test_phase_in_an_unknown_unit_is_refused_with_its_range():
    signed = recovering(np.full((4, 4), 900.0))
    with pytest.raises(PhaseRangeError, match="-18000"):
        signed_from_phase(
            np.abs(signed), np.linspace(-18000, 18000, signed.size).reshape(signed.shape), TIMES_MS
        )


def test_phase_and_magnitude_of_different_shape_are_refused():
    signed = recovering(np.full((4, 4), 900.0))
    with pytest.raises(SampleMismatchError, match="equal shapes"):
        signed_from_phase(np.abs(signed), stored_phase(signed)[:-1], TIMES_MS)
