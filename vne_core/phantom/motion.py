"""The heart through the cardiac cycle: it closes, shortens and twists, and keeps its volume."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.plane import FloatArray
from vne_core.phantom.anatomy import (
    ANGLES,
    LONG_AXIS_MM,
    MITRAL_PLANE_MM,
    PERICARDIUM_MM,
    TIP_MM,
    HeartShape,
    Surface,
    covered,
    epicardial_fat,
    rest_surfaces,
    rv_gap,
    rv_trabeculae,
    rv_wall,
    trabeculae,
)

if TYPE_CHECKING:
    from scipy.interpolate import PchipInterpolator

RV_SHORTENING = 0.36
"""Share of the right ventricle's width lost at end-systole."""
FIBROSIS_STRAIN_LOSS = 0.55
"""Share of the shortening lost where the wall is fibrotic throughout."""

_CYCLE = np.array([0, 0.05, 0.12, 0.2, 0.28, 0.35, 0.41, 0.48, 0.55, 0.63, 0.75, 0.86, 0.94, 1])
_CONTRACTION = np.array([0, 0.04, 0.26, 0.63, 0.9, 1, 0.93, 0.62, 0.33, 0.17, 0.12, 0.1, 0.03, 0])


@dataclass(frozen=True, slots=True, eq=False)
class HeartState:
    """The heart at one moment: surfaces now, and where its material lay at end-diastole.

    Tables have shape (len(LONG_AXIS_MM), ANGLES). ``fat_mm`` and ``sac_mm`` are how far
    epicardial fat and pericardium reach beyond the outer wall, ``trabeculae_mm`` and
    ``rv_trabeculae_mm`` how far muscle strands reach into the cavities (contours run outside
    them). ``wall_growth`` is how much the
    area of the wall in a short-axis plane exceeds that at end-diastole: its volume is kept.
    """

    shape: HeartShape
    contraction: float
    endo_mm: Surface
    epi_mm: Surface
    rv_mm: Surface
    rv_outer_mm: Surface
    fat_mm: Surface
    sac_mm: Surface
    trabeculae_mm: Surface
    rv_trabeculae_mm: Surface
    endo_rest_mm: Surface
    epi_rest_mm: Surface
    material_w_mm: FloatArray
    twist_deg: FloatArray
    wall_growth: float

    @property
    def mitral_plane_mm(self) -> float:
        """Where the ventricle ends toward the atria now; it descends in systole."""
        return float(np.interp(MITRAL_PLANE_MM, self.material_w_mm, LONG_AXIS_MM))

    def material_of(self, w_mm: ArrayLike) -> FloatArray:
        """Return where material now at long-axis positions lay at end-diastole."""
        return TIP_MM - (TIP_MM - np.asarray(w_mm)) * self.wall_growth


def contraction_at(cycle_share: ArrayLike) -> FloatArray:
    """Return how contracted the heart is, 0 at end-diastole to 1 at end-systole.

    ``cycle_share`` is the time since the R wave in parts of the RR interval.
    """
    return np.asarray(_contraction_curve()(np.asarray(cycle_share) % 1.0))


@lru_cache(maxsize=1)
def _contraction_curve() -> "PchipInterpolator":
    """Return the curve through the nodes of the heart cycle, without overshoot."""
    from scipy.interpolate import PchipInterpolator  # noqa: PLC0415 - heavy, start-up path

    return PchipInterpolator(_CYCLE, _CONTRACTION)


