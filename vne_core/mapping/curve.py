"""Least-squares Look-Locker recovery curves, many pixels at once.

The model is S(t) = A - B exp(-t / T1*) (Look and Locker 1970; Messroghli et al. 2004, Magn Reson
Med 52:141, doi:10.1002/mrm.20110). For a given T1* the best A and B follow linearly, so only T1* is
searched (variable projection, Golub and Pereyra 1973, SIAM J Numer Anal 10:413): a logarithmic
grid, a parabola through its best three points, then Newton steps on ln T1*.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray

Floats = NDArray[np.floating]

MAX_AMPLITUDE_RATIO = 4.0
"""Largest B/A searched. B/A - 1 is the magnetisation just inverted over the one approached:
2 to 2.5 in tissue. Where T1 is so short that only the first sample is off the plateau, B and T1*
cannot be told apart and B/A would run away; the scanner's own fit holds it near 4 there."""

_GRID_MS = np.geomspace(20.0, 8000.0, 24)
_LOG_GRID = np.log(_GRID_MS)
_LOG_STEP = float(_LOG_GRID[1] - _LOG_GRID[0])
_NEWTON_STEPS = 3
_BLOCK_PRODUCT = 200_000
"""Grid points x samples x pixels of one block: small enough for the processor's cache, and for BLAS
to keep to one thread (its threads, spinning on a busy machine, made the fit ten times slower)."""

_Basis = tuple[FloatArray, FloatArray, FloatArray]
_BasisOf = Callable[[FloatArray, FloatArray, FloatArray], _Basis]


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

    def put(self, pixels: NDArray[np.bool_], part: "Curves") -> "Curves":
        """Return these curves with ``part`` at ``pixels`` (P,), one curve for each True."""
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
    free = _free_curves(signed, times_ms)
    outside = ~((free.a > 0) & (free.b > free.a) & (free.b <= MAX_AMPLITUDE_RATIO * free.a))
    if not outside.any():
        return free
    return free.put(outside, _bounded_curves(signed[:, outside], times_ms))


