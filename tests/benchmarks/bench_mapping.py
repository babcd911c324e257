"""The T1 fit against scipy's curve_fit, pixel by pixel, on the same signed samples."""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import curve_fit

from tests.benchmarks.table import BenchRow, median_ms
from vne_core.mapping.choose import fit_t1
from vne_core.mapping.fit import fit_look_locker

SHAPE = (256, 256)
PEER_PIXELS = 400
MIN_RATIO = 25.0
MAX_P99_MS = 0.05
MAX_SLICE_MS = 1000.0
MOLLI_MS = np.array([100.0, 180.0, 1000.0, 1080.0, 1900.0, 1980.0, 2800.0, 3700.0])
LONG_MOLLI_MS = np.array(
    [100.0, 180.0, 260.0, 1000.0, 1080.0, 1160.0, 1900.0, 1980.0, 2060.0, 2800.0, 3700.0]
)


def rows() -> Iterator[BenchRow]:
    """Measure the fit of a slice, and its difference to the peer's."""
    rng = np.random.default_rng(2021)
    signed = _tissue(rng, MOLLI_MS, SHAPE)
    ours_ms = median_ms(lambda: fit_look_locker(signed, MOLLI_MS), repeat=5)
    fit = fit_look_locker(signed, MOLLI_MS)
    chosen = rng.choice(signed[0].size, PEER_PIXELS, replace=False)
    samples = signed.reshape(len(MOLLI_MS), -1)[:, chosen].astype(np.float64)
    peer_ms = median_ms(lambda: _curve_fits(samples), repeat=1, warmup=0)
    peer_ms *= signed[0].size / PEER_PIXELS
    off_ms = np.abs(fit.t1_ms.ravel()[chosen] - _curve_fits(samples, tolerance=1e-12))
    p99_ms = float(np.nanpercentile(off_ms, 99))
    yield BenchRow(
        name=f"T1 fit {SHAPE[0]}x{SHAPE[1]}x{len(MOLLI_MS)}",
        ours_ms=ours_ms,
        peer_ms=peer_ms,
        peer="scipy curve_fit by pixel",
        bar=f">= {MIN_RATIO:g}x and p99 < {MAX_P99_MS:g} ms",
        passed=peer_ms / ours_ms >= MIN_RATIO and p99_ms < MAX_P99_MS,
        note=f"p99 difference {p99_ms:.4f} ms over {PEER_PIXELS} pixels",
    )
    magnitude = np.abs(_tissue(rng, LONG_MOLLI_MS, (400, 300)))
    slice_ms = median_ms(lambda: fit_t1(magnitude, None, LONG_MOLLI_MS), repeat=3)
    yield BenchRow(
        name="T1 map 400x300x11, polarity restored",
        ours_ms=slice_ms,
        peer_ms=None,
        peer="",
        bar=f"< {MAX_SLICE_MS:g} ms",
        passed=slice_ms < MAX_SLICE_MS,
    )


def _tissue(rng: np.random.Generator, times_ms: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return signed images (n, rows, columns) of tissue at a signal-to-noise ratio of 25 to 50."""
    t1_star_ms = rng.uniform(250, 1600, shape)
    a = rng.uniform(250, 500, shape)
    clean = a * (1 - rng.uniform(1.9, 2.4, shape) * np.exp(-times_ms[:, None, None] / t1_star_ms))
    return (clean + rng.normal(size=clean.shape) * 10).astype(np.float32)


def _curve_fits(samples: np.ndarray, tolerance: float = 1e-8) -> np.ndarray:
    """Return T1 (P,) of one curve_fit a pixel, from a sensible start."""
    t1_ms = np.full(samples.shape[1], np.nan)
    for pixel, values in enumerate(samples.T):
        start = (values.max(), values.max() - values.min(), 800.0)
        (a, b, t1_star_ms), _ = curve_fit(
            _look_locker, MOLLI_MS, values, p0=start, ftol=tolerance, xtol=tolerance, maxfev=5000
        )
        t1_ms[pixel] = t1_star_ms * (b / a - 1)
    return t1_ms


def _look_locker(times_ms: np.ndarray, a: float, b: float, t1_star_ms: float) -> np.ndarray:
    """Return the Look-Locker recovery."""
    return a - b * np.exp(-times_ms / t1_star_ms)
