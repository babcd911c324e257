"""The order of short-axis slices along the heart."""

from collections.abc import Iterable

import numpy as np

from vne_core.geometry.long_axis import short_axis_direction
from vne_core.study.model import SliceRef


def base_to_apex(slices: Iterable[SliceRef]) -> tuple[SliceRef, ...]:
    """Return the slices from base to apex, along the normal of their largest parallel group.

    The header of a short-axis image does not say which side of it the apex is, and the sign of its
    normal is the scanner's choice, so anatomy decides: in LPS the base lies to the right, posterior
    and superior of the apex. Long-axis planes give the line of the axis, no sign either, and are
    not consulted. Slices at one height keep the order they came in.
    """
    found = tuple(slices)
    if not found:
        return ()
    apexward = np.asarray(short_axis_direction([s.plane for s in found]))
    return tuple(sorted(found, key=lambda s: float(s.plane.centre_mm @ apexward)))
