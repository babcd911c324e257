"""What the viewer draws with: colours as #rrggbb, sizes in device-independent pixels."""

EPI = "#43A047"
ENDO = "#FF7043"
REMOTE = "#00E5FF"
BLOOD = "#FF4081"
SEPTAL = "#C5A3FF"
INSERTION = "#FFFFFF"
EXCLUSION = "#B8BEC7"
"""Grey, hatched: what is taken out of the measurement."""
BANDS = ("#E53935", "#FDD835", "#4FC3F7")
"""Highest threshold first, as the rule's levels are."""
BAND_ALPHA = 0.45
INCLUSION = BANDS[0]
"""What the reader includes carries the highest band."""

CANVAS = "#000000"
HALO = "#000000"
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
LIT_PX = 2.5
"""The line under the pointer, that a press would take."""
HALO_PX = 3.5
SHAPE_Z, IN_HAND_Z, DRAFT_Z = 2.0, 2.2, 2.5
"""What lies over what: the shapes whose tool is in the hand over the others, the draft over all."""
HANDLE_PX = 7.0
"""The side of a contour handle's square."""


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the three bytes of a #rrggbb colour."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
