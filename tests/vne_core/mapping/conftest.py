"""A Bloch simulation of ShMOLLI, independent of the fit: what a scanner would record."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

FIRST_TI_MS, TI_STEP_MS = 100.0, 80.0
T2_MS, REPETITION_MS, FLIP_DEG = 45.0, 2.14, 35.0
LINES, CENTRE_LINE = 64, 24


@dataclass(frozen=True, slots=True)
class Acquisition:
    """Signed signals (7, tissues, 1) of equilibrium magnetisation 1000, times and RR in ms."""

    signed: np.ndarray
    times_ms: np.ndarray
    rr_ms: float


def _relax(m: np.ndarray, t1_ms: np.ndarray, ms: float) -> np.ndarray:
    e1, e2 = np.exp(-ms / t1_ms), np.exp(-ms / T2_MS)
    return np.stack([m[0] * e2, m[1] * e2, 1.0 - (1.0 - m[2]) * e1])


def _rotate(m: np.ndarray, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.stack([m[0], c * m[1] + s * m[2], -s * m[1] + c * m[2]])


def _read_bssfp(m: np.ndarray, t1_ms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the magnetisation after a balanced readout and the signal of its central line."""
    m = _relax(_rotate(m, -FLIP_DEG / 2), t1_ms, REPETITION_MS / 2)
    sign, signal = 1.0, np.zeros_like(t1_ms)
    for line in range(LINES):
        m = _relax(_rotate(m, sign * FLIP_DEG), t1_ms, REPETITION_MS / 2)
        if line == CENTRE_LINE:
            signal = sign * m[1]
        m = _relax(m, t1_ms, REPETITION_MS / 2)
        sign = -sign
    return np.stack([0 * t1_ms, 0 * t1_ms, m[2]]), signal


def _simulate(t1_ms: np.ndarray, bpm: float, *, readout: bool, inversion: float) -> Acquisition:
    rr_ms = 60000.0 / bpm
    t1_ms = np.asarray(t1_ms, dtype=float)
    to_centre = REPETITION_MS * (CENTRE_LINE + 1.0) if readout else 0.0
    after = REPETITION_MS * (LINES + 0.5) - to_centre if readout else 0.0
    m = np.stack([0 * t1_ms, 0 * t1_ms, 1 + 0 * t1_ms])
    signals, times = [], []
    for images, inversion_time in ((5, 0), (1, 1), (1, 2)):
        ti_ms = FIRST_TI_MS + inversion_time * TI_STEP_MS
        if inversion_time:  # the next image stands two beats after the last
            m = _relax(m, t1_ms, 2 * rr_ms - ti_ms - after)
        m = np.stack([m[0] * 0, m[1] * 0, -inversion * m[2]])
        wait = ti_ms - to_centre
        for image in range(images):
            m = _relax(m, t1_ms, wait)
            if readout:
                m, signal = _read_bssfp(m, t1_ms)
            else:
                signal = m[2].copy()
            signals.append(signal)
            times.append(ti_ms + image * rr_ms)
            wait = rr_ms - to_centre - after
    return Acquisition(1000.0 * np.stack(signals)[:, :, None], np.array(times), rr_ms)


@pytest.fixture(scope="session")
def scan_shmolli() -> Callable[..., Acquisition]:
    """Five, one and one images after three inversions, the later from incomplete recovery."""

    def scan(t1_ms, bpm, *, readout=True, inversion=1.0):
        return _simulate(t1_ms, bpm, readout=readout, inversion=inversion)

    return scan
