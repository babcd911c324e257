"""Circular regions of interest."""

from dataclasses import dataclass

from vne_core.errors import VneError
from vne_core.geometry.plane import Vector


class RoiError(VneError):
    """A region without an area."""

    code = "roi"


@dataclass(frozen=True, slots=True)
class Roi:
    """A circle in its slice's plane: centre in LPS millimetres, radius in millimetres.

    Raises RoiError when the radius is not positive.
    """

    centre_mm: Vector
    radius_mm: float

    def __post_init__(self) -> None:
        """Refuse a circle without an area."""
        if not self.radius_mm > 0:
            raise RoiError(f"a region of radius {self.radius_mm} mm", "a positive radius")
