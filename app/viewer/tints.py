"""Maps of numbers as colours over an image: what is small is clear, what is large opaque."""

import numpy as np
from numpy.typing import NDArray

ByteImage = NDArray[np.uint8]
MOST_ALPHA = 200
"""Of 255: the image is still seen beneath."""
AMBER, ORANGE, BLUE = (245, 185, 66), (255, 143, 64), (79, 195, 247)


def amount_rgba(amount: NDArray[np.floating], full: float, valid: NDArray[np.bool_]) -> ByteImage:
    """Return RGBA of an amount, (rows, columns): clear at 0, amber at ``full`` and beyond."""
    share = np.clip(np.abs(amount) / full, 0, 1)
    return _rgba(np.broadcast_to(np.array(AMBER, np.uint8), (*amount.shape, 3)), share, valid)


def signed_rgba(amount: NDArray[np.floating], full: float, valid: NDArray[np.bool_]) -> ByteImage:
    """Return RGBA of a signed amount: orange where positive, blue where negative, clear at 0."""
    colours = np.where((amount >= 0)[..., None], np.array(ORANGE), np.array(BLUE))
    return _rgba(colours.astype(np.uint8), np.clip(np.abs(amount) / full, 0, 1), valid)


def _rgba(colours: ByteImage, share: NDArray[np.floating], valid: NDArray[np.bool_]) -> ByteImage:
    alpha = np.where(valid, np.rint(share * MOST_ALPHA), 0).astype(np.uint8)
    return np.ascontiguousarray(np.dstack([colours, alpha]))
