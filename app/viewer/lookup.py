"""Colours of T1 maps and other images: tables of 256 RGB entries, and pixels through them."""

from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.viewer.window_level import Window

ByteTable = NDArray[np.uint8]
_DENSE = 4096
_DARKEST, _LIGHTEST = 4.0, 96.0
"""CIE L* of the ends of the perceptual table: not quite black, so that a value shows as one."""

_LIPARI_PATH = (
    (3, 15, 36), (25, 48, 82), (66, 78, 109), (105, 87, 113), (150, 88, 104),
    (198, 97, 92), (228, 137, 95), (231, 178, 128), (238, 217, 173), (253, 246, 222),
)  # fmt: skip
"""Night blue over wine and salmon to ivory: the hues readers know from published T1 maps."""
_RAINBOW_PATH = (
    (0, 0, 64), (0, 0, 255), (0, 200, 255), (0, 220, 60), (255, 240, 0), (255, 110, 0), (200, 0, 0),
)  # fmt: skip
"""The familiar order of vendors' consoles; its lightness goes up and down."""


class Lookup(StrEnum):
    """The choices of T1 colours."""

    GREY = "grey"
    LIPARI = "lipari"
    RAINBOW = "rainbow"

    @property
    def label(self) -> str:
        """What readers call it, in every menu and dialog."""
        return _LABELS[self]


_LABELS = {
    Lookup.GREY: "Grey",
    Lookup.LIPARI: "Lipari-like, even steps",
    Lookup.RAINBOW: "Rainbow, as on consoles",
}
"""The middle one keeps equal steps of T1 equally visible, as the published Lipari map does."""


@lru_cache
def table(lookup: Lookup) -> ByteTable:
    """Return a read-only table of shape (256, 3)."""
    match lookup:
        case Lookup.GREY:
            colours = np.repeat(np.arange(256)[:, None], 3, axis=1)
        case Lookup.LIPARI:
            colours = _even_lightness(np.array(_LIPARI_PATH, float))
        case Lookup.RAINBOW:
            colours = _along(np.array(_RAINBOW_PATH, float), np.linspace(0, 1, 256))
    rounded = np.rint(colours).astype(np.uint8)
    rounded.setflags(write=False)
    return rounded


def lightness(rgb: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return CIE 1976 L* (0-100, D65) of sRGB bytes, shape (N, 3). IEC 61966-2-1, CIE 15."""
    ratio = np.asarray(rgb, float) / 255
    linear = np.where(ratio <= 0.04045, ratio / 12.92, ((ratio + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    is_dark = luminance <= (6 / 29) ** 3
    root = np.where(is_dark, luminance / (3 * (6 / 29) ** 2) + 4 / 29, np.cbrt(luminance))
    return 116 * root - 16


def packed(colours: ByteTable | None) -> NDArray[np.uint32]:
    """Return a (256, 3) table, grey when None, as 256 opaque 0xffRRGGBB words."""
    bytes_ = (table(Lookup.GREY) if colours is None else colours).astype(np.uint32)
    words = 0xFF000000 | bytes_[:, 0] << 16 | bytes_[:, 1] << 8 | bytes_[:, 2]
    return words.astype(np.uint32)


def render(
    image: NDArray[np.generic], window: Window, words: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """Return the image as 0xffRRGGBB words, shape (rows, columns); not-a-number is black."""
    low, _ = window.levels
    scaled = (np.asarray(image, np.float32) - np.float32(low)) * np.float32(255 / window.width)
    absent = np.isnan(scaled)
    np.clip(scaled, 0, 255, out=scaled)
    if not absent.any():
        return words[(scaled + np.float32(0.5)).astype(np.uint8)]
    scaled[absent] = 0
    words_of_image = words[(scaled + np.float32(0.5)).astype(np.uint8)]
    words_of_image[absent] = np.uint32(0xFF000000)
    return words_of_image


def _along(path: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colours at positions 0-1 of a path of evenly spaced colours."""
    knots = np.linspace(0, 1, len(path))
    return np.stack([np.interp(at, knots, path[:, channel]) for channel in range(3)], axis=-1)


def _even_lightness(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 256 colours of a path, spaced so that equal steps are equally lighter."""
    at = np.linspace(0, 1, _DENSE)
    levels = lightness(_along(path, at))
    wanted = np.linspace(max(_DARKEST, levels[0]), min(_LIGHTEST, levels[-1]), 256)
    return _along(path, np.interp(wanted, levels, at))
