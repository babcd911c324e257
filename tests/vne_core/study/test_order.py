from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vne_core.dicom.kinds import Kind
from vne_core.study.model import SliceRef
from vne_core.study.order import base_to_apex


def slices(planes):
    return [
        SliceRef(str(i), "s", Kind.T1_MAP, plane, None, None, ()) for i, plane in enumerate(planes)
    ]


def test_no_slices_have_an_order(plane):
    assert base_to_apex([]) == ()


@pytest.mark.parametrize("flipped", [False, True])
def test_the_apex_is_last_whichever_way_the_scanner_points_its_normal(plane, flipped):
    planes = [plane(h) for h in (20, 0, 10)]
    if flipped:
        planes = [replace(p, row_dir=tuple(-np.asarray(p.row_dir))) for p in planes]
    assert [s.slice_id for s in base_to_apex(slices(planes))] == ["1", "2", "0"]


def test_an_axial_stack_runs_from_head_to_feet(plane):
    axial = ((1, 0, 0), (0, 1, 0))
    planes = [replace(plane(0, axial), origin_mm=(0.0, 0.0, z)) for z in (-30.0, 10.0, 0.0)]
    assert [s.slice_id for s in base_to_apex(slices(planes))] == ["1", "2", "0"]


def test_a_stray_long_axis_plane_does_not_turn_the_stack(plane, four_chamber):
    planes = [plane(0, four_chamber), *[plane(h) for h in (30, 20, 10)]]
    ordered = [s.slice_id for s in base_to_apex(slices(planes))]
    assert [i for i in ordered if i != "0"] == ["3", "2", "1"]


@given(heights=st.lists(st.integers(-60, 60), min_size=1, max_size=9, unique=True))
def test_any_stack_is_ordered_by_its_height_along_the_heart(plane, heights):
    ordered = base_to_apex(slices([plane(h) for h in heights]))
    assert [heights[int(s.slice_id)] for s in ordered] == sorted(heights)
