from dataclasses import replace
from math import acos, cos, degrees, radians, sin

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from vne_core.align.match import match_study
from vne_core.align.roles import Refusal, Role
from vne_core.align.summary import match_summary
from vne_core.dicom.kinds import Kind
from vne_core.geometry.plane import SlicePlane
from vne_core.study.model import FrameRef, Series, SliceRef, Study

ROW, COL, NORMAL = np.eye(3)


def level(height_mm=0.0, angle_deg=0.0, flipped=False, shift_mm=(0.0, 0.0)) -> SlicePlane:
    """A 100 x 100 mm plane centred above the origin, tilted about its own row direction."""
    col = cos(radians(angle_deg)) * COL + sin(radians(angle_deg)) * NORMAL
    row = -ROW if flipped else ROW
    centre = height_mm * NORMAL + shift_mm[0] * ROW + shift_mm[1] * COL
    origin = centre - 50 * row - 50 * col
    return SlicePlane(tuple(origin), tuple(row), tuple(col), (1.0, 1.0), (101, 101), 8.0)


def one(
    slice_id: str, kind: Kind, plane: SlicePlane, at_s=None, frame_of_reference="f"
) -> SliceRef:
    frame = FrameRef(0, None, None, at_s, 1.0, 0.0)
    return SliceRef(slice_id, f"of {slice_id}", kind, plane, frame_of_reference, None, (frame,))


def study(*slices: SliceRef) -> Study:
    series = tuple(
        Series(s.series_id, n, s.slice_id, s.kind, "rule", (s,)) for n, s in enumerate(slices)
    )
    return Study("study", "P-1", "20210301", "SIEMENS", 1.5, series)


def only(matches):
    (match,) = matches
    return match


T1 = one("t1", Kind.T1_MAP, level())


def test_the_nearest_of_the_candidates_is_taken_and_the_other_keeps_its_numbers():
    near, far = one("near", Kind.CINE_SAX, level(-2.0)), one("far", Kind.CINE_SAX, level(3.0))
    match = only(match_study(study(T1, far, near)))
    assert match.partner(Role.CINE) == near
    assert match.candidate(Role.CINE).distance_mm == pytest.approx(2.0)
    refused = next(c for c in match.candidates if c.slice_id == "far")
    assert (refused.accepted, refused.refusal) == (False, Refusal.OUTRANKED)
    assert refused.distance_mm == pytest.approx(3.0)


@pytest.mark.parametrize(
    "height_mm, is_match", [(0, True), (3.99, True), (4.0, False), (-3.99, True)]
)
def test_slices_match_below_four_millimetres(height_mm, is_match):
    match = only(match_study(study(T1, one("lge", Kind.LGE_PSIR, level(height_mm)))))
    assert (match.partner(Role.LGE) is not None) is is_match


@pytest.mark.parametrize(
    "angle_deg, is_match", [(0, True), (25.8, True), (25.9, False), (-25.8, True)]
)
def test_slices_match_above_a_cosine_of_nine_tenths(angle_deg, is_match):
    assert degrees(acos(0.9)) == pytest.approx(25.84, abs=0.01)
    match = only(match_study(study(T1, one("cine", Kind.CINE_SAX, level(0, angle_deg)))))
    assert (match.partner(Role.CINE) is not None) is is_match


def test_the_sign_of_the_normal_is_no_matter():
    match = only(match_study(study(T1, one("cine", Kind.CINE_SAX, level(1.0, flipped=True)))))
    assert match.candidate(Role.CINE).angle_deg == pytest.approx(0.0, abs=1e-5)
    assert match.candidate(Role.CINE).distance_mm == pytest.approx(1.0)


def test_the_largest_gap_over_the_heart_is_kept_beside_the_distance():
    match = only(match_study(study(T1, one("cine", Kind.CINE_SAX, level(1.0, 20.0)))))
    found = match.candidate(Role.CINE)
    assert found.distance_mm == pytest.approx(1.0)
    assert found.angle_deg == pytest.approx(20.0)
    assert found.largest_gap_mm == pytest.approx(40 * sin(radians(20)) + cos(radians(20)), rel=0.01)


