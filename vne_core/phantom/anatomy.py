"""The virtual heart: Fourier walls that vary along the long axis and through the cardiac cycle.

Coordinates of the heart are millimetres from the middle of the ventricle: ``u`` from septum to
lateral wall, ``v`` from anterior to inferior wall, ``w`` from base to apex. Angles are
atan2(v, u): 0 lateral, 90 inferior, 180 septal, 270 anterior.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
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
RV_SHORTENING = 0.36
"""Share of the right ventricle's width lost at end-systole."""
SEPTAL_CONCENTRATION = 2.6
"""Von Mises concentration of the septal thickening: half of it is left 45 degrees away."""
FIBROSIS_STRAIN_LOSS = 0.55
"""Share of the shortening lost where the wall is fibrotic throughout."""

_CYCLE = np.array([0, 0.05, 0.12, 0.2, 0.28, 0.35, 0.41, 0.48, 0.55, 0.63, 0.75, 0.86, 0.94, 1])
_CONTRACTION = np.array(
    [0, 0.04, 0.26, 0.63, 0.9, 1, 0.93, 0.62, 0.33, 0.17, 0.12, 0.1, 0.03, 0]
)


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


@dataclass(frozen=True, slots=True, eq=False)
class HeartState:
    """The heart at one moment: surfaces now, and where its material lay at end-diastole.

    Tables have shape (len(LONG_AXIS_MM), ANGLES). ``fat_mm`` and ``sac_mm`` are how far
    epicardial fat and pericardium reach beyond the outer wall, ``trabeculae_mm`` how far muscle
    strands reach into the cavity (contours run outside them). ``wall_growth`` is how much the
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
    from scipy.interpolate import PchipInterpolator  # noqa: PLC0415 - heavy, start-up path

    return np.asarray(PchipInterpolator(_CYCLE, _CONTRACTION)(np.asarray(cycle_share) % 1.0))


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
    gap = _rv_gap(shape, material_w) * (1 - RV_SHORTENING * contraction)
    rv = epi + gap
    return HeartState(
        shape,
        contraction,
        *(surface.astype(np.float32) for surface in (endo, epi, rv, rv + _rv_wall(gap))),
        *_surroundings(material_w, contraction),
        endo_rest.astype(np.float32),
        epi_rest.astype(np.float32),
        material_w,
        twist,
        growth,
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
    return np.interp(degrees, np.arange(ANGLES) * 360.0 / ANGLES, ring, period=360.0)


def cavity_volume_ml(state: HeartState) -> float:
    """Return the blood volume of the left ventricle below the mitral plane, papillaries in."""
    inside = state.material_w_mm >= MITRAL_PLANE_MM
    areas = 0.5 * np.sum(state.endo_mm[inside] ** 2, axis=1) * (2 * np.pi / ANGLES)
    return float(areas.sum() * (LONG_AXIS_MM[1] - LONG_AXIS_MM[0]) / 1000)


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


def _closing(shape: HeartShape) -> float:
    """Return the fall of the cavity's radius that gives the ejection fraction."""
    return 1 - np.sqrt((1 - shape.ejection_fraction) / (1 - shape.longitudinal_strain))


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


def _rv_gap(shape: HeartShape, material_w: FloatArray) -> FloatArray:
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


def _rv_wall(gap_mm: FloatArray) -> FloatArray:
    """Return the thickness of the right ventricular free wall, fading in from the insertions."""
    return RV_WALL_MM * np.clip(gap_mm / 3.0, 0, 1)


def _surroundings(
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
    return fat_mm, sac_mm, _trabeculae(material_w, contraction)


def _trabeculae(material_w: FloatArray, contraction: float) -> Surface:
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


def _rounded(point: FloatArray) -> Vector:
    """Return a point to the micrometre, as a header can hold it."""
    x, y, z = (round(float(value), 3) for value in point)
    return x, y, z
