"""What is drawn on one image brought onto another: the next slice, or another image of the same."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import Origin, SliceAnnotation


def copied(source: SliceAnnotation, onto: SliceAnnotation, plane: SlicePlane) -> SliceAnnotation:
    """Return ``onto`` with the borders, regions and RV insertion of ``source``, as a copy.

    Each is projected on ``plane``, that of ``onto``, along its normal. What ``source`` lacks stays
    as it is, and so do exclusions and inclusions: an artefact or a no-reflow zone is a finding of
    one image. Nothing to copy leaves ``onto`` as it is; a copy is to be confirmed.
    """
    found = {
        "epi": _contour_on(plane, source.epi),
        "endo": _contour_on(plane, source.endo),
        "remote": _region_on(plane, source.remote),
        "blood_pool": _region_on(plane, source.blood_pool),
        "septal": _region_on(plane, source.septal),
        "rv_insertion": _point_on(plane, source.rv_insertion),
    }
    parts = {name: shape for name, shape in found.items() if shape is not None}
    if not parts:
        return onto
    return replace(onto, **parts, origin=Origin.COPIED, confirmed=False)


def _contour_on(plane: SlicePlane, contour: Contour | None) -> Contour | None:
    return None if contour is None else Contour(_projected(plane, contour.points_mm))


def _region_on(plane: SlicePlane, roi: Roi | None) -> Roi | None:
    return None if roi is None else Roi(_vector(plane, roi.centre_mm), roi.radius_mm)


def _point_on(plane: SlicePlane, point_mm: Vector | None) -> Vector | None:
    return None if point_mm is None else _vector(plane, point_mm)


def _vector(plane: SlicePlane, point_mm: Vector) -> Vector:
    x, y, z = _projected(plane, [point_mm])[0].tolist()
    return x, y, z


def _projected(plane: SlicePlane, points_mm: ArrayLike) -> FloatArray:
    """Return LPS points, shape (N, 3), moved along the normal into the plane."""
    points = np.asarray(points_mm, dtype=float)
    return points - plane.height_mm(points)[:, None] * plane.normal
