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
RV_EDGES_DEG = (246.0, 156.0, RV_MARGIN_DEG)
"""Outward directions of the anterior edge, the edge on the diaphragm and the margin."""
RV_ROUNDING = 4.6
"""Exponent that rounds the corners between the edges; higher is sharper."""
PERICARDIUM_MM = 1.2
EPICARDIAL_FAT = ((7.0, 244.0, 9.0), (3.0, 118.0, 8.0), (1.4, 345.0, 3.0), (4.0, 208.0, 5.0))
"""Thickness in mm, direction in degrees and concentration: in front and in the anterior groove,
in the inferior groove, over the lateral wall, at the acute margin."""
LEAST_FAT_MM = 1.1
TRABECULA_MM = 1.2
TRABECULAR_SIDE_DEG = 350.0
"""The wall that carries the most trabeculae."""
TRABECULAE = ((9, 6.0), (14, -4.0), (23, 3.0), (31, -5.0))
"""Strands around the cavity and the pitch of their turns along it."""
RV_TRABECULA_MM = 2.0
RV_TRABECULAE = ((5, 11.0), (9, 7.0), (16, -5.0), (26, 4.0), (37, -3.0))
"""Strands on the free wall of the right ventricle, coarser than those of the left."""


@dataclass(frozen=True, slots=True)
class HeartShape:
    """Dials of the heart's form and motion.

    Angles in degrees, thicknesses at end-diastole. The wall is ``lateral_mm`` thick and swells to
    ``septum_mm`` around ``septum_deg``: ``thick_concentration`` is the von Mises concentration of
    the swelling (2.6 leaves half of it 45 degrees away, 0 swells all around), ``thick_w_mm`` and
    ``thick_reach_mm`` its middle and standard deviation along the ventricle. Raises DialError
    outside the ranges of ``__post_init__``.
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
    thick_concentration: float = 2.6
    thick_w_mm: float = -14.0
    thick_reach_mm: float = 200.0
    fat_scale: float = 1.0
    trabecula_scale: float = 1.0
    papillary_turn_deg: float = 0.0

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
                "thick_concentration": (0, 8),
                "thick_w_mm": (-40, 45),
                "thick_reach_mm": (10, 200),
                "fat_scale": (0.2, 3),
                "trabecula_scale": (0, 2),
                "papillary_turn_deg": (-30, 30),
            },
        )


def rest_surfaces(shape: HeartShape, w_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return endo and epi radii at end-diastole, each (len(w_mm), ANGLES)."""
    theta = _grid_angles()
    turn = np.radians(shape.irregular_phase_deg)
    uneven = np.cos(2 * theta + turn) + 0.6 * np.cos(3 * theta - 2 * turn)
    uneven += 0.35 * np.cos(4 * theta + 3 * turn)
    cavity = shape.cavity_radius_mm + shape.irregularity_mm * uneven
    endo = _rows_by_angles(_ellipse(w_mm, CAVITY_WIDEST_MM, CAVITY_REACH_MM), cavity)
    taper = _ellipse(w_mm, CAVITY_WIDEST_MM, EPICARDIUM_REACH_MM)
    return endo, taper[:, None] * (cavity + _wall_mm(shape, w_mm))


def rv_gap(shape: HeartShape, material_w: FloatArray) -> FloatArray:
    """Return the width of the right ventricle between septum and free wall, 0 elsewhere.

    Its outline is a triangle with rounded corners: an anterior edge, an edge on the diaphragm,
    and an acute margin between them.
    """
    theta = _grid_angles()
    span = np.radians(shape.anterior_insertion_deg - shape.inferior_insertion_deg)
    share = np.clip((theta - np.radians(shape.inferior_insertion_deg)) / span, 0, 1)
    taper = np.tanh(3.2 * np.sin(np.pi * share)) / np.tanh(3.2)
    wall_mm = _wall_mm(shape, np.array([CAVITY_WIDEST_MM]))[0]
    margin_mm = shape.cavity_radius_mm + float(wall_mm.max()) + 1.15 * shape.rv_width_mm
    beyond = _rounded_triangle(theta, margin_mm) - shape.cavity_radius_mm - wall_mm
    reach = np.clip((material_w - RV_WIDEST_MM) / RV_REACH_MM, 0, 1)
    return _rows_by_angles(1 - reach**2.2, taper * np.clip(beyond, 0, None))


def rv_wall(gap_mm: FloatArray) -> FloatArray:
    """Return the thickness of the right ventricular free wall, fading in from the insertions."""
    return RV_WALL_MM * np.clip(gap_mm / 3.0, 0, 1)


def epicardial_fat(shape: HeartShape, material_w: FloatArray) -> FloatArray:
    """Return how far fat reaches beyond the outer wall; none below the apex."""
    theta = _grid_angles()
    fat = np.full(ANGLES, LEAST_FAT_MM)
    for thickness, centre_deg, concentration in EPICARDIAL_FAT:
        fat += thickness * _bump(theta, centre_deg, concentration)
    uneven = 1 + 0.3 * _spiral(5, material_w / 9.0) + 0.15 * _spiral(11, -material_w / 5.0)
    return shape.fat_scale * fat * uneven * covered(material_w)


