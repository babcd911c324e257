"""The T1 map of inversion-recovery images, by the scheme that their times tell."""

from collections.abc import Sequence

import numpy as np

from vne_core.geometry.plane import FloatArray
from vne_core.mapping.curve import Floats
from vne_core.mapping.fit import T1Fit, checked_times, fit_look_locker
from vne_core.mapping.polarity import restore_polarity, signed_from_phase
from vne_core.mapping.shmolli import (
    FIRST_IMAGES,
    SCHEME,
    fit_shmolli,
    foretold_single_images,
    shmolli_order,
)

_START_SPREAD_MS = 300.0


def fit_t1(
    magnitude: Floats,
    phase: Floats | None,
    times_ms: Sequence[float] | FloatArray,
    rr_ms: float | None = None,
    *,
    inversion_efficiency: float = 1.0,
) -> T1Fit:
    """Return the T1 map of magnitude images, its scheme named in ``T1Fit.scheme``.

    Parameters
    ----------
    magnitude
        (n, rows, columns), the images in any order.
    phase
        Their phase images in radians, or rescaled or stored Siemens phase; None to restore the
        polarity from the magnitude.
    times_ms
        Inversion times in the order of the images.
    rr_ms
        Interval between heart beats, for ShMOLLI; by default from the times.

    Raises
    ------
    TooFewSamplesError, SampleMismatchError, PhaseRangeError
        As the parts that find them.
    """
    times = checked_times(magnitude, times_ms)
    order = shmolli_order(times)
    if phase is not None:
        signed = signed_from_phase(magnitude, phase, times)
    elif order is None:
        signed = restore_polarity(magnitude, times)
    else:
        signed = _restore_first_inversion(magnitude, times, order[:FIRST_IMAGES])
    if order is None:
        return fit_look_locker(signed, times, inversion_efficiency, scheme_name(times))
    known = phase is not None
    return fit_shmolli(signed, times, rr_ms, inversion_efficiency, first_sign_known=known)


def fitted_signs(fit: T1Fit, times_ms: Sequence[float] | FloatArray) -> Floats:
    """Return the sign, -1 or 1, (n, rows, columns), of each image of a fit, in the times' order.

    That of the fitted curve; of a single ShMOLLI image that its pixel's fit did not use, the sign
    that the sequence foretells. 1 where there is no fit.
    """
    times = np.asarray(times_ms, dtype=np.float64)
    signal = fit.a - fit.b * np.exp(-times[:, None, None] / fit.t1_star_ms)
    if fit.scheme == SCHEME:
        for used_before, (index, foretold) in enumerate(
            foretold_single_images(fit, times), start=FIRST_IMAGES
        ):
            signal[index] = np.where(fit.samples_used > used_before, signal[index], foretold)
    return np.where(signal < 0, -1.0, 1.0).astype(np.float32)


def _restore_first_inversion(
    magnitude: Floats, times: FloatArray, first: tuple[int, ...]
) -> Floats:
    """Return the images with the first inversion's signs restored, the others as they are.

    The later inversions of ShMOLLI start from less than full recovery, so that the seven samples
    of a long T1 lie on no common curve; the fit finds the signs of the two single images itself.
    """
    signed = np.asarray(magnitude, dtype=np.float32).copy()
    images = list(first)
    signed[images] = restore_polarity(magnitude[images], times[images])
    return signed


def scheme_name(times_ms: Sequence[float] | FloatArray) -> str:
    """Return the scheme of the inversion times: "MOLLI 5-3", "ShMOLLI 5-1-1" or "Look-Locker".

    A MOLLI interleaves inversions whose first times lie close together; each later image belongs
    to the inversion whose last image came one beat before. The pauses between the inversions are
    not in the times, so 5(3)3 is named 5-3.
    """
    if shmolli_order(times_ms) is not None:
        return SCHEME
    times = np.sort(np.asarray(times_ms, dtype=np.float64))
    starts = times[times < times[0] + _START_SPREAD_MS]
    later = times[len(starts) :]
    if len(starts) < 2 or len(later) < len(starts):
        return f"Look-Locker, {len(times)} images"
    counts = sorted(_images_per_inversion(starts, later), reverse=True)
    return "MOLLI " + "-".join(str(count) for count in counts)


def _images_per_inversion(starts: FloatArray, later: FloatArray) -> list[int]:
    """Return how many images follow each inversion."""
    rr_ms = float(later[0] - starts[0])
    last = [float(start) for start in starts]
    counts = [1] * len(last)
    for time in later:
        owner = min(range(len(last)), key=lambda index: abs(time - last[index] - rr_ms))
        last[owner] = float(time)
        counts[owner] += 1
    return counts
