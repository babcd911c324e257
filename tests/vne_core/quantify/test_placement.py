"""Regions beside a ring of 28 to 40 mm: their overlap is that of two circles."""

from dataclasses import replace

import numpy as np
import pytest

from vne_core.quantify.burden import LesionBurden, measure_slice
from vne_core.quantify.placement import LARGEST_OUTSIDE_RATIO, Region

EPI_MM, ENDO_MM, REMOTE_MM, BLOOD_MM = 40.0, 28.0, 4.0, 12.0


def share_inside(radius_mm: float, border_mm: float, distance_mm: float) -> float:
    """Return the share of a circle within another, by the area of their lens."""
    r, big, d = radius_mm, border_mm, distance_mm
    if d + r <= big:
        return 1.0
    small_angle = np.arccos((d**2 + r**2 - big**2) / (2 * d * r))
    big_angle = np.arccos((d**2 + big**2 - r**2) / (2 * d * big))
    kite = np.sqrt((-d + r + big) * (d + r - big) * (d - r + big) * (d + r + big)) / 2
    return (r**2 * small_angle + big**2 * big_angle - kite) / (np.pi * r**2)


def measured(ring, **changes) -> LesionBurden:
    result = measure_slice(ring.image, ring.plane, replace(ring.annotation, **changes))
    assert isinstance(result, LesionBurden)
    return result


def test_regions_in_their_tissue_have_no_note(ring):
    assert measured(ring).notes == ()


@pytest.mark.parametrize("distance_mm", [27.0, 28.0, 29.5, 31.0])
def test_a_remote_region_over_the_endocardial_border_says_how_much_is_cavity(ring, distance_mm):
    (note,) = measured(ring, remote=ring.roi(REMOTE_MM, x_mm=distance_mm)).notes
    expected = share_inside(REMOTE_MM, ENDO_MM, distance_mm)
    assert note.region is Region.REMOTE
    assert note.outside_ratio == pytest.approx(expected, abs=0.03)
    percent = f"{100 * note.outside_ratio:.0f} %"
    assert str(note) == f"{percent} of the remote region lies outside the myocardium, in the cavity"


def test_a_remote_region_over_the_epicardial_border_says_which_side(ring):
    (note,) = measured(ring, remote=ring.roi(REMOTE_MM, x_mm=39)).notes
    assert note.outside_ratio == pytest.approx(1 - share_inside(REMOTE_MM, EPI_MM, 39), abs=0.03)
    assert note.where.endswith("beyond the epicardial contour")


def test_a_region_that_only_touches_the_border_is_not_spoken_of(ring):
    touching = share_inside(REMOTE_MM, ENDO_MM, 31.6)
    assert 0 < touching < LARGEST_OUTSIDE_RATIO
    assert measured(ring, remote=ring.roi(REMOTE_MM, x_mm=31.6)).notes == ()


def test_a_remote_region_wholly_beyond_the_wall_says_how_far(ring):
    (note,) = measured(ring, remote=ring.roi(REMOTE_MM, x_mm=50)).notes
    assert note.gap_mm == pytest.approx(50 - EPI_MM - REMOTE_MM, abs=0.1)
    place = "outside the myocardium, beyond the epicardial contour"
    assert str(note) == f"the whole remote region lies {place}, 6.0 mm away"


def test_a_remote_region_wholly_in_a_dark_cavity_says_how_far(ring):
    dark = np.where(ring.radius_mm < 13, ring.image, 100.0)
    moved = replace(ring.annotation, remote=ring.roi(REMOTE_MM, x_mm=20))
    result = measure_slice(dark, ring.plane, moved)
    assert isinstance(result, LesionBurden)
    (note,) = result.notes
    assert note.gap_mm == pytest.approx(ENDO_MM - 20 - REMOTE_MM, abs=0.1)
    assert "in the cavity" in str(note)


def test_a_blood_pool_region_over_the_border_says_how_much_is_not_cavity(ring):
    (note,) = measured(ring, blood_pool=ring.roi(BLOOD_MM, x_mm=22)).notes
    expected = 1 - share_inside(BLOOD_MM, ENDO_MM, 22)
    assert note.region is Region.BLOOD_POOL
    assert note.outside_ratio == pytest.approx(expected, abs=0.02)
    assert "of the blood-pool region lies outside the endocardial contour" in str(note)


def test_the_numbers_are_those_of_the_regions_as_drawn(ring):
    bright = ring.roi(REMOTE_MM, x_mm=28)
    before, after = measured(ring), measured(ring, remote=bright)
    assert after.remote_mean > before.remote_mean
    assert after.levels[0].threshold > before.levels[0].threshold


def test_both_regions_can_have_a_note(ring):
    notes = measured(
        ring, remote=ring.roi(REMOTE_MM, x_mm=42), blood_pool=ring.roi(BLOOD_MM, x_mm=22)
    ).notes
    assert [note.region for note in notes] == [Region.REMOTE, Region.BLOOD_POOL]


def test_a_thin_wall_leaves_the_region_on_both_sides(ring):
    thin = measured(ring, endo=ring.circle(36), epi=ring.circle(40), remote=ring.roi(6, x_mm=38))
    assert "on both sides of it" in str(thin.notes[0])
