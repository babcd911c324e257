"""Edits of thousands of random contours never leave a crossing that was not there."""

import contextlib

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vne_core.geometry import contour as c
from vne_core.geometry.plane import SlicePlane

PLANE = SlicePlane((10.0, -20.0, 5.0), (0.6, 0.8, 0.0), (0.0, 0.0, 1.0), (1.2, 0.8), (200, 200))

lengths_mm = st.floats(-60, 60)
vectors_mm = st.tuples(lengths_mm, lengths_mm)
radii_mm = st.floats(0.5, 60)


@st.composite
def hearts(draw: st.DrawFn) -> c.Contour:
    """Return a star-shaped contour of 4 to 20 handles, 8 to 45 mm from its centre, oblique."""
    count = draw(st.integers(4, 20))
    radii = draw(st.lists(st.floats(8, 45), min_size=count, max_size=count))
    turns = draw(st.lists(st.floats(-0.4, 0.4), min_size=count, max_size=count))
    angles = 2 * np.pi * (np.arange(count) + turns) / count
    return c.Contour(in_plane(np.array(radii) * np.cos(angles), np.array(radii) * np.sin(angles)))


def in_plane(x_mm: np.ndarray | float, y_mm: np.ndarray | float) -> np.ndarray:
    x, y = np.asarray(x_mm)[..., None], np.asarray(y_mm)[..., None]
    return PLANE.centre_mm + x * np.array(PLANE.row_dir) + y * np.array(PLANE.col_dir)


def vector(x_mm: float, y_mm: float) -> np.ndarray:
    return in_plane(x_mm, y_mm) - PLANE.centre_mm


def crosses_itself(contour: c.Contour) -> bool:
    """Solve for the meeting point of each pair of edges: another way than the one under test."""
    start = c.outline_px(contour, PLANE)
    along = np.roll(start, -1, axis=0) - start
    apart = start[None] - start[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = along[:, None, 0] * along[None, :, 1] - along[:, None, 1] * along[None, :, 0]
        here = (apart[..., 0] * along[None, :, 1] - apart[..., 1] * along[None, :, 0]) / turn
        there = (apart[..., 0] * along[:, None, 1] - apart[..., 1] * along[:, None, 0]) / turn
    meets = (here > 1e-9) & (here < 1 - 1e-9) & (there > 1e-9) & (there < 1 - 1e-9)
    return bool(np.triu(meets, 2).any())


@settings(max_examples=1500, deadline=None)
@given(hearts(), vectors_mm, vectors_mm, radii_mm)
def test_a_push_never_makes_a_simple_contour_cross_itself(heart, hand, by, radius):
    assume(c.is_simple(heart, PLANE))

    pushed = c.push(heart, in_plane(*hand), vector(*by), radius)

    assert c.is_simple(pushed, PLANE)
    assert not crosses_itself(pushed)


@settings(max_examples=1000, deadline=None)
@given(hearts(), st.integers(0, 3), vectors_mm)
def test_a_dragged_handle_never_makes_a_simple_contour_cross_itself(heart, index, to):
    assume(c.is_simple(heart, PLANE))

    moved = c.move_handle(heart, index, in_plane(*to))

    assert c.is_simple(moved, PLANE)
    assert not crosses_itself(moved)


@settings(max_examples=300, deadline=None)
@given(hearts(), st.lists(st.tuples(vectors_mm, vectors_mm, radii_mm), min_size=2, max_size=8))
def test_a_row_of_pushes_never_makes_a_simple_contour_cross_itself(heart, gestures):
    assume(c.is_simple(heart, PLANE))

    for hand, by, radius in gestures:
        heart = c.push(heart, in_plane(*hand), vector(*by), radius)

    assert not crosses_itself(heart)


@settings(max_examples=300, deadline=None)
@given(hearts(), st.data())
def test_a_removed_or_resampled_handle_never_makes_a_simple_contour_cross_itself(heart, data):
    assume(c.is_simple(heart, PLANE))
    index = data.draw(st.integers(0, len(heart.points_mm) - 1))
    count = data.draw(st.integers(3, 24))

    with contextlib.suppress(c.ContourError):
        assert not crosses_itself(c.remove_handle(heart, index))
    with contextlib.suppress(c.ContourError):
        assert not crosses_itself(c.resample_handles(heart, count))


@settings(max_examples=300, deadline=None)
@given(hearts(), vectors_mm, vectors_mm, radii_mm)
def test_an_endocardium_kept_inside_the_epicardium_is_inside_it(epi, hand, by, radius):
    assume(c.is_simple(epi, PLANE))
    endo = c.scale(epi, 0.5)
    assume(c.contains(epi, endo, PLANE))

    kept = c.keep_inside(endo, c.push(endo, in_plane(*hand), vector(*by), radius), epi, PLANE)

    assert c.contains(epi, kept, PLANE)


@settings(max_examples=300, deadline=None)
@given(hearts())
def test_the_two_ways_of_finding_a_crossing_agree(heart):
    assert c.is_simple(heart, PLANE) is not crosses_itself(heart)


@settings(max_examples=200, deadline=None)
@given(hearts(), vectors_mm)
def test_an_inserted_handle_lies_on_the_curve(heart, near):
    assume(c.is_simple(heart, PLANE))

    more = c.insert_handle(heart, in_plane(*near))

    is_new = [not (heart.points_mm == point).all(axis=1).any() for point in more.points_mm]
    new = more.points_mm[is_new]
    assert len(new) == 1
    assert np.linalg.norm(c.outline_mm(heart, 0.2) - new, axis=1).min() < 0.2
