"""The virtual heart: Fourier walls that vary along the long axis and through the cardiac cycle.

Coordinates of the heart are millimetres from the middle of the ventricle: ``u`` from septum to
lateral wall, ``v`` from anterior to inferior wall, ``w`` from base to apex. Angles are
atan2(v, u): 0 lateral, 90 inferior, 180 septal, 270 anterior.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray
from vne_core.phantom.dials import require_within

Surface = NDArray[np.float32]
"""A radius in mm at each (long-axis position, angle) of the table's grid."""

ANGLES = 720
"""Angles of a table; half a degree is a quarter of a millimetre on the epicardium."""
LONG_AXIS_MM: FloatArray = np.arange(-60.0, 60.0, 1.0)
"""Long-axis positions of a table."""
MITRAL_PLANE_MM = -44.0
"""Where the ventricle ends toward the atria at end-diastole."""
CAVITY_WIDEST_MM = -14.0
CAVITY_REACH_MM = 54.0
EPICARDIUM_REACH_MM = 64.0
TIP_MM = CAVITY_WIDEST_MM + EPICARDIUM_REACH_MM
"""The apex, which moves least."""
RV_WIDEST_MM = -24.0
RV_REACH_MM = 62.0
RV_WALL_MM = 3.0
RV_MARGIN_DEG = 200.0
"""Direction of the acute margin, the corner farthest from the septum."""
RV_EDGES_DEG = (255.0, 148.0, RV_MARGIN_DEG)
"""Outward directions of the anterior edge, the edge on the diaphragm and the margin."""
RV_ROUNDING = 9.0
"""Exponent that rounds the corners between the edges; higher is sharper."""
PERICARDIUM_MM = 1.2
EPICARDIAL_FAT = ((13.0, 244.0, 7.0), (3.5, 118.0, 7.0), (2.2, 345.0, 3.0), (6.0, 200.0, 6.0))
"""Thickness in mm, direction in degrees and concentration: in front and in the anterior groove,
in the inferior groove, over the lateral wall, at the acute margin."""
TRABECULAE = ((9, 6.0), (14, -4.0), (23, 3.0), (31, -5.0))
"""Strands around the cavity and the pitch of their turns along it."""
SEPTAL_CONCENTRATION = 2.6
"""Von Mises concentration of the septal thickening: half of it is left 45 degrees away."""
@dataclass(frozen=True, slots=True)
class HeartShape:
    """Dials of the heart's form and motion.

    Angles in degrees, thicknesses at end-diastole. Raises DialError outside the ranges of
    ``__post_init__``.
    """

    septum_mm: float = 20.0
    lateral_mm: float = 10.0
    cavity_radius_mm: float = 21.0
    septum_deg: float = 186.0
    anterior_insertion_deg: float = 244.0
    inferior_insertion_deg: float = 122.0
    rv_width_mm: float = 33.0
    ejection_fraction: float = 0.68
    longitudinal_strain: float = 0.13
    twist_deg: float = 8.0
    papillary_radius_mm: float = 4.3
    irregularity_mm: float = 0.9
    irregular_phase_deg: float = 40.0

    def __post_init__(self) -> None:
        """Refuse a heart that no patient has."""
        require_within(
            self,
            {
                "septum_mm": (6, 35),
                "lateral_mm": (5, 25),
                "cavity_radius_mm": (12, 35),
                "septum_deg": (150, 210),
                "anterior_insertion_deg": (220, 280),
                "inferior_insertion_deg": (90, 140),
                "rv_width_mm": (15, 50),
                "ejection_fraction": (0.2, 0.8),
                "longitudinal_strain": (0, 0.25),
                "twist_deg": (-5, 20),
                "papillary_radius_mm": (2, 7),
                "irregularity_mm": (0, 2),
                "irregular_phase_deg": (0, 360),
            },
        )


