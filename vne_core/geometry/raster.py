"""How much of each pixel a region covers, from 4 x 4 points inside the pixel (17 levels)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.geometry.contour import Contour, outline_px
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.keeping import kept_while_read

SUBSAMPLES = 4
"""Points a pixel along each axis, at -3/8, -1/8, 1/8 and 3/8 of a pixel from its centre."""
KEPT_MASKS = 32
"""Masks kept between calls: while one contour is dragged the others do not change."""

Coverage = NDArray[np.float32]
Box = tuple[slice, slice]


def coverage(outline_px: ArrayLike, shape_px: tuple[int, int]) -> Coverage:
    """Return the share of each pixel, shape (rows, cols), inside a closed polygon.

    ``outline_px`` is (M, 2) of (x, y), integers at pixel centres; even-odd rule. What lies
    outside the image is cut off.
    """
    outline = np.asarray(outline_px, dtype=float)
    box = _bounding_box(outline.min(axis=0), outline.max(axis=0), shape_px)
    covered = np.zeros(shape_px, np.float32)
    if covered[box].size:
        covered[box] = _scanline_share(outline, box)
    return covered


@kept_while_read(KEPT_MASKS)
def polygon_coverage(contour: Contour, plane: SlicePlane) -> Coverage:
    """Return the share of each pixel of ``plane`` inside the contour, read-only."""
    covered = coverage(outline_px(contour, plane), plane.shape_px)
    covered.setflags(write=False)
    return covered


@kept_while_read(KEPT_MASKS)
def roi_coverage(roi: Roi, plane: SlicePlane) -> Coverage:
    """Return the share of each pixel of ``plane`` inside the circle, read-only.

    The circle is projected along the plane's normal and stays a circle in millimetres.
    """
    centre, radius = _circle_px(roi, plane)
    box = _bounding_box(centre - radius, centre + radius, plane.shape_px)
    x = (_sub_positions(box[1]) - centre[0]) / radius[0]
    y = (_sub_positions(box[0]) - centre[1]) / radius[1]
    covered = np.zeros(plane.shape_px, np.float32)
    if covered[box].size:
        covered[box] = _pixel_share(np.square(y)[:, None] + np.square(x) <= 1)
    covered.setflags(write=False)
    return covered


def reaches_outside(outline_px: ArrayLike, shape_px: tuple[int, int]) -> bool:
    """Return whether an outline, (M, 2) of (x, y), leaves the outer edges of the image."""
    outline = np.asarray(outline_px, dtype=float)
    beyond = np.array([shape_px[1], shape_px[0]]) - 0.5
    return bool(np.any(outline < -0.5) or np.any(outline > beyond))


def roi_reaches_outside(roi: Roi, plane: SlicePlane) -> bool:
    """Return whether a circle leaves the outer edges of the image of ``plane``."""
    centre, radius = _circle_px(roi, plane)
    return reaches_outside(np.stack([centre - radius, centre + radius]), plane.shape_px)


def _circle_px(roi: Roi, plane: SlicePlane) -> tuple[FloatArray, FloatArray]:
    """Return the (x, y) centre of a circle and its radius along x and y, in pixels."""
    radius = roi.radius_mm / np.array([plane.spacing_mm[1], plane.spacing_mm[0]])
    return plane.patient_to_pixel([roi.centre_mm])[0], radius


def _bounding_box(low: FloatArray, high: FloatArray, shape_px: tuple[int, int]) -> Box:
    """Return the rows and columns of the image that (x, y) corners span."""
    first = np.clip(np.floor(low + 0.5), 0, None).astype(int)
    last = np.ceil(high - 0.5).astype(int) + 1
    rows = slice(
        min(int(first[1]), shape_px[0]), max(int(first[1]), min(int(last[1]), shape_px[0]))
    )
    cols = slice(
        min(int(first[0]), shape_px[1]), max(int(first[0]), min(int(last[0]), shape_px[1]))
    )
    return rows, cols


def _sub_positions(pixels: slice) -> FloatArray:
    """Return the sub-sample positions along one axis of a box of pixels."""
    count = (pixels.stop - pixels.start) * SUBSAMPLES
    steps: FloatArray = (np.arange(count, dtype=float) + 0.5) / SUBSAMPLES
    return pixels.start - 0.5 + steps


def _scanline_share(outline: FloatArray, box: Box) -> Coverage:
    """Return the share of each pixel of a box inside the polygon.

    Along each scanline the crossings come in pairs, into the polygon and out of it. One at
    sub-sample c adds (into) or takes (out of) what lies right of it in its own pixel, and all of
    every pixel beyond: two steps, summed along the row.
    """
    rows, cols = box[0].stop - box[0].start, box[1].stop - box[1].start
    line, column = _crossings(outline, box)
    sign = 1.0 - 2.0 * (np.arange(len(line)) % 2)
    left = column % SUBSAMPLES
    pixel = line // SUBSAMPLES * (cols + 2) + column // SUBSAMPLES
    size = rows * (cols + 2)
    steps = np.bincount(pixel, sign * (SUBSAMPLES - left), size)
    steps += np.bincount(pixel + 1, sign * left, size)
    samples = np.cumsum(steps.reshape(rows, cols + 2)[:, :cols], axis=1)
    return (samples / SUBSAMPLES**2).astype(np.float32)


def _crossings(outline: FloatArray, box: Box) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (scanline, first sub-sample right of the crossing), in reading order."""
    rows, cols = box
    height, width = (rows.stop - rows.start) * SUBSAMPLES, (cols.stop - cols.start) * SUBSAMPLES
    x = (outline[:, 0] - cols.start + 0.5) * SUBSAMPLES - 0.5
    y = (outline[:, 1] - rows.start + 0.5) * SUBSAMPLES - 0.5
    edge, line = _edges_on_lines(y, height)
    following = (edge + 1) % len(x)
    share = (line - y[edge]) / (y[following] - y[edge])
    column = np.ceil(x[edge] + share * (x[following] - x[edge]))
    column = np.clip(column, 0, width).astype(np.intp)
    return np.divmod(np.sort(line * (width + 1) + column), width + 1)


def _edges_on_lines(y: FloatArray, height: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs (edge, scanline) that meet, a lower end included and an upper one not."""
    following = np.roll(y, -1)
    low = np.clip(np.ceil(np.minimum(y, following)), 0, height).astype(np.intp)
    high = np.clip(np.ceil(np.maximum(y, following)), 0, height).astype(np.intp)
    count = high - low
    edge = np.repeat(np.arange(len(y)), count)
    first = np.repeat(low - np.cumsum(count) + count, count)
    return edge, first + np.arange(len(edge))


def _pixel_share(samples: NDArray[np.bool_]) -> Coverage:
    """Return the share of each pixel, shape (rows, cols), of samples four times as many a side."""
    down = sum(samples[start::SUBSAMPLES].astype(np.uint8) for start in range(SUBSAMPLES))
    counts = sum(np.asarray(down)[:, start::SUBSAMPLES] for start in range(SUBSAMPLES))
    return (np.asarray(counts) / SUBSAMPLES**2).astype(np.float32)
