import numpy as np

from app.viewer.overlay import bands_rgba


def test_each_band_has_its_colour_at_forty_five_hundredths_and_none_is_clear():
    rgba = bands_rgba(np.array([[0, 1], [2, 3]], np.uint8))
    assert rgba.dtype == np.uint8
    assert rgba.tolist() == [
        [[0, 0, 0, 0], [0xE5, 0x39, 0x35, 115]],
        [[0xFD, 0xD8, 0x35, 115], [0x4F, 0xC3, 0xF7, 115]],
    ]
