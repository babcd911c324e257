"""What is unusual about the images of a slice, measured from the images themselves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.align.stack import AlignedSlice
from vne_core.geometry.plane import SlicePlane
from vne_core.learn.card import TrainingRange
from vne_core.vne.image import Flag, InputFlag
from vne_core.vne.window import PIXEL_MM, GridWay

MOST_MOTION_MM = 4.0
"""Shift between IR images above which their T1 is that of mixed tissue: half a normal wall."""
MOTION_SIDE_PX = 128
"""Side of the square around the ventricle in which shifts are looked for."""
LONGEST_SHIFT_PX = 16
MOST_RESIDUAL = 0.08
"""Residual of the T1 fit, as a share of the strongest signal, above which it is said."""
STRONG_PERCENTILE = 99.0
MOST_HOLES = 0.1
"""Share of the heart without a T1 above which it is said."""
LEAST_WALL_SHARE = 0.15
"""Share of the heart whose T1 must be one of myocardium as learnt: the wall is a third of it."""
FIELD_TOLERANCE_T = 0.2
PIXEL_MARGIN = 1.25
"""Factor by which a pixel may be finer or coarser than those learnt from."""
MOST_ANISOTROPY = 1.5
LEAST_FIELD_MM = 120.0
"""Side of the square around the ventricle that should be seen."""
LEAST_SEEN = 0.75

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]


def heart_flags(
    t1_ms: Image,
    valid: Mask,
    heart: Mask,
    core: Mask,
    *,
    plane: SlicePlane,
    trained_on: TrainingRange,
    field_strength_t: float | None,
) -> list[InputFlag]:
    """Return what is unusual about a T1 map on the window, and about its grid and scanner.

    ``heart`` holds the whole wall and some of what is around, ``core`` heart alone.
    """
    found: list[InputFlag | None] = [
        _holes(valid, core),
        _outside_range(t1_ms, valid & heart, trained_on),
        _field_strength(trained_on, field_strength_t),
        _pixel_size(plane, trained_on),
        _small_field(valid),
    ]
    return [flag for flag in found if flag is not None]


def shot_motion_mm(images: Image) -> tuple[float, InputFlag | None]:
    """Return how far the IR images (n, R, C) lie apart at most, and the flag it earns.

    Each is compared with the last, whose contrast is the strongest, by phase correlation of the
    edges: an inversion changes their strength and sign, not their place.
    """
    edges = [_edges(_middle(image)) for image in images]
    if len(edges) < 2 or not edges[-1].any():
        return 0.0, None
    shifts = [_shift_px(edge, edges[-1]) for edge in edges[:-1] if edge.any()]
    motion_mm = max(shifts, default=0.0) * PIXEL_MM
    if motion_mm <= MOST_MOTION_MM:
        return motion_mm, None
    text = f"the IR images lie up to {motion_mm:.0f} mm apart"
    return motion_mm, InputFlag(Flag.IR_MOTION, text)


def residual_ratio(
    aligned: AlignedSlice, way: GridWay, images: Image, heart: Mask
) -> tuple[float, InputFlag | None]:
    """Return the T1 fit's median residual in the heart as a share of the signal, and its flag."""
    if aligned.fit_residual is None:
        return 0.0, None
    known = np.isfinite(aligned.fit_residual) & (aligned.fit_residual > 0)
    residual, fitted = way.bring(aligned.fit_residual[None], known)
    strong = float(np.percentile(np.abs(images), STRONG_PERCENTILE))
    there = fitted & heart
    if strong <= 0 or not there.any():
        return 0.0, None
    ratio = float(np.median(residual[0][there])) / strong
    if ratio <= MOST_RESIDUAL:
        return ratio, None
    text = f"the T1 fit misses its images by {100 * ratio:.0f} % of the signal"
    return ratio, InputFlag(Flag.FIT_RESIDUAL, text)


