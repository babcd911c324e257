"""Least-squares Look-Locker recovery curves, many pixels at once.

The model is S(t) = A - B exp(-t / T1*) (Look and Locker 1970; Messroghli et al. 2004, Magn Reson
Med 52:141, doi:10.1002/mrm.20110). For a given T1* the best A and B follow linearly, so only T1* is
searched (variable projection, Golub and Pereyra 1973, SIAM J Numer Anal 10:413): a logarithmic
grid, a parabola through its best three points, then Newton steps on ln T1*.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray
from vne_core.mapping.newton import (
    GRID_MS,
    LOG_GRID,
    LOG_STEP,
    MAX_AMPLITUDE_RATIO,
    Floats,
    bounded_profile,
    dot,
    free_profile,
    recovery,
    refine,
)

GRID_PRECISION = 0.01
"""Most that ``least_grid_residual`` is off, as a share of the samples' squares about their mean:
0.8 % at the ends of the grid, 0.02 % for nine pixels of ten."""

_BLOCK_PRODUCT = 400_000
"""Grid points x samples x pixels of one block: small enough for the processor's cache, and for BLAS
to keep to one thread (its threads, spinning on a busy machine, made the fit ten times slower)."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Fitted curves of P pixels, each array (P,): amplitudes in the signal's unit, times in ms.

    ``sum_squares`` is the residual sum of squares. Pixels without a rising curve hold NaN.
    """

    a: FloatArray
    b: FloatArray
    t1_star_ms: FloatArray
    sum_squares: FloatArray

    @property
    def t1_ms(self) -> FloatArray:
        """Return T1 = T1* (B/A - 1), ms."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.t1_star_ms * (self.b / self.a - 1.0)

    def where(self, chosen: NDArray[np.bool_], other: "Curves") -> "Curves":
        """Return these curves where ``chosen``, the other's elsewhere."""
        return Curves(
            np.where(chosen, self.a, other.a),
            np.where(chosen, self.b, other.b),
            np.where(chosen, self.t1_star_ms, other.t1_star_ms),
            np.where(chosen, self.sum_squares, other.sum_squares),
        )

    def at(self, pixels: NDArray[np.intp]) -> "Curves":
        """Return the curves of some pixels, by their indices."""
        return Curves(
            self.a[pixels], self.b[pixels], self.t1_star_ms[pixels], self.sum_squares[pixels]
        )

    def put(self, pixels: NDArray[np.intp], part: "Curves") -> "Curves":
        """Return these curves with ``part`` at some pixels, by their indices."""
        whole = [self.a.copy(), self.b.copy(), self.t1_star_ms.copy(), self.sum_squares.copy()]
        for array, values in zip(
            whole, (part.a, part.b, part.t1_star_ms, part.sum_squares), strict=True
        ):
            array[pixels] = values
        return Curves(*whole)


def fit_curves(signed: Floats, times_ms: FloatArray) -> Curves:
    """Return the least-squares curves with 0 < A < B <= MAX_AMPLITUDE_RATIO A.

    A pixel whose free curve breaks the bound gets the best curve on B = MAX_AMPLITUDE_RATIO A.

    Parameters
    ----------
    signed
        Polarity-restored samples, (n, P), finite.
    times_ms
        Inversion times, (n,), in any order.
    """
    return _joined(
        [_curves_of_block(signed[:, block], times_ms) for block in pixel_blocks(*signed.shape)]
    )


