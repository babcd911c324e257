import math

import numpy as np
import pytest

from app.viewer.furniture import (
    CornerLine,
    Notice,
    direction_letters,
    edge_letters,
    length_text,
    scale_bar_mm,
    tick_values,
    window_text,
    zoom_text,
)
from app.viewer.window_level import Window
from vne_core.geometry.plane import SlicePlane


@pytest.mark.parametrize(
    "direction, letters",
    [
        ((1, 0, 0), "L"),
        ((-1, 0, 0), "R"),
        ((0, 1, 0), "P"),
        ((0, -1, 0), "A"),
        ((0, 0, 1), "H"),
        ((0, 0, -1), "F"),
        ((0.6, 0.8, 0), "PL"),
        ((0.99, 0.1, -0.1), "L"),
        ((0.58, -0.58, -0.57), "LA"),
    ],
)
def test_letters_say_where_a_direction_points_in_lps(direction, letters):
    assert set(direction_letters(direction)) == set(letters)
    assert direction_letters(direction)[0] == letters[0]


def test_an_axial_image_has_right_left_anterior_posterior_at_its_edges():
    axial = SlicePlane((0.0, 0, 0), (1.0, 0, 0), (0, 1.0, 0), (1.0, 1.0), (2, 2))
    edges = edge_letters(axial)
    assert (edges.left, edges.right, edges.top, edges.bottom) == ("R", "L", "A", "P")


def test_the_scale_bar_is_the_longest_round_length_that_fits():
    for mm_per_px in np.geomspace(0.01, 10, 50):
        length = scale_bar_mm(mm_per_px, 90)
        mantissa = length / 10 ** math.floor(math.log10(length) + 1e-9)
        assert round(mantissa) in {1, 2, 5}
        assert 0.39 <= length / mm_per_px / 90 <= 1 + 1e-9


def test_lengths_are_in_centimetres_from_ten_millimetres_on():
    assert length_text(5) == "5 mm"
    assert length_text(10) == "1 cm"
    assert length_text(50) == "5 cm"


def test_a_loud_line_is_marked_without_colour_too():
    assert len({CornerLine("match", notice).marked_text[0] for notice in Notice}) == 3


def test_the_window_is_written_with_its_unit_once():
    assert window_text(Window(1100.0, 800.0), "ms") == "W 800  L 1100 ms"
    assert window_text(Window(0.5, 1.0)) == "W 1.000  L 0.500"
    assert zoom_text(2.44) == "2.4\N{MULTIPLICATION SIGN}"


def test_colour_bar_ticks_are_round_and_inside_the_window():
    assert tick_values(0, 2000) == (0, 500, 1000, 1500, 2000)
    assert tick_values(313, 1770)[0] == 500
    assert all(313 <= tick <= 1770 for tick in tick_values(313, 1770))