def pixel_blocks(samples: int, pixels: int) -> list[slice]:
    """Return slices that cut the pixels into blocks of a size the processor likes."""
    step = max(64, _BLOCK_PRODUCT // (len(_GRID_MS) * samples))
    return [slice(start, start + step) for start in range(0, max(pixels, 1), step)]


def squares_about_mean(signed: Floats) -> Floats:
    """Return the sum of squares of samples (n, P) about their mean over the images, (P,)."""
    return ((signed - signed.mean(axis=0)) ** 2).sum(axis=0)


def least_grid_residual(signed: Floats, times_ms: FloatArray) -> Floats:
    """Return the residual sum of squares (P,) of the best rising curve, to the grid's precision.

    Enough to compare polarities: the parabola between grid points leaves an error far below the
    change made by the sign of a sample that matters.
    """
    centred = signed - signed.mean(axis=0)
    columns = _unit_columns(_centred, times_ms).astype(signed.dtype)
    height, _ = _best_on_grid(columns, -centred)
    return np.maximum((centred**2).sum(axis=0) - height, 0.0)


def _free_curves(signed: Floats, times_ms: FloatArray) -> Curves:
    """Return the curves with A and B unconstrained but B > 0."""
    mean = signed.mean(axis=0, dtype=np.float64)
    centred = signed - mean
    height, log_time = _best_on_grid(
        _unit_columns(_centred, times_ms).astype(np.float32), -centred.astype(np.float32)
    )
    log_time, projection, norm = _refine(_centred, centred, times_ms, log_time)
    slope = projection / norm
    recovery_mean = np.exp(-times_ms[:, None] / np.exp(log_time)).mean(axis=0)
    residual = np.maximum((centred**2).sum(axis=0) - slope * projection, 0.0)
    absent = np.where(height > 0, 1.0, np.nan)
    return Curves(
        (mean - slope * recovery_mean) * absent,
        -slope * absent,
        np.exp(log_time) * absent,
        residual * absent,
    )


def _bounded_curves(signed: Floats, times_ms: FloatArray) -> Curves:
    """Return the curves on the bound B = MAX_AMPLITUDE_RATIO A, A > 0."""
    samples = signed.astype(np.float64)
    height, log_time = _best_on_grid(_unit_columns(_bounded, times_ms), samples)
    log_time, projection, norm = _refine(_bounded, samples, times_ms, log_time)
    a = projection / norm
    residual = np.maximum((samples**2).sum(axis=0) - a * projection, 0.0)
    absent = np.where((height > 0) & (a > 0), 1.0, np.nan)
    return Curves(
        a * absent, MAX_AMPLITUDE_RATIO * a * absent, np.exp(log_time) * absent, residual * absent
    )


def _centred(recovery: FloatArray, first: FloatArray, second: FloatArray) -> _Basis:
    """Return exp(-t/T1*) about its mean over the samples: the basis that leaves A free."""
    return (
        recovery - recovery.mean(axis=0),
        first - first.mean(axis=0),
        second - second.mean(axis=0),
    )


def _bounded(recovery: FloatArray, first: FloatArray, second: FloatArray) -> _Basis:
    """Return 1 - r exp(-t/T1*): the basis of the bound, with A its only coefficient."""
    ratio = MAX_AMPLITUDE_RATIO
    return 1.0 - ratio * recovery, -ratio * first, -ratio * second


def _recovery(times_ms: FloatArray, log_time: FloatArray) -> _Basis:
    """Return exp(-t/T1*) and its first two derivatives by ln T1*, each (n, P)."""
    scaled = times_ms[:, None] * np.exp(-log_time)
    recovery = np.exp(-scaled)
    first = recovery * scaled
    return recovery, first, first * (scaled - 1.0)


def _unit_columns(basis_of: _BasisOf, times_ms: FloatArray) -> FloatArray:
    """Return the basis at each grid T1*, (n, grid), each column of length one."""
    column, _, _ = basis_of(*_recovery(times_ms, _LOG_GRID))
    return column / np.sqrt((column**2).sum(axis=0))


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
    best = np.clip(projection.argmax(axis=0), 1, len(_GRID_MS) - 2)
    pixel = np.arange(samples.shape[1], dtype=np.intp)
    left, middle, right = (
        np.maximum(projection[best + step, pixel], 0) ** 2 for step in (-1, 0, 1)
    )
    bend = 2.0 * middle - left - right
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = np.where(bend > 0, 0.5 * (right - left) / bend, 0.0)
    shift = np.clip(shift, -1.0, 1.0)
    return middle + 0.25 * (right - left) * shift, _LOG_GRID[best] + shift * _LOG_STEP


def _refine(
    basis_of: _BasisOf, samples: Floats, times_ms: FloatArray, log_time: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ln T1* after Newton steps, and there the projection and the squared norm."""
    for _ in range(_NEWTON_STEPS):
        log_time = log_time + _newton_step(basis_of(*_recovery(times_ms, log_time)), samples)
        np.clip(log_time, _LOG_GRID[0], _LOG_GRID[-1], out=log_time)
    basis, _, _ = basis_of(*_recovery(times_ms, log_time))
    return log_time, _dot(basis, samples), _dot(basis, basis)


def _newton_step(basis: _Basis, samples: Floats) -> FloatArray:
    """Return the step in ln T1* toward the top of p^2/q, at most one grid step.

    p is the projection of the samples on the basis and q its squared norm; where the function is
    not concave the step goes uphill by half a grid step.
    """
    f, f1, f2 = basis
    p, p1, p2 = _dot(f, samples), _dot(f1, samples), _dot(f2, samples)
    q, q1 = _dot(f, f), 2.0 * _dot(f, f1)
    q2 = 2.0 * (_dot(f1, f1) + _dot(f, f2))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = p / q
        gradient = ratio * (2.0 * p1 - ratio * q1)
        curvature = (
            2.0 * (p1 * p1 + p * p2) - 4.0 * ratio * p1 * q1 - ratio * ratio * (q * q2 - 2 * q1**2)
        ) / q
        newton = -gradient / curvature
    step = np.where(curvature < 0, newton, np.sign(gradient) * 0.5 * _LOG_STEP)
    return np.clip(np.nan_to_num(step), -_LOG_STEP, _LOG_STEP)


def _dot(left: Floats, right: Floats) -> FloatArray:
    """Return the scalar product over the samples, (P,)."""
    return np.einsum("np,np->p", left, right)
