"""Closed contours: a periodic cubic through a few handles, and pure edits of it.

An edit returns a new contour. Edits that bend the curve never add a self-crossing: a move or a
push stops short of it, a removal or a resampling that would cause one is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from vne_core.errors import VneError
from vne_core.geometry import spline
from vne_core.geometry.crossing import inside, longest_loop, polygons_cross, self_crossings
from vne_core.geometry.plane import FloatArray, SlicePlane

SAMPLES_PER_HANDLE = 8
"""Points of the drawn and rasterised outline from one handle to the next."""
FINE_SAMPLES_PER_HANDLE = 32
"""The same where an area or a length is wanted: a circle of 12 handles is 0.005 % short."""
KEPT_OUTLINES = 64
"""Curves kept between calls: drawing, hit test, mask and checks of an edit share one."""
CLEARANCE_MM = 1e-6
"""How near to itself an edit may bring a curve: above rounding, below anything seen."""
HANDLE_MARGIN = 0.1
"""Share of the way to the next handle within which no other is inserted."""
CLAMP_STEPS = 7
"""Halvings that find how far an edit can go: within 1 % of the gesture."""
TRACE_SAMPLES = 256
"""Evenly spaced points of a freehand trace before its handles are taken."""


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
    contour = contour_from_pixels(plane, _band_limited(_evenly_spaced(loop, TRACE_SAMPLES), n))
    return _refuse_crossing(contour, allowed=0)


def outline_mm(contour: Contour, step_mm: float = 0.5) -> FloatArray:
    """Return the curve in LPS, shape (M, 3), its points at most about ``step_mm`` apart; read-only."""
    chords = spline.chord_intervals(contour.points_mm)
    return _sampled(contour, max(2, int(np.ceil(chords.max() / step_mm))))


def outline_px(
    contour: Contour, plane: SlicePlane, samples_per_handle: int = SAMPLES_PER_HANDLE
) -> FloatArray:
    """Return the curve as (x, y) = (column, row) of ``plane``, shape (handles * samples, 2).

    The curve is cubic in patient millimetres and projected along the plane's normal; every
    ``samples_per_handle``-th point is a handle.
    """
    return plane.patient_to_pixel(_sampled(contour, samples_per_handle))


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
    """Return the contour with one handle at ``to_mm``, or as near as no crossing allows."""
    points = contour.points_mm.copy()
    points[index] = to_mm
    return _without_new_crossing(contour, Contour(points))


def insert_handle(contour: Contour, at_mm: ArrayLike) -> Contour:
    """Return the contour with one more handle, on the curve where it is nearest ``at_mm``.

    It keeps a tenth of the way from the handles it comes between.
    """
    points = contour.points_mm
    position = _nearest_position(contour, np.asarray(at_mm, dtype=float))
    between = np.clip(position % 1, HANDLE_MARGIN, 1 - HANDLE_MARGIN)
    place = int(position) + float(between)
    new = spline.evaluate(points, spline.chord_intervals(points), [place])
    return Contour(np.insert(points, int(place) + 1, new, axis=0))


def remove_handle(contour: Contour, index: int) -> Contour:
    """Return the contour without one handle.

    Raises ContourError below three handles, and where the curve would come to cross itself.
    """
    if len(contour.points_mm) <= 3:
        raise ContourError("a contour of 3 handles", "at least 3", "move the handle instead")
    fewer = Contour(np.delete(contour.points_mm, index, axis=0))
    return _refuse_crossing(fewer, allowed=_crossings(contour))


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

    Handles move by a raised cosine of their distance, zero from ``radius_mm`` on; the radius
    grows to reach the two nearest handles. The curve under ``at_mm`` follows the hand, and stops
    short where it would come to cross itself.
    """
    points = contour.points_mm
    position = _nearest_position(contour, np.asarray(at_mm, dtype=float))
    intervals = spline.chord_intervals(points)
    grabbed = spline.evaluate(points, intervals, [position])
    weight = _brush(np.linalg.norm(points - grabbed, axis=1), radius_mm)
    felt = float(spline.evaluate(weight[:, None], intervals, [position])[0, 0])
    offset = weight[:, None] * np.asarray(by_mm, dtype=float) / max(felt, 0.5)
    return _without_new_crossing(contour, Contour(points + offset))


