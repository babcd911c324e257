"""Closed contours: a periodic cubic through a few handles, and pure edits of it.

An edit returns a new contour, bent as asked: ``is_simple`` and ``contains`` say whether it is
still one that encloses something, and whoever edits keeps to what is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vne_core.errors import VneError
from vne_core.geometry import spline
from vne_core.geometry.crossing import inside, longest_loop, polygons_cross, self_crossings
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.keeping import kept_while_read

SAMPLES_PER_HANDLE = 8
"""Points of the drawn and rasterised outline from one handle to the next."""
FINE_SAMPLES_PER_HANDLE = 32
"""The same where an area or a length is wanted: a circle of 12 handles is 0.005 % short."""
KEPT_OUTLINES = 64
"""Curves kept between calls: drawing, hit test, mask and checks of an edit share one."""
HANDLE_MARGIN = 0.1
"""Share of the way to the next handle within which no other is inserted."""
BRUSH_CORE = 0.5
"""Share of a brush's radius within which it needs a handle to bend the curve under the hand."""
EVEN_SAMPLES = 256
"""Evenly spaced points that stand for a curve or a freehand trace where its waves are looked at."""
CALMED_WAVES = 3.0
"""Waves around a contour of which ``smooth`` leaves 1/e; its trabeculae go, its shape stays."""