def pixel_blocks(samples: int, pixels: int) -> list[slice]:
    """Return slices that cut the pixels into blocks of a size the processor likes."""
    step = max(64, _BLOCK_PRODUCT // (len(GRID_MS) * samples))
    return [slice(start, start + step) for start in range(0, max(pixels, 1), step)]


def squares_about_mean(signed: Floats) -> Floats:
    """Return the sum of squares of samples (n, P) about their mean over the images, (P,)."""
    centred = signed - signed.mean(axis=0)
    return dot(centred, centred)


def least_grid_residual(signed: Floats, times_ms: FloatArray) -> Floats:
    """Return the residual sum of squares (P,) of the best rising curve, to the grid's precision.

    Enough to compare polarities: the parabola between grid points leaves an error far below the
    change made by the sign of a sample that matters.
    """
    columns = _unit_columns(_centred(recovery(times_ms, LOG_GRID)[0])).astype(signed.dtype)
    height, _ = _best_on_grid(-columns, signed)
    return np.maximum(squares_about_mean(signed) - height, 0.0)


def _joined(parts: list[Curves]) -> Curves:
    """Return the curves of blocks of pixels as those of all of them."""
    if len(parts) == 1:
        return parts[0]
    return Curves(
        np.concatenate([part.a for part in parts]),
        np.concatenate([part.b for part in parts]),
        np.concatenate([part.t1_star_ms for part in parts]),
        np.concatenate([part.sum_squares for part in parts]),
    )


def _curves_of_block(signed: Floats, times_ms: FloatArray) -> Curves:
    """Return what ``fit_curves`` does, for one block of pixels."""
    samples = signed.astype(np.float64)
    free = _free_curves(samples, times_ms)
    inside = (free.a > 0) & (free.b > free.a) & (free.b <= MAX_AMPLITUDE_RATIO * free.a)
    outside = np.flatnonzero(~inside)
    if not outside.size:
        return free
    return free.put(outside, _bounded_curves(samples[:, outside], times_ms))


def _free_curves(samples: FloatArray, times_ms: FloatArray) -> Curves:
    """Return the curves with A and B unconstrained but B > 0."""
    mean = samples.mean(axis=0)
    centred = samples - mean
    columns = _unit_columns(_centred(recovery(times_ms, LOG_GRID)[0]))
    height, log_time = _best_on_grid(columns.astype(np.float32), -centred.astype(np.float32))
    log_time = refine(free_profile, centred, times_ms, log_time)
    decay, _, _ = recovery(times_ms, log_time)
    decay_mean = decay.mean(axis=0)
    projection = dot(decay, centred)
    slope = projection / (dot(decay, decay) - len(times_ms) * decay_mean**2)
    residual = np.maximum(dot(centred, centred) - slope * projection, 0.0)
    absent = np.where(height > 0, 1.0, np.nan)
    return Curves(
        (mean - slope * decay_mean) * absent,
        -slope * absent,
        np.exp(log_time) * absent,
        residual * absent,
    )


def _bounded_curves(samples: FloatArray, times_ms: FloatArray) -> Curves:
    """Return the curves on the bound B = MAX_AMPLITUDE_RATIO A, A > 0."""
    columns = _unit_columns(_bounded(recovery(times_ms, LOG_GRID)[0]))
    height, log_time = _best_on_grid(columns, samples)
    log_time = refine(bounded_profile, samples, times_ms, log_time)
    basis = _bounded(recovery(times_ms, log_time)[0])
    projection = dot(basis, samples)
    a = projection / dot(basis, basis)
    residual = np.maximum(dot(samples, samples) - a * projection, 0.0)
    absent = np.where((height > 0) & (a > 0), 1.0, np.nan)
    return Curves(
        a * absent, MAX_AMPLITUDE_RATIO * a * absent, np.exp(log_time) * absent, residual * absent
    )


def _centred(recovery: FloatArray) -> FloatArray:
    """Return exp(-t/T1*) about its mean over the samples: the basis that leaves A free."""
    return recovery - recovery.mean(axis=0)


def _bounded(recovery: FloatArray) -> FloatArray:
    """Return 1 - r exp(-t/T1*): the basis of the bound, with A its only coefficient."""
    return 1.0 - MAX_AMPLITUDE_RATIO * recovery


def _unit_columns(basis: FloatArray) -> FloatArray:
    """Return a basis at each grid T1*, (n, grid), each column of length one."""
    return basis / np.sqrt((basis**2).sum(axis=0))


def _best_on_grid(columns: Floats, samples: Floats) -> tuple[Floats, FloatArray]:
    """Return the sum of squares explained (P,) and ln T1* (P,) at the parabola's top.

    Only positive projections count: the sign says that the curve rises.
    """
    parts = [_best_in_block(columns, samples[:, block]) for block in pixel_blocks(*samples.shape)]
    heights, log_times = zip(*parts, strict=True)
    return np.concatenate(heights), np.concatenate(log_times)


def _best_in_block(columns: Floats, samples: Floats) -> tuple[Floats, FloatArray]:
    """Return what ``_best_on_grid`` does, for one block of pixels."""
    projection = columns.T @ samples
    best = np.clip(projection.argmax(axis=0), 1, len(GRID_MS) - 2)
    pixel = np.arange(samples.shape[1], dtype=np.intp)
    left, middle, right = (
        np.maximum(projection[best + step, pixel], 0) ** 2 for step in (-1, 0, 1)
    )
    bend = 2.0 * middle - left - right
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = np.where(bend > 0, 0.5 * (right - left) / bend, 0.0)
    shift = np.clip(shift, -1.0, 1.0)
    return middle + 0.25 * (right - left) * shift, LOG_GRID[best] + shift * LOG_STEP
