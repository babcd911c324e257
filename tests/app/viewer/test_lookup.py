import numpy as np
import pytest
from skimage.color import rgb2lab

from app.viewer.lookup import Lookup, lightness, packed, render, table
from app.viewer.window_level import Window


@pytest.mark.parametrize("lookup", list(Lookup))
def test_a_table_has_256_distinct_read_only_colours(lookup):
    colours = table(lookup)
    assert colours.shape == (256, 3)
    assert colours.dtype == np.uint8
    assert not colours.flags.writeable
    assert len(np.unique(colours, axis=0)) > 200


def test_lightness_agrees_with_scikit_image():
    colours = table(Lookup.RAINBOW)
    peer = rgb2lab(colours[None] / 255.0)[0, :, 0]
    np.testing.assert_allclose(lightness(colours), peer, atol=0.02)


def test_the_perceptual_table_grows_lighter_in_equal_steps():
    steps = np.diff(rgb2lab(table(Lookup.LIPARI)[None] / 255.0)[0, :, 0])
    assert steps.min() > 0
    assert steps.max() < 2.2 * steps.mean()
    halves = rgb2lab(table(Lookup.LIPARI)[None, [0, 127, 255]] / 255.0)[0, :, 0]
    assert halves[1] == pytest.approx((halves[0] + halves[2]) / 2, abs=0.8)


def test_grey_is_grey():
    np.testing.assert_array_equal(table(Lookup.GREY), np.arange(256)[:, None].repeat(3, 1))


def test_packed_words_hold_alpha_red_green_blue():
    words = packed(np.array([[1, 2, 3]] * 256, np.uint8))
    assert int(words[0]) == 0xFF010203


def test_values_at_the_ends_of_the_window_are_black_and_white():
    image = np.array([[-5.0, 100.0, 150.0, 200.0, 9e9]])
    words = render(image, Window(150.0, 100.0), packed(None))
    assert [int(word) & 0xFF for word in words[0]] == [0, 0, 128, 255, 255]


def test_not_a_number_and_infinity_are_drawn_without_a_warning():
    image = np.array([[np.nan, np.inf, -np.inf]], np.float32)
    with np.errstate(all="raise"):
        words = render(image, Window(150.0, 100.0), packed(table(Lookup.LIPARI)))
    assert int(words[0, 0]) == 0xFF000000
    assert int(words[0, 1]) == int(packed(table(Lookup.LIPARI))[255])
