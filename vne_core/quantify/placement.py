"""Whether the reference regions lie in the tissue they stand for.

A remote region that reaches over the endocardial border holds blood, which raises every
threshold and lowers the burden; one beyond the epicardium holds fat, lung or the right ventricle.
It is measured all the same, because a reader may know better, and said.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.contour import Contour, centroid_mm, outline_px
from vne_core.geometry.crossing import inside
from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.geometry.roi import Roi
from vne_core.keeping import kept_while_read
from vne_core.study.annotation import SliceAnnotation

LARGEST_OUTSIDE_RATIO = 0.05
"""Share of a region that may lie outside its tissue unsaid.

A region may touch a border; were this share all blood, the remote mean would be 5 % of the way to
the blood pool, less than half of the lowest of the paper's levels (12.5 %).
"""
POINTS_ACROSS = 16
"""Sample points along a region's diameter: its shares are then true to about one percent."""
WHOLLY_RATIO = 0.995
"""A region of which more than this lies outside is said to lie outside as a whole."""

RIGHT_ANTERIOR = np.array([-1.0, -1.0, 0.0]) / np.sqrt(2.0)
"""Where the right ventricle, and with it the middle of the septum, lies from the left one, LPS."""
INSERTION_BEFORE_SEPTUM_DEG = 60.0
"""How far the anterior insertion lies before the septum's middle: half of the septum's 120 degrees
(Cerqueira et al. 2002), counter-clockwise as seen from the apex."""
LEAST_SEPTAL_COSINE = 0.5
"""How much of that direction must lie in the plane to tell the septum's side."""

Inside = NDArray[np.bool_]


class Region(StrEnum):
    """A reference region, as it is called in a sentence."""

    REMOTE = "remote"
    BLOOD_POOL = "blood-pool"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A reference region of which more lies outside its tissue than may go unsaid.

    ``outside_ratio`` is the share outside, 0 to 1. ``gap_mm`` is the distance from a region that
    lies outside as a whole to the nearest border, None for one that overlaps.
    """

    region: Region
    outside_ratio: float
    where: str
    gap_mm: float | None = None

    def __str__(self) -> str:
        """Return the note as a clause: "34 % of the remote region lies outside the myocardium, ..."."""
        if self.gap_mm is not None:
            return f"the whole {self.region} region lies {self.where}, {self.gap_mm:.1f} mm away"
        return f"{100 * self.outside_ratio:.0f} % of the {self.region} region lies {self.where}"


def misplaced_regions(
    epi: Contour, endo: Contour, remote: Roi, blood_pool: Roi, plane: SlicePlane
) -> tuple[Misplaced, ...]:
    """Return which of the two regions reaches out of its tissue, and how far.

    The remote region belongs between the contours, the blood-pool region inside the endocardial
    one. What is excluded from the measurement still counts as myocardium here.
    """
    in_cavity = _inside(remote, endo, plane)
    beyond = ~_inside(remote, epi, plane) & ~in_cavity
    notes = (
        _note(
            Region.REMOTE,
            in_cavity | beyond,
            _remote_place(in_cavity, beyond),
            min(_gap_mm(remote, epi, plane), _gap_mm(remote, endo, plane)),
        ),
        _note(
            Region.BLOOD_POOL,
            ~_inside(blood_pool, endo, plane),
            "outside the endocardial contour",
            _gap_mm(blood_pool, endo, plane),
        ),
    )
    return tuple(note for note in notes if note is not None)


def doubt_insertion(annotation: SliceAnnotation, plane: SlicePlane, apexward: Vector) -> str:
    """Return why an RV insertion cannot be the anterior one, empty where it can or none can tell.

    The patient's orientation says where the septum is; the anterior insertion lies at its anterior
    end. A point more than a right angle from there, seen from the middle of the left ventricle, is
    on the inferior side. ``apexward`` is the unit vector from base to apex in LPS. It is a doubt
    and no refusal: hearts turn, and situs inversus is not recognised.
    """
    contour = annotation.endo or annotation.epi
    if annotation.rv_insertion is None or contour is None:
        return ""
    normal = plane.normal * np.sign(plane.normal @ np.asarray(apexward))
    septum = RIGHT_ANTERIOR - (RIGHT_ANTERIOR @ normal) * normal
    if np.linalg.norm(septum) < LEAST_SEPTAL_COSINE:
        return ""
    back = np.radians(-INSERTION_BEFORE_SEPTUM_DEG)
    anterior = np.cos(back) * septum + np.sin(back) * np.cross(normal, septum)
    away = np.asarray(annotation.rv_insertion) - centroid_mm(contour)
    if away @ anterior >= 0:
        return ""
    return (
        "the RV insertion lies on the inferior side of the septum; "
        "the segments begin at the anterior one"
    )


def _note(region: Region, outside: Inside, where: str, gap_mm: float) -> Misplaced | None:
    ratio = float(outside.mean())
    if ratio <= LARGEST_OUTSIDE_RATIO:
        return None
    is_whole = ratio > WHOLLY_RATIO and gap_mm > 0
    return Misplaced(region, ratio, where, gap_mm if is_whole else None)


def _remote_place(in_cavity: Inside, beyond: Inside) -> str:
    """Return where a remote region lies that is not in the myocardium."""
    if not beyond.any():
        return "outside the myocardium, in the cavity"
    if not in_cavity.any():
        return "outside the myocardium, beyond the epicardial contour"
    return "outside the myocardium, on both sides of it"


@kept_while_read(32)
def _inside(roi: Roi, contour: Contour, plane: SlicePlane) -> Inside:
    """Return for each sample point of a region, shape (N,), whether it lies inside the contour."""
    return inside(outline_px(contour, plane), _sample_points_px(roi, plane))


def _gap_mm(roi: Roi, contour: Contour, plane: SlicePlane) -> float:
    """Return how far a region's rim is from the contour in the plane; negative where they meet."""
    row_mm, column_mm = plane.spacing_mm
    away_px = outline_px(contour, plane) - plane.patient_to_pixel([roi.centre_mm])[0]
    return float(np.hypot(*(away_px * (column_mm, row_mm)).T).min()) - roi.radius_mm


def _sample_points_px(roi: Roi, plane: SlicePlane) -> FloatArray:
    """Return points evenly spread over a region, (N, 2) of (x, y)."""
    row_mm, column_mm = plane.spacing_mm
    radius_px = roi.radius_mm / np.array([column_mm, row_mm])
    return plane.patient_to_pixel([roi.centre_mm])[0] + _unit_disc() * radius_px


@lru_cache(maxsize=1)
def _unit_disc() -> FloatArray:
    """Return points of a square grid within the unit circle, (N, 2)."""
    steps = (np.arange(POINTS_ACROSS) + 0.5) / POINTS_ACROSS * 2 - 1
    points = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    return points[np.hypot(*points.T) <= 1]
