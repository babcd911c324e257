from dataclasses import replace

import numpy as np
import pytest

from tests.vne_core.study.test_shapes import HEART, PLANE, POINT, SHAPES, ring
from vne_core.geometry.contour import area_mm2
from vne_core.geometry.plane import SlicePlane
from vne_core.study.annotation import ImageKind, Origin, SliceAnnotation
from vne_core.study.copying import copied
from vne_core.study.rules import RemoteBlood
from vne_core.study.shapes import Part

TILT = np.radians(20.0)
TILTED = SlicePlane(
    (0.0, 0.0, 10.0),
    (float(np.cos(TILT)), 0.0, float(np.sin(TILT))),
    (0.0, 1.0, 0.0),
    (1.5, 1.5),
    (120, 120),
    8.0,
)
BELOW = replace(PLANE, origin_mm=(4.0, -3.0, 10.0))
FULL = replace(
    HEART,
    remote=SHAPES[Part.REMOTE],
    blood_pool=SHAPES[Part.BLOOD_POOL],
    septal=SHAPES[Part.SEPTAL],
    rv_insertion=POINT,
    exclusions=(SHAPES[Part.EXCLUSION],),
    inclusions=(SHAPES[Part.INCLUSION],),
    confirmed=True,
)
TARGET = SliceAnnotation(
    "slice-b", ImageKind.VNE, rule=RemoteBlood((0.6,)), author="second reader", revision=7
)


@pytest.mark.parametrize("plane", [BELOW, TILTED])
def test_everything_copied_lies_in_the_plane_of_its_slice(plane):
    copy = copied(FULL, TARGET, plane)
    points = np.vstack(
        [
            copy.epi.points_mm,
            copy.endo.points_mm,
            [copy.remote.centre_mm, copy.blood_pool.centre_mm, copy.septal.centre_mm],
            [copy.rv_insertion],
        ]
    )
    assert np.abs(plane.height_mm(points)).max() < 1e-9


@pytest.mark.parametrize("plane", [BELOW, TILTED])
def test_a_copy_is_where_the_original_is_seen_on_the_plane(plane):
    copy = copied(FULL, TARGET, plane)
    np.testing.assert_allclose(
        plane.patient_to_pixel(copy.epi.points_mm), plane.patient_to_pixel(FULL.epi.points_mm)
    )
    np.testing.assert_allclose(
        copy.epi.points_mm - FULL.epi.points_mm,
        -np.outer(plane.height_mm(FULL.epi.points_mm), plane.normal),
        atol=1e-9,
    )


def test_between_parallel_slices_nothing_changes_its_size():
    copy = copied(FULL, TARGET, BELOW)
    assert area_mm2(copy.epi, BELOW) == pytest.approx(area_mm2(FULL.epi, PLANE))
    assert copy.remote.radius_mm == FULL.remote.radius_mm


def test_a_copy_belongs_to_its_own_slice_and_is_to_be_confirmed():
    copy = copied(FULL, TARGET, BELOW)
    assert (copy.slice_id, copy.image_kind) == ("slice-b", ImageKind.VNE)
    assert (copy.rule, copy.author, copy.revision) == (TARGET.rule, "second reader", 7)
    assert copy.origin is Origin.COPIED
    assert not copy.confirmed


def test_findings_of_one_image_stay_with_it():
    own = replace(TARGET, exclusions=(ring(6.0),))
    copy = copied(FULL, own, BELOW)
    assert copy.exclusions == own.exclusions
    assert copy.inclusions == ()


def test_what_the_source_lacks_stays_as_it_is():
    own = replace(TARGET, remote=SHAPES[Part.REMOTE])
    assert copied(HEART, own, BELOW).remote == own.remote


def test_from_a_slice_without_contours_nothing_is_copied():
    marked = SliceAnnotation("slice-a", ImageKind.LGE, exclusions=(ring(6.0),))
    assert copied(marked, TARGET, BELOW) is TARGET
