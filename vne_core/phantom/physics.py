"""Closed-form signal equations of the virtual scanner."""

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.plane import FloatArray


def psir_signal(t1_ms: ArrayLike, ti_ms: float, tr_ms: float) -> FloatArray:
    """Return the phase-sensitive inversion recovery signal of unit magnetisation, -1 to 1.

    S = 1 - 2 exp(-TI/T1) + exp(-TR/T1), ``tr_ms`` being the interval between inversions.
    """
    t1 = np.asarray(t1_ms, float)
    return 1 - 2 * np.exp(-ti_ms / t1) + np.exp(-tr_ms / t1)


def nulling_ti_ms(t1_ms: float, tr_ms: float) -> float:
    """Return the inversion time at which a tissue gives no ``psir_signal``."""
    return float(t1_ms * np.log(2 / (1 + np.exp(-tr_ms / t1_ms))))


def post_contrast_t1_ms(
    native_t1_ms: ArrayLike,
    distribution: ArrayLike,
    blood_post_t1_ms: float,
    blood_t1_ms: float,
    haematocrit: float,
) -> FloatArray:
    """Return T1 after contrast: R1 = R1 native + ECV / (1 - haematocrit) x change of blood R1."""
    blood_change = 1 / blood_post_t1_ms - 1 / blood_t1_ms
    share = np.asarray(distribution, float) / (1 - haematocrit)
    return 1 / (1 / np.asarray(native_t1_ms, float) + share * blood_change)


def bssfp_signal(t1_ms: ArrayLike, t2_ms: ArrayLike, flip_deg: float) -> FloatArray:
    """Return the balanced steady-state signal of unit magnetisation, echo decay left out.

    Scheffler and Lehnhardt 2003, on resonance and with a repetition time far below T2.
    """
    cosine = np.cos(np.radians(flip_deg))
    ratio = np.asarray(t1_ms, float) / np.asarray(t2_ms, float)
    return np.sin(np.radians(flip_deg)) / (ratio + 1 - cosine * (ratio - 1))


def balanced_profile(
    t1_ms: ArrayLike, t2_ms: ArrayLike, flip_deg: float, tr_ms: float, off_resonance_hz: ArrayLike
) -> FloatArray:
    """Return the balanced steady-state signal relative to that on resonance.

    The banding profile of alternating pulses (Freeman and Hill 1971): 1 at 0 Hz, a dark band at
    1 / (2 TR).
    """
    e1, e2 = (np.exp(-tr_ms / np.asarray(t, float)) for t in (t1_ms, t2_ms))
    cosine = np.cos(np.radians(flip_deg))
    turn = 2 * np.pi * np.asarray(off_resonance_hz, float) * tr_ms / 1000 + np.pi
    on_resonance = _balanced_magnitude(e1, e2, cosine, np.pi)
    return _balanced_magnitude(e1, e2, cosine, turn) / on_resonance


def _balanced_magnitude(
    e1: FloatArray, e2: FloatArray, cosine: float, turn: ArrayLike
) -> FloatArray:
    """Return the magnitude right after a pulse, up to a factor that ``turn`` does not change."""
    free = np.cos(np.asarray(turn, float))
    numerator = np.sqrt(1 + e2**2 - 2 * e2 * free)
    denominator = (1 - e1 * cosine) * (1 - e2 * free) - e2 * (e1 - cosine) * (e2 - free)
    return numerator / denominator
