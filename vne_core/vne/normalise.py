"""Images on the scales that the network sees: the same code for training and for generating.

Native T1 is put on a fixed window, never per image: the time itself is the signal. IR images and
cine have no unit; each slice is scaled by its own percentiles, all images of it alike. Late
enhancement is put on the scale of the thresholds: remote myocardium 0, blood pool 1.

Every function takes images of the window around the ventricle (``WINDOW_MM``), because the
percentiles are those of what is in the image.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError

WINDOW_MM = 192.0
"""Side of the square around the ventricle in which images are scaled."""
T1_CENTRE_MS = 1100.0
"""T1 that becomes 0: between myocardium at 1.5 T (ShMOLLI 962 ms) and at 3 T (MOLLI 1189 ms)."""
T1_HALF_WINDOW_MS = 1000.0
"""T1 is cut off this far from the centre; blood at 3 T (1820 ms) is inside."""
T1_UNIT_MS = 400.0
"""T1 difference that becomes 1: a lesion (+50 to +180 ms) is then far above single precision."""
IR_CHANNELS = 7
EARLY_CHANNELS = 3
"""Channels of the IR stream for images taken in the beat of an inversion: ShMOLLI has three."""
EARLY_LIMIT_MS = 450.0
"""Inversion times below belong to the inversion's own beat; the next beat is 500 ms away or more."""
SAME_BEAT_MS = 200.0
"""Later images nearer than this to one another are of the same beat after another inversion."""
CINE_PHASES = 25
IR_PERCENTILE = 99.0
CINE_PERCENTILES = (1.0, 99.0)
CINE_CEILING = 1.5
IR_CEILING = 1.5
"""Scaled cine and IR are cut off here: fat next to a coil says nothing of the ventricle."""
LGE_LIMITS = (-1.0, 2.0)
"""Late enhancement beyond is cut off; lesions lie between 0 and a little above 1."""

Image = NDArray[np.float32]
AnyImage = NDArray[Any]


class NormaliseError(VneError):
    """Images that cannot be put on the network's scales."""

    code = "normalise"


def normalised_t1(t1_ms: AnyImage, valid: AnyImage | None = None) -> Image:
    """Return (2, R, C): T1 on the fixed window and where it means something (1, else 0).

    A pixel counts where it is finite and above 0 and, if given, ``valid``. The value elsewhere
    is 0, the window's middle.
    """
    t1 = np.asarray(t1_ms, dtype=np.float32)
    counts = np.isfinite(t1) & (t1 > 0)
    if valid is not None:
        counts &= np.asarray(valid, dtype=bool)
    limit = T1_HALF_WINDOW_MS / T1_UNIT_MS
    scaled = np.clip((np.where(counts, t1, 0.0) - T1_CENTRE_MS) / T1_UNIT_MS, -limit, limit)
    return np.stack([np.where(counts, scaled, 0.0), counts]).astype(np.float32)


def ir_channels(inversion_times_ms: Sequence[float]) -> tuple[int | None, ...]:
    """Return which image goes into each of the seven IR channels; None where none does.

    Channels 0 to 2 are images of an inversion's own beat, 3 to 6 those of the next four beats,
    so that a channel has the same contrast whatever the scheme and the heart rate. ShMOLLI 5-1-1
    fills all seven. MOLLI 5(3)3 has eight images but no third inversion: channel 2 stays empty,
    and of two images of the same beat (80 ms apart) the first is taken.
    """
    order = sorted(range(len(inversion_times_ms)), key=lambda index: inversion_times_ms[index])
    early = [index for index in order if inversion_times_ms[index] < EARLY_LIMIT_MS]
    late: list[int] = []
    for index in order[len(early) :]:
        if not late or inversion_times_ms[index] - inversion_times_ms[late[-1]] >= SAME_BEAT_MS:
            late.append(index)
    late_count = IR_CHANNELS - EARLY_CHANNELS
    return (*_filled(early, EARLY_CHANNELS), *_filled(late, late_count))