def rest_surfaces(shape: HeartShape, w_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return endo and epi radii at end-diastole, each (len(w_mm), ANGLES)."""
    theta = _grid_angles()
    cavity = shape.cavity_radius_mm + shape.irregularity_mm * (
        np.cos(2 * theta + np.radians(shape.irregular_phase_deg))
        + 0.6 * np.cos(3 * theta - 2 * np.radians(shape.irregular_phase_deg))
        + 0.35 * np.cos(4 * theta + 3 * np.radians(shape.irregular_phase_deg))
    )
    wall = shape.lateral_mm + (shape.septum_mm - shape.lateral_mm) * _bump(
        theta, shape.septum_deg, SEPTAL_CONCENTRATION
    )
    endo = np.outer(_ellipse(w_mm, CAVITY_WIDEST_MM, CAVITY_REACH_MM), cavity)
    epi = np.outer(_ellipse(w_mm, CAVITY_WIDEST_MM, EPICARDIUM_REACH_MM), cavity + wall)
    return endo, epi


def _grid_angles() -> FloatArray:
    """Return the angles of a table in radians."""
    return np.arange(ANGLES) * (2 * np.pi / ANGLES)


def _ellipse(w_mm: FloatArray, widest_mm: float, reach_mm: float) -> FloatArray:
    """Return the relative radius along the axis of a half ellipsoid, straight above its middle."""
    offset = np.clip((w_mm - widest_mm) / reach_mm, 0, 1)
    above = np.clip((widest_mm - w_mm) / reach_mm, 0, 1)
    return np.sqrt(1 - offset**2) * (1 - 0.12 * above**2)


def _bump(theta: FloatArray, centre_deg: float, concentration: float) -> FloatArray:
    """Return a smooth periodic bump of height 1."""
    return np.exp(concentration * (np.cos(theta - np.radians(centre_deg)) - 1))


def rv_gap(shape: HeartShape, material_w: FloatArray) -> FloatArray:
    """Return the width of the right ventricle between septum and free wall, 0 elsewhere.

    Its outline is a triangle with rounded corners: an anterior edge, an edge on the diaphragm,
    and an acute margin between them.
    """
    theta = _grid_angles()
    span = np.radians(shape.anterior_insertion_deg - shape.inferior_insertion_deg)
    share = np.clip((theta - np.radians(shape.inferior_insertion_deg)) / span, 0, 1)
    taper = np.tanh(3.2 * np.sin(np.pi * share)) / np.tanh(3.2)
    septal_epi = shape.cavity_radius_mm + shape.septum_mm
    margin_mm = septal_epi + 1.15 * shape.rv_width_mm
    nearness = sum(
        np.clip(np.cos(theta - np.radians(normal_deg)), 0, 1) ** RV_ROUNDING
        / (margin_mm * np.cos(np.radians(normal_deg - RV_MARGIN_DEG))) ** RV_ROUNDING
        for normal_deg in RV_EDGES_DEG
    )
    outline = np.maximum(nearness, 1e-30) ** (-1 / RV_ROUNDING)
    wall = shape.lateral_mm + (shape.septum_mm - shape.lateral_mm) * _bump(
        theta, shape.septum_deg, SEPTAL_CONCENTRATION
    )
    gap = taper * np.clip(outline - shape.cavity_radius_mm - wall, 0, None)
    reach = np.clip((material_w - RV_WIDEST_MM) / RV_REACH_MM, 0, 1)
    return np.outer(1 - reach**2.2, gap)


def rv_wall(gap_mm: FloatArray) -> FloatArray:
    """Return the thickness of the right ventricular free wall, fading in from the insertions."""
    return RV_WALL_MM * np.clip(gap_mm / 3.0, 0, 1)


def surroundings(
    material_w: FloatArray, contraction: float
) -> tuple[Surface, Surface, Surface]:
    """Return how far fat and sac reach beyond the wall, and trabeculae into the cavity."""
    theta = _grid_angles()
    fat = 1.6 + sum(
        thickness * _bump(theta, centre, concentration)
        for thickness, centre, concentration in EPICARDIAL_FAT
    )
    uneven = 1 + 0.3 * np.sin(5 * theta[None, :] + material_w[:, None] / 9.0)
    uneven = uneven + 0.15 * np.sin(11 * theta[None, :] - material_w[:, None] / 5.0)
    below_tip = np.clip((TIP_MM + 3.0 - material_w) / 8.0, 0, 1)[:, None]
    fat_mm = (fat * uneven * below_tip).astype(np.float32)
    sac_mm = fat_mm + (PERICARDIUM_MM * below_tip).astype(np.float32)
    return fat_mm, sac_mm, trabeculae(material_w, contraction)


def trabeculae(material_w: FloatArray, contraction: float) -> Surface:
    """Return how far muscle strands reach into the cavity: more laterally and at the apex."""
    theta = _grid_angles()[None, :]
    w = material_w[:, None]
    strands = sum(
        np.sin(count * theta + w / pitch_mm + count**2) for count, pitch_mm in TRABECULAE
    )
    free_wall = 0.35 + 0.65 * (0.5 + 0.5 * np.cos(theta - np.radians(350)))
    toward_apex = 0.8 + 0.5 * np.clip(w / 30.0, 0, 1)
    height = 1.4 * np.clip(strands, 0, 2.2) * free_wall * toward_apex
    return (height * (1 + 0.5 * contraction)).astype(np.float32)