class ContourError(VneError):
    """Points that do not make a closed contour."""

    code = "contour"


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A closed periodic cubic through its handles, ``points_mm`` of shape (N, 3) in LPS, N >= 3.

    The handles are copied and read-only. Raises ContourError for other shapes or values.
    """

    points_mm: FloatArray

    def __init__(self, points_mm: ArrayLike) -> None:
        points = np.array(points_mm, dtype=float)
        if points.ndim != 2 or points.shape[1] != 3 or len(points) < 3:
            raise ContourError(f"contour handles of shape {points.shape}", "(N, 3) with N >= 3")
        if not np.isfinite(points).all():
            raise ContourError("contour handles that are not finite")
        points.setflags(write=False)
        object.__setattr__(self, "points_mm", points)

    def __eq__(self, other: object) -> bool:
        """Return whether the handles are the same numbers."""
        return isinstance(other, Contour) and np.array_equal(self.points_mm, other.points_mm)

    def __hash__(self) -> int:
        """Return a hash of the handles."""
        return hash(self.points_mm.tobytes())


def contour_from_pixels(plane: SlicePlane, handles_px: ArrayLike) -> Contour:
    """Return the contour through (x, y) = (column, row) handles, shape (N, 2), of a plane."""
    return Contour(plane.pixel_to_patient(handles_px))


def from_freehand(plane: SlicePlane, trace_px: ArrayLike, n: int = 12) -> Contour:
    """Return a contour of ``n`` handles along a trace drawn by hand, (x, y) of shape (M, 2).

    The overrun past the start is cut off, the gap closed, and jitter shorter than two handle
    distances filtered out by keeping the first n / 2 harmonics. Raises ContourError for a trace
    without an inside and for one that crosses itself within.
    """
    trace = np.asarray(trace_px, dtype=float).reshape(-1, 2)
    moved = np.any(np.diff(trace, axis=0, prepend=trace[:1] - 1) != 0, axis=1)
    loop = longest_loop(trace[moved])
    if len(loop) < 3:
        raise ContourError("a trace that encloses nothing", action="draw around the region")
    contour = contour_from_pixels(plane, _band_limited(_evenly_spaced(loop, EVEN_SAMPLES), n))
    if not is_simple(contour, plane):
        raise ContourError("the outline would cross itself", action="draw it again")
    return contour


@kept_while_read(KEPT_OUTLINES)
def outline_mm(contour: Contour, samples_per_handle: int) -> FloatArray:
    """Return the curve in LPS, shape (handles * samples, 3), read-only.

    Every ``samples_per_handle``-th point is a handle.
    """
    points = contour.points_mm
    positions = np.arange(len(points) * samples_per_handle) / samples_per_handle
    curve = spline.evaluate(points, spline.chord_intervals(points), positions)
    curve.setflags(write=False)
    return curve


def outline_px(
    contour: Contour, plane: SlicePlane, samples_per_handle: int = SAMPLES_PER_HANDLE
) -> FloatArray:
    """Return the curve as (x, y) = (column, row) of ``plane``, shape (handles * samples, 2).

    The curve is cubic in patient millimetres and projected along the plane's normal.
    """
    return plane.patient_to_pixel(outline_mm(contour, samples_per_handle))


def area_mm2(contour: Contour, plane: SlicePlane) -> float:
    """Return the area enclosed by the contour as projected on ``plane``."""
    x, y = outline_px(contour, plane, FINE_SAMPLES_PER_HANDLE).T
    doubled = x @ np.roll(y, -1) - y @ np.roll(x, -1)
    return abs(float(doubled)) / 2 * plane.pixel_area_mm2


def is_simple(contour: Contour, plane: SlicePlane) -> bool:
    """Return whether the outline as drawn on ``plane`` never meets itself."""
    return self_crossings(outline_px(contour, plane)) == 0


def contains(outer: Contour, inner: Contour, plane: SlicePlane) -> bool:
    """Return whether ``inner`` lies wholly inside ``outer`` on ``plane``, without touching."""
    around, within = outline_px(outer, plane), outline_px(inner, plane)
    return bool(inside(around, within[:1])[0]) and not polygons_cross(around, within)


def move_handle(contour: Contour, index: int, to_mm: ArrayLike) -> Contour:
    """Return the contour with one handle at ``to_mm``."""
    points = contour.points_mm.copy()
    points[index] = to_mm
    return Contour(points)


def insert_handle(contour: Contour, at_mm: ArrayLike) -> Contour:
    """Return the contour with one more handle, on the curve where it is nearest ``at_mm``.

    It keeps a tenth of the way from the handles it comes between.
    """
    points = contour.points_mm
    position = _nearest_sample(contour, at_mm) / FINE_SAMPLES_PER_HANDLE
    between = np.clip(position % 1, HANDLE_MARGIN, 1 - HANDLE_MARGIN)
    place = int(position) + float(between)
    new = spline.evaluate(points, spline.chord_intervals(points), [place])
    return Contour(np.insert(points, int(place) + 1, new, axis=0))


def remove_handle(contour: Contour, index: int) -> Contour:
    """Return the contour without one handle; ContourError where only three are left."""
    if len(contour.points_mm) <= 3:
        raise ContourError("a contour of 3 handles", "at least 3", "move the handle instead")
    return Contour(np.delete(contour.points_mm, index, axis=0))


def translate(contour: Contour, by_mm: ArrayLike) -> Contour:
    """Return the contour moved by the LPS vector ``by_mm``."""
    return Contour(contour.points_mm + np.asarray(by_mm, dtype=float))


def scale(contour: Contour, factor: float) -> Contour:
    """Return the contour ``factor`` times as large about its centroid.

    Raises ContourError unless ``factor`` is positive.
    """
    if not factor > 0:
        raise ContourError(f"a scale of {factor}", "a positive factor")
    centre = centroid_mm(contour)
    return Contour(centre + factor * (contour.points_mm - centre))


def push(contour: Contour, at_mm: ArrayLike, by_mm: ArrayLike, radius_mm: float) -> Contour:
    """Return the contour pushed at ``at_mm`` by the LPS vector ``by_mm``.

    Handles move by a raised cosine of their distance from the curve under ``at_mm``, which follows
    the hand; from ``radius_mm`` on nothing moves. Where no handle is near enough to follow, one is
    put on the curve there.
    """
    grabbed = outline_mm(contour, FINE_SAMPLES_PER_HANDLE)[_nearest_sample(contour, at_mm)]
    if np.linalg.norm(contour.points_mm - grabbed, axis=1).min() > BRUSH_CORE * radius_mm:
        contour = insert_handle(contour, grabbed)
    points = contour.points_mm
    position = _nearest_sample(contour, grabbed) / FINE_SAMPLES_PER_HANDLE
    distances = np.linalg.norm(points - grabbed, axis=1)
    weight = np.cos(np.pi / 2 * np.minimum(distances / radius_mm, 1.0)) ** 2
    felt = spline.evaluate(weight[:, None], spline.chord_intervals(points), [position])
    by = np.asarray(by_mm, dtype=float) / max(float(felt[0, 0]), BRUSH_CORE)
    return Contour(points + weight[:, None] * by)


def smooth(contour: Contour) -> Contour:
    """Return the contour with its waves calmed, each handle where it was along the curve.

    Of n waves around the contour exp(-((n - 1) / (w - 1))^2) is left, w = ``CALMED_WAVES``, so
    that a circle stays and an ellipse nearly does. The area in the contour's own plane is kept by
    a scale about its centroid.
    """
    fine = outline_mm(contour, FINE_SAMPLES_PER_HANDLE)
    waves = np.fft.rfft(_evenly_spaced(fine, EVEN_SAMPLES), axis=0, norm="forward")
    count = np.arange(len(waves))
    waves *= np.exp(-np.square(np.maximum(count - 1, 0) / (CALMED_WAVES - 1)))[:, None]
    along = _lengths_along(fine)
    turns = 2 * np.pi * np.outer(along[:-1:FINE_SAMPLES_PER_HANDLE] / along[-1], count)
    twice = np.where(count > 0, 2.0, 1.0)
    calm = Contour(((twice * np.exp(1j * turns)) @ waves).real)
    return scale(calm, float(np.sqrt(_own_area_mm2(contour) / _own_area_mm2(calm))))


def centroid_mm(contour: Contour) -> FloatArray:
    """Return the centre of the curve's length in LPS, shape (3,)."""
    points = outline_mm(contour, SAMPLES_PER_HANDLE)
    ahead = np.roll(points, -1, axis=0)
    lengths = np.linalg.norm(ahead - points, axis=1)
    if not lengths.any():
        return points[0]
    return np.average((points + ahead) / 2, axis=0, weights=lengths)


