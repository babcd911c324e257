"""Segments of rings whose lesions are wedges of a known angle.

The heart here has its apex toward the patient's left, front and feet; the frame of each test is
made by hand from anatomy: the septum lies on the patient's right of the anterior wall.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.phantom.demo import demo_patient
from vne_core.phantom.outlines import outlines
from vne_core.phantom.patient import make_body, t1_plane
from vne_core.phantom.placement import STILL
from vne_core.quantify.burden import NotMeasured, measure_slice
from vne_core.quantify.segments import (
    SEGMENTS,
    SegmentSlice,
    Third,
    angles_deg,
    segment_burdens,
    thirds,
)
from vne_core.study.annotation import ImageKind, SliceAnnotation

APEXWARD = np.array([1.0, -1.0, -1.0]) / np.sqrt(3)
SUPERIOR = np.array([0.0, 0.0, 1.0])
ANTERIOR = SUPERIOR - (SUPERIOR @ APEXWARD) * APEXWARD
ANTERIOR /= np.linalg.norm(ANTERIOR)
SEPTAL = np.cross(APEXWARD, ANTERIOR)
"""To the patient's right and front: where the right ventricle is."""
SIZE, SPACING_MM, STEP_MM = 161, 0.6, 10.0
REMOTE, LESION, BLOOD = 100.0, 400.0, 500.0
EPI_MM, ENDO_MM = 40.0, 24.0
INSERTION_DEG = 30.0
"""The anterior insertion lies this far from the anterior direction toward the septum."""


def direction(turn_deg: float) -> np.ndarray:
    """Return a direction in the short-axis plane, turned from anterior toward the septum."""
    turn = np.radians(turn_deg)
    return np.cos(turn) * ANTERIOR + np.sin(turn) * SEPTAL


def plane(depth_mm: float, *, view_deg: float = 0.0, is_flipped: bool = False) -> SlicePlane:
    """Return a short-axis plane; the picture can be turned and mirrored at will."""
    row, col = direction(view_deg), direction(view_deg + 90)
    if is_flipped:
        row = -row
    middle = depth_mm * APEXWARD
    origin = middle - SPACING_MM * (SIZE - 1) / 2 * (row + col)
    return SlicePlane(
        tuple(origin), tuple(row), tuple(col), (SPACING_MM, SPACING_MM), (SIZE, SIZE), 8.0
    )


def turns_deg(of: SlicePlane) -> np.ndarray:
    """Return for each pixel its turn from anterior toward the septum, 0 to 360."""
    y, x = np.indices(of.shape_px)
    points = of.pixel_to_patient(np.stack([x.ravel(), y.ravel()], axis=-1))
    return np.degrees(np.arctan2(points @ SEPTAL, points @ ANTERIOR)).reshape(of.shape_px) % 360


def circle(of: SlicePlane, radius_mm: float) -> Contour:
    middle = of.centre_mm
    return Contour([middle + radius_mm * direction(turn) for turn in np.arange(0, 360, 20)])


def slice_with(of: SlicePlane, wedge_deg: tuple[float, float], turned_deg: float = 0.0):
    """Return a ring with a lesion between two turns after the insertion, all of it turned."""
    insertion = INSERTION_DEG + turned_deg
    first, last = wedge_deg
    in_wedge = (turns_deg(of) - insertion - first) % 360 < last - first
    y, x = np.indices(of.shape_px) - (SIZE - 1) / 2
    radius_mm = SPACING_MM * np.hypot(x, y)
    image = np.where(in_wedge & (radius_mm > ENDO_MM - 3), LESION, REMOTE)
    image = np.where(radius_mm < ENDO_MM - 3, BLOOD, image)
    opposite = of.centre_mm + 32 * direction(insertion + (first + last) / 2 + 180)
    annotation = SliceAnnotation(
        "slice", ImageKind.LGE, circle(of, EPI_MM), circle(of, ENDO_MM),
        Roi(tuple(opposite), 3.0), Roi(tuple(of.centre_mm), 10.0),
        rv_insertion=tuple(of.centre_mm + EPI_MM * direction(insertion)),
    )  # fmt: skip
    return SegmentSlice(of, annotation, image)


def percents(readings, level: int = 0) -> dict[int, float]:
    return {
        one.segment.number: one.burden.levels[level].burden_percent
        for one in readings
        if not isinstance(one.burden, NotMeasured)
    }


def three_slices(wedge, **options):
    return [slice_with(plane(at * STEP_MM, **options), wedge) for at in range(3)]


def test_the_sixteen_segments_have_the_names_of_the_standard():
    names = {segment.number: segment.name for segment in SEGMENTS}
    assert list(names) == list(range(1, 17))
    assert names[1] == "basal anterior"
    assert names[2] == "basal anteroseptal"
    assert names[9] == "mid inferoseptal"
    assert names[12] == "mid anterolateral"
    assert [names[number] for number in (13, 14, 15, 16)] == [
        "apical anterior",
        "apical septal",
        "apical inferior",
        "apical lateral",
    ]


def test_sixty_degrees_after_the_insertion_are_the_anteroseptal_segment():
    found = percents(segment_burdens(three_slices((0, 60))))
    assert found[2] == pytest.approx(100, abs=2)
    assert found[8] == pytest.approx(100, abs=2)
    others = [found[number] for number in range(1, 13) if number not in (2, 8)]
    assert max(others) < 2


