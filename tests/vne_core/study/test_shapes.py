from dataclasses import replace

import numpy as np
import pytest

from vne_core.geometry.contour import Contour, area_mm2, contains, is_simple
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, Origin, SliceAnnotation
from vne_core.study.shapes import (
    Part,
    Place,
    flaws,
    misses_myocardium,
    new_place,
    nudged,
    places_of,
    shape_of,
    smoothed,
    with_shape,
)

PLANE = SlicePlane((0.0, 0.0, 30.0), (1.0, 0, 0), (0, 1.0, 0), (1.5, 1.5), (120, 120), 8.0)
CENTRE_MM = np.array([90.0, 90.0, 30.0])
EMPTY = SliceAnnotation("slice-a", ImageKind.LGE)
POINT = (88.0, 60.0, 30.0)


def ring(radius_mm, count=12, wave_mm=0.0, at=(0.0, 0.0)):
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radii = radius_mm + wave_mm * np.cos(angles * count / 2)
    flat = np.stack([radii * np.cos(angles), radii * np.sin(angles), 0 * angles], axis=-1)
    return Contour(CENTRE_MM + flat + (*at, 0))


SHAPES = {
    Part.EPI: ring(40.0),
    Part.ENDO: ring(28.0),
    Part.REMOTE: Roi((124.0, 90.0, 30.0), 4.0),
    Part.BLOOD_POOL: Roi((90.0, 90.0, 30.0), 9.0),
    Part.SEPTAL: Roi((56.0, 90.0, 30.0), 4.0),
    Part.EXCLUSION: ring(5.0, at=(34.0, 0.0)),
    Part.INCLUSION: ring(4.0, at=(0.0, 34.0)),
    Part.RV_INSERTION: POINT,
}
HEART = replace(EMPTY, epi=SHAPES[Part.EPI], endo=SHAPES[Part.ENDO])


@pytest.mark.parametrize("part", list(Part))
def test_a_shape_put_at_a_place_is_found_there_and_can_be_taken_away(part):
    place = new_place(EMPTY, part)
    drawn = with_shape(EMPTY, place, SHAPES[part])
    assert shape_of(drawn, place) == SHAPES[part]
    assert places_of(drawn, part) == (place,)
    assert not drawn.is_empty
    assert with_shape(drawn, place, None) == EMPTY


@pytest.mark.parametrize("part", list(Part))
def test_a_nudge_moves_one_shape_by_its_millimetres_and_nothing_else(part):
    full = EMPTY
    for each, shape in SHAPES.items():
        full = with_shape(full, new_place(full, each), shape)
    place = places_of(full, part)[0]
    after = nudged(full, place, (1.0, -2.0, 0.5))
    np.testing.assert_allclose(
        where(shape_of(after, place)) - where(shape_of(full, place)), (1.0, -2.0, 0.5)
    )
    assert with_shape(after, place, shape_of(full, place)) == full


def where(shape):
    match shape:
        case Contour():
            return shape.points_mm.mean(axis=0)
        case Roi():
            return np.array(shape.centre_mm)
        case _:
            return np.array(shape)


def test_a_nudge_of_what_is_not_drawn_changes_nothing():
    assert nudged(EMPTY, Place(Part.EPI), (1.0, 0, 0)) is EMPTY


def test_regions_are_added_replaced_and_removed_one_by_one():
    one, two, three = (ring(radius) for radius in (3.0, 4.0, 5.0))
    both = with_shape(with_shape(EMPTY, Place(Part.EXCLUSION), one), Place(Part.EXCLUSION, 1), two)
    assert both.exclusions == (one, two)
    assert with_shape(both, Place(Part.EXCLUSION), three).exclusions == (three, two)
    assert with_shape(both, Place(Part.EXCLUSION), None).exclusions == (two,)
    assert [place.index for place in places_of(both, Part.EXCLUSION)] == [1, 0]