@pytest.mark.parametrize(
    "candidate, role, refusal, words",
    [
        (one("c", Kind.LGE_PSIR, level(6.1)), Role.LGE, Refusal.DISTANCE, "6.1 mm away"),
        (one("c", Kind.CINE_SAX, level(0, 31)), Role.CINE, Refusal.ANGLE, "31.0 degrees"),
        (one("c", Kind.CINE_SAX, level(), None, "g"), Role.CINE, Refusal.FRAME_OF_REFERENCE, "frame of reference"),
        (one("c", Kind.POST_CONTRAST_CINE, level()), Role.CINE, Refusal.KIND, "after contrast"),
        (one("c", Kind.POST_CONTRAST_IR, level()), Role.IR, Refusal.KIND, "after contrast"),
        (one("c", Kind.CINE_LAX, level(0, 90)), Role.CINE, Refusal.KIND, "long-axis"),
        (one("c", Kind.LGE_LAX, level(0, 80)), Role.LGE, Refusal.KIND, "long-axis"),
        (one("c", Kind.TI_SCOUT, level()), Role.LGE, Refusal.KIND, "scout"),
    ],
)  # fmt: skip
def test_a_refused_candidate_keeps_its_reason(candidate, role, refusal, words):
    match = only(match_study(study(T1, candidate)))
    assert match.partner(role) is None
    (refused,) = (c for c in match.candidates if c.role is role)
    assert (refused.slice_id, refused.refusal) == ("c", refusal)
    assert words in refused.reason


def test_an_absent_frame_of_reference_forbids_nothing():
    cine = one("cine", Kind.CINE_SAX, level(), frame_of_reference=None)
    assert only(match_study(study(T1, cine))).partner(Role.CINE) == cine


@pytest.mark.parametrize(
    "slices, sentence",
    [
        ([], "no LGE in this study"),
        ([one("a", Kind.LGE_PSIR, level(6.1)), one("b", Kind.LGE_PSIR, level(-9))], "no LGE within 4 mm: nearest 6.1 mm"),
        ([one("a", Kind.LGE_PSIR, level(0, 40))], "no LGE in this direction: the nearest is tilted by 40.0 degrees, less than 25.8 needed"),
        ([one("a", Kind.LGE_PSIR, level(), None, "g")], "no LGE in this frame of reference: its positions do not compare"),
        ([one("a", Kind.LGE_LAX, level(0, 85))], "no LGE of this slice in the study"),
    ],
)  # fmt: skip
def test_an_absent_lge_says_why(slices, sentence):
    assert only(match_study(study(T1, *slices))).why_absent(Role.LGE) == sentence


def test_an_absent_cine_names_the_post_contrast_one_even_beside_a_nearer_long_axis():
    slices = [
        one("post", Kind.POST_CONTRAST_CINE, level(1.2)),
        one("lax", Kind.CINE_LAX, level(0.1, 80)),
    ]
    match = only(match_study(study(T1, *slices)))
    assert match.why_absent(Role.CINE) == "no cine: the one 1.2 mm away is acquired after contrast"


def test_a_filled_role_has_no_reason_to_be_absent():
    assert only(match_study(study(T1))).why_absent(Role.T1) == ""


def test_one_cine_serves_several_t1_slices():
    cine = one("cine", Kind.CINE_SAX, level(3.0))
    matches = match_study(study(T1, one("t2", Kind.T1_MAP, level(6.0)), cine))
    assert [m.partner(Role.CINE) for m in matches] == [cine, cine]


def test_phase_sensitive_lge_is_preferred_to_a_nearer_magnitude_image():
    psir, magnitude = one("p", Kind.LGE_PSIR, level(2.0)), one("m", Kind.LGE_MAGNITUDE, level(0.5))
    match = only(match_study(study(T1, magnitude, psir)))
    assert match.partner(Role.LGE) == psir
    assert match.partner(Role.LGE_MAGNITUDE) == magnitude
    refused = next(c for c in match.candidates if c.role is Role.LGE and c.slice_id == "m")
    assert refused.reason == "the phase-sensitive image is preferred"


