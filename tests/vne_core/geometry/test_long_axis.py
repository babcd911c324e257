import numpy as np
import pytest

from vne_core.geometry.long_axis import cosine_to, parallel_groups, short_axis_direction


def test_planes_a_few_degrees_apart_are_one_group_and_a_long_axis_is_another(plane, four_chamber):
    stack = [plane(height) for height in (0, 8, 16)]
    groups = parallel_groups([stack[0], plane(0, four_chamber), *stack[1:]])
    assert [len(group) for group in groups] == [3, 1]


def test_the_direction_is_that_of_the_largest_group_toward_the_apex(plane, four_chamber):
    stack = [plane(height) for height in (0, 8, 16)]
    direction = short_axis_direction([plane(0, four_chamber), *stack])
    apexward = stack[2].centre_mm - stack[0].centre_mm
    np.testing.assert_allclose(direction, apexward / 16, atol=1e-6)


def test_of_two_single_planes_the_one_across_the_usual_axis_of_the_heart_decides(
    plane, four_chamber
):
    direction = short_axis_direction([plane(0, four_chamber), plane(0)])
    assert cosine_to(np.array(direction), plane(0)) == pytest.approx(1)