@pytest.mark.parametrize("origin", [Origin.PROPOSED, Origin.COPIED, Origin.IMPORTED, Origin.TRUTH])
@pytest.mark.parametrize(
    ("part", "is_edit"),
    [
        (Part.EPI, True),
        (Part.REMOTE, True),
        (Part.SEPTAL, True),
        (Part.EXCLUSION, False),
        (Part.INCLUSION, False),
        (Part.RV_INSERTION, False),
    ],
)
def test_contours_and_regions_are_edited_and_marks_beside_them_say_nothing_of_their_origin(
    origin, part, is_edit
):
    given = replace(HEART, origin=origin)
    after = with_shape(given, new_place(given, part), SHAPES[part])
    assert after.origin is (Origin.EDITED if is_edit else origin)


def test_the_first_shape_of_an_empty_slice_is_drawn_whatever_was_there_before():
    cleared = replace(EMPTY, origin=Origin.COPIED)
    assert with_shape(cleared, Place(Part.EXCLUSION), SHAPES[Part.EXCLUSION]).origin is Origin.DRAWN


def test_sound_contours_have_no_flaws_and_others_are_named():
    assert not flaws(HEART, PLANE)
    outside = replace(HEART, endo=ring(42.0))
    assert flaws(outside, PLANE) == {"the endocardial contour would leave the epicardial one"}
    eight = Contour(CENTRE_MM + np.array([[-9, -9, 0], [9, 9, 0], [9, -9, 0], [-9, 9, 0]]))
    assert flaws(replace(HEART, exclusions=(eight,)), PLANE) == {"the exclusion would cross itself"}


def test_exclusions_and_inclusions_may_cross_the_borders():
    across = ring(8.0, at=(40.0, 0.0))
    assert not flaws(replace(HEART, exclusions=(across,), inclusions=(across,)), PLANE)


@pytest.mark.parametrize(
    ("radius_mm", "at", "misses"),
    [
        (5.0, (34.0, 0.0), False),
        (5.0, (0.0, 0.0), True),
        (5.0, (60.0, 0.0), True),
        (8.0, (40.0, 0.0), False),
        (50.0, (0.0, 0.0), False),
        (34.0, (0.0, 0.0), False),
    ],
)
def test_a_region_in_the_cavity_or_beside_the_heart_misses_the_myocardium(radius_mm, at, misses):
    marked = replace(HEART, exclusions=(ring(radius_mm, at=at),))
    assert misses_myocardium(marked, Place(Part.EXCLUSION), PLANE) is misses
    assert not misses_myocardium(replace(marked, epi=None), Place(Part.EXCLUSION), PLANE)


def test_smoothing_calms_the_contour_and_keeps_its_area_and_the_others():
    rough = replace(HEART, epi=ring(40.0, count=24, wave_mm=2.0))
    calm = smoothed(rough, Place(Part.EPI), PLANE)
    spread = [np.ptp(np.linalg.norm(a.epi.points_mm - CENTRE_MM, axis=1)) for a in (rough, calm)]
    assert spread[1] < 0.1 * spread[0]
    assert area_mm2(calm.epi, PLANE) == pytest.approx(area_mm2(rough.epi, PLANE), rel=1e-6)
    assert calm.endo == rough.endo


def test_smoothing_stops_short_of_a_crossing_of_the_borders():
    """The endocardium bulges where the epicardium does: a round epicardium would cut it."""
    epi, endo = ring(34.0, count=6, wave_mm=6.0), ring(33.0, count=6, wave_mm=6.0)
    tight = replace(EMPTY, epi=epi, endo=endo)
    assert not flaws(tight, PLANE)
    calmer = smoothed(tight, Place(Part.EPI), PLANE)
    assert is_simple(calmer.epi, PLANE)
    assert contains(calmer.epi, calmer.endo, PLANE)
    assert calmer.endo == endo


def test_a_region_or_a_contour_not_drawn_cannot_be_smoothed():
    given = replace(HEART, remote=SHAPES[Part.REMOTE])
    assert smoothed(given, Place(Part.REMOTE), PLANE) is given
    assert smoothed(given, Place(Part.EXCLUSION), PLANE) is given


def test_an_annotation_with_any_one_part_is_not_empty():
    assert EMPTY.is_empty
    assert not replace(EMPTY, septal=SHAPES[Part.SEPTAL]).is_empty
    assert not replace(EMPTY, inclusions=(ring(3.0),)).is_empty
    assert not replace(EMPTY, rv_insertion=(0.0, 0.0, 0.0)).is_empty
