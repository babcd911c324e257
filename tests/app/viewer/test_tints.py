import numpy as np

from app.viewer.tints import AMBER, BLUE, MOST_ALPHA, ORANGE, amount_rgba, signed_rgba

VALID = np.array([[True, True, True, False]])


def test_an_amount_is_clear_at_nothing_and_strongest_from_the_full_value_on():
    drawn = amount_rgba(np.array([[0.0, 0.1, 0.9, 0.9]]), 0.2, VALID)
    assert drawn[0, :, 3].tolist() == [0, MOST_ALPHA // 2, MOST_ALPHA, 0]
    assert tuple(drawn[0, 2, :3]) == AMBER


def test_more_is_orange_and_less_is_blue():
    drawn = signed_rgba(np.array([[0.5, -0.5, 0.0, -9.0]]), 0.5, VALID)
    assert tuple(drawn[0, 0, :3]) == ORANGE
    assert tuple(drawn[0, 1, :3]) == BLUE
    assert drawn[0, :, 3].tolist() == [MOST_ALPHA, MOST_ALPHA, 0, 0]


def test_the_bytes_are_as_qt_draws_them():
    drawn = amount_rgba(np.zeros((3, 5)), 1.0, np.ones((3, 5), bool))
    assert drawn.shape == (3, 5, 4)
    assert drawn.dtype == np.uint8
    assert drawn.flags.c_contiguous
