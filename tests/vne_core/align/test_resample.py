"""Resampling against SimpleITK on oblique planes, and against SciPy at the same positions."""

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from vne_core.align.resample import ResampleError, resampler, source_positions
from vne_core.geometry.plane import SlicePlane

seeds = st.integers(0, 2**32 - 1)
SLAB_MM = 200.0
"""Thickness given to SimpleITK's one-slice volume, so that only the plane decides."""


def rotated(axes: np.ndarray, angle: float, about: int) -> np.ndarray:
    """Return axes (columns: row, column, normal) turned about one of them."""
    i, j = (about + 1) % 3, (about + 2) % 3
    turn = np.eye(3)
    turn[[i, i, j, j], [i, j, i, j]] = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)
    return axes @ turn


def plane(axes: np.ndarray, centre_mm: np.ndarray, spacing: tuple, shape: tuple) -> SlicePlane:
    rows, cols = shape
    row_dir, col_dir = axes[:, 0], axes[:, 1]
    corner = (cols - 1) / 2 * spacing[1] * row_dir + (rows - 1) / 2 * spacing[0] * col_dir
    return SlicePlane(
        tuple(centre_mm - corner), tuple(row_dir), tuple(col_dir), tuple(spacing), shape
    )


def oblique_pair(rng: np.random.Generator, tilt_rad: float) -> tuple[SlicePlane, SlicePlane]:
    """Return a source and a target plane, shifted, turned in plane and tilted by ``tilt_rad``."""
    axes, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    axes[:, 2] = np.cross(axes[:, 0], axes[:, 1])
    centre = rng.uniform(-100, 100, 3)
    source = plane(axes, centre, tuple(rng.uniform(0.9, 2, 2)), (72, 60))
    turned = rotated(rotated(axes, rng.uniform(-0.6, 0.6), 2), tilt_rad, 0)
    shift = axes @ np.array([*rng.uniform(-10, 10, 2), rng.uniform(-4, 4)])
    return source, plane(turned, centre + shift, tuple(rng.uniform(0.7, 1.5, 2)), (64, 80))


def itk_image(of: SlicePlane, values: np.ndarray) -> SimpleITK.Image:
    image = SimpleITK.GetImageFromArray(values[None])
    image.SetOrigin(of.origin_mm)
    image.SetSpacing((of.spacing_mm[1], of.spacing_mm[0], SLAB_MM))
    image.SetDirection(np.stack([of.row_dir, of.col_dir, of.normal], axis=-1).ravel())
    return image


def along_the_targets_normal(source: SlicePlane, target: SlicePlane) -> SimpleITK.AffineTransform:
    """Return the projection onto the source plane along the target's normal, as a 3D map."""
    across = np.outer(target.normal, source.normal) / (target.normal @ source.normal)
    transform = SimpleITK.AffineTransform(3)
    transform.SetMatrix((np.eye(3) - across).ravel())
    transform.SetTranslation(across @ np.array(source.origin_mm))
    return transform


def itk_resampled(
    source: SlicePlane, target: SlicePlane, values: np.ndarray, interpolator: int
) -> np.ndarray:
    """Return values on the target grid as SimpleITK finds them, NaN outside the source."""
    resampled = SimpleITK.Resample(
        itk_image(source, values.astype(np.float64)),
        itk_image(target, np.zeros(target.shape_px)),
        along_the_targets_normal(source, target),
        interpolator,
        np.nan,
        SimpleITK.sitkFloat64,
    )
    return SimpleITK.GetArrayFromImage(resampled)[0]


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([0.0, 0.1, 0.4]))
def test_oblique_images_are_what_simpleitk_interpolates(seed, tilt_rad):
    rng = np.random.default_rng(seed)
    source, target = oblique_pair(rng, tilt_rad)
    image = rng.uniform(0, 1, source.shape_px)
    theirs = itk_resampled(source, target, image, SimpleITK.sitkLinear)

    ours = resampler(source, target)

    np.testing.assert_array_equal(ours.valid, np.isfinite(theirs))
    np.testing.assert_allclose(
        ours.linear(image[None])[0][ours.valid], theirs[ours.valid], atol=1e-6
    )


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([0.0, 0.4]))
def test_oblique_masks_take_the_label_that_simpleitk_finds_nearest(seed, tilt_rad):
    rng = np.random.default_rng(seed)
    source, target = oblique_pair(rng, tilt_rad)
    labels = rng.integers(1, 9, source.shape_px).astype(np.uint8)
    theirs = itk_resampled(source, target, labels, SimpleITK.sitkNearestNeighbor)

    found = resampler(source, target)
    ours = found.nearest(labels[None])[0]

    assert ours.dtype == np.uint8
    np.testing.assert_array_equal(ours[found.valid], theirs[found.valid])