def heart_state(
    shape: HeartShape, contraction: float, transmural: FloatArray | None = None
) -> HeartState:
    """Return the heart contracted by ``contraction`` (0 to 1).

    ``transmural`` is the fibrotic share of the wall, shape (len(LONG_AXIS_MM), ANGLES), at
    end-diastole; the cavity closes less where it is high. The wall keeps its volume: it
    thickens as the cavity closes and as the ventricle shortens.
    """
    shortening = shape.longitudinal_strain * contraction
    material_w = TIP_MM - (TIP_MM - LONG_AXIS_MM) / (1 - shortening)
    twist = shape.twist_deg * contraction * material_w / 40.0
    endo_rest, epi_rest = rest_surfaces(shape, material_w)
    closing = _closing(shape) * contraction * _strain_left(transmural, material_w)
    endo_rest, epi_rest = _twisted(endo_rest, twist), _twisted(epi_rest, twist)
    endo = endo_rest * (1 - _twisted(closing, twist))
    growth = 1 / (1 - shortening)
    epi = np.sqrt(endo**2 + (epi_rest**2 - endo_rest**2) * growth)
    gap = rv_gap(shape, material_w) * (1 - RV_SHORTENING * contraction)
    rv = epi + gap
    fat = epicardial_fat(shape, material_w)
    return HeartState(
        shape=shape,
        contraction=contraction,
        endo_mm=_single(endo),
        epi_mm=_single(epi),
        rv_mm=_single(rv),
        rv_outer_mm=_single(rv + rv_wall(gap)),
        fat_mm=_single(fat),
        sac_mm=_single(fat + PERICARDIUM_MM * covered(material_w)),
        trabeculae_mm=_single(trabeculae(shape, material_w) * (1 + 0.5 * contraction)),
        rv_trabeculae_mm=_single(rv_trabeculae(shape, material_w, gap) * (1 + 0.3 * contraction)),
        endo_rest_mm=_single(endo_rest),
        epi_rest_mm=_single(epi_rest),
        material_w_mm=material_w,
        twist_deg=twist,
        wall_growth=growth,
    )


def outline_at(surface: Surface, w_mm: float, angles_deg: ArrayLike) -> FloatArray:
    """Return the (u, v, w) points, shape (N, 3), of a surface at a long-axis position."""
    degrees = np.asarray(angles_deg, float)
    radius = radius_at(surface, w_mm, degrees)
    theta = np.radians(degrees)
    height = np.full_like(radius, w_mm)
    return np.stack([radius * np.cos(theta), radius * np.sin(theta), height], axis=-1)


def radius_at(surface: Surface, w_mm: float, angles_deg: ArrayLike) -> FloatArray:
    """Return a surface's radii at a long-axis position, interpolated in the table."""
    row = (w_mm - LONG_AXIS_MM[0]) / (LONG_AXIS_MM[1] - LONG_AXIS_MM[0])
    low = int(np.clip(np.floor(row), 0, len(LONG_AXIS_MM) - 2))
    ring = surface[low] + (row - low) * (surface[low + 1] - surface[low])
    degrees = np.asarray(angles_deg, float) % 360.0
    table_deg = np.arange(ANGLES) * (360.0 / ANGLES)
    return np.asarray(np.interp(degrees, table_deg, ring, period=360.0), float)


def cavity_volume_ml(state: HeartState) -> float:
    """Return the blood volume of the left ventricle below the mitral plane, papillaries in."""
    inside = state.material_w_mm >= MITRAL_PLANE_MM
    areas = 0.5 * np.sum(state.endo_mm[inside] ** 2, axis=1) * (2 * np.pi / ANGLES)
    return float(areas.sum() * (LONG_AXIS_MM[1] - LONG_AXIS_MM[0]) / 1000)


def _single(surface: FloatArray) -> Surface:
    """Return a table in single precision, as it is looked up."""
    return surface.astype(np.float32)


def _closing(shape: HeartShape) -> float:
    """Return the fall of the cavity's radius that gives the ejection fraction."""
    left = (1 - shape.ejection_fraction) / (1 - shape.longitudinal_strain)
    return max(0.0, 1 - math.sqrt(left))


def _strain_left(transmural: FloatArray | None, material_w: FloatArray) -> FloatArray:
    """Return the share of the strain that fibrosis leaves, sampled at the material's rows."""
    if transmural is None:
        return np.ones((len(material_w), ANGLES))
    rows = np.rint((material_w - LONG_AXIS_MM[0]) / (LONG_AXIS_MM[1] - LONG_AXIS_MM[0]))
    rows = np.clip(rows, 0, len(LONG_AXIS_MM) - 1).astype(int)
    return 1 - FIBROSIS_STRAIN_LOSS * transmural[rows]


def _twisted(surface: FloatArray, twist_deg: FloatArray) -> FloatArray:
    """Return a table of material angles as a table of present angles, turned row by row."""
    shift = np.rint(twist_deg * ANGLES / 360.0).astype(int)[:, None]
    return np.take_along_axis(surface, (np.arange(ANGLES) - shift) % ANGLES, axis=1)
