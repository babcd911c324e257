"""Newton steps on the time constant of recovery curves, many pixels at once.

For a T1* the curve's other coefficients follow linearly; what is left to maximise is p^2/q, the
squared projection p of the samples on the curve's basis over the basis's squared norm q.
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

GRID_MS = np.geomspace(20.0, 8000.0, 24)
LOG_GRID = np.log(GRID_MS)
LOG_STEP = float(LOG_GRID[1] - LOG_GRID[0])
_NEWTON_STEPS = 3
"""Most steps of a pixel; two are usual."""
_CLOSE = 1e-3
"""A step in ln T1* shorter than this is the last: what it leaves is about its square."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over the n samples s of P pixels and over r = exp(-t/T1*), each (P,).

    ``r1`` and ``r2`` are the derivatives of r by ln T1*; ``r_r1`` is the sum of their product.
    """

    s: FloatArray
    r: FloatArray
    r1: FloatArray
    r2: FloatArray
    s_r: FloatArray
    s_r1: FloatArray
    s_r2: FloatArray
    r_r: FloatArray
    r_r1: FloatArray
    r1_r1: FloatArray

    @property
    def r_r2(self) -> FloatArray:
        """Return the sum of r times its second derivative, as r r2 = r1 r1 - r r1."""
        return self.r1_r1 - self.r_r1


@dataclass(frozen=True, slots=True)
class _Profile:
    """Projection p of the samples on a basis and its squared norm q, with derivatives by ln T1*."""

    p: FloatArray
    p1: FloatArray
    p2: FloatArray
    q: FloatArray
    q1: FloatArray
    q2: FloatArray


_ProfileOf = Callable[[_Sums, int], _Profile]


def refine(
    profile_of: _ProfileOf, samples: FloatArray, times_ms: FloatArray, log_time: FloatArray
) -> FloatArray:
    """Return ln T1* after Newton steps, as many as each pixel needs."""
    found = log_time.astype(np.float64)
    moving = np.arange(len(found))
    for _ in range(_NEWTON_STEPS):
        sums = _sums(samples[:, moving], times_ms, found[moving])
        step = _newton_step(profile_of(sums, len(times_ms)))
        moved = np.minimum(np.maximum(found[moving] + step, LOG_GRID[0]), LOG_GRID[-1])
        found[moving] = moved
        moving = moving[np.abs(step) > _CLOSE]
        if not moving.size:
            break
    return found


def _sums(samples: FloatArray, times_ms: FloatArray, log_time: FloatArray) -> _Sums:
    """Return the sums over samples (n, P) at ln T1* (P,)."""
    r, r1, r2 = recovery(times_ms, log_time)
    ones = np.ones(len(times_ms))
    return _Sums(
        s=ones @ samples,
        r=ones @ r,
        r1=ones @ r1,
        r2=ones @ r2,
        s_r=dot(samples, r),
        s_r1=dot(samples, r1),
        s_r2=dot(samples, r2),
        r_r=dot(r, r),
        r_r1=dot(r, r1),
        r1_r1=dot(r1, r1),
    )


def _newton_step(of: _Profile) -> FloatArray:
    """Return the step in ln T1* toward the top of p^2/q, at most one grid step.

    Where the function is not concave the step goes uphill by half a grid step.
    """
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = of.p / of.q
        gradient = ratio * (2.0 * of.p1 - ratio * of.q1)
        bent = of.p1 * of.p1 + of.p * of.p2 - 2.0 * ratio * of.p1 * of.q1
        curvature = (2.0 * bent - ratio * ratio * (of.q * of.q2 - 2.0 * of.q1 * of.q1)) / of.q
        newton = -gradient / curvature
    step = np.where(curvature < 0, newton, np.sign(gradient) * (0.5 * LOG_STEP))
    step[np.isnan(step)] = 0.0
    return np.minimum(np.maximum(step, -LOG_STEP), LOG_STEP)


def recovery(times_ms: FloatArray, log_time: FloatArray) -> tuple[FloatArray, ...]:
    """Return exp(-t/T1*) and its first two derivatives by ln T1*, each (n, P)."""
    scaled = times_ms[:, None] * np.exp(-log_time)
    recovery = np.exp(-scaled)
    first = recovery * scaled
    return recovery, first, first * (scaled - 1.0)


def free_profile(sums: _Sums, count: int) -> _Profile:
    """Return the profile of ``_centred`` for samples about their own mean."""
    return _Profile(
        sums.s_r,
        sums.s_r1,
        sums.s_r2,
        sums.r_r - sums.r * sums.r / count,
        2.0 * (sums.r_r1 - sums.r * sums.r1 / count),
        2.0 * (sums.r1_r1 + sums.r_r2 - (sums.r1 * sums.r1 + sums.r * sums.r2) / count),
    )


def bounded_profile(sums: _Sums, count: int) -> _Profile:
    """Return the profile of ``_bounded``."""
    ratio = MAX_AMPLITUDE_RATIO
    return _Profile(
        sums.s - ratio * sums.s_r,
        -ratio * sums.s_r1,
        -ratio * sums.s_r2,
        count + ratio * (ratio * sums.r_r - 2.0 * sums.r),
        2.0 * ratio * (ratio * sums.r_r1 - sums.r1),
        2.0 * ratio * (ratio * (sums.r1_r1 + sums.r_r2) - sums.r2),
    )


def dot(left: Floats, right: Floats) -> FloatArray:
    """Return the scalar product over the samples, (P,)."""
    return np.einsum("np,np->p", left, right)