def covered(material_w: FloatArray) -> FloatArray:
    """Return 1 along the ventricle and 0 below its apex, (len(material_w), 1)."""
    return np.clip((TIP_MM + 3.0 - material_w) / 8.0, 0, 1)[:, None]


def trabeculae(shape: HeartShape, material_w: FloatArray) -> FloatArray:
    """Return how far muscle strands reach into the cavity: more laterally and at the apex."""
    strands = _strands(TRABECULAE, shape, material_w)
    free_wall = 0.675 + 0.325 * np.cos(_grid_angles() - np.radians(TRABECULAR_SIDE_DEG))
    toward_apex = 0.8 + 0.5 * np.clip(material_w / 30.0, 0, 1)[:, None]
    reach_mm = shape.trabecula_scale * TRABECULA_MM
    return reach_mm * np.clip(strands, 0, 2.2) * free_wall * toward_apex


def rv_trabeculae(shape: HeartShape, material_w: FloatArray, gap_mm: FloatArray) -> FloatArray:
    """Return how far strands reach from the right ventricle's free wall into its cavity.

    They are finest at the base and fill much of the apex; ``gap_mm`` is the cavity's width.
    """
    strands = np.clip(_strands(RV_TRABECULAE, shape, material_w) - 0.4, 0, 2.4)
    toward_apex = 0.5 + 1.1 * np.clip((material_w + 30.0) / 60.0, 0, 1)[:, None]
    reach_mm = shape.trabecula_scale * RV_TRABECULA_MM * strands * toward_apex
    return np.minimum(reach_mm, 0.7 * gap_mm)


def _strands(
    turns: tuple[tuple[int, float], ...], shape: HeartShape, material_w: FloatArray
) -> FloatArray:
    """Return the sum of spirals of strands, the heart's own phase in each."""
    turn = np.radians(shape.irregular_phase_deg)
    strands = np.zeros((len(material_w), ANGLES))
    for count, pitch_mm in turns:
        strands += _spiral(count, material_w / pitch_mm + count**2 + (1 + count % 7) * turn)
    return strands


def _grid_angles() -> FloatArray:
    """Return the angles of a table in radians."""
    return np.arange(ANGLES, dtype=float) * (2 * np.pi / ANGLES)


def _rows_by_angles(of_row: FloatArray, of_angle: FloatArray) -> FloatArray:
    """Return the product of a value a row and a value an angle, (rows, angles)."""
    return of_row[:, None] * of_angle[None, :]


def _wall_mm(shape: HeartShape, w_mm: FloatArray) -> FloatArray:
    """Return the thickness of the wall before the ventricle tapers, (len(w_mm), ANGLES)."""
    extra = shape.septum_mm - shape.lateral_mm
    around = _bump(_grid_angles(), shape.septum_deg, shape.thick_concentration)
    along = np.exp(-(((w_mm - shape.thick_w_mm) / shape.thick_reach_mm) ** 2) / 2)
    return shape.lateral_mm + extra * _rows_by_angles(along, around)


def _ellipse(w_mm: FloatArray, widest_mm: float, reach_mm: float) -> FloatArray:
    """Return the relative radius along the axis of a half ellipsoid, nearly straight above it."""
    below = np.clip((w_mm - widest_mm) / reach_mm, 0, 1)
    above = np.clip((widest_mm - w_mm) / reach_mm, 0, 1)
    return np.sqrt(1 - below**2) * (1 - 0.12 * above**2)


def _rounded_triangle(theta: FloatArray, margin_mm: float) -> FloatArray:
    """Return the radius of the right ventricle's outline, its acute margin at ``margin_mm``."""
    nearness = np.full(ANGLES, 1e-30)
    for normal_deg in RV_EDGES_DEG:
        edge_mm = margin_mm * float(np.cos(np.radians(normal_deg - RV_MARGIN_DEG)))
        toward = np.clip(np.cos(theta - np.radians(normal_deg)), 0, 1)
        nearness += (toward / edge_mm) ** RV_ROUNDING
    return nearness ** (-1 / RV_ROUNDING)


def _bump(theta: FloatArray, centre_deg: float, concentration: float) -> FloatArray:
    """Return a smooth periodic bump of height 1."""
    return np.exp(concentration * (np.cos(theta - np.radians(centre_deg)) - 1))


def _spiral(count: int, phase: FloatArray) -> FloatArray:
    """Return sin(count x angle + phase of the row), (len(phase), ANGLES)."""
    turned = count * _grid_angles()
    cosine, sine = np.cos(phase), np.sin(phase)
    return _rows_by_angles(cosine, np.sin(turned)) + _rows_by_angles(sine, np.cos(turned))
