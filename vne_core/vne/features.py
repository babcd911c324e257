"""What is known of one image as numbers, for its confidence: no contour is needed for them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vne_core.learn.card import TrainingRange
from vne_core.vne.inputs import HEART_MM, VneInputs
from vne_core.vne.window import PIXEL_MM, disc

CAVITY_MM = 6.0
"""Radius around the ventricle's centre that is blood, but for a papillary muscle."""
WALL_CEILING = 0.8
"""Pixels above are blood: the enhanced wall seldom reaches the blood pool's brightness."""
EIGHTH, QUARTER, HALF = 0.125, 0.25, 0.5
"""The paper's full width at eighth, quarter and half maximum."""

FEATURES = (
    "wall_spread",
    "bright_spread",
    "doubt_half",
    "doubt_quarter",
    "doubt_eighth",
    "quarter_ratio",
    "half_ratio",
    "half_cm2",
    "brightest_patch",
    "remote_offset",
    "blood_offset",
    "wall_cm2",
    "t1_noise_ms",
    "t1_holes",
    "no_ir",
    "ir_motion_mm",
    "fit_residual",
    "no_cine",
    "few_phases",
)
"""The numbers in their order; a calibration names the ones it uses."""
FEATURE_WORDS: Mapping[str, str] = {
    "wall_spread": "the network is unsure of the myocardium",
    "bright_spread": "the network is unsure of what it made bright",
    "doubt_half": "much of the myocardium may lie on either side of the 50 % level",
    "doubt_quarter": "much of the myocardium may lie on either side of the 25 % level",
    "doubt_eighth": "much of the myocardium may lie on either side of the 12.5 % level",
    "quarter_ratio": "much of the myocardium is bright",
    "half_ratio": "much of the myocardium is very bright",
    "half_cm2": "a large bright area",
    "brightest_patch": "a small bright spot",
    "remote_offset": "remote myocardium is not dark",
    "blood_offset": "the blood pool is not as bright as it should be",
    "wall_cm2": "an unusual amount of myocardium",
    "t1_noise_ms": "the T1 map is noisy",
    "t1_holes": "T1 is missing in parts of the heart",
    "no_ir": "no IR images",
    "ir_motion_mm": "the IR images lie apart",
    "fit_residual": "the T1 fit misses its images",
    "no_cine": "no cine",
    "few_phases": "few cine phases",
}
"""What a reader is told when a feature lowers the confidence."""
MEDIAN_OF_SD = 0.6745
"""Median magnitude of a normal variable, in SDs."""
PATCH_PX = 3
"""Side of the patch whose mean tells a lesion from a speck of noise."""

Image = NDArray[np.float32]
Floats = NDArray[np.float64]


def image_features(
    inputs: VneInputs, vne: Image, spread: Image, trained_on: TrainingRange
) -> dict[str, float]:
    """Return every number of ``FEATURES`` of one image, (192, 192), on the inputs' window.

    The wall is taken as the pixels near the ventricle whose T1 is one of myocardium and which are
    not as bright as blood; it holds some of the right ventricle and of the tissue around.
    """
    heart = disc(inputs.window, inputs.centre_mm, HEART_MM)
    low, high = trained_on.wall_t1_ms
    in_range = inputs.t1_valid & (inputs.t1_ms >= low) & (inputs.t1_ms <= high)
    wall = heart & in_range & (vne < WALL_CEILING)
    cavity = disc(inputs.window, inputs.centre_mm, CAVITY_MM)
    found = dict.fromkeys(FEATURES, 0.0) | dict(inputs.features)
    found["blood_offset"] = abs(1.0 - float(np.median(vne[cavity])))
    if not wall.any():
        return found
    value, width = vne[wall].astype(float), spread[wall].astype(float)
    bright = value >= QUARTER
    cm2 = PIXEL_MM**2 / 100
    return found | {
        "wall_spread": float(width.mean()),
        "bright_spread": float(width[bright].mean()) if bright.any() else 0.0,
        "doubt_half": _doubt(value, width, HALF),
        "doubt_quarter": _doubt(value, width, QUARTER),
        "doubt_eighth": _doubt(value, width, EIGHTH),
        "t1_noise_ms": _noise_ms(inputs.t1_ms, wall),
        "quarter_ratio": float(bright.mean()),
        "half_ratio": float((value >= HALF).mean()),
        "half_cm2": float((value >= HALF).sum()) * cm2,
        "brightest_patch": _brightest_patch(vne, wall),
        "remote_offset": abs(float(np.percentile(value, 25))),
        "wall_cm2": float(wall.sum()) * cm2,
    }


def _doubt(value: Floats, width: Floats, level: float) -> float:
    """Return the share of pixels expected to lie on the other side of a level than they do.

    The error of a pixel is taken as Laplace's, its mean size the spread that the network tells.
    """
    return float((0.5 * np.exp(-np.abs(value - level) / width)).mean())


def _noise_ms(t1_ms: Image, wall: NDArray[np.bool_]) -> float:
    """Return the SD of noise in the wall, from how far a pixel lies from its four neighbours.

    Their mean takes a slope away; of white noise of SD s the difference has SD s * sqrt(5 / 4).
    The median of magnitudes is .6745 SD, and lesions' borders do not move it.
    """
    around = (t1_ms[:-2, 1:-1] + t1_ms[2:, 1:-1] + t1_ms[1:-1, :-2] + t1_ms[1:-1, 2:]) / 4
    whole = wall[1:-1, 1:-1] & wall[:-2, 1:-1] & wall[2:, 1:-1] & wall[1:-1, :-2] & wall[1:-1, 2:]
    if not whole.any():
        return 0.0
    apart = np.abs(t1_ms[1:-1, 1:-1] - around)[whole]
    return float(np.median(apart)) / (MEDIAN_OF_SD * np.sqrt(5 / 4))


def _brightest_patch(vne: Image, wall: NDArray[np.bool_]) -> float:
    """Return the brightest mean of a 3 x 3 patch that is wholly wall."""
    side = PATCH_PX
    windows = np.lib.stride_tricks.sliding_window_view
    whole = windows(wall, (side, side)).all(axis=(2, 3))
    means = windows(vne, (side, side)).mean(axis=(2, 3))
    return float(means[whole].max()) if whole.any() else 0.0