def test_the_anterior_segment_ends_at_the_insertion():
    found = percents(segment_burdens(three_slices((-60, 0))))
    assert [round(found[number]) for number in (1, 7)] == pytest.approx([100, 100], abs=2)


def test_the_apical_septum_has_its_middle_in_that_of_the_septum():
    found = percents(segment_burdens(three_slices((15, 105))))
    assert found[14] == pytest.approx(100, abs=2)
    assert max(found[13], found[15], found[16]) < 2


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 359), st.floats(5, 60))
def test_a_wedge_is_its_share_of_each_segment(first, width):
    readings = segment_burdens(three_slices((first, first + width)))
    found = percents(readings)
    for segment in SEGMENTS:
        overlap = overlap_deg(segment.start_deg, segment.span_deg, first, width)
        share = 100 * overlap / segment.span_deg
        assert found[segment.number] == pytest.approx(share, abs=3), segment.name


def overlap_deg(start: float, span: float, first: float, width: float) -> float:
    return sum(
        max(0.0, min(start + span, first + width + turn) - max(start, first + turn))
        for turn in (-360, 0, 360)
    )


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 360), st.booleans())
def test_how_the_picture_is_turned_or_mirrored_changes_nothing(view_deg, is_flipped):
    upright = percents(segment_burdens(three_slices((20, 70))))
    turned = percents(
        segment_burdens(three_slices((20, 70), view_deg=view_deg, is_flipped=is_flipped))
    )
    assert turned == pytest.approx(upright, abs=3)


def test_heart_and_insertion_turned_together_keep_their_segments():
    base = percents(segment_burdens([slice_with(plane(0), (20, 70))]))
    turned = percents(segment_burdens([slice_with(plane(0), (20, 70), turned_deg=133)]))
    assert turned == pytest.approx(base, abs=3)


def test_the_segments_of_a_slice_add_up_to_its_burden():
    one = slice_with(plane(0), (10, 95))
    whole = measure_slice(one.image, one.plane, one.annotation)
    burdens = [
        reading.burden
        for reading in segment_burdens([one])
        if not isinstance(reading.burden, NotMeasured)
    ]
    assert len(burdens) == 6
    total = sum(burden.myocardium_mm2 for burden in burdens)
    assert total == pytest.approx(whole.myocardium_mm2, rel=1e-9)
    for index, level in enumerate(whole.levels):
        lesion = sum(burden.levels[index].lesion_mm2 for burden in burdens)
        assert lesion == pytest.approx(level.lesion_mm2, rel=1e-9)


def test_slices_of_a_third_are_summed_by_area():
    wedges = [(0, 60), (0, 60), (0, 30), (0, 60), (0, 60), (0, 60)]
    slices = [slice_with(plane(at * STEP_MM), wedge) for at, wedge in enumerate(wedges)]
    found = percents(segment_burdens(slices))
    assert found[2] == pytest.approx(100, abs=2)
    assert found[8] == pytest.approx(75, abs=2)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "m"), (2, "ba"), (3, "bma"), (4, "bmma"), (5, "bbmaa"), (9, "bbbmmmaaa")],
)
def test_even_slices_are_shared_out_among_the_thirds(count, expected):
    found = thirds([plane(at * STEP_MM) for at in range(count)])
    assert "".join(third[0] for third in found) == expected


def test_the_order_of_the_slices_does_not_matter_to_their_thirds():
    planes = [plane(depth) for depth in (20.0, 0.0, 10.0)]
    assert thirds(planes) == (Third.APICAL, Third.BASAL, Third.MID)


def test_a_slice_without_insertion_says_so_and_leaves_the_other_thirds_alone():
    slices = three_slices((0, 60))
    bare = replace(slices[1].annotation, rv_insertion=None)
    slices[1] = replace(slices[1], annotation=bare)
    readings = segment_burdens(slices)
    assert readings[6].burden == NotMeasured("has no RV insertion")
    assert (readings[6].slices, readings[6].measured) == ((1,), ())
    assert percents(readings).keys() == set(range(1, 7)) | set(range(13, 17))


def test_an_insertion_in_the_cavity_is_refused():
    one = slice_with(plane(0), (0, 60))
    inner = replace(one.annotation, rv_insertion=tuple(one.plane.centre_mm))
    (*_, last) = segment_burdens([replace(one, annotation=inner)])[6:12]
    assert last.burden == NotMeasured("the RV insertion lies in the cavity")


def test_a_third_without_slices_says_so():
    readings = segment_burdens([slice_with(plane(0), (0, 60))])
    assert readings[0].burden == NotMeasured("no slice lies in the basal third")


def test_the_septum_of_the_virtual_patient_lies_after_its_insertion():
    patient = demo_patient(seed=7)
    body, of = make_body(patient), t1_plane(patient, 0)
    drawn = outlines(body.heart(0.0), body.frame, of, STILL)
    middle = drawn.endo.points_mm.mean(axis=0)
    apexward = of.normal * np.sign(of.normal @ APEXWARD)
    right, left = np.array([-1.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    septal, lateral = angles_deg(
        middle + 30 * np.stack([right, left]), middle, np.asarray(drawn.rv_insertion), apexward
    )
    assert 0 < septal < 120
    assert 180 < lateral < 300