def test_perpendicular_planes_have_no_distance():
    match = only(match_study(study(T1, one("c", Kind.CINE_LAX, level(0, 90)))))
    assert match.candidates[0].distance_mm == float("inf")
    assert match.candidates[0].angle_deg == pytest.approx(90)


def test_magnitude_lge_serves_where_no_phase_sensitive_one_is_near():
    psir, magnitude = one("p", Kind.LGE_PSIR, level(8.0)), one("m", Kind.LGE_MAGNITUDE, level(0.5))
    assert only(match_study(study(T1, magnitude, psir))).partner(Role.LGE) == magnitude


def test_of_equally_near_lge_the_last_acquired_is_taken():
    first, again = (one(n, Kind.LGE_PSIR, level(1.0), t) for n, t in (("a", 10.0), ("b", 20.0)))
    assert only(match_study(study(T1, again, first))).partner(Role.LGE) == again


def test_of_equally_near_inversion_recovery_the_one_made_with_the_map_is_taken():
    t1 = one("t1", Kind.T1_MAP, level(), 100.0)
    own, later = (one(n, Kind.IR_MAGNITUDE, level(), t) for n, t in (("a", 92.0), ("b", 300.0)))
    assert only(match_study(study(own, t1, later))).partner(Role.IR) == own


def test_the_last_of_repeated_maps_is_the_anchor_and_the_other_is_listed():
    again = one("again", Kind.T1_MAP, level(0.2), 200.0)
    match = only(match_study(study(one("first", Kind.T1_MAP, level(), 100.0), again)))
    assert match.anchor == again
    assert [(c.slice_id, c.refusal) for c in match.candidates] == [("first", Refusal.OUTRANKED)]


@pytest.mark.parametrize(
    "kinds, anchor, role",
    [
        ((Kind.T1_MAP, Kind.IR_MAGNITUDE, Kind.LGE_PSIR, Kind.CINE_SAX), Kind.T1_MAP, Role.T1),
        ((Kind.IR_MAGNITUDE, Kind.LGE_PSIR, Kind.CINE_SAX), Kind.IR_MAGNITUDE, Role.IR),
        ((Kind.LGE_MAGNITUDE, Kind.LGE_PSIR, Kind.CINE_SAX), Kind.LGE_PSIR, Role.LGE),
        ((Kind.LGE_MAGNITUDE, Kind.CINE_SAX), Kind.LGE_MAGNITUDE, Role.LGE),
        ((Kind.CINE_SAX, Kind.CINE_LAX), Kind.CINE_SAX, Role.CINE),
        ((Kind.LGE_LAX,), Kind.LGE_LAX, Role.LGE),
        ((Kind.CINE_LAX,), Kind.CINE_LAX, Role.CINE),
    ],
)
def test_the_anchor_is_the_t1_map_else_ir_else_lge_else_cine(kinds, anchor, role):
    match = only(match_study(study(*(one(str(k), k, level()) for k in kinds))))
    assert (match.anchor.kind, match.anchor_role) == (anchor, role)
    assert match.partner(role) == match.anchor


def test_a_study_without_any_of_these_has_no_slices():
    assert match_study(study(one("l", Kind.LOCALISER, level()))) == ()


def test_inversion_recovery_without_a_map_at_its_position_is_a_slice_too():
    t1, here, there = (
        T1,
        one("i", Kind.IR_MAGNITUDE, level()),
        one("j", Kind.IR_MAGNITUDE, level(10)),
    )
    matches = match_study(study(t1, here, there))
    assert {m.anchor.slice_id for m in matches} == {"t1", "j"}


def test_slices_run_from_base_to_apex():
    slices = [one(str(h), Kind.T1_MAP, level(h)) for h in (10, -10, 0)]
    assert [m.anchor.slice_id for m in match_study(study(*slices))] == ["10", "0", "-10"]


def test_a_reader_matches_another_slice_against_the_rule():
    auto, wanted = one("auto", Kind.CINE_SAX, level(1)), one("far", Kind.CINE_SAX, level(9))
    match = only(match_study(study(T1, auto, wanted), {("t1", Role.CINE): "far"}))
    assert match.partner(Role.CINE) == wanted
    chosen = match.candidate(Role.CINE)
    assert (chosen.reason, chosen.distance_mm) == ("matched by the reader", pytest.approx(9.0))
    assert next(c for c in match.candidates if c.slice_id == "auto").refusal is Refusal.READER


