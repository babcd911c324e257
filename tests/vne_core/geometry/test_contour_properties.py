"""Random contours: crossings found in two ways, and edits that keep what they promise."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.vne_core.geometry.meeting_edges import crosses_itself, lies_inside
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


@settings(max_examples=300, deadline=None)
@given(hearts())
def test_the_two_ways_of_finding_a_crossing_agree(heart):
    assert c.is_simple(heart, PLANE) is not crosses_itself(c.outline_px(heart, PLANE))


@settings(max_examples=300, deadline=None)
@given(hearts(), hearts())
def test_the_two_ways_of_finding_what_lies_inside_agree(outer, inner):
    assume(c.is_simple(outer, PLANE))
    around, within = c.outline_px(outer, PLANE), c.outline_px(inner, PLANE)
    gaps = np.linalg.norm(around[:, None] - within[None], axis=-1)
    assume(gaps.min() > 1e-3)

    assert c.contains(outer, inner, PLANE) is lies_inside(around, within)


@settings(max_examples=300, deadline=None)
@given(hearts(), vectors_mm, vectors_mm, radii_mm)
def test_a_push_moves_nothing_outside_its_brush(heart, hand, by, radius):
    outline = c.outline_mm(heart, 32)
    grabbed = outline[np.linalg.norm(outline - in_plane(*hand), axis=1).argmin()]
    far = np.linalg.norm(heart.points_mm - grabbed, axis=1) > radius

    pushed = c.push(heart, in_plane(*hand), vector(*by), radius)

    unmoved = {tuple(point) for point in pushed.points_mm}
    assert all(tuple(point) in unmoved for point in heart.points_mm[far])


@settings(max_examples=300, deadline=None)
@given(hearts())
def test_smoothing_keeps_the_area(heart):
    assume(c.is_simple(heart, PLANE))

    calm = c.smooth(heart)

    assert c.area_mm2(calm, PLANE) == pytest.approx(c.area_mm2(heart, PLANE), rel=1e-6)


@settings(max_examples=200, deadline=None)
@given(hearts(), vectors_mm)
def test_an_inserted_handle_lies_on_the_curve(heart, near):
    assume(c.is_simple(heart, PLANE))

    more = c.insert_handle(heart, in_plane(*near))

    is_new = [not (heart.points_mm == point).all(axis=1).any() for point in more.points_mm]
    new = more.points_mm[is_new]
    assert len(new) == 1
    assert np.linalg.norm(c.outline_mm(heart, 256) - new, axis=1).min() < 0.2
