"""The heart's long axis read off image planes: which are parallel, and which way the apex lies."""

from collections.abc import Iterable, Sequence

import numpy as np

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector

PARALLEL_COSINE = 0.9
"""Planes whose normals have a larger |cosine| are parallel (the matching rule's own bound)."""
LEFT_ANTERIOR_INFERIOR = np.array([1.0, -1.0, -1.0]) / np.sqrt(3.0)
"""Where the apex lies from the base, in LPS: the usual direction of the heart's long axis."""


def short_axis_direction(planes: Sequence[SlicePlane]) -> Vector:
    """Return the mean unit normal, base to apex, of the largest parallel group of ``planes``.

    Of groups of one size the one nearest the usual direction of the heart's axis is taken.
    """
    groups = parallel_groups(planes)
    largest = max(groups, key=lambda g: (len(g), cosine_to(LEFT_ANTERIOR_INFERIOR, g[0])))
    anchor = _toward_apex(largest[0].normal)
    normals = [p.normal * np.sign(p.normal @ anchor) for p in largest]
    mean = np.mean(normals, axis=0)
    x, y, z = (mean / np.linalg.norm(mean)).tolist()
    return (x, y, z)


def parallel_groups(planes: Iterable[SlicePlane]) -> list[list[SlicePlane]]:
    """Return the planes gathered by direction: |cosine| with a group's first > PARALLEL_COSINE."""
    groups: list[list[SlicePlane]] = []
    for plane in planes:
        home = next((g for g in groups if cosine_to(g[0].normal, plane) > PARALLEL_COSINE), None)
        if home is None:
            groups.append([plane])
        else:
            home.append(plane)
    return groups


def cosine_to(direction: FloatArray, plane: SlicePlane) -> float:
    """Return |cos| of the angle between a unit vector, shape (3,), and the plane's normal."""
    return float(abs(direction @ plane.normal))


def _toward_apex(normal: FloatArray) -> FloatArray:
    """Return ``normal``, shape (3,), with the sign that points from base to apex.

    Anatomy, not the header, fixes it: in LPS the base of the heart lies to the right, posterior
    and superior of the apex. Situs inversus is not recognised.
    """
    return -normal if normal @ LEFT_ANTERIOR_INFERIOR < 0 else normal
