"""T1 maps by a Look-Locker fit of polarity-restored inversion-recovery images."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.geometry.plane import FloatArray
from vne_core.mapping.curve import Curves, Floats, fit_curves, squares_about_mean

MIN_SAMPLES = 3
"""The model has three parameters."""

LONGEST_INVERSION_MS = 60_000.0
"""A sample later than this after its inversion is a damaged header: no breath is held so long."""

MAX_T1_MS = 5000.0
"""Above the T1 of water at 37 degrees C (about 4.3 s): a fit beyond it is noise."""

MIN_R_SQUARED = 0.9
"""Share of a pixel's variance that its curve must explain, in itself and in the median of the
3 x 3 pixels around it: a pixel of noise can meet a curve by chance, its neighbours do not follow."""

MIN_SIGNAL_RATIO = 0.005
"""Least signal of a pixel, as a share of the image's 99.5th percentile: below it is air."""

MOST_OF_NINE = 5
"""Pixels of 3 x 3 that make the median: it reaches a level where this many do."""

_STORAGE_CEILINGS = (4095.0, 16383.0, 32767.0, 65535.0)


class TooFewSamplesError(VneError):
    """Fewer inversion times than the curve has parameters."""

    code = "too-few-samples"


class SampleMismatchError(VneError):
    """Images and inversion times that do not belong together."""

    code = "sample-mismatch"


@dataclass(frozen=True, slots=True)
class T1Fit:
    """A fitted slice; every array is (rows, columns).

    ``t1_ms``, ``t1_star_ms`` (ms), ``a``, ``b`` and ``residual`` (root mean square, the image's
    unit) and ``r_squared`` (0-1) are NaN wherever ``valid`` is False. ``samples_used`` is how many
    images the curve of the pixel was fitted to. ``scheme`` names the acquisition.
    """

    t1_ms: Floats
    a: Floats
    b: Floats
    t1_star_ms: Floats
    residual: Floats
    r_squared: Floats
    samples_used: NDArray[np.uint8]
    valid: NDArray[np.bool_]
    scheme: str


def fit_look_locker(
    signed: Floats,
    times_ms: Sequence[float] | FloatArray,
    inversion_efficiency: float = 1.0,
    scheme: str = "Look-Locker",
) -> T1Fit:
    """Return the T1 map of a three-parameter fit to all images.

    T1 = T1* (B/A - 1) / efficiency: the magnetisation just after an inversion of efficiency e is
    A - B = -e M0 while 1/T1 = (A/M0)/T1* (Deichmann and Haase 1992, J Magn Reson 96:608). Adiabatic
    pulses designed for myocardial T2 reach an e of 0.96 (Kellman et al. 2014, Magn Reson Med
    71:1428). The default 1.0 assumes a perfect inversion, as the scanner's map does that this fit
    was held against (resources/adr/0002).

    Parameters
    ----------
    signed
        Polarity-restored images, (n, rows, columns). NaN and saturated pixels become invalid.
    times_ms
        Inversion times of the images, in any order.

    Raises
    ------
    TooFewSamplesError
        When there are fewer than three different times.
    SampleMismatchError
        When images and times do not match in number, or a time is not positive and finite.
    """
    times = checked_times(signed, times_ms)
    usable = usable_pixels(np.abs(signed))
    samples = signed[:, usable]
    used = np.full(samples.shape[1], len(times), dtype=np.uint8)
    curves = fit_curves(samples, times)
    return assemble(
        curves,
        squares_about_mean(samples),
        used,
        usable,
        inversion_efficiency=inversion_efficiency,
        scheme=scheme,
    )


def checked_times(images: Floats, times_ms: Sequence[float] | FloatArray) -> FloatArray:
    """Return the times as an array once they are known to belong to the images."""
    times = np.asarray(times_ms, dtype=np.float64)
    if images.ndim != 3 or times.shape != images.shape[:1]:
        raise SampleMismatchError(
            f"{times.size} inversion times and images of shape {images.shape}",
            "one time for each image of (times, rows, columns)",
            "re-export the series whole",
        )
    if not ((times > 0) & (times <= LONGEST_INVERSION_MS)).all():
        raise SampleMismatchError(
            f"inversion times {[float(time) for time in times]} ms",
            f"times above 0 and up to {LONGEST_INVERSION_MS:g} ms",
        )
    different = len(np.unique(times))
    if different < MIN_SAMPLES:
        raise TooFewSamplesError(
            f"{different} different inversion times",
            f"at least {MIN_SAMPLES} for a T1 fit",
            "import the whole inversion-recovery series",
        )
    return times


def usable_pixels(magnitude: Floats) -> NDArray[np.bool_]:
    """Return where (rows, columns) a fit is worth trying: finite, brighter than air, not clipped.

    A pixel is clipped when it holds the largest value of the images and that value is the ceiling
    of a 12, 14, 15 or 16 bit store.
    """
    finite: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(magnitude), axis=0)
    if not finite.any():
        return finite
    brightest = np.where(finite, np.nan_to_num(magnitude).max(axis=0), 0.0)
    air = MIN_SIGNAL_RATIO * float(np.percentile(brightest[finite], 99.5))
    peak = float(brightest.max())
    clipped = peak if peak in _STORAGE_CEILINGS else np.inf
    return finite & (brightest > air) & (brightest < clipped)


def assemble(
    curves: Curves,
    total_squares: Floats,
    samples_used: NDArray[np.uint8],
    usable: NDArray[np.bool_],
    *,
    inversion_efficiency: float,
    scheme: str,
) -> T1Fit:
    """Return the maps of the P fitted pixels at the True of ``usable`` (rows, columns).

    ``total_squares`` (P,) is the sum of squares about the mean of the samples used.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        r_squared = 1.0 - curves.sum_squares / total_squares
        t1_ms = curves.t1_ms / inversion_efficiency
        residual = np.sqrt(curves.sum_squares / samples_used)
        believed = (t1_ms > 0) & (t1_ms <= MAX_T1_MS) & (r_squared >= MIN_R_SQUARED)
    valid = _supported(believed, np.nan_to_num(r_squared, nan=0.0, neginf=0.0), usable)
    used = np.zeros(usable.shape, dtype=np.uint8)
    used[usable] = samples_used
    return T1Fit(
        t1_ms=_shown(t1_ms, usable, valid),
        a=_shown(curves.a, usable, valid),
        b=_shown(curves.b, usable, valid),
        t1_star_ms=_shown(curves.t1_star_ms, usable, valid),
        residual=_shown(residual, usable, valid),
        r_squared=_shown(r_squared, usable, valid),
        samples_used=used,
        valid=valid,
        scheme=scheme,
    )


def _supported(
    believed: NDArray[np.bool_], r_squared: Floats, usable: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return where (rows, columns) a pixel is believed and its neighbours follow curves too."""
    explained = np.zeros(usable.shape, dtype=np.uint8)
    explained[usable] = r_squared >= MIN_R_SQUARED
    around = np.pad(explained, 1, mode="edge")
    rows = around[:-2] + around[1:-1] + around[2:]
    followers = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    valid = followers >= MOST_OF_NINE
    valid[usable] &= believed
    valid[~usable] = False
    return valid


def _shown(values: Floats, usable: NDArray[np.bool_], valid: NDArray[np.bool_]) -> Floats:
    """Return an image (rows, columns) of the fitted pixels' values, NaN where not valid."""
    image = np.full(usable.shape, np.nan, dtype=np.float32)
    image[usable] = values
    image[~valid] = np.nan
    return image
