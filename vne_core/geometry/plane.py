"""Image planes in patient coordinates (LPS, millimetres), after DICOM PS3.3 C.7.6.2.1.1."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.errors import VneError

UNIT_LENGTH_TOLERANCE = 1e-3
"""How far a direction cosine's length may be from 1; scanners write six digits."""
RIGHT_ANGLE_TOLERANCE = 1e-3
"""How large the dot product of the row and column directions may be."""
PERPENDICULAR_COSINE = 1e-3
"""Planes with a smaller cosine between their normals do not meet along them at a useful place."""

Vector = tuple[float, float, float]
FloatArray = NDArray[np.float64]


class PlaneError(VneError):
    """Position, orientation or spacing do not describe a plane."""

    code = "geometry"


@dataclass(frozen=True, slots=True)
class SlicePlane:
    """Where the pixels of one image lie in the patient.

    ``origin_mm`` is the centre of pixel [0, 0] in LPS. ``row_dir`` points toward increasing
    column, ``col_dir`` toward increasing row; ``spacing_mm`` is (between rows, between columns);
    ``shape_px`` is (rows, columns). ``thickness_mm`` is None where the header has none.
    Raises PlaneError for anything that is not a right-angled, positive, finite plane.
    """

    origin_mm: Vector
    row_dir: Vector
    col_dir: Vector
    spacing_mm: tuple[float, float]
    shape_px: tuple[int, int]
    thickness_mm: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is not a plane."""
        numbers = (*self.origin_mm, *self.row_dir, *self.col_dir, *self.spacing_mm)
        if not all(np.isfinite(numbers)):
            raise PlaneError("the image position, orientation or spacing is not finite")
        if min(self.spacing_mm) <= 0 or min(self.shape_px) <= 0:
            raise PlaneError(f"spacing {self.spacing_mm} mm, size {self.shape_px}", "both positive")
        row, col = np.asarray(self.row_dir), np.asarray(self.col_dir)
        lengths = np.array([np.linalg.norm(row), np.linalg.norm(col)])
        if np.any(np.abs(lengths - 1) > UNIT_LENGTH_TOLERANCE):
            raise PlaneError(f"direction cosines of length {lengths.round(4).tolist()}", "length 1")
        if abs(float(row @ col)) > RIGHT_ANGLE_TOLERANCE:
            raise PlaneError("row and column directions are not at a right angle")

    @property
    def normal(self) -> FloatArray:
        """The unit vector row_dir x col_dir, shape (3,)."""
        (rx, ry, rz), (cx, cy, cz) = self.row_dir, self.col_dir
        cross = (ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx)
        return np.array(cross) / hypot(*cross)

    @property
    def centre_mm(self) -> FloatArray:
        """The middle of the image in LPS, shape (3,)."""
        rows, cols = self.shape_px
        return self.pixel_to_patient([[(cols - 1) / 2, (rows - 1) / 2]])[0]

    @property
    def pixel_area_mm2(self) -> float:
        """The area of one pixel."""
        return self.spacing_mm[0] * self.spacing_mm[1]

    def pixel_to_patient(self, points_px: ArrayLike) -> FloatArray:
        """Return LPS millimetres, shape (N, 3), of (x, y) = (column, row) points, shape (N, 2)."""
        points = np.asarray(points_px, dtype=float)
        x_mm = points[:, :1] * self.spacing_mm[1] * np.asarray(self.row_dir)
        y_mm = points[:, 1:] * self.spacing_mm[0] * np.asarray(self.col_dir)
        return np.asarray(self.origin_mm) + x_mm + y_mm

    def patient_to_pixel(self, points_mm: ArrayLike) -> FloatArray:
        """Return (x, y) = (column, row) of LPS points, shape (N, 2), projected along the normal."""
        offset = np.asarray(points_mm, dtype=float) - np.asarray(self.origin_mm)
        x_px = offset @ np.asarray(self.row_dir) / self.spacing_mm[1]
        y_px = offset @ np.asarray(self.col_dir) / self.spacing_mm[0]
        return np.stack([x_px, y_px], axis=-1)

    def height_mm(self, points_mm: ArrayLike) -> FloatArray:
        """Return how far LPS points, shape (N, 3), lie above the plane along its normal."""
        return (np.asarray(points_mm, dtype=float) - np.asarray(self.origin_mm)) @ self.normal


def plane_of_fields(fields: Mapping[str, Any]) -> SlicePlane:
    """Return the plane whose ``dataclasses.asdict`` went through JSON, which makes tuples lists."""
    tuples = {name: tuple(found) for name, found in fields.items() if name != "thickness_mm"}
    return SlicePlane(**tuples, thickness_mm=fields["thickness_mm"])


def cosine_between(plane: SlicePlane, other: SlicePlane) -> float:
    """Return |cos| of the angle between two planes' normals; the normals' sign is no matter."""
    return float(min(1.0, abs(plane.normal @ other.normal)))


def distance_mm(plane: SlicePlane, other: SlicePlane) -> float:
    """Return how far ``other`` lies from ``plane`` along its normal at the centre of ``plane``.

    The line through the centre of ``plane`` along its normal is cut with ``other``. Infinite for
    perpendicular planes.
    """
    along = float(plane.normal @ other.normal)
    if along == 0:
        return float("inf")
    height = float(other.height_mm(plane.centre_mm[None])[0])
    return abs(height / along)


def largest_gap_mm(plane: SlicePlane, other: SlicePlane, radius_mm: float = 40.0) -> float:
    """Return the largest distance between the planes within ``radius_mm`` of the centre.

    Cosine .9 is 25.8 degrees, 17 mm at 40 mm: the distance at the centre hides it.
    """
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    ring = radius_mm * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    rim = plane.centre_mm + ring @ np.stack([plane.row_dir, plane.col_dir])
    return float(np.abs(other.height_mm(np.vstack([plane.centre_mm, rim]))).max())