@settings(max_examples=60, deadline=None)
@given(seeds, st.floats(0, 0.45))
def test_each_target_pixel_looks_along_its_own_normal(seed, tilt_rad):
    rng = np.random.default_rng(seed)
    source, target = oblique_pair(rng, tilt_rad)
    x, y = source_positions(source, target)

    row, col = (int(rng.integers(size)) for size in target.shape_px)
    point = target.pixel_to_patient([[col, row]])[0]
    axes = np.stack([source.row_dir, source.col_dir, target.normal], axis=-1)
    along_row, along_col, _ = np.linalg.solve(axes, point - np.array(source.origin_mm))

    index = row * target.shape_px[1] + col
    assert x[index] == pytest.approx(along_row / source.spacing_mm[1], abs=1e-9)
    assert y[index] == pytest.approx(along_col / source.spacing_mm[0], abs=1e-9)


def test_cine_frames_are_what_scipy_interpolates_within_a_millionth_of_their_range():
    rng = np.random.default_rng(4)
    source, target = oblique_pair(rng, 0.1)
    frames = rng.uniform(0, 4095, (5, *source.shape_px)).astype(np.float32)
    x, y = source_positions(source, target)

    found = resampler(source, target)
    theirs = [map_coordinates(f.astype(float), [y, x], order=1, mode="nearest") for f in frames]
    theirs = np.reshape(theirs, (5, *target.shape_px))

    difference = np.abs(found.linear(frames) - theirs)[:, found.valid]
    assert difference.max() < 1e-6 * 4095


def test_a_plane_resampled_onto_itself_is_unchanged():
    rng = np.random.default_rng(5)
    source, _ = oblique_pair(rng, 0)
    frames = rng.uniform(0, 4095, (3, *source.shape_px)).astype(np.float32)

    found = resampler(source, source)

    assert found.valid.all()
    np.testing.assert_array_equal(found.linear(frames), frames)
    np.testing.assert_array_equal(found.nearest(frames), frames)


def test_the_field_of_view_ends_half_a_pixel_beyond_the_outer_pixel_centres():
    axes = np.eye(3)
    source = plane(axes, np.zeros(3), (1.0, 1.0), (4, 4))
    target = plane(axes, np.zeros(3), (0.5, 0.5), (10, 10))

    valid = resampler(source, target).valid

    inside = np.abs(np.arange(10) * 0.5 - 2.25) <= 2
    np.testing.assert_array_equal(valid, inside[:, None] & inside)


def test_images_are_zero_and_marked_invalid_outside_the_field_of_view():
    axes = np.eye(3)
    source = plane(axes, np.zeros(3), (1.0, 1.0), (10, 10))
    target = plane(axes, np.array([100.0, 0, 0]), (1.0, 1.0), (10, 10))

    found = resampler(source, target)

    assert not found.valid.any()
    assert not found.linear(np.ones((2, 10, 10))).any()
    assert not found.nearest(np.ones((2, 10, 10), np.uint8)).any()


@pytest.mark.parametrize("shape", [(1, 30), (30, 1), (1, 1)])
def test_a_source_one_pixel_wide_is_constant_across_it(shape):
    axes = np.eye(3)
    source = plane(axes, np.zeros(3), (2.0, 2.0), shape)
    target = plane(axes, np.zeros(3), (0.5, 0.5), (3, 3))

    found = resampler(source, target)

    np.testing.assert_allclose(found.linear(np.full((1, *shape), 7.0))[0][found.valid], 7.0)


def test_the_same_pair_of_planes_is_computed_once():
    source, target = oblique_pair(np.random.default_rng(6), 0.1)

    assert resampler(source, target) is resampler(source, target)


def test_perpendicular_planes_are_refused():
    source = plane(np.eye(3), np.zeros(3), (1.0, 1.0), (10, 10))
    target = plane(rotated(np.eye(3), np.pi / 2, 0), np.zeros(3), (1.0, 1.0), (10, 10))

    with pytest.raises(ResampleError, match="right angle"):
        resampler(source, target)


@pytest.mark.parametrize("shape", [(3, 72, 61), (72, 60)])
def test_frames_of_another_shape_are_refused_with_both_shapes(shape):
    source, target = oblique_pair(np.random.default_rng(7), 0)

    with pytest.raises(ResampleError, match="72, 60"):
        resampler(source, target).linear(np.zeros(shape))
