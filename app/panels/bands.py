"""Which band pixels are drawn: some bands switched off, or only their outlines."""

import numpy as np
from numpy.typing import NDArray

BandImage = NDArray[np.uint8]
_DASH_PX = {1: 0, 2: 3, 3: 2}
"""Outline patterns: solid for the first band, dashed, dotted, so that colour is not alone."""


def visible_bands(bands: BandImage, shown: tuple[bool, ...], *, as_outlines: bool) -> BandImage:
    """Return the band numbers to draw, shape (rows, columns), 0 where nothing is drawn.

    Bands nest: where a higher band is switched off, the pixels show the next lower band that
    is on, because they belong to it too.
    """
    drawn = np.zeros_like(bands)
    for number in range(len(shown), 0, -1):
        if not shown[number - 1]:
            continue
        inside = (bands > 0) & (bands <= number)
        drawn[_outline(inside, number) if as_outlines else inside] = number
    return drawn


def _outline(inside: NDArray[np.bool_], number: int) -> NDArray[np.bool_]:
    """Return the pixels of a region that touch its outside, thinned to the band's pattern."""
    padded = np.pad(inside, 1)
    core = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    rim = inside & ~core
    period = _DASH_PX.get(number, 0)
    if not period:
        return rim
    rows, cols = np.indices(inside.shape)
    return rim & ((rows + cols) % (2 * period) < period)
