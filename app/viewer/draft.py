"""A contour being drawn: points put down one by one, or a freehand trace."""

from collections.abc import Sequence

import numpy as np

from app.viewer.field_of_view import ViewMap
from vne_core.geometry import contour as edits
from vne_core.geometry.contour import Contour, ContourError
from vne_core.geometry.plane import FloatArray
from vne_core.study.annotation import ImageKind

CLOSE_RADIUS_PX = 10.0
"""A click this near the first point closes the contour."""
SMALLEST_TRACE_PX = 30.0
"""A freehand trace shorter than this is a slip of the hand."""
FEWEST_HANDLES, MOST_HANDLES = 6, 12
TRACE_PER_HANDLE_MM = 6.0
"""A small region needs fewer handles than a ventricle, and has no room for more."""
TRACE_STEP_PX = 1.0
"""Trace points nearer than this, in screen pixels, add nothing."""
SAME_POINT_PX = 0.25
"""Image pixels within which two clicks are one: the second of a double-click."""


SliceImage = tuple[str, ImageKind]
"""The slice, and which image of it, that an annotation belongs to."""


class Draft:
    """Points in image (x, y) pixels; what is on the screen follows from the pane's ``ViewMap``.

    Points put down by clicks wait on their slice while another is shown.
    """

    def __init__(self) -> None:
        self._shown: SliceImage | None = None
        self._waiting: dict[SliceImage, list[FloatArray]] = {}
        self.points_px: list[FloatArray] = []
        self.trace_px: list[FloatArray] = []
        self._is_kept_trace = False

    @property
    def is_empty(self) -> bool:
        """True when nothing has been put down."""
        return not (self.points_px or self.trace_px)

    @property
    def is_freehand(self) -> bool:
        """True while a trace is drawn."""
        return bool(self.trace_px)

    @property
    def takes_trace(self) -> bool:
        """True while no point was put down by a click: a stroke then begins anew."""
        return self._is_kept_trace or not self.points_px

    def put(self, view: ViewMap, point: Sequence[float]) -> None:
        """Add a point at a screen point."""
        self._is_kept_trace = False
        self.points_px.append(_inside(view, point))

    def trace(self, view: ViewMap, point: Sequence[float]) -> None:
        """Lengthen the freehand trace to a screen point; it takes the place of one that was kept."""
        if self._is_kept_trace:
            self.clear()
        at = _inside(view, point)
        if self.trace_px and np.hypot(*((at - self.trace_px[-1]) * view.scale)) < TRACE_STEP_PX:
            return
        self.trace_px.append(at)

    def step_back(self) -> bool:
        """Take the last point or the trace away; False when there was nothing."""
        self._is_kept_trace = False
        if self.trace_px:
            self.trace_px.clear()
            return True
        if self.points_px:
            self.points_px.pop()
            return True
        return False

    def keep(self, view: ViewMap, contour: Contour) -> None:
        """Keep a contour that cannot be taken as it is as points that can be taken back."""
        self.clear()
        self._is_kept_trace = True
        self.points_px = list(view.plane.patient_to_pixel(contour.points_mm))

    def turn_to(self, shown: SliceImage | None) -> None:
        """Leave what was put down where it is, and take up what waits on the slice now shown."""
        if shown == self._shown:
            return
        if self._shown is not None and self.points_px and not self.is_freehand:
            self._waiting[self._shown] = list(self.points_px)
        self.clear()
        self._shown = shown
        if shown is not None:
            self.points_px = self._waiting.pop(shown, [])

    def forget(self) -> None:
        """Forget what was begun on every slice."""
        self.clear()
        self._waiting.clear()

    def clear(self) -> None:
        """Forget what was begun here."""
        self._is_kept_trace = False
        self.points_px.clear()
        self.trace_px.clear()

    def is_near_first(self, view: ViewMap, point: Sequence[float]) -> bool:
        """Return whether a click at a screen point would close the contour."""
        if len(self.points_px) < 3:
            return False
        first = view.screen_from_pixel([self.points_px[0]])[0]
        return float(np.hypot(*(first - np.asarray(point)))) <= CLOSE_RADIUS_PX

    def closed(self, view: ViewMap) -> Contour:
        """Return the contour drawn so far; ContourError when it encloses nothing yet."""
        if self.trace_px:
            return self._traced(view)
        points = self._distinct()
        if len(points) < 3:
            raise ContourError(f"{_counted(len(points))} drawn", "at least three for a contour")
        return edits.contour_from_pixels(view.plane, points)

    def preview_px(self, view: ViewMap, pointer: Sequence[float] | None) -> FloatArray:
        """Return image points, shape (N, 2), of the line to show; the pointer is the next point."""
        if self.trace_px:
            return np.array(self.trace_px)
        points = self._distinct()
        if pointer is not None and not self.is_near_first(view, pointer):
            points = [*points, _inside(view, pointer)]
        if len(points) < 3 or _is_thin(points):
            return np.array(points).reshape(-1, 2)
        outline = edits.outline_px(edits.contour_from_pixels(view.plane, points), view.plane)
        return np.vstack([outline, outline[:1]])

    def _traced(self, view: ViewMap) -> Contour:
        """Return the contour along the freehand trace, a handle every few millimetres."""
        trace = np.array(self.trace_px)
        steps = np.diff(view.screen_from_pixel(trace), axis=0)
        length = float(np.hypot(steps[:, 0], steps[:, 1]).sum())
        if len(trace) < 3 or length < SMALLEST_TRACE_PX:
            raise ContourError("a trace too short to enclose anything", action="draw around it")
        wanted = round(length * view.mm_per_px / TRACE_PER_HANDLE_MM)
        handles = min(max(wanted, FEWEST_HANDLES), MOST_HANDLES)
        return edits.from_freehand(view.plane, trace, handles)

    def _distinct(self) -> list[FloatArray]:
        """Return the points without the repeats that a double-click puts down."""
        kept = list[FloatArray]()
        for point in self.points_px:
            if not kept or np.hypot(*(point - kept[-1])) > SAME_POINT_PX:
                kept.append(point)
        return kept


def _inside(view: ViewMap, point: Sequence[float]) -> FloatArray:
    """Return the image point under a screen point, kept on the image."""
    rows, cols = view.plane.shape_px
    return np.clip(view.pixel_from_screen([point])[0], -0.5, [cols - 0.5, rows - 0.5])


def _counted(points: int) -> str:
    return "one point" if points == 1 else f"{points} points"


def _is_thin(points: list[FloatArray]) -> bool:
    """Return whether three points are so alike that no curve goes through them."""
    return len(points) == 3 and float(np.hypot(*(points[-1] - points[-2]))) < SAME_POINT_PX
