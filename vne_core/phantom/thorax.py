"""The body around the heart, labelled at points in the patient (LPS, millimetres).

The middle of the left ventricle lies at (46, -12, 0); the spine is on x = 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.phantom.dials import require_within
from vne_core.phantom.tissue import Tissue

Points = NDArray[np.floating[Any]]
"""Coordinates of shape (3, ...), or one number a point."""
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
_Paint = Callable[[Labels, Points, Points], None]

BODY_CENTRE_Y_MM = 19.0
BODY_HALF_WIDTH_MM = 178.0
BODY_HALF_DEPTH_MM = 96.0
HEART_MM = (46.0, -12.0, 0.0)
"""The middle of the left ventricle, which stays where it is in a larger or smaller chest."""
MUSCLE_MM = 9.0
RIB_CAGE_MM = 9.0
RIB_PERIOD_MM = 26.0
DISC_PERIOD_MM = 33.0
MEDIASTINUM_X_MM, MEDIASTINUM_Y_MM = 45.0, (5.0, 60.0)
"""What is painted behind the heart lies within these distances from the middle line."""
BACK_X_MM, BACK_Y_MM = 62.0, 32.0
"""Vertebrae and the muscles beside them lie within and behind these."""
LINING_MM = 2.0
"""Thickness of the layer between the rib cage and the lungs."""
DIAPHRAGM_MM = -27.0
RIGHT_DOME_MM = 26.0
LEFT_DOME_MM = 10.0
"""How far the domes rise above the middle of the diaphragm."""


@dataclass(frozen=True, slots=True)
class ChestDials:
    """How a chest differs from the average one.

    ``width`` and ``depth`` are relative sizes, ``fat_mm`` the fat under the skin,
    ``diaphragm_mm`` how much higher the diaphragm stands at the breath-hold, ``unevenness`` turns
    the waves of its surfaces (degrees). Raises DialError outside the ranges of ``__post_init__``.
    """

    width: float = 1.0
    depth: float = 1.0
    fat_mm: float = 9.0
    diaphragm_mm: float = 0.0
    unevenness: float = 57.0

    def __post_init__(self) -> None:
        """Refuse a chest that no adult has."""
        require_within(
            self,
            {
                "width": (0.85, 1.2),
                "depth": (0.95, 1.3),
                "fat_mm": (3, 40),
                "diaphragm_mm": (-25, 15),
                "unevenness": (0, 360),
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class LungVessels:
    """Small spheres of blood in the lungs: centres (n, 3) in LPS, radii (n,) in mm."""

    centres_mm: NDArray[np.float64]
    radii_mm: NDArray[np.float64]


def make_lung_vessels(rng: np.random.Generator, count: int = 900) -> LungVessels:
    """Return vessels scattered through both lungs, thicker and denser toward the hila."""
    centres = rng.uniform((-130, -70, -60), (150, 80, 110), (count, 3))
    toward_hilum = rng.random(count)[:, None] * rng.random(count)[:, None]
    hilum = np.where(centres[:, :1] > 20, (62.0, 8.0, 30.0), (-40.0, 8.0, 30.0))
    centres += 0.75 * toward_hilum * (hilum - centres)
    radii = rng.gamma(3.0, 0.5, count) * np.clip(1.5 - np.abs(centres[:, 0] - 10) / 120, 0.5, 1.3)
    return LungVessels(centres, radii)


def label_thorax(points: Points, vessels: LungVessels, chest: ChestDials) -> Labels:
    """Return the tissue of each point as if there were no heart.

    ``points`` is (3, layers, rows, columns) of evenly spaced planes. They are labelled plane by
    plane: the numbers of one fit into the processor's cache.
    """
    layers = range(points.shape[1])
    return np.concatenate([_label_plane(points[:, [layer]], vessels, chest) for layer in layers])


def _label_plane(points: Points, vessels: LungVessels, chest: ChestDials) -> Labels:
    """Return what ``label_thorax`` does, for one plane of points."""
    points = _in_average_chest(points, chest)
    depth_mm = _depth_below_skin(points, chest)
    fat_mm = _fat_thickness(points, chest)
    inner_mm = depth_mm - fat_mm
    labels = np.full(depth_mm.shape, Tissue.AIR, np.uint8)
    labels[depth_mm > 0] = Tissue.FAT
    labels[inner_mm > 0] = Tissue.MUSCLE
    cage = (inner_mm > MUSCLE_MM) & (inner_mm <= MUSCLE_MM + RIB_CAGE_MM + LINING_MM)
    _paint_where(cage, _paint_rib_cage, labels, points, inner_mm)
    labels[inner_mm > MUSCLE_MM + RIB_CAGE_MM + LINING_MM] = Tissue.LUNG
    _paint_vessels(labels, points, vessels)
    x, y, z = points
    inside = inner_mm > MUSCLE_MM + RIB_CAGE_MM
    highest = DIAPHRAGM_MM + RIGHT_DOME_MM + LEFT_DOME_MM
    _paint_where(inside & (z < highest + 2), _paint_abdomen, labels, points, inner_mm)
    middle = (np.abs(x) < MEDIASTINUM_X_MM) & (y > MEDIASTINUM_Y_MM[0]) & (y < MEDIASTINUM_Y_MM[1])
    _paint_where(inside & middle, _paint_mediastinum, labels, points, inner_mm)
    back = (np.abs(x) < BACK_X_MM) & (y > BACK_Y_MM)
    _paint_where(back, _paint_back, labels, points, inner_mm)
    return labels


def _paint_where(
    place: Mask, paint: _Paint, labels: Labels, points: Points, inner_mm: Points
) -> None:
    """Paint what lies in one place only, looking at no other points."""
    where = np.flatnonzero(place)
    if not where.size:
        return
    flat = labels.reshape(-1)
    part = flat[where]
    paint(part, points.reshape(3, -1)[:, where], inner_mm.reshape(-1)[where])
    flat[where] = part


def _in_average_chest(points: Points, chest: ChestDials) -> Points:
    """Return where points of this chest lie in the average one; the heart stays in place."""
    scale = np.array([1 / chest.width, 1 / chest.depth, 1.0], np.float32)
    middle = np.array(HEART_MM, np.float32)
    shift = middle * (1 - scale) - np.array([0, 0, chest.diaphragm_mm], np.float32)
    return points * scale[:, None, None, None] + shift[:, None, None, None]


def _depth_below_skin(points: Points, chest: ChestDials) -> Points:
    """Return the radial distance below the skin of a rounded body, negative outside."""
    x, y = points[0], points[1] - BODY_CENTRE_Y_MM
    reach = (np.abs(x) / BODY_HALF_WIDTH_MM) ** 2.4 + (np.abs(y) / BODY_HALF_DEPTH_MM) ** 2.4
    scale = np.maximum(reach, 1e-6) ** (1 / 2.4)
    deep = np.where(y > 0, np.float32(0.05), np.float32(0.045))
    groove = deep * np.exp(-((x / 26.0) ** 2))
    turn = np.float32(np.radians(chest.unevenness))
    flank = 1 - groove + 0.012 * np.sin(x / 27.0 + turn) * np.cos(points[2] / 60.0)
    return (flank / scale - 1) * np.hypot(x, y)


def _fat_thickness(points: Points, chest: ChestDials) -> Points:
    """Return the thickness of the fat under the skin: most in front beside the middle line."""
    x, y, z = points
    front = np.clip(-(y - BODY_CENTRE_Y_MM) / BODY_HALF_DEPTH_MM, 0, 1)
    breast = 7 * front * np.exp(-(((np.abs(x) - 75) / 45) ** 2))
    turn = np.float32(np.radians(chest.unevenness))
    uneven = 2.5 * np.sin(x / 41.0 + z / 57.0 + turn) + 1.2 * np.sin(z / 23.0 - x / 31.0)
    return chest.fat_mm + (breast + uneven) * np.float32(min(chest.fat_mm / 9.0, 1.6))


def _paint_rib_cage(labels: Labels, points: Points, inner_mm: Points) -> None:
    """Paint ribs that slope down toward the front, the muscle between them and the sternum."""
    x, y, z = points
    shell = (inner_mm > MUSCLE_MM) & (inner_mm <= MUSCLE_MM + RIB_CAGE_MM)
    ring = np.cos(2 * np.pi * (z - 0.55 * y) / RIB_PERIOD_MM)
    across = np.abs(inner_mm - MUSCLE_MM - RIB_CAGE_MM / 2) / (RIB_CAGE_MM / 2)
    labels[shell & (ring > 0.25)] = Tissue.CORTICAL_BONE
    labels[shell & (ring > 0.5) & (across < 0.62)] = Tissue.MARROW
    labels[shell & (across > 0.93)] = Tissue.FAT
    sternum = shell & (np.abs(x) < 19) & (y < 0)
    labels[sternum] = Tissue.CORTICAL_BONE
    labels[sternum & (np.abs(x) < 17) & (across < 0.7)] = Tissue.MARROW
    labels[inner_mm > MUSCLE_MM + RIB_CAGE_MM] = Tissue.MUSCLE


def _diaphragm(points: Points, inner_mm: Points) -> Points:
    """Return the height of the diaphragm: a right and a left dome, low at the ribs."""
    x, y, _ = points
    right = RIGHT_DOME_MM * np.exp(-(((x + 68) / 50) ** 2) - ((y - 2) / 52) ** 2)
    left = LEFT_DOME_MM * np.exp(-(((x - 82) / 42) ** 2) - ((y - 18) / 48) ** 2)
    rim = 46 * np.exp(-np.clip(inner_mm - MUSCLE_MM - RIB_CAGE_MM, 0, None) / 17)
    return DIAPHRAGM_MM + right + left - rim


def _paint_abdomen(labels: Labels, points: Points, inner_mm: Points) -> None:
    """Paint the diaphragm, and below it liver with its veins, stomach, spleen and fat."""
    x, y, z = points
    above_mm = z - _diaphragm(points, inner_mm)
    inside = inner_mm > MUSCLE_MM + RIB_CAGE_MM + LINING_MM
    below = inside & (above_mm < 0)
    labels[below] = Tissue.FAT
    left_lobe = 62 - 0.55 * np.clip(y + 30, 0, None) + 6 * np.sin(z / 14.0)
    liver = below & (x < np.clip(left_lobe, 8, None)) & (x > -150)
    labels[liver] = Tissue.LIVER
    _paint_where(liver, _paint_veins, labels, points, inner_mm)
    deep = below & (above_mm < -4)
    stomach = deep & _in_ellipsoid(points, (80, 16, -58), (46, 44, 56))
    labels[stomach] = Tissue.MUSCLE
    filled = stomach & (above_mm < -7) & _in_ellipsoid(points, (80, 16, -58), (42.5, 40.5, 52.5))
    labels[filled] = Tissue.STOMACH
    labels[deep & _in_ellipsoid(points, (120, 66, -56), (30, 44, 58))] = Tissue.SPLEEN
    labels[inside & (np.abs(above_mm) < 1.5)] = Tissue.MUSCLE


def _paint_veins(labels: Labels, points: Points, _inner_mm: Points) -> None:
    """Paint the veins of the liver."""
    labels[_vein(points, (-40, 20, -50), (0.75, -0.5, 0.43), 3.6)] = Tissue.BLOOD
    labels[_vein(points, (-70, 10, -62), (0.5, 0.62, 0.6), 3.2)] = Tissue.BLOOD
    labels[_vein(points, (-60, -20, -75), (0.3, 0.85, 0.2), 2.6)] = Tissue.BLOOD
    labels[_vein(points, (-95, 0, -75), (0.55, -0.2, 0.8), 2.8)] = Tissue.BLOOD


def _paint_mediastinum(labels: Labels, points: Points, inner_mm: Points) -> None:
    """Paint fat behind the heart, oesophagus, descending aorta and inferior vena cava."""
    x, y, z = points
    cavity = inner_mm > MUSCLE_MM + RIB_CAGE_MM
    labels[cavity & _in_ellipse(x - 6, y - 38, 30, 17)] = Tissue.FAT
    labels[cavity & _in_ellipse(x - 8, y - 24, 9, 6)] = Tissue.MUSCLE
    labels[cavity & _in_ellipse(x - 25, y - 33, 12.6, 12.6)] = Tissue.FIBROUS
    labels[cavity & _in_ellipse(x - 25, y - 33, 11.2, 11.2)] = Tissue.BLOOD
    cava = cavity & (z < -12) & _in_ellipse(x + 24, y - 16, 11, 9)
    labels[cava] = Tissue.BLOOD


def _paint_back(labels: Labels, points: Points, _inner_mm: Points) -> None:
    """Paint vertebrae with discs, the canal with its cord, and the muscles beside them."""
    x, y, z = points
    for side in (-1, 1):
        labels[_in_ellipse(x - 33 * side, y - 80, 27, 17)] = Tissue.MUSCLE
    labels[_in_ellipse(x, y - 51, 22, 17)] = Tissue.CORTICAL_BONE
    body = _in_ellipse(x, y - 51, 20.3, 15.3)
    labels[body] = Tissue.MARROW
    labels[body & (np.cos(2 * np.pi * z / DISC_PERIOD_MM) > 0.78)] = Tissue.STOMACH
    labels[_in_ellipse(x, y - 76, 13, 13)] = Tissue.CORTICAL_BONE
    labels[_in_ellipse(x, y - 75, 10, 8.5)] = Tissue.CEREBROSPINAL_FLUID
    labels[_in_ellipse(x, y - 75, 5.5, 4.2)] = Tissue.MUSCLE
    labels[_in_ellipse(x, y - 93, 4, 10)] = Tissue.MARROW


def _paint_vessels(labels: Labels, points: Points, vessels: LungVessels) -> None:
    """Paint the vessels that a plane of points (3, 1, rows, columns) cuts, in the lung.

    Rows and columns need not stand at right angles: the chest's size stretches them.
    """
    corner = points[:, 0, 0, 0].astype(float)
    down, right = points[:, 0, -1, 0] - corner, points[:, 0, 0, -1] - corner
    steps = np.stack([down / (points.shape[2] - 1), right / (points.shape[3] - 1)])
    normal = np.cross(down, right)
    offset = vessels.centres_mm - corner
    near = np.abs(offset @ normal) < vessels.radii_mm * np.hypot.reduce(normal)
    to_pixel = np.linalg.pinv(steps)
    middle = offset @ to_pixel
    reach = vessels.radii_mm[:, None] * np.linalg.norm(to_pixel, axis=0)
    first = np.maximum(middle - reach, 0).astype(int)
    last = np.maximum(middle + reach, 0).astype(int) + 2
    inside = near & (first < labels.shape[1:]).all(axis=1) & (middle + reach > 0).all(axis=1)
    for index in np.flatnonzero(inside):
        rows, cols = (slice(a, b) for a, b in zip(first[index], last[index], strict=True))
        part = labels[:, rows, cols]
        apart = points[:, :, rows, cols] - vessels.centres_mm[index][:, None, None, None]
        hit = np.square(apart).sum(axis=0) < vessels.radii_mm[index] ** 2
        part[hit & (part == Tissue.LUNG)] = Tissue.BLOOD


def _in_ellipse(x_mm: Points, y_mm: Points, half_x_mm: float, half_y_mm: float) -> Mask:
    """Return whether offsets lie inside an upright ellipse."""
    return (x_mm / half_x_mm) ** 2 + (y_mm / half_y_mm) ** 2 < 1


def _in_ellipsoid(
    points: Points, centre: tuple[float, float, float], half: tuple[float, float, float]
) -> Mask:
    """Return whether points lie inside an upright ellipsoid."""
    x, y, z = (((points[axis] - centre[axis]) / half[axis]) ** 2 for axis in range(3))
    return x + y + z < 1


def _vein(
    points: Points,
    through: tuple[float, float, float],
    along: tuple[float, float, float],
    radius_mm: float,
) -> Mask:
    """Return whether points lie inside a tube around a line."""
    direction = np.array(along) / np.linalg.norm(along)
    x, y, z = (points[axis] - through[axis] for axis in range(3))
    reach = x * float(direction[0]) + y * float(direction[1]) + z * float(direction[2])
    return x**2 + y**2 + z**2 - reach**2 < radius_mm**2
