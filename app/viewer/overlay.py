"""The threshold bands as colours over an image."""

import numpy as np
from numpy.typing import NDArray

from app.viewer import palette

ByteImage = NDArray[np.uint8]


def _band_table(alpha: int) -> NDArray[np.uint32]:
    """Return RGBA for band values 0 (clear) to 255, the last band's colour beyond the third.

    One word a colour: a look-up of words is ten times as fast as one of rows of four bytes.
    """
    table = np.zeros((256, 4), np.uint8)
    for value in range(1, 256):
        colour = palette.BANDS[min(value, len(palette.BANDS)) - 1]
        table[value] = (*palette.rgb(colour), alpha)
    return table.view(np.uint32).ravel()


_BANDS, _OUTLINES = _band_table(round(255 * palette.BAND_ALPHA)), _band_table(255)


def bands_rgba(bands: NDArray[np.uint8], *, is_opaque: bool = False) -> ByteImage:
    """Return RGBA, shape (rows, columns, 4), of band numbers, shape (rows, columns).

    0 is clear, 1 the highest threshold's band, 2 the next, as ``quantify`` numbers them. Alpha is
    straight, not premultiplied; outlines are ``is_opaque``, to be seen at all.
    """
    table = _OUTLINES if is_opaque else _BANDS
    return table[bands].view(np.uint8).reshape(*bands.shape, 4)
