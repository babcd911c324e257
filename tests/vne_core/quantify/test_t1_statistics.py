"""T1 of rings whose values are known as functions of the radius."""

from dataclasses import replace

import numpy as np
import pytest

from vne_core.quantify.burden import NotMeasured
from vne_core.quantify.t1_statistics import INSET, LEAST_PIXELS, myocardial_t1, septal_t1

INNER_MM, OUTER_MM = 28.0, 40.0


def depth(ring):
    """Return how deep each pixel of the ring lies in the wall, 0 inside to 1 outside."""
    return (ring.radius_mm - INNER_MM) / (OUTER_MM - INNER_MM)


def test_the_borders_of_the_wall_are_left_out(ring):
    middle = (depth(ring) > INSET + 0.03) & (depth(ring) < 1 - INSET - 0.03)
    t1_ms = np.where(middle, 1000.0, 2000.0)
    at_rim = (depth(ring) > INSET - 0.03) & (depth(ring) < 1 - INSET + 0.03) & ~middle
    t1_ms[at_rim] = 1000.0
    found = myocardial_t1(t1_ms, ring.plane, ring.annotation)
    assert (found.mean_ms, found.median_ms, found.sd_ms) == (1000, 1000, 0)


@pytest.mark.parametrize("inset", [0.1, 0.15, 0.2])
def test_the_area_measured_is_the_ring_between_the_insets(ring, inset):
    t1_ms = np.full(ring.plane.shape_px, 1000.0)
    found = myocardial_t1(t1_ms, ring.plane, ring.annotation, inset=inset)
    wall = OUTER_MM - INNER_MM
    inner, outer = INNER_MM + inset * wall, OUTER_MM - inset * wall
    area_mm2 = found.pixels * ring.plane.pixel_area_mm2
    assert area_mm2 == pytest.approx(np.pi * (outer**2 - inner**2), rel=0.02)


def test_mean_median_and_deviation_are_those_of_the_values(ring):
    rng = np.random.default_rng(3)
    t1_ms = rng.normal(1050, 40, ring.plane.shape_px)
    found = myocardial_t1(t1_ms, ring.plane, ring.annotation)
    spread_of_mean = 40 / np.sqrt(found.pixels)
    assert found.mean_ms == pytest.approx(1050, abs=4 * spread_of_mean)
    assert found.median_ms == pytest.approx(1050, abs=5 * spread_of_mean)
    assert found.sd_ms == pytest.approx(40, rel=0.1)
    assert not found.is_small


def test_an_excluded_area_is_not_in_the_mean(ring):
    t1_ms = np.where(ring.angle > 0, 1000.0, 1400.0)
    half = ring.circle(45, y_mm=-45)
    excluded = replace(ring.annotation, exclusions=(half,))
    whole = myocardial_t1(t1_ms, ring.plane, ring.annotation)
    left = myocardial_t1(t1_ms, ring.plane, excluded)
    assert whole.mean_ms == pytest.approx(1200, abs=5)
    assert left.pixels < whole.pixels
    assert left.mean_ms < whole.mean_ms - 80


def test_pixels_without_a_fit_are_left_out(ring):
    t1_ms = np.full(ring.plane.shape_px, 1000.0)
    t1_ms[::2] = 0
    t1_ms[1::4] = np.nan
    found = myocardial_t1(t1_ms, ring.plane, ring.annotation)
    assert found.mean_ms == 1000
    whole = myocardial_t1(np.full_like(t1_ms, 1000.0), ring.plane, ring.annotation)
    assert found.pixels == pytest.approx(whole.pixels / 4, rel=0.1)


def test_the_septal_region_counts_where_it_lies_in_the_inner_wall(ring):
    drawn = replace(ring.annotation, septal=ring.roi(5, x_mm=34))
    t1_ms = np.full(ring.plane.shape_px, 1000.0)
    inside = septal_t1(t1_ms, ring.plane, drawn)
    alone = septal_t1(t1_ms, ring.plane, replace(drawn, epi=None))
    assert alone.pixels * ring.plane.pixel_area_mm2 == pytest.approx(np.pi * 25, rel=0.05)
    assert inside.pixels < alone.pixels


def test_a_septal_region_below_twenty_pixels_is_told(ring):
    t1_ms = np.full(ring.plane.shape_px, 1000.0)
    small = replace(ring.annotation, septal=ring.roi(2.0, x_mm=34))
    assert septal_t1(t1_ms, ring.plane, small).is_small
    large = replace(ring.annotation, septal=ring.roi(4.0, x_mm=34))
    found = septal_t1(t1_ms, ring.plane, large)
    assert found.pixels >= LEAST_PIXELS
    assert not found.is_small


def test_what_is_missing_is_said(ring):
    t1_ms = np.full(ring.plane.shape_px, 1000.0)
    bare = replace(ring.annotation, endo=None)
    assert myocardial_t1(t1_ms, ring.plane, bare) == NotMeasured("has no endocardial contour")
    assert septal_t1(t1_ms, ring.plane, bare) == NotMeasured("has no septal region")
    nowhere = myocardial_t1(np.zeros_like(t1_ms), ring.plane, ring.annotation)
    assert nowhere == NotMeasured("no pixel of the T1 map lies in it")
