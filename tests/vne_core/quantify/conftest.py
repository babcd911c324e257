"""A ring of myocardium whose areas are known in closed form."""

from dataclasses import dataclass

import numpy as np
import pytest

from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation

REMOTE, BLOOD = 100.0, 500.0


@dataclass(frozen=True)
class Ring:
    """Epicardium of 40 mm, endocardium of 28 mm, on an oblique plane of unequal pixels."""

    plane: SlicePlane
    annotation: SliceAnnotation
    image: np.ndarray
    angle: np.ndarray
    radius_mm: np.ndarray

    def at(self, x_mm: float, y_mm: float) -> np.ndarray:
        """Return a point of the plane by its distance from the ring's centre."""
        return (
            self.plane.centre_mm
            + x_mm * np.array(self.plane.row_dir)
            + y_mm * np.array(self.plane.col_dir)
        )

    def circle(self, radius_mm: float, x_mm: float = 0, y_mm: float = 0) -> Contour:
        """Return a circular contour by its centre's distance from the ring's."""
        angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        return Contour(
            [self.at(x_mm + radius_mm * np.cos(a), y_mm + radius_mm * np.sin(a)) for a in angles]
        )

    def roi(self, radius_mm: float, x_mm: float = 0, y_mm: float = 0) -> Roi:
        """Return a circular region by its centre's distance from the ring's."""
        return Roi(tuple(self.at(x_mm, y_mm)), radius_mm)

    def with_lesion(self, share: float, value: float) -> np.ndarray:
        """Return the image with a sector, ``share`` of the whole turn from -x on, at ``value``."""
        sector = (self.angle + np.pi) < share * 2 * np.pi
        return np.where(sector & (self.radius_mm > 26), value, self.image)


@pytest.fixture
def ring() -> Ring:
    plane = SlicePlane(
        (-40.0, 12.0, 80.0), (0.8, 0.0, -0.6), (0.0, 1.0, 0.0), (1.1, 0.9), (160, 180)
    )
    y, x = np.indices(plane.shape_px)
    x_mm, y_mm = (x - 89.5) * 0.9, (y - 79.5) * 1.1
    radius_mm = np.hypot(x_mm, y_mm)
    bare = Ring(
        plane=plane,
        annotation=SliceAnnotation("slice-1", ImageKind.LGE),
        image=np.where(radius_mm < 26, BLOOD, REMOTE),
        angle=np.arctan2(y_mm, x_mm),
        radius_mm=radius_mm,
    )
    annotation = SliceAnnotation(
        "slice-1",
        ImageKind.LGE,
        epi=bare.circle(40),
        endo=bare.circle(28),
        remote=bare.roi(4, x_mm=34),
        blood_pool=bare.roi(12),
    )
    return Ring(plane, annotation, bare.image, bare.angle, radius_mm)
