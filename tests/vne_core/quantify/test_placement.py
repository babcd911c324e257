"""Regions beside a ring of 28 to 40 mm: their overlap is that of two circles."""

from dataclasses import replace

import numpy as np
import pytest

from vne_core.geometry.contour import Contour
from vne_core.geometry.long_axis import short_axis_direction
from vne_core.geometry.plane import SlicePlane
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.outlines import outlines
from vne_core.phantom.patient import make_body, t1_plane
from vne_core.phantom.placement import STILL
from vne_core.quantify.burden import LesionBurden, measure_slice
from vne_core.quantify.placement import LARGEST_OUTSIDE_RATIO, Region, doubt_insertion
from vne_core.study.annotation import ImageKind, SliceAnnotation

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


APEXWARD = np.array([1.0, -1.0, -1.0]) / np.sqrt(3)
SEPTAL = np.array([-1.0, -1.0, 0.0]) / np.sqrt(2)
"""The middle of the septum: to the patient's right and front, in the short-axis plane."""


def short_axis(*, is_flipped: bool = False) -> SlicePlane:
    other = np.cross(APEXWARD, SEPTAL) * (-1 if is_flipped else 1)
    return SlicePlane(
        (10.0, 20.0, 30.0), tuple(SEPTAL), tuple(other), (1.0, 1.0), (64, 64), thickness_mm=8.0
    )


def with_insertion(plane: SlicePlane, turn_deg: float) -> SliceAnnotation:
    """Return a round wall with its insertion so far from the septum's middle, as seen from the apex."""
    middle = np.array(plane.pixel_to_patient([(32.0, 32.0)])[0])
    across = np.cross(APEXWARD, SEPTAL)

    def at(degrees: float) -> np.ndarray:
        turn = np.radians(degrees)
        return middle + 25 * (np.cos(turn) * SEPTAL + np.sin(turn) * across)

    ring = Contour(np.array([at(degrees) for degrees in range(0, 360, 30)]))
    return replace(
        SliceAnnotation("slice", ImageKind.LGE), endo=ring, rv_insertion=tuple(at(turn_deg))
    )


@pytest.mark.parametrize("is_flipped", [False, True])
@pytest.mark.parametrize(
    "turn_deg, is_doubted", [(-60, False), (-20, False), (-140, False), (60, True), (130, True)]
)
def test_only_an_insertion_on_the_inferior_side_is_doubted(turn_deg, is_doubted, is_flipped):
    plane = short_axis(is_flipped=is_flipped)
    doubt = doubt_insertion(with_insertion(plane, turn_deg), plane, tuple(APEXWARD))
    assert bool(doubt) == is_doubted
    assert "inferior" in doubt or not is_doubted


def test_without_contour_or_with_the_septum_out_of_the_plane_nothing_is_doubted():
    plane = short_axis()
    bare = replace(with_insertion(plane, 90), endo=None)
    assert doubt_insertion(bare, plane, tuple(APEXWARD)) == ""
    across = tuple(np.cross(APEXWARD, SEPTAL))
    facing = SlicePlane((0.0, 0.0, 0.0), tuple(APEXWARD), across, (1.0, 1.0), (64, 64), 8.0)
    assert doubt_insertion(with_insertion(plane, 90), facing, tuple(SEPTAL)) == ""


@pytest.mark.parametrize("seed", range(3))
def test_the_true_insertions_of_virtual_hearts_are_never_doubted(seed):
    patient = demo_patient(seed)
    body = make_body(patient)
    planes = [t1_plane(patient, at) for at in range(3)]
    apexward = short_axis_direction(planes)
    for plane in planes:
        of = outlines(body.heart(0.0), body.frame, plane, STILL)
        drawn = replace(
            SliceAnnotation("slice", ImageKind.LGE), endo=of.endo, rv_insertion=of.rv_insertion
        )
        assert drawn.rv_insertion is not None
        assert doubt_insertion(drawn, plane, apexward) == ""
