"""Burdens of rings whose lesions are known by construction."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vne_core.quantify.burden import (
    LesionBurden,
    LevelBurden,
    NotMeasured,
    QuantifyError,
    band_overlay,
    measure_slice,
    myocardium_coverage,
    patient_burden,
)
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.rules import RemoteBlood

RING_MM2 = np.pi * (40**2 - 28**2)
FWHM, FWQM, FWEM = 0.5, 0.25, 0.125
BLOOD = 500.0

one_ring = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def percents(burden: LesionBurden) -> list[float]:
    return [level.burden_percent for level in burden.levels]


def of_slice(lesion_mm2: float, myocardium_mm2: float, fraction: float = 0.5) -> LesionBurden:
    level = LevelBurden(fraction, 300.0, lesion_mm2, 100 * lesion_mm2 / myocardium_mm2)
    return LesionBurden(myocardium_mm2, 100.0, 5.0, 500.0, 9.0, (level,))


def test_the_myocardium_is_the_ring_between_the_contours(ring):
    covered = myocardium_coverage(ring.annotation, ring.plane)

    area_mm2 = covered.sum() * ring.plane.pixel_area_mm2
    assert area_mm2 == pytest.approx(RING_MM2, rel=0.005)


@one_ring
@given(st.floats(0.02, 0.45))
def test_a_bright_sector_is_its_share_of_the_turn(ring, share):
    burden = measure_slice(ring.with_lesion(share, 450), ring.plane, ring.annotation)

    assert burden.myocardium_mm2 == pytest.approx(RING_MM2, rel=0.005)
    assert percents(burden) == pytest.approx([100 * share] * 3, abs=0.5)
    assert burden.levels[0].lesion_mm2 == pytest.approx(share * RING_MM2, abs=0.005 * RING_MM2)


def test_thresholds_come_from_the_means_of_the_two_regions(ring):
    burden = measure_slice(ring.image, ring.plane, ring.annotation)

    assert (burden.remote_mean, burden.blood_mean) == (100, 500)
    assert (burden.remote_sd, burden.blood_sd) == (0, 0)
    assert [level.threshold for level in burden.levels] == [300, 200, 150]
    assert [level.fraction for level in burden.levels] == [FWHM, FWQM, FWEM]
    assert percents(burden) == [0, 0, 0]


def test_region_means_and_deviations_are_those_of_the_noise_in_them(ring):
    noise = np.random.default_rng(1).normal(0, 20, ring.plane.shape_px)

    burden = measure_slice(ring.image + noise, ring.plane, ring.annotation)

    assert burden.blood_mean == pytest.approx(500, abs=4)
    assert burden.blood_sd == pytest.approx(20, abs=3)
    assert burden.remote_sd == pytest.approx(20, abs=6)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(320, [30, 30, 30]), (220, [0, 30, 30]), (160, [0, 0, 30]), (140, [0, 0, 0])],
)
def test_a_sector_counts_at_each_level_it_reaches(ring, value, expected):
    burden = measure_slice(ring.with_lesion(0.3, value), ring.plane, ring.annotation)

    assert percents(burden) == pytest.approx(expected, abs=0.5)


def test_a_pixel_exactly_at_the_threshold_is_lesion(ring):
    burden = measure_slice(ring.with_lesion(0.3, 300), ring.plane, ring.annotation)

    assert burden.levels[0].burden_percent == pytest.approx(30, abs=0.5)


@one_ring
@given(st.integers(0, 2**32 - 1))
def test_bands_nest_and_cover_less_at_a_higher_level(ring, seed):
    noise = np.random.default_rng(seed).normal(0, 150, ring.plane.shape_px)
    image = ring.with_lesion(0.2, 350) + noise

    burden = measure_slice(image, ring.plane, ring.annotation)

    lesions = [level.lesion_mm2 for level in burden.levels]
    assert lesions == sorted(lesions)


@one_ring
@given(st.floats(0.05, 20), st.floats(-4096, 4096))
def test_the_burden_does_not_change_with_the_images_offset_and_scale(ring, factor, offset):
    image = ring.with_lesion(0.2, 350)

    scaled = measure_slice(factor * image + offset, ring.plane, ring.annotation)

    assert percents(scaled) == percents(measure_slice(image, ring.plane, ring.annotation))


def test_custom_levels_are_the_ones_measured(ring):
    annotation = replace(ring.annotation, rule=RemoteBlood((0.35, 0.2, 0.1)))

    burden = measure_slice(ring.with_lesion(0.2, 190), ring.plane, annotation)

    assert [level.fraction for level in burden.levels] == [0.35, 0.2, 0.1]
    assert percents(burden) == pytest.approx([0, 20, 20], abs=0.5)


def test_an_excluded_disc_leaves_both_the_lesion_and_the_myocardium(ring):
    annotation = replace(ring.annotation, exclusions=(ring.circle(4, x_mm=-34),))

    burden = measure_slice(ring.with_lesion(0.25, 450), ring.plane, annotation)

    disc_mm2 = np.pi * 4**2
    assert burden.myocardium_mm2 == pytest.approx(RING_MM2 - disc_mm2, rel=0.005)
    # The lesion starts at -x, so it holds half of the disc.
    expected_mm2 = RING_MM2 / 4 - disc_mm2 / 2
    assert burden.levels[0].lesion_mm2 == pytest.approx(expected_mm2, abs=0.005 * RING_MM2)


def test_an_included_dark_disc_is_lesion_at_every_level(ring):
    annotation = replace(ring.annotation, inclusions=(ring.circle(4, y_mm=34),))

    burden = measure_slice(ring.image, ring.plane, annotation)

    for level in burden.levels:
        assert level.lesion_mm2 == pytest.approx(np.pi * 4**2, rel=0.03)


def test_an_inclusion_counts_only_within_the_myocardium_and_once(ring):
    disc = ring.circle(5, x_mm=-28)
    annotation = replace(ring.annotation, inclusions=(disc, disc))

    burden = measure_slice(ring.image, ring.plane, annotation)

    # The half of the disc beyond the 28 mm circle, a little more for the circle's curve.
    assert burden.levels[0].lesion_mm2 == pytest.approx(np.pi * 5**2 / 2, rel=0.08)


def test_the_overlay_shows_the_highest_level_of_each_myocardial_pixel(ring):
    image = np.select(
        [ring.angle > 2, ring.angle > 1, ring.angle < -2],
        [np.where(ring.radius_mm > 26, value, BLOOD) for value in (400, 250, 160)],
        ring.image,
    )

    bands = band_overlay(image, ring.plane, ring.annotation)

    wall = (ring.radius_mm > 30) & (ring.radius_mm < 38)
    assert bands.dtype == np.uint8
    assert set(bands[wall & (ring.angle > 2.1)]) == {1}
    assert set(bands[wall & (ring.angle > 1.1) & (ring.angle < 1.9)]) == {2}
    assert set(bands[wall & (ring.angle < -2.1)]) == {3}
    assert not bands[wall & (np.abs(ring.angle) < 0.9)].any()
    assert not bands[(ring.radius_mm < 26) | (ring.radius_mm > 42)].any()


def test_the_overlay_marks_an_inclusion_as_the_highest_level(ring):
    annotation = replace(ring.annotation, inclusions=(ring.circle(4, y_mm=34),))

    bands = band_overlay(ring.image, ring.plane, annotation)

    assert bands.sum() * ring.plane.pixel_area_mm2 == pytest.approx(np.pi * 4**2, rel=0.15)
    assert set(np.unique(bands)) == {0, 1}


def test_a_slice_that_cannot_be_measured_has_an_empty_overlay(ring):
    bands = band_overlay(
        ring.with_lesion(0.5, 450), ring.plane, replace(ring.annotation, endo=None)
    )

    assert not bands.any()


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("epi", "has no epicardial contour"),
        ("endo", "has no endocardial contour"),
        ("remote", "has no remote region"),
        ("blood_pool", "has no blood-pool region"),
    ],
)
def test_what_has_not_been_drawn_is_named(ring, missing, reason):
    annotation = replace(ring.annotation, **{missing: None})

    assert measure_slice(ring.image, ring.plane, annotation) == NotMeasured(reason)


def test_each_reason_that_prevents_a_measurement_is_told(ring):
    def reason(image=ring.image, valid=None, **changes):
        result = measure_slice(image, ring.plane, replace(ring.annotation, **changes), valid)
        assert isinstance(result, NotMeasured)
        return result.reason

    assert reason(remote=ring.roi(4, x_mm=200)) == "the remote region lies outside the image"
    assert reason(blood_pool=ring.roi(4, 79)) == "the blood-pool region lies outside the image"
    assert reason(remote=ring.roi(0.5, 34)).startswith("the remote region covers 0.")
    assert reason(epi=ring.circle(40, x_mm=60)) == "the epicardial contour leaves the image"
    assert reason(endo=ring.circle(28, 20)) == "the endocardial contour leaves the epicardial one"
    assert reason(exclusions=(ring.circle(60),)).startswith("no myocardium is left")
    assert reason(valid=ring.angle < 3).startswith("part of the myocardium lies outside")
    assert reason(image=np.where(ring.angle < 3, ring.image, np.nan)).startswith("part of the")
    swapped = reason(remote=ring.roi(4), blood_pool=ring.roi(4, 34))
    assert swapped == "blood pool 100 is not brighter than remote myocardium 500"


def test_pixels_that_are_not_valid_outside_the_myocardium_do_no_harm(ring):
    valid = ring.radius_mm < 60

    burden = measure_slice(ring.with_lesion(0.2, 450), ring.plane, ring.annotation, valid)

    assert percents(burden) == pytest.approx([20] * 3, abs=0.5)


def test_an_image_of_another_shape_than_its_plane_is_refused_with_both(ring):
    with pytest.raises(QuantifyError, match=r"\(160, 179\).*\(160, 180\)"):
        measure_slice(ring.image[:, 1:], ring.plane, ring.annotation)


def test_myocardium_without_contours_is_refused(ring):
    with pytest.raises(QuantifyError, match="no epicardial and endocardial contour"):
        myocardium_coverage(SliceAnnotation("s", ImageKind.LGE), ring.plane)


def test_a_patients_burden_is_summed_lesion_over_summed_myocardium():
    patient = patient_burden([of_slice(100, 1000), of_slice(300, 1500), of_slice(0, 500)])

    assert patient.levels[0].burden_percent == pytest.approx(100 * 400 / 3000)
    assert patient.levels[0].lesion_mm2 == 400
    assert patient.levels[0].threshold is None
    assert patient.myocardium_mm2 == 3000
    assert patient.is_complete


def test_a_slice_without_a_measurement_is_left_out_and_said():
    missing = NotMeasured("has no endocardial contour")

    patient = patient_burden([of_slice(100, 1000), missing, of_slice(300, 1000)])

    assert patient.summary == "burden from 2 of 3 slices"
    assert not patient.is_complete
    assert patient.levels[0].burden_percent == pytest.approx(20)


def test_a_patient_without_a_measured_slice_says_why_for_each_reason():
    endo, remote = NotMeasured("has no endocardial contour"), NotMeasured("has no remote region")

    result = patient_burden([endo, remote, endo])

    assert isinstance(result, NotMeasured)
    assert "no endocardial contour (2 slices)" in result.reason
    assert "no remote region (1 slice)" in result.reason


def test_a_patient_without_slices_is_not_measured():
    assert patient_burden([]) == NotMeasured("has no slice")


def test_slices_at_different_levels_are_not_added_up():
    result = patient_burden([of_slice(1, 10, 0.5), of_slice(1, 10, 0.35)])

    assert result == NotMeasured("the slices are measured at different threshold levels")
