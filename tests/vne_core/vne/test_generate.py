from dataclasses import replace

import numpy as np
import pytest

from tests.vne_core.learn.made_model import CINE_SHARE, IR_SHARE, SPREAD, write_model
from tests.vne_core.vne.made_slice import (
    AROUND_MS,
    BLOOD_MS,
    EPI_MM,
    INVERSION_TIMES_MS,
    LESION_MS,
    WALL_MS,
    circle,
    distances_mm,
    heart_centre_mm,
    made_cine,
    made_plane,
    made_slice,
    true_t1_ms,
    without,
)
from vne_core.align.roles import Role
from vne_core.learn.card import VIRTUAL_COHORT
from vne_core.vne.generate import Subject, generate, generate_all
from vne_core.vne.image import Flag, NotGenerated, VneImage
from vne_core.vne.model import load_model
from vne_core.vne.normalise import normalised_t1

GRIDS = [((192, 176), (1.2, 1.2)), ((64, 64), (2.8, 2.8)), ((512, 512), (0.45, 0.45)),
         ((160, 240), (1.8, 0.9))]  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(write_model(tmp_path_factory.mktemp("models")))


def flags(result) -> set[Flag]:
    return {one.flag for one in result.flags}


def t1_part(t1_ms: float) -> float:
    """What the made generator says of a T1, without IR and cine."""
    return float((normalised_t1(np.array([[t1_ms]]))[0, 0, 0] - 0.4) / 0.4)


def of_t1_alone(aligned):
    return without(without(aligned, Role.IR, "no IR"), Role.CINE, "no cine")


@pytest.mark.parametrize("grid", GRIDS)
def test_the_image_lies_on_the_t1_grid_whatever_its_pixels(model, grid):
    plane = made_plane(*grid)
    result = generate(model, Subject(of_t1_alone(made_slice(plane)), circle(plane, EPI_MM)))
    assert isinstance(result, VneImage)
    assert result.pixels.shape == result.spread.shape == result.valid.shape == plane.shape_px
    along, down = distances_mm(plane)
    radius = np.hypot(along, down)
    wall = (radius > 22) & (radius < 28) & (along < -4)
    lesion = (along > 25.5) & (along < 28.5) & (np.abs(down) < 6)
    for where, t1 in ((radius < 14, BLOOD_MS), (wall, WALL_MS), (lesion, LESION_MS)):
        assert where.any()
        np.testing.assert_allclose(result.pixels[where].mean(), t1_part(t1), atol=0.05)
    np.testing.assert_allclose(result.spread[result.valid], SPREAD, atol=1e-6)


def test_outside_the_window_nothing_is_valid_and_nothing_is_said(model):
    plane = made_plane((300, 300), (1.2, 1.2))
    result = generate(model, Subject(made_slice(plane), circle(plane, EPI_MM)))
    along, down = distances_mm(plane)
    within = np.maximum(np.abs(along), np.abs(down)) < 95
    assert result.valid[within].all()
    beyond = np.maximum(np.abs(along), np.abs(down)) > 97
    assert not result.valid[beyond].any()
    assert (result.pixels[~result.valid] == 0).all()


def test_where_the_t1_map_has_no_field_of_view_the_image_has_none(model):
    aligned = made_slice()
    seen = np.ones(aligned.plane.shape_px, bool)
    seen[:70] = False
    aligned = replace(aligned, valid={**aligned.valid, Role.T1: seen})
    result = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)))
    assert not result.valid[:70].any()
    assert result.valid[100, 100]


def test_the_ventricle_is_found_from_its_motion_without_a_contour(model):
    aligned = made_slice()
    found = generate(model, Subject(aligned))
    offset = np.subtract(found.centre_mm, heart_centre_mm(aligned.plane))
    assert np.linalg.norm(offset) < 6 + ENDO_RING_MM
    assert Flag.UNSURE_CENTRE not in flags(found)


ENDO_RING_MM = 18.0
"""The made localiser looks at motion alone, which is greatest on the endocardial border."""


def test_without_motion_the_centre_is_in_doubt_and_it_is_said(model):
    aligned = without(made_slice(), Role.CINE, "no cine in this study")
    found = generate(model, Subject(aligned))
    assert isinstance(found, NotGenerated) or Flag.UNSURE_CENTRE in flags(found)


def test_the_readers_contour_is_believed_before_the_localiser(model):
    aligned = made_slice()
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)))
    np.testing.assert_allclose(found.centre_mm, heart_centre_mm(aligned.plane), atol=0.1)


