import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from app.viewer.field_of_view import FieldOfView, ViewMap
from app.viewer.marks import (
    Arrow,
    Caliper,
    MarkTool,
    Probe,
    ends_of,
    grip_at,
    mark_text,
    moved_end,
    new_mark,
    probe_reading,
)
from app.viewer.marks_item import MarksItem
from vne_core.geometry.roi import Roi
from vne_core.quantify.burden import LesionBurden, measure_slice


@pytest.fixture
def oblique(plane) -> ViewMap:
    """The oblique plane whose pixels are 1.5 by 2 mm, in a pane of 480 x 400."""
    return ViewMap(plane, FieldOfView(tuple(plane.centre_mm), 120.0), (480, 400))


def test_a_caliper_measures_patient_millimetres_whatever_the_pixels(oblique):
    across, down = (
        oblique.screen_from_pixel([(30, 30), (45, 30)]),
        oblique.screen_from_pixel([(30, 30), (30, 50)]),
    )
    lengths = [
        new_mark(MarkTool.CALIPER, tuple(start), tuple(end), oblique).length_mm
        for start, end in (across, down)
    ]
    assert lengths == pytest.approx([15 * 2.0, 20 * 1.5])


def test_a_probe_reads_what_the_reference_regions_of_the_burden_read(outlined, square_plane, image):
    noisy = image + np.random.default_rng(3).normal(0, 20, image.shape).astype(np.float32)
    burden = measure_slice(noisy, square_plane, outlined)
    assert isinstance(burden, LesionBurden)
    reading = probe_reading(noisy, square_plane, outlined.blood_pool)
    assert (reading.mean, reading.sd) == pytest.approx((burden.blood_mean, burden.blood_sd))
    assert reading.area_mm2 == pytest.approx(math.pi * 12**2, rel=0.02)


def test_a_probe_reads_only_what_was_measured(square_plane):
    half = np.full((100, 120), 7.0, np.float32)
    half[:50] = np.nan
    centre = tuple(square_plane.pixel_to_patient([(60, 50)])[0])
    reading = probe_reading(half, square_plane, Roi(centre, 10.0))
    assert reading.mean == 7.0
    nowhere = tuple(square_plane.pixel_to_patient([(60, 20)])[0])
    assert probe_reading(half, square_plane, Roi(nowhere, 10.0)) is None
    view = ViewMap(square_plane, FieldOfView(centre, 200.0), (480, 400))
    assert mark_text(Probe(Roi(nowhere, 10.0)), half, view, "ms") == "no values"


def test_a_reading_has_its_unit_and_a_note_is_the_arrows_text(square_plane, view):
    flat = np.full((100, 120), 1234.0, np.float32)
    centre = tuple(square_plane.centre_mm)
    assert mark_text(Probe(Roi(centre, 8.0)), flat, view, "ms") == "1234 ± 0 ms"
    assert mark_text(Arrow(centre, centre, "thin wall"), flat, view, "ms") == "thin wall"


@pytest.mark.parametrize(
    ("scale", "words"), [(1.0, "0.42 ± 0.11"), (30.0, "12.6 ± 3.2"), (900.0, "378 ± 95")]
)
def test_a_reading_has_the_digits_that_its_size_needs(square_plane, view, scale, words):
    """Of a slope under a circle the SD is slope times radius / 2. A VNE lies between 0 and 1."""
    values = np.tile(np.linspace(0.0, 0.84, 120, dtype=np.float32), (100, 1)) * scale
    probe = Probe(Roi(tuple(square_plane.centre_mm), 60.0))
    assert mark_text(probe, values, view, "") == words


@pytest.mark.parametrize("tool", list(MarkTool))
@pytest.mark.parametrize("end", [0, 1])
def test_an_end_carried_by_the_hand_ends_where_the_hand_is(view, tool, end):
    mark = new_mark(tool, (100.0, 120.0), (180.0, 160.0), view)
    moved = moved_end(mark, end, (250.0, 90.0), view)
    at = ends_of(moved, view)[end]
    if tool is MarkTool.PROBE and end == 1:
        radius = math.dist((100, 120), (250, 90))
        assert moved.roi.radius_mm / view.mm_per_px == pytest.approx(radius)
    else:
        assert at == pytest.approx((250.0, 90.0))


def test_a_probe_is_held_by_its_rim_all_round_and_by_its_middle(view):
    probe = new_mark(MarkTool.PROBE, (200.0, 200.0), (240.0, 200.0), view)
    assert grip_at([probe], view, (200.0, 161.0)) == (0, 1)
    assert grip_at([probe], view, (203.0, 202.0)) == (0, 0)
    assert grip_at([probe], view, (220.0, 200.0)) is None


def test_the_nearest_of_two_marks_is_held(view):
    first = new_mark(MarkTool.CALIPER, (100.0, 100.0), (200.0, 100.0), view)
    second = new_mark(MarkTool.CALIPER, (206.0, 100.0), (300.0, 100.0), view)
    assert isinstance(first, Caliper)
    assert grip_at([first, second], view, (205.0, 100.0)) == (1, 0)


def test_a_moved_caliper_keeps_its_other_end(view):
    mark = new_mark(MarkTool.CALIPER, (100.0, 100.0), (200.0, 100.0), view)
    moved = moved_end(mark, 1, (150.0, 150.0), view)
    assert moved == replace(mark, end_mm=moved.end_mm)


@pytest.mark.usefixtures("qapp")
def test_no_text_of_a_mark_lies_over_another(square_plane, view):
    """Three circles side by side: each reading has a place of its own."""
    x_mm, y_mm, z_mm = square_plane.centre_mm
    image = np.full((100, 120), 1234.0, np.float32)
    marks = [Probe(Roi((x_mm + way, y_mm, z_mm), 4.0)) for way in (-14.0, 0.0, 14.0)]
    item = MarksItem()
    item.place(marks, view, image, "ms", 1.0)
    places = [place for place, _ in item._texts]
    assert len(places) == 3
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


@pytest.mark.usefixtures("qapp")
def test_the_note_of_an_arrow_never_stands_before_its_tip(square_plane, view):
    """Its tip is at what is meant; a circle's reading stands where the note would."""
    x_mm, y_mm, z_mm = square_plane.centre_mm
    image = np.full((100, 120), 1234.0, np.float32)
    circle = Probe(Roi((x_mm + 30, y_mm, z_mm), 4.0))
    arrow = Arrow((x_mm, y_mm, z_mm), (x_mm + 30, y_mm, z_mm), "LGE?")
    item = MarksItem()
    item.place([circle, arrow], view, image, "ms", 1.0)
    (reading, _), (note, _) = item._texts
    tip_x, _ = view.screen_from_mm([arrow.tip_mm])[0]
    assert note.left() > tip_x
    assert not note.intersects(reading)