def resample_handles(contour: Contour, n: int) -> Contour:
    """Return a contour of ``n`` handles evenly spaced along the same curve.

    Raises ContourError below three handles, and where so few would make the curve cross itself.
    """
    if n < 3:
        raise ContourError(f"{n} handles", "at least 3")
    fine = _sampled(contour, FINE_SAMPLES_PER_HANDLE)
    return _refuse_crossing(Contour(_evenly_spaced(fine, n)), allowed=_crossings(contour))


def clamp_edit(before: Contour, after: Contour, is_allowed: Callable[[Contour], bool]) -> Contour:
    """Return ``after`` where allowed, else the farthest allowed contour on the way from ``before``.

    Both have the same number of handles. ``before`` is returned where no part of the way is
    allowed, or where the number of handles differs.
    """
    if is_allowed(after):
        return after
    if before.points_mm.shape != after.points_mm.shape:
        return before
    way = after.points_mm - before.points_mm
    best, reached, step = before, 0.0, 0.5
    for _ in range(CLAMP_STEPS):
        candidate = Contour(before.points_mm + (reached + step) * way)
        if is_allowed(candidate):
            best, reached = candidate, reached + step
        step /= 2
    return best


def keep_inside(before: Contour, after: Contour, outer: Contour, plane: SlicePlane) -> Contour:
    """Return the edit ``before`` -> ``after`` as far as it stays inside ``outer``."""
    return clamp_edit(before, after, lambda candidate: contains(outer, candidate, plane))


def keep_around(before: Contour, after: Contour, inner: Contour, plane: SlicePlane) -> Contour:
    """Return the edit ``before`` -> ``after`` as far as ``inner`` stays inside it."""
    return clamp_edit(before, after, lambda candidate: contains(candidate, inner, plane))


def centroid_mm(contour: Contour) -> FloatArray:
    """Return the centre of the curve's length in LPS, shape (3,)."""
    points = _sampled(contour, SAMPLES_PER_HANDLE)
    ahead = np.roll(points, -1, axis=0)
    lengths = np.linalg.norm(ahead - points, axis=1)
    if not lengths.any():
        return points[0]
    return np.average((points + ahead) / 2, axis=0, weights=lengths)


@lru_cache(maxsize=KEPT_OUTLINES)
def _sampled(contour: Contour, samples_per_handle: int) -> FloatArray:
    """Return the curve in LPS, shape (handles * samples, 3), read-only."""
    points = contour.points_mm
    positions = np.arange(len(points) * samples_per_handle) / samples_per_handle
    curve = spline.evaluate(points, spline.chord_intervals(points), positions)
    curve.setflags(write=False)
    return curve


def _nearest_position(contour: Contour, at_mm: FloatArray) -> float:
    """Return the position on the curve, knot number plus fraction, nearest ``at_mm``."""
    fine = _sampled(contour, FINE_SAMPLES_PER_HANDLE)
    nearest = int(np.argmin(np.square(fine - at_mm).sum(axis=1)))
    return nearest / FINE_SAMPLES_PER_HANDLE


def _brush(distances_mm: FloatArray, radius_mm: float) -> FloatArray:
    """Return each handle's share of a push: 1 at the hand, falling to 0 at the brush's rim."""
    reach = max(radius_mm, 1.5 * float(np.partition(distances_mm, 1)[1]))
    return np.cos(np.pi / 2 * np.minimum(distances_mm / reach, 1.0)) ** 2


def _without_new_crossing(before: Contour, after: Contour) -> Contour:
    if (crossings := _crossings(after)) == 0:
        return after
    allowed = _crossings(before)
    if crossings <= allowed:
        return after
    return clamp_edit(before, after, lambda candidate: _crossings(candidate) <= allowed)


def _refuse_crossing(contour: Contour, allowed: int) -> Contour:
    if _crossings(contour) > allowed:
        raise ContourError("the outline would cross itself", action="draw or move it elsewhere")
    return contour


def _crossings(contour: Contour) -> int:
    """Return the self-crossings of the outline in the plane that fits its handles best."""
    outline = _sampled(contour, SAMPLES_PER_HANDLE)
    centred = contour.points_mm - contour.points_mm.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    return self_crossings(outline @ axes.T, CLEARANCE_MM)


def _evenly_spaced(points: FloatArray, n: int) -> FloatArray:
    """Return ``n`` points evenly spaced along a closed polygon, shape (n, D), from its first."""
    closed = np.vstack([points, points[:1]])
    along = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))]
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
