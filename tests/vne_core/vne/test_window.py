import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from tests.vne_core.vne.made_slice import heart_centre_mm, made_plane
from vne_core.geometry.plane import SlicePlane
from vne_core.vne.window import coarse_grid, disc, heart_window, way_between

GRIDS = [((192, 176), (1.2, 1.2)), ((64, 64), (2.8, 2.8)), ((512, 512), (0.4, 0.4)),
         ((160, 240), (1.8, 0.7))]  # fmt: skip

SLACK = 0.045
"""Of a ramp of up to 0.46 a millimetre: averaging over a coarser pixel moves it by less than 0.1 mm."""


@pytest.mark.parametrize("grid", GRIDS)
def test_the_window_is_192_mm_around_the_ventricle_in_the_slices_plane(grid):
    plane = made_plane(*grid)
    window = heart_window(plane, heart_centre_mm(plane))
    assert window.shape_px == (192, 192)
    assert window.spacing_mm == (1.0, 1.0)
    np.testing.assert_allclose(window.centre_mm, heart_centre_mm(plane), atol=1e-9)
    assert abs(plane.height_mm(window.centre_mm[None])[0]) < 1e-9


def test_a_centre_off_the_plane_is_brought_onto_it():
    plane = made_plane()
    above = np.array(heart_centre_mm(plane)) + 5 * plane.normal
    np.testing.assert_allclose(
        heart_window(plane, above).centre_mm, heart_centre_mm(plane), atol=1e-9
    )


@pytest.mark.parametrize("grid", GRIDS)
def test_a_plane_of_values_is_the_same_plane_there_and_back(grid):
    plane = made_plane(*grid)
    window = heart_window(plane, heart_centre_mm(plane))

    def ramp(of: SlicePlane) -> np.ndarray:
        rows, columns = np.indices(of.shape_px)
        points = of.pixel_to_patient(np.stack([columns.ravel(), rows.ravel()], axis=-1))
        return (3 + points @ np.array([0.5, -0.2, 0.9])).reshape(of.shape_px)

    there, inside = way_between(plane, window).bring(ramp(plane)[None])
    step = int(np.ceil(max(plane.spacing_mm))) + 1
    rows, columns = np.nonzero(inside)
    whole = (
        slice(rows.min() + step, rows.max() - step),
        slice(columns.min() + step, columns.max() - step),
    )
    np.testing.assert_allclose(there[0][whole], ramp(window)[whole], atol=SLACK)
    back, seen = way_between(window, plane).bring(ramp(window)[None])
    rows, columns = np.nonzero(seen)
    margin = 4
    whole = (
        slice(rows.min() + margin, rows.max() - margin),
        slice(columns.min() + margin, columns.max() - margin),
    )
    np.testing.assert_allclose(back[0][whole], ramp(plane)[whole], atol=SLACK)


def test_upsampling_is_scipys_linear_interpolation():
    plane = made_plane((64, 64), (2.8, 2.8))
    window = heart_window(plane, heart_centre_mm(plane))
    image = np.random.default_rng(1).normal(size=plane.shape_px)
    brought, inside = way_between(plane, window).bring(image[None])
    rows, columns = np.indices(window.shape_px)
    points = window.pixel_to_patient(np.stack([columns.ravel(), rows.ravel()], axis=-1))
    x, y = plane.patient_to_pixel(points).T
    expected = map_coordinates(image, [y, x], order=1, mode="nearest").reshape(window.shape_px)
    np.testing.assert_allclose(brought[0][inside], expected[inside], atol=1e-5)


def test_detail_finer_than_the_window_is_averaged_and_not_picked():
    plane = made_plane((512, 512), (0.25, 0.25))
    window = heart_window(plane, plane.centre_mm)
    stripes = np.tile(np.array([0.0, 100.0] * 256), (512, 1))
    brought, inside = way_between(plane, window).bring(stripes[None])
    rows, columns = np.nonzero(inside)
    middle = brought[0][rows.min() + 2 : rows.max() - 2, columns.min() + 2 : columns.max() - 2]
    np.testing.assert_allclose(middle, 50.0, atol=0.5)


def test_pixels_that_mean_nothing_lend_nothing_to_their_neighbours():
    plane = made_plane()
    window = heart_window(plane, heart_centre_mm(plane))
    image = np.full(plane.shape_px, 7.0)
    valid = disc(plane, heart_centre_mm(plane), 40.0)
    image[~valid] = np.nan
    brought, known = way_between(plane, window).bring(image[None], valid)
    np.testing.assert_allclose(brought[0][known], 7.0, atol=1e-5)
    assert (brought[0][~known] == 0).all()
    assert known.sum() == pytest.approx(np.pi * 40**2, rel=0.02)


def test_outside_the_field_of_view_nothing_is_made_up():
    plane = made_plane((64, 64), (1.5, 1.5))
    window = heart_window(plane, plane.centre_mm)
    brought, inside = way_between(plane, window).bring(np.ones((1, 64, 64)))
    assert inside.sum() == 96 * 96
    assert brought[0].sum() == pytest.approx(96 * 96)


def test_a_disc_has_its_area_on_pixels_that_are_not_square():
    plane = made_plane((300, 200), (0.8, 1.6))
    pixels = disc(plane, heart_centre_mm(plane), 30.0).sum()
    assert pixels * 0.8 * 1.6 == pytest.approx(np.pi * 900, rel=0.02)


def test_the_coarse_grid_covers_the_image_at_4_mm():
    plane = made_plane((192, 160), (1.25, 1.5))
    coarse = coarse_grid(plane)
    assert coarse.shape_px == (60, 60)
    np.testing.assert_allclose(coarse.centre_mm, plane.centre_mm, atol=1e-9)