def test_a_reader_can_match_a_slice_of_another_kind():
    post = one("post", Kind.OTHER, level(1))
    match = only(match_study(study(T1, post), {("t1", Role.LGE): "post"}))
    assert match.partner(Role.LGE) == post


def test_a_reader_can_want_no_partner():
    match = only(
        match_study(study(T1, one("c", Kind.CINE_SAX, level())), {("t1", Role.CINE): None})
    )
    assert match.partner(Role.CINE) is None
    assert match.why_absent(Role.CINE) == "no cine: refused by the reader"


def test_a_reader_can_take_the_earlier_of_repeated_maps():
    first, again = (one(n, Kind.T1_MAP, level(), t) for n, t in (("a", 10.0), ("b", 20.0)))
    match = only(match_study(study(first, again), {("b", Role.T1): "a"}))
    assert (match.anchor, match.partner(Role.T1)) == (again, first)


def test_a_re_match_to_a_slice_that_is_gone_is_listed_and_the_rule_decides():
    cine = one("c", Kind.CINE_SAX, level())
    match = only(match_study(study(T1, cine), {("t1", Role.CINE): "vanished"}))
    assert match.partner(Role.CINE) == cine
    assert [c.slice_id for c in match.candidates if c.refusal is Refusal.GONE] == ["vanished"]


def test_the_summary_names_every_partner_and_every_refusal_with_its_numbers():
    found = study(
        T1, one("near", Kind.CINE_SAX, level(1.5)), one("LGE far", Kind.LGE_PSIR, level(6.1))
    )
    text = match_summary(found, match_study(found))
    assert "P-1: 1 slices, base to apex" in text
    assert "anchor" in text
    lines = text.splitlines()
    near = next(line for line in lines if " near " in line)
    assert "1.5" in near
    assert "nearest within the limits" in near
    assert any("no LGE within 4 mm: nearest 6.1 mm" in line for line in lines)
    assert any("LGE far" in line and "refused: 6.1 mm away" in line for line in lines)
    assert lines[-1] == "not in this study: IR images, IR phase images, LGE magnitude"


def moved(one: SliceRef, rotation: Rotation, shift) -> SliceRef:
    plane = one.plane
    turned = rotation.apply([plane.origin_mm, plane.row_dir, plane.col_dir])
    return replace(
        one,
        plane=replace(
            plane,
            origin_mm=tuple(turned[0] + shift),
            row_dir=tuple(turned[1]),
            col_dir=tuple(turned[2]),
        ),
    )


@given(
    turn=st.tuples(*[st.floats(-3.1, 3.1)] * 3),
    shift=st.tuples(*[st.floats(-200, 200)] * 3),
    height_mm=st.floats(-8, 8),
    angle_deg=st.floats(-50, 50),
)
def test_matching_does_not_change_when_the_whole_patient_is_moved(
    turn, shift, height_mm, angle_deg
):
    assume(abs(abs(height_mm) - 4) > 1e-6)
    assume(abs(abs(angle_deg) - degrees(acos(0.9))) > 1e-6)
    slices = [T1, one("c", Kind.CINE_SAX, level(height_mm, angle_deg, shift_mm=(3, -4)))]
    rotation = Rotation.from_euler("xyz", turn)
    here = only(match_study(study(*slices)))
    there = only(match_study(study(*(moved(s, rotation, np.array(shift)) for s in slices))))
    for a, b in zip(here.candidates, there.candidates, strict=True):
        assert (a.accepted, a.refusal, a.slice_id) == (b.accepted, b.refusal, b.slice_id)
        assert a.distance_mm == pytest.approx(b.distance_mm, abs=1e-6)
        assert a.angle_deg == pytest.approx(b.angle_deg, abs=1e-4)
        assert a.largest_gap_mm == pytest.approx(b.largest_gap_mm, abs=1e-6)