def largest_gap_ratio(times_ms: Sequence[float], rr_interval_ms: float | None) -> float:
    """Return the largest step between cine phases in medians of the steps, the cycle closed."""
    steps = np.diff(np.asarray(times_ms, dtype=float))
    if not len(steps):
        return 1.0
    middle = float(np.median(steps))
    rest = (rr_interval_ms or 0.0) - float(times_ms[-1] - times_ms[0])
    return max(float(steps.max()), rest) / middle if middle > 0 else float("inf")


def _holes(valid: Mask, core: Mask) -> InputFlag | None:
    share = 1.0 - float(valid[core].mean())
    if share <= MOST_HOLES:
        return None
    return InputFlag(Flag.T1_HOLES, f"{100 * share:.0f} % of the heart has no T1")


def _outside_range(t1_ms: Image, in_heart: Mask, trained_on: TrainingRange) -> InputFlag | None:
    low, high = trained_on.wall_t1_ms
    values = t1_ms[in_heart]
    share = float(((values >= low) & (values <= high)).mean())
    if share >= LEAST_WALL_SHARE:
        return None
    text = (
        f"only {100 * share:.0f} % of the heart has a T1 of myocardium as the model knows it "
        f"({low:.0f} to {high:.0f} ms)"
    )
    return InputFlag(Flag.T1_RANGE, text)


def _field_strength(trained_on: TrainingRange, field_t: float | None) -> InputFlag | None:
    if not field_t or any(abs(field_t - one) <= FIELD_TOLERANCE_T for one in trained_on.field_t):
        return None
    known = " and ".join(f"{one:g}" for one in trained_on.field_t)
    text = f"scanned at {field_t:.2g} T, learnt at {known} T"
    return InputFlag(Flag.FIELD_STRENGTH, text)


def _pixel_size(plane: SlicePlane, trained_on: TrainingRange) -> InputFlag | None:
    low, high = trained_on.pixel_mm
    short, long = min(plane.spacing_mm), max(plane.spacing_mm)
    within = short >= low / PIXEL_MARGIN and long <= high * PIXEL_MARGIN
    if within and long / short <= MOST_ANISOTROPY:
        return None
    rows_mm, columns_mm = plane.spacing_mm
    text = f"T1 pixels of {rows_mm:.2f} x {columns_mm:.2f} mm, learnt at {low:.2f} to {high:.2f} mm"
    return InputFlag(Flag.PIXEL_SIZE, text)


def _small_field(valid: Mask) -> InputFlag | None:
    side = round(LEAST_FIELD_MM / PIXEL_MM)
    if float(_middle(valid, side).mean()) >= LEAST_SEEN:
        return None
    text = f"the T1 map shows less than {LEAST_FIELD_MM:g} mm around the ventricle"
    return InputFlag(Flag.SMALL_FIELD, text)


def _middle(image: NDArray[Any], side: int = MOTION_SIDE_PX) -> NDArray[Any]:
    """Return the square in the middle of an image."""
    top, left = ((count - side) // 2 for count in image.shape)
    return image[top : top + side, left : left + side]


def _edges(image: Image) -> Image:
    """Return the strength of an image's edges, tapered to the rim, without its mean."""
    down, along = np.gradient(image)
    strength = np.hypot(down, along)
    ceiling = float(np.percentile(strength, STRONG_PERCENTILE))
    if ceiling <= 0:
        return np.zeros_like(image)
    taper = np.hanning(image.shape[0])[:, None] * np.hanning(image.shape[1])
    capped = np.minimum(strength / ceiling, 1.0)
    return ((capped - capped.mean()) * taper).astype(np.float32)


def _shift_px(edges: Image, reference: Image) -> float:
    """Return how far one image of edges lies from another, from the peak of their correlation."""
    spectrum = np.fft.rfft2(edges) * np.conj(np.fft.rfft2(reference))
    correlation = np.fft.irfft2(spectrum, edges.shape)
    reach = LONGEST_SHIFT_PX
    near = np.roll(correlation, (reach, reach), (0, 1))[: 2 * reach + 1, : 2 * reach + 1]
    row, column = np.unravel_index(int(near.argmax()), near.shape)
    return float(np.hypot(row - reach, column - reach))
