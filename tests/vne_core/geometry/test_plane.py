"""Planes against SimpleITK, an independent reading of the same DICOM geometry."""

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st

from vne_core.geometry.plane import (
    PlaneError,
    SlicePlane,
    cosine_between,
    distance_mm,
    largest_gap_mm,
)

seeds = st.integers(0, 2**32 - 1)


def oblique_plane(rng: np.random.Generator) -> SlicePlane:
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return SlicePlane(
        origin_mm=tuple(rng.uniform(-300, 300, 3)),
        row_dir=tuple(rotation[:, 0]),
        col_dir=tuple(rotation[:, 1]),
        spacing_mm=tuple(rng.uniform(0.5, 3, 2)),
        shape_px=tuple(rng.integers(16, 300, 2).tolist()),
    )


def itk_image(plane: SlicePlane) -> SimpleITK.Image:
    rows, cols = plane.shape_px
    image = SimpleITK.Image(cols, rows, 1, SimpleITK.sitkFloat32)
    image.SetOrigin(plane.origin_mm)
    image.SetSpacing((plane.spacing_mm[1], plane.spacing_mm[0], 8.0))
    image.SetDirection(np.stack([plane.row_dir, plane.col_dir, plane.normal], -1).ravel())
    return image


def axial(**changes: object) -> SlicePlane:
    facts = {
        "origin_mm": (0.0, 0.0, 0.0),
        "row_dir": (1.0, 0.0, 0.0),
        "col_dir": (0.0, 1.0, 0.0),
        "spacing_mm": (1.0, 1.0),
        "shape_px": (101, 101),
    }
    return SlicePlane(**(facts | changes))


@given(seeds)
def test_pixels_of_oblique_planes_lie_where_simpleitk_puts_them(seed):
    rng = np.random.default_rng(seed)
    plane = oblique_plane(rng)
    points_px = rng.uniform(-50, 350, (20, 2))

    image = itk_image(plane)
    theirs = [image.TransformContinuousIndexToPhysicalPoint((*p, 0.0)) for p in points_px]

    np.testing.assert_allclose(plane.pixel_to_patient(points_px), theirs, atol=1e-9)


@given(seeds)
def test_patient_points_off_the_plane_project_to_the_pixel_that_simpleitk_finds(seed):
    rng = np.random.default_rng(seed)
    plane = oblique_plane(rng)
    on_plane = plane.pixel_to_patient(rng.uniform(0, 100, (20, 2)))
    heights = rng.uniform(-20, 20, (20, 1))

    image = itk_image(plane)
    points_mm = on_plane + heights * plane.normal
    theirs = [image.TransformPhysicalPointToContinuousIndex(p)[:2] for p in points_mm]

    np.testing.assert_allclose(plane.patient_to_pixel(points_mm), theirs, atol=1e-8)
    np.testing.assert_allclose(plane.height_mm(points_mm), heights[:, 0], atol=1e-9)


@given(seeds)
def test_the_centre_is_the_middle_of_the_four_corner_pixels(seed):
    plane = oblique_plane(np.random.default_rng(seed))
    rows, cols = plane.shape_px
    corners = [[0, 0], [cols - 1, 0], [0, rows - 1], [cols - 1, rows - 1]]

    np.testing.assert_allclose(
        plane.centre_mm, plane.pixel_to_patient(corners).mean(axis=0), atol=1e-9
    )


def test_a_slice_8_mm_further_is_8_mm_away_whichever_way_its_normal_points():
    above = axial(origin_mm=(30.0, -7.0, 8.0))
    flipped = axial(origin_mm=(30.0, -7.0, 8.0), row_dir=(0.0, 1.0, 0.0), col_dir=(1.0, 0.0, 0.0))

    assert distance_mm(axial(), above) == pytest.approx(8)
    assert distance_mm(axial(), flipped) == pytest.approx(8)
    assert cosine_between(axial(), flipped) == pytest.approx(1)


def test_perpendicular_planes_are_infinitely_far_apart():
    assert distance_mm(axial(), axial(col_dir=(0.0, 0.0, 1.0))) == float("inf")


def test_planes_that_meet_at_the_centre_with_cosine_0_9_are_17_mm_apart_at_40_mm():
    tilt = np.arccos(0.9)
    plane = axial()
    col_dir = (0.0, float(np.cos(tilt)), float(np.sin(tilt)))
    origin = plane.centre_mm - 50 * np.array(plane.row_dir) - 50 * np.array(col_dir)
    tilted = axial(origin_mm=tuple(origin), col_dir=col_dir)

    assert cosine_between(plane, tilted) == pytest.approx(0.9)
    assert distance_mm(plane, tilted) == pytest.approx(0, abs=1e-9)
    assert largest_gap_mm(plane, tilted) == pytest.approx(40 * np.sin(tilt))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"spacing_mm": (1.0, 0.0)}, "spacing"),
        ({"shape_px": (0, 10)}, "size"),
        ({"row_dir": (1.0, 0.1, 0.0)}, "length"),
        ({"col_dir": (0.6, 0.8, 0.0)}, "right angle"),
        ({"origin_mm": (float("nan"), 0.0, 0.0)}, "not finite"),
    ],
)
def test_what_is_no_plane_is_refused_with_what_was_found(changes, found):
    with pytest.raises(PlaneError, match=found):
        axial(**changes)
