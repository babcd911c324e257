"""The part of the patient a pane shows, and the way between its pixels, the image's and mm."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector

SMALLEST_SIDE_MM = 10.0
LARGEST_SIDE_MM = 2000.0
HEART_SIDE_MM = 200.0
"""What the first view shows of a chest: the heart with its surroundings."""


@dataclass(frozen=True, slots=True)
class FieldOfView:
    """What linked panes share: ``centre_mm`` in LPS, shown in the middle of the pane.

    ``side_mm`` is the length that the shorter side of the pane shows, so that panes of different
    sizes, or one enlarged for a while, keep the same part of the patient.
    """

    centre_mm: Vector
    side_mm: float

    def zoomed(self, factor: float) -> "FieldOfView":
        """Return the view with everything ``factor`` times larger around the centre."""
        side_mm = min(max(self.side_mm / factor, SMALLEST_SIDE_MM), LARGEST_SIDE_MM)
        return replace(self, side_mm=side_mm)

    def mm_per_px(self, size_px: tuple[int, int]) -> float:
        """Return millimetres per device-independent pixel in a pane of (width, height)."""
        return self.side_mm / max(1, min(size_px))


@dataclass(frozen=True, slots=True)
class ViewMap:
    """Between screen points of one pane, (x, y) pixels of its image, and patient millimetres.

    ``size_px`` is the pane's (width, height) in device-independent pixels; a screen point is
    counted from its upper left corner. Points are arrays of shape (N, 2) or (N, 3). ``scale`` is
    screen pixels per image pixel along x and y, ``offset`` the screen point of the centre of image
    pixel (0, 0), both of shape (2,).
    """

    plane: SlicePlane
    view: FieldOfView
    size_px: tuple[int, int]
    scale: FloatArray = field(init=False, compare=False, repr=False)
    offset: FloatArray = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Find the scale and the offset once: a drag asks for them hundreds of times."""
        rows_mm, cols_mm = self.plane.spacing_mm
        scale = np.array([cols_mm, rows_mm]) / self.mm_per_px
        centre_px = self.plane.patient_to_pixel([self.view.centre_mm])[0]
        object.__setattr__(self, "scale", scale)
        object.__setattr__(self, "offset", np.asarray(self.size_px) / 2 - centre_px * scale)

    @property
    def parts(self) -> tuple[SlicePlane, FieldOfView, tuple[int, int]]:
        """What the map is made of."""
        return self.plane, self.view, self.size_px

    @property
    def mm_per_px(self) -> float:
        """Millimetres per device-independent pixel."""
        return self.view.mm_per_px(self.size_px)

    def screen_from_pixel(self, points_px: ArrayLike) -> FloatArray:
        """Return screen points of image (x, y) points."""
        return np.asarray(points_px, dtype=float) * self.scale + self.offset

    def pixel_from_screen(self, points: ArrayLike) -> FloatArray:
        """Return image (x, y) points of screen points."""
        return (np.asarray(points, dtype=float) - self.offset) / self.scale

    def mm_from_screen(self, points: ArrayLike) -> FloatArray:
        """Return LPS points in the image's plane of screen points."""
        return self.plane.pixel_to_patient(self.pixel_from_screen(points))

    def screen_from_mm(self, points_mm: ArrayLike) -> FloatArray:
        """Return screen points of LPS points, projected along the plane's normal."""
        return self.screen_from_pixel(self.plane.patient_to_pixel(points_mm))

    def panned(self, by_px: tuple[float, float]) -> FieldOfView:
        """Return the view after the image was dragged by screen pixels (right, down)."""
        middle = np.asarray(self.size_px) / 2 - np.asarray(by_px)
        return replace(self.view, centre_mm=as_vector(self.mm_from_screen([middle])[0]))

    def zoomed_at(self, point: tuple[float, float], factor: float) -> FieldOfView:
        """Return the view magnified by ``factor`` with what is under the screen point at rest."""
        zoomed = self.view.zoomed(factor)
        kept = zoomed.side_mm / self.view.side_mm
        anchor = np.asarray(point)
        middle = anchor + (np.asarray(self.size_px) / 2 - anchor) * kept
        return replace(zoomed, centre_mm=as_vector(self.mm_from_screen([middle])[0]))


def whole_image(plane: SlicePlane, size_px: tuple[int, int]) -> FieldOfView:
    """Return the view that shows every pixel of an image in a pane of (width, height)."""
    rows, cols = plane.shape_px
    height_mm, width_mm = rows * plane.spacing_mm[0], cols * plane.spacing_mm[1]
    width, height = max(1, size_px[0]), max(1, size_px[1])
    mm_per_px = max(width_mm / width, height_mm / height)
    return FieldOfView(as_vector(plane.centre_mm), mm_per_px * min(width, height))


def heart_view(plane: SlicePlane, size_px: tuple[int, int]) -> FieldOfView:
    """Return the first view of an image: its middle, where a planned short axis has the heart."""
    whole = whole_image(plane, size_px)
    return replace(whole, side_mm=min(whole.side_mm, HEART_SIDE_MM))


def as_vector(point: FloatArray) -> Vector:
    """Return three coordinates as a tuple of floats."""
    x, y, z = (float(value) for value in point)
    return x, y, z