def normalised_ir(
    ir: AnyImage | None,
    inversion_times_ms: Sequence[float],
    shape_px: tuple[int, int],
    valid: AnyImage | None = None,
) -> Image:
    """Return (8, R, C): seven signed images, and the share of the seven that are there.

    ``ir`` is (n, R, C) with its sign restored, or None. All images of a slice share one scale,
    the 99th percentile of their magnitude; 0 stays 0, because the sign means something.
    """
    made = np.zeros((IR_CHANNELS + 1, *shape_px), dtype=np.float32)
    if ir is None or not len(ir):
        return made
    images = _finite(ir, shape_px, len(inversion_times_ms), valid)
    scale = float(np.percentile(np.abs(_sample(images)), IR_PERCENTILE))
    if scale <= 0:
        return made
    chosen = ir_channels(inversion_times_ms)
    for channel, index in enumerate(chosen):
        if index is not None:
            made[channel] = np.clip(images[index] / scale, -IR_CEILING, IR_CEILING)
    made[-1] = sum(index is not None for index in chosen) / IR_CHANNELS
    return made


def normalised_cine(
    cine: AnyImage | None, shape_px: tuple[int, int], valid: AnyImage | None = None
) -> Image:
    """Return (26, R, C): 25 phases from the R wave on, and whether there is a cine (1 or 0).

    ``cine`` is (25, R, C), as ``align.stack.cine_at_phases`` gives it, or None. All phases share
    one scale: their 1st percentile is 0, the 99th is 1.
    """
    made = np.zeros((CINE_PHASES + 1, *shape_px), dtype=np.float32)
    if cine is None or not len(cine):
        return made
    images = _finite(cine, shape_px, CINE_PHASES, valid)
    low, high = (float(p) for p in np.percentile(_sample(images), CINE_PERCENTILES))
    if high <= low:
        return made
    made[:-1] = np.clip((images - low) / (high - low), 0.0, CINE_CEILING)
    made[-1] = 1.0
    return made


def normalised_lge(lge: AnyImage, remote: AnyImage, blood_pool: AnyImage) -> Image:
    """Return late enhancement with the remote region's mean at 0 and the blood pool's at 1.

    ``remote`` and ``blood_pool`` are weights (coverage of the regions) on the same grid. Raises
    NormaliseError where a region is empty or blood is not brighter than remote myocardium.
    """
    image = np.asarray(lge, dtype=np.float64)
    remote_mean, blood_mean = (_mean(image, weights) for weights in (remote, blood_pool))
    if not blood_mean > remote_mean:
        raise NormaliseError(
            f"blood pool {blood_mean:.4g} and remote myocardium {remote_mean:.4g}",
            "blood brighter than remote myocardium",
        )
    scaled = (image - remote_mean) / (blood_mean - remote_mean)
    return np.clip(scaled, *LGE_LIMITS).astype(np.float32)


def _sample(images: Image) -> Image:
    """Return every third row and column: percentiles of them are those of the whole, sooner."""
    return images[:, ::3, ::3]


def _filled(indices: Sequence[int], count: int) -> tuple[int | None, ...]:
    """Return the first ``count`` indices, None where there are fewer."""
    return (*indices[:count], *(None,) * (count - len(indices)))


def _finite(
    images: AnyImage, shape_px: tuple[int, int], count: int, valid: AnyImage | None
) -> Image:
    """Return images as float32, 0 where they mean nothing; refuse another shape."""
    found = np.asarray(images, dtype=np.float32)
    if found.shape != (count, *shape_px):
        raise NormaliseError(
            f"images of shape {found.shape}", f"({count}, {shape_px[0]}, {shape_px[1]})"
        )
    counts = np.isfinite(found)
    if valid is not None:
        counts &= np.asarray(valid, dtype=bool)
    return np.where(counts, found, np.float32(0.0))


def _mean(image: NDArray[np.float64], weights: AnyImage) -> float:
    """Return the weighted mean of an image in a region."""
    share = np.asarray(weights, dtype=np.float64)
    if not share.sum() > 0:
        raise NormaliseError("a reference region without a pixel", "a region inside the image")
    return float((image * share).sum() / share.sum())
