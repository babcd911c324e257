"""What the viewer draws with: colours as #rrggbb, sizes in device-independent pixels."""

EPI = "#43A047"
ENDO = "#FF7043"
REMOTE = "#00E5FF"
BLOOD = "#FF4081"
BANDS = ("#E53935", "#FDD835", "#4FC3F7")
"""Highest threshold first, as the rule's levels are."""
BAND_ALPHA = 0.45

CANVAS = "#000000"
HALO = "#000000"
HEADER = "#1f2227"
HEADER_ACTIVE = "#282c32"
TEXT = "#dfe2e6"
MARK = "#FFEE58"
"""Calipers, probes and arrows: a yellow no contour has."""
QUIET = "#9097a1"
ACCENT = "#4c9ffe"
LOOK_AGAIN = "#f5b942"
STOP = "#ef5350"

CORNER_TEXT_PX = 11
HEADER_PX = 24
CORNER_MARGIN_PX = 8

LINE_PX = 1.5
HALO_PX = 3.5
HANDLE_PX = 7.0
"""The side of a contour handle's square."""


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the three bytes of a #rrggbb colour."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
