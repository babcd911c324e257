import numpy as np

from app.panels.bands import visible_bands

NESTED = np.array([[0, 3, 2, 1, 2, 3, 0]], np.uint8)


def test_all_bands_are_drawn_as_they_nest():
    assert visible_bands(NESTED, (True, True, True), as_outlines=False).tolist() == NESTED.tolist()


def test_a_band_switched_off_shows_the_lower_band_it_lies_in():
    drawn = visible_bands(NESTED, (False, True, True), as_outlines=False)
    assert drawn.tolist() == [[0, 3, 2, 2, 2, 3, 0]]


def test_the_lowest_band_off_leaves_its_own_pixels_clear():
    drawn = visible_bands(NESTED, (True, True, False), as_outlines=False)
    assert drawn.tolist() == [[0, 0, 2, 1, 2, 0, 0]]


def test_an_outline_keeps_the_rim_and_clears_the_inside():
    square = np.zeros((9, 9), np.uint8)
    square[2:7, 2:7] = 1
    drawn = visible_bands(square, (True, True, True), as_outlines=True)
    assert (drawn > 0).sum() == 16
    assert not drawn[3:6, 3:6].any()


def test_the_outlines_of_lower_bands_are_broken_lines():
    square = np.zeros((30, 30), np.uint8)
    square[2:28, 2:28] = 3
    rim = 4 * 25
    dotted = (visible_bands(square, (True, True, True), as_outlines=True) > 0).sum()
    assert 0.3 * rim < dotted < 0.7 * rim