def _nearest_sample(contour: Contour, at_mm: ArrayLike) -> int:
    """Return which point of the fine outline is nearest ``at_mm``."""
    fine = outline_mm(contour, FINE_SAMPLES_PER_HANDLE)
    return int(np.argmin(np.square(fine - np.asarray(at_mm, dtype=float)).sum(axis=1)))


def _own_area_mm2(contour: Contour) -> float:
    """Return the area enclosed in the plane that fits the contour: half its vector area."""
    points = outline_mm(contour, FINE_SAMPLES_PER_HANDLE) - contour.points_mm[0]
    doubled = np.cross(points, np.roll(points, -1, axis=0)).sum(axis=0)
    return float(np.linalg.norm(doubled)) / 2


def _lengths_along(points: FloatArray) -> FloatArray:
    """Return how far along a closed polygon each point lies, and its whole length, shape (M + 1,)."""
    steps = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _evenly_spaced(points: FloatArray, n: int) -> FloatArray:
    """Return ``n`` points evenly spaced along a closed polygon, shape (n, D), from its first."""
    closed = np.vstack([points, points[:1]])
    along = _lengths_along(points)
    places = np.arange(n) * along[-1] / n
    spaced = np.empty((n, closed.shape[1]))
    for axis in range(closed.shape[1]):
        spaced[:, axis] = np.interp(places, along, closed[:, axis])
    return spaced


def _band_limited(points: FloatArray, n: int) -> FloatArray:
    """Return ``n`` points of a closed trace, (M, 2) evenly spaced, without its fast harmonics."""
    waves = np.fft.fft(points[:, 0] + 1j * points[:, 1])
    order = np.abs(np.fft.fftfreq(len(points), 1 / len(points)))
    smooth = np.fft.ifft(np.where(order <= n / 2, waves, 0))
    picked = smooth[np.round(np.arange(n) * len(points) / n).astype(int)]
    return np.stack([picked.real, picked.imag], axis=-1)
