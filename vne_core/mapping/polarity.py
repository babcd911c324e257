"""The sign of inversion-recovery images, which a magnitude image has lost."""

from collections.abc import Sequence

import numpy as np

from vne_core.errors import VneError
from vne_core.geometry.plane import FloatArray
from vne_core.mapping.curve import Floats, least_grid_residual, pixel_blocks
from vne_core.mapping.fit import SampleMismatchError, checked_times, usable_pixels

SIEMENS_HALF_RANGE = 4096.0
"""Rescaled Siemens phase: stored 0..4095 with slope 2, intercept -4096 is -pi..pi."""


class PhaseRangeError(VneError):
    """Phase images in a unit nobody told us."""

    code = "phase-range"


def restore_polarity(magnitude: Floats, times_ms: Sequence[float] | FloatArray) -> Floats:
    """Return magnitude images (n, rows, columns) with the sign of the least residual.

    In order of inversion time the first k samples of a recovery are negative: every k from 0 to n
    is tried, and the k whose curve fits best is kept for each pixel (known as multi-fitting,
    after Nekolla et al. 1992, "T1 maps by k-space reduced snapshot-FLASH MRI", J Comput Assist
    Tomogr 16:327). Pixels that cannot be fitted stay as they are.
    """
    times = checked_times(magnitude, times_ms)
    usable = usable_pixels(magnitude)
    samples = magnitude[:, usable].astype(np.float32)
    restored = np.asarray(magnitude, dtype=np.float32).copy()
    for block in pixel_blocks(*samples.shape):
        samples[:, block] *= _least_residual_signs(samples[:, block], times)
    restored[:, usable] = samples
    return restored


def signed_from_phase(
    magnitude: Floats, phase: Floats, times_ms: Sequence[float] | FloatArray
) -> Floats:
    """Return magnitude images (n, rows, columns) signed by their phase images.

    The phase of coils and field is the same at every inversion time and goes with the difference
    to the image of the longest time, which has recovered past its null: a sample is negative where
    its phase is more than a quarter turn from that image's.

    Parameters
    ----------
    phase
        As ``magnitude``: radians, or rescaled Siemens phase (-4096..4094 for -pi..pi), or its
        stored values (0..4095).

    Raises
    ------
    PhaseRangeError
        When the values are none of these.
    SampleMismatchError
        When phase and magnitude differ in shape.
    """
    times = checked_times(magnitude, times_ms)
    if phase.shape != magnitude.shape:
        raise SampleMismatchError(
            f"phase images of shape {phase.shape}, magnitude of {magnitude.shape}", "equal shapes"
        )
    radians = phase_radians(phase)
    difference = radians - radians[int(times.argmax())]
    return np.where(np.cos(difference) < 0, -1.0, 1.0).astype(np.float32) * magnitude


def phase_radians(phase: Floats) -> Floats:
    """Return phase images in radians, whatever of the three units they came in."""
    known = phase[np.isfinite(phase)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    if max(-low, high) <= np.pi * 1.001:
        return phase.astype(np.float32)
    if low < 0 and max(-low, high) <= SIEMENS_HALF_RANGE:
        return (phase * (np.pi / SIEMENS_HALF_RANGE)).astype(np.float32)
    if low >= 0 and high <= SIEMENS_HALF_RANGE:
        return (phase * (2 * np.pi / SIEMENS_HALF_RANGE) - np.pi).astype(np.float32)
    raise PhaseRangeError(
        f"phase values from {low:g} to {high:g}",
        "radians, or -4096..4095, or 0..4095",
        "leave the phase images out: polarity is then restored from the magnitude",
    )


def _least_residual_signs(samples: Floats, times_ms: FloatArray) -> Floats:
    """Return the signs (n, P) of the best null index."""
    order = np.argsort(times_ms, kind="stable")
    signs = np.ones((len(times_ms), 1), dtype=np.float32)
    best = least_grid_residual(samples, times_ms)
    chosen = np.ones_like(samples)
    for sample in order:
        signs[sample] = -1.0
        residual = least_grid_residual(samples * signs, times_ms)
        better = residual < best
        best = np.where(better, residual, best)
        chosen = np.where(better, signs, chosen)
    return chosen
