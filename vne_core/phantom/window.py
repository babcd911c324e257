"""The window of the T1 grid that training arrays keep: the ventricle in its middle."""

import numpy as np

from vne_core.phantom.patient import Patient, scan_frame, t1_plane
from vne_core.phantom.t1_mapping import Window, finer

SIZE_PX = 192


def heart_window(patient: Patient, index: int) -> Window:
    """Return the rows and columns of the interpolated T1 grid around the left ventricle."""
    plane = finer(t1_plane(patient, index), patient.t1.zero_fill)
    x, y = plane.patient_to_pixel([np.asarray(scan_frame(patient).centre_mm)])[0]
    rows, cols = plane.shape_px
    return _around(y, rows), _around(x, cols)


def _around(middle_px: float, size_px: int) -> slice:
    """Return ``SIZE_PX`` pixels around a place, moved inside the image where it would leave it."""
    first = min(max(round(middle_px) - SIZE_PX // 2, 0), size_px - SIZE_PX)
    return slice(first, first + SIZE_PX)
