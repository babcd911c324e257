import numpy as np
import pytest

from vne_core.geometry.cut import cut_line
from vne_core.geometry.plane import SlicePlane

AXIAL = SlicePlane((-49.5, -49.5, 0.0), (1.0, 0, 0), (0, 1.0, 0), (1.0, 1.0), (100, 100))
CORONAL = SlicePlane((-29.5, 7.0, 39.5), (1.0, 0, 0), (0, 0, -1.0), (1.0, 1.0), (80, 60))


def test_a_coronal_image_cuts_an_axial_one_in_a_line_as_long_as_it_is_wide():
    ends = cut_line(AXIAL, CORONAL)
    assert ends[np.argsort(ends[:, 0])] == pytest.approx(np.array([[-30, 7, 0], [30, 7, 0]]))


def test_the_line_lies_in_both_planes():
    row, col = np.array([2, 1, 0]) / np.sqrt(5), np.array([-1, 2, -3]) / np.sqrt(14)
    oblique = SlicePlane((-40.0, -60.0, 70.0), tuple(row), tuple(col), (1.5, 2.0), (100, 60))
    ends = cut_line(AXIAL, oblique)
    assert AXIAL.height_mm(ends) == pytest.approx(0, abs=1e-9)
    assert oblique.height_mm(ends) == pytest.approx(0, abs=1e-9)


def test_the_line_ends_where_the_image_ends():
    ends = CORONAL.patient_to_pixel(cut_line(AXIAL, CORONAL))
    assert sorted(ends[:, 0]) == pytest.approx([-0.5, 59.5])


def test_parallel_images_and_those_that_do_not_reach_have_no_line():
    above = SlicePlane((0.0, 0, 8.0), (1.0, 0, 0), (0, 1.0, 0), (1.0, 1.0), (10, 10))
    short = SlicePlane((0.0, 0, 90.0), (1.0, 0, 0), (0, 0, -1.0), (1.0, 1.0), (20, 20))
    assert cut_line(AXIAL, AXIAL) is None
    assert cut_line(AXIAL, above) is None
    assert cut_line(AXIAL, short) is None
