"""Where the virtual heart lies in the patient, and the planes that are laid through it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector

STILL: Vector = (0.0, 0.0, 0.0)
"""The heart at the breath-hold that its frame is given in."""


@dataclass(frozen=True, slots=True)
class HeartFrame:
    """Where the heart's axes point in the patient, LPS; the three directions are orthonormal."""

    centre_mm: Vector
    u_dir: Vector
    v_dir: Vector
    w_dir: Vector

    def to_patient(self, heart_mm: ArrayLike) -> FloatArray:
        """Return LPS points, shape (N, 3), of (u, v, w) points, shape (N, 3)."""
        axes = np.array([self.u_dir, self.v_dir, self.w_dir])
        return np.asarray(self.centre_mm) + np.asarray(heart_mm, float) @ axes

    def short_axis(
        self,
        at_mm: Vector,
        pixel_of_axis: tuple[float, float],
        spacing_mm: float,
        shape_px: tuple[int, int],
        thickness_mm: float,
    ) -> SlicePlane:
        """Return the short-axis plane with (u, v, w) = ``at_mm`` at pixel (x, y)."""
        x_px, y_px = pixel_of_axis
        corner = (at_mm[0] - x_px * spacing_mm, at_mm[1] - y_px * spacing_mm, at_mm[2])
        return SlicePlane(
            _rounded(self.to_patient([corner])[0]),
            self.u_dir,
            self.v_dir,
            (spacing_mm, spacing_mm),
            shape_px,
            thickness_mm,
        )

    def long_axis(
        self, at_mm: Vector, spacing_mm: float, shape_px: tuple[int, int], thickness_mm: float
    ) -> SlicePlane:
        """Return the plane through septum and lateral wall, (u, v, w) = ``at_mm`` in its middle.

        Its rows point as far to the patient's left as the plane allows.
        """
        u, w = np.array(self.u_dir), np.array(self.w_dir)
        row = _unit(u * u[0] + w * w[0])
        col = _unit(u * w[0] - w * u[0])
        rows, cols = shape_px
        middle = self.to_patient([at_mm])[0]
        corner = middle - spacing_mm * (row * (cols - 1) + col * (rows - 1)) / 2
        spacing = (spacing_mm, spacing_mm)
        return SlicePlane(
            _rounded(corner), vector(row), vector(col), spacing, shape_px, thickness_mm
        )


def heart_frame(centre_mm: Vector, row_dir: Vector, col_dir: Vector) -> HeartFrame:
    """Return the frame whose short-axis images have the given directions, made orthonormal."""
    u = _unit(np.array(row_dir))
    v = _unit(np.array(col_dir) - u * (u @ np.array(col_dir)))
    return HeartFrame(centre_mm, vector(u), vector(v), vector(-np.cross(u, v)))


def vector(values: FloatArray) -> Vector:
    """Return three numbers of an array as a vector."""
    x, y, z = (float(value) for value in values)
    return x, y, z


def _unit(values: FloatArray) -> FloatArray:
    """Return the direction of a vector."""
    return values / np.linalg.norm(values)


def _rounded(point: FloatArray) -> Vector:
    """Return a point to the micrometre, as a header can hold it."""
    x, y, z = (round(float(value), 3) for value in point)
    return x, y, z