def test_nothing_is_unusual_about_a_whole_slice(model):
    aligned = made_slice()
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM), 1.5))
    assert flags(found) == set()
    assert found.confidence.caution == VIRTUAL_COHORT


@pytest.mark.parametrize("role", [Role.CINE, Role.IR])
def test_without_cine_or_ir_there_is_an_image_that_says_so(model, role):
    aligned = without(made_slice(), role, f"no {role} within 4 mm: nearest 6.1 mm")
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)))
    assert isinstance(found, VneImage)
    (flag,) = found.flags
    assert flag.flag is {Role.CINE: Flag.NO_CINE, Role.IR: Flag.NO_IR}[role]
    assert "nearest 6.1 mm" in flag.text


def test_three_cine_phases_give_an_image_that_says_how_many(model):
    plane = made_plane()
    aligned = made_slice(plane, cine=made_cine(plane, 3), trigger_times_ms=(0.0, 333.0, 666.0))
    found = generate(model, Subject(aligned, circle(plane, EPI_MM)))
    assert [flag.text for flag in found.flags] == ["only 3 cine phases"]


def test_a_gap_between_cine_phases_is_said(model):
    whole = made_slice()
    kept = [*range(9), *range(14, 25)]
    aligned = replace(
        whole,
        cine=whole.cine[kept],
        trigger_times_ms=tuple(whole.trigger_times_ms[index] for index in kept),
    )
    assert flags(generate(model, Subject(aligned))) == {Flag.FEW_PHASES}


def test_a_cine_that_never_changes_brightness_is_as_none(model):
    plane = made_plane((256, 256), (1.2, 1.2))
    aligned = made_slice(plane, cine=np.full((25, 256, 256), 80.0, np.float32))
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)))
    assert flags(found) == {Flag.NO_CINE}


@pytest.mark.parametrize(
    ("t1", "reason"),
    [
        (0.0, "holds no value within 45 mm"),
        (np.nan, "holds no value within 45 mm"),
        (-5.0, "holds no value within 45 mm"),
        (1000.0, "the same value, 1000 ms, everywhere"),
    ],
)
def test_an_empty_t1_map_is_refused_with_its_reason(model, t1, reason):
    aligned = made_slice(t1_ms=np.full((192, 176), t1, np.float32))
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)))
    assert isinstance(found, NotGenerated)
    assert reason in found.reason


def test_a_slice_without_t1_is_refused_with_the_matchs_reason(model):
    aligned = without(made_slice(), Role.T1, "no T1 map in this study")
    found = generate(model, Subject(aligned))
    assert isinstance(found, NotGenerated)
    assert found.reason == "no T1 map in this study"


def test_holes_in_the_t1_map_change_nothing_around_them_and_are_said(model):
    plane = made_plane()
    along, down = distances_mm(plane)
    hole = (along < 0) & (along > -20) & (np.abs(down) < 25)
    t1 = true_t1_ms(plane)
    t1[hole] = np.nan
    aligned = of_t1_alone(made_slice(plane, t1_ms=t1))
    found = generate(model, Subject(aligned, circle(plane, EPI_MM)))
    assert Flag.T1_HOLES in flags(found)
    far = (np.hypot(along, down) < 14) & (along > 3)
    np.testing.assert_allclose(found.pixels[far], t1_part(BLOOD_MS), atol=1e-4)
    assert np.isfinite(found.pixels).all()


def test_a_single_not_a_number_in_ir_or_cine_reaches_no_pixel(model):
    whole = made_slice()
    ir, cine = whole.ir.copy(), whole.cine.copy()
    ir[2, 90, 90] = np.nan
    cine[3, 95, 95] = np.inf
    found = generate(model, Subject(replace(whole, ir=ir, cine=cine), circle(whole.plane, EPI_MM)))
    assert np.isfinite(found.pixels).all()


def test_t1_of_another_world_is_flagged_with_the_range_learnt(model):
    plane = made_plane()
    aligned = made_slice(plane, t1_ms=true_t1_ms(plane) + 1000)
    found = generate(model, Subject(aligned, circle(plane, EPI_MM)))
    (flag,) = [one for one in found.flags if one.flag is Flag.T1_RANGE]
    assert "850 to 1300 ms" in flag.text


@pytest.mark.parametrize(("field_t", "is_told"), [(1.5, False), (3.0, False), (0.55, True)])
def test_another_field_strength_is_flagged(model, field_t, is_told):
    aligned = made_slice()
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM), field_t))
    assert (Flag.FIELD_STRENGTH in flags(found)) is is_told


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        (((64, 64), (1.5, 1.5)), {Flag.SMALL_FIELD}),
        (((64, 64), (3.0, 3.0)), {Flag.PIXEL_SIZE}),
        (((160, 320), (1.8, 0.9)), {Flag.PIXEL_SIZE}),
    ],
)
def test_an_unusual_grid_is_flagged(model, grid, told):
    plane = made_plane(*grid)
    found = generate(model, Subject(made_slice(plane), circle(plane, EPI_MM)))
    assert flags(found) == told


