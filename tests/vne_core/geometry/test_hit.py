"""What the pointer is on."""

import numpy as np
import pytest

from vne_core.geometry.hit import nearest_handle, nearest_on_outline

SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])


@pytest.mark.parametrize(
    ("point", "handle"), [((9, 1), 1), ((0.5, 9.5), 3), ((5, 5), None), ((12.9, 10), 2)]
)
def test_the_nearest_handle_within_three_pixels_is_hit(point, handle):
    assert nearest_handle(SQUARE, point, 3) == handle


def test_of_two_handles_in_reach_the_nearer_is_hit():
    assert nearest_handle([[0, 0], [4, 0]], (2.5, 0), 10) == 1


def test_a_reach_that_differs_by_axis_counts_each_axis_in_its_own_unit():
    assert nearest_handle([[0, 0]], (3, 0), (4, 1)) == 0
    assert nearest_handle([[0, 0]], (0, 3), (4, 1)) is None


@pytest.mark.parametrize(
    ("point", "distance", "segment"),
    [((5, 1), 1, 0), ((11, 4), 1, 1), ((5, 12), 2, 2), ((-1.5, 5), 1.5, 3), ((12, 12), 8**0.5, 1)],
)
def test_the_outline_is_hit_on_its_nearest_segment_the_closing_one_too(point, distance, segment):
    found = nearest_on_outline(SQUARE, point, 3)

    assert found is not None
    assert found[0] == pytest.approx(distance)
    assert found[1] == segment


def test_a_point_beyond_the_radius_hits_nothing():
    assert nearest_on_outline(SQUARE, (5, 5), 4.9) is None


def test_a_single_repeated_point_is_an_outline_that_can_be_hit():
    assert nearest_on_outline([[2, 2], [2, 2]], (2, 3), 2) == (1.0, 0)


def test_nothing_drawn_is_never_hit():
    assert nearest_handle(np.zeros((0, 2)), (0, 0), 5) is None
    assert nearest_on_outline(np.zeros((0, 2)), (0, 0), 5) is None