def test_ir_images_that_lie_apart_are_flagged_with_how_far(model):
    whole = made_slice()
    ir = whole.ir.copy()
    ir[3] = np.roll(ir[3], 5, axis=0)  # 5 pixels of 1.2 mm
    found = generate(model, Subject(replace(whole, ir=ir), circle(whole.plane, EPI_MM)))
    (flag,) = found.flags
    assert flag.flag is Flag.IR_MOTION
    assert found.features["ir_motion_mm"] == pytest.approx(6.0, abs=1.0)


def test_a_t1_fit_that_misses_its_images_is_flagged(model):
    residual = np.full((192, 176), 150.0, np.float32)
    aligned = made_slice(fit_residual=residual)
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)))
    assert flags(found) == {Flag.FIT_RESIDUAL}


def test_five_inversion_times_are_an_image_that_says_so(model):
    whole = made_slice()
    aligned = replace(whole, ir=whole.ir[2:], inversion_times_ms=INVERSION_TIMES_MS[2:])
    found = generate(model, Subject(aligned, circle(whole.plane, EPI_MM)))
    assert [flag.text for flag in found.flags] == ["5 of 7 inversion times"]


def test_a_batch_gives_what_each_slice_gives_alone_in_order(model):
    planes = [made_plane(), made_plane((64, 64), (2.8, 2.8)), made_plane((256, 256), (0.9, 0.9))]
    subjects = [Subject(replace(made_slice(p), slice_id=str(i))) for i, p in enumerate(planes)]
    broken = Subject(without(replace(made_slice(), slice_id="x"), Role.T1, "none"))
    subjects = [subjects[0], broken, *subjects[1:], subjects[0], subjects[1]]
    together = list(generate_all(model, subjects))
    assert [one.slice_id for one in together] == ["0", "x", "1", "2", "0", "1"]
    for subject, one in zip(subjects, together, strict=True):
        alone = generate(model, subject)
        if isinstance(one, VneImage):
            np.testing.assert_allclose(one.pixels, alone.pixels, atol=1e-6)
            assert one.input_hash == alone.input_hash
        else:
            assert one == alone


def test_the_input_hash_follows_what_the_network_sees(model):
    whole = made_slice()
    epi = circle(whole.plane, EPI_MM)
    one = generate(model, Subject(whole, epi))
    t1 = whole.t1_ms.copy()
    t1[90, 90] += 30
    other = generate(model, Subject(replace(whole, t1_ms=t1), epi))
    assert one.input_hash != other.input_hash
    assert one.input_hash == generate(model, Subject(whole, epi)).input_hash


def test_each_stream_is_given_what_it_added(model):
    aligned = made_slice()
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)), explained=True)
    assert set(found.contributions) == {"t1", "ir", "cine"}
    radius = np.hypot(*distances_mm(aligned.plane))
    blood = radius < 8
    t1_alone = generate(model, Subject(of_t1_alone(aligned), circle(aligned.plane, EPI_MM)))
    added = found.contributions["ir"] + found.contributions["cine"]
    np.testing.assert_allclose((found.pixels - t1_alone.pixels)[blood], added[blood], atol=1e-4)
    assert 0 < np.abs(added[blood]).max() < 2 * (IR_SHARE + CINE_SHARE)
    scaled = normalised_t1(np.array([[BLOOD_MS]]))[0, 0, 0]
    np.testing.assert_allclose(found.contributions["t1"][blood], scaled / 0.4, atol=0.01)


def test_a_stream_the_study_has_not_got_gave_nothing(model):
    aligned = without(made_slice(), Role.CINE, "no cine")
    found = generate(model, Subject(aligned, circle(aligned.plane, EPI_MM)), explained=True)
    assert (found.contributions["cine"] == 0).all()
    assert np.abs(found.contributions["t1"]).max() > 0.1


def test_a_map_of_water_and_air_alone_is_still_an_answer_in_numbers(model):
    plane = made_plane()
    t1 = np.where(distances_mm(plane)[0] > 0, 3000.0, AROUND_MS).astype(np.float32)
    found = generate(model, Subject(made_slice(plane, t1_ms=t1), circle(plane, EPI_MM)))
    assert np.isfinite(list(found.features.values())).all()
    assert Flag.T1_RANGE in flags(found)
