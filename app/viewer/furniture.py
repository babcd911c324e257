"""What is written around an image: orientation letters, the scale bar, zoom and window."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from app.viewer.window_level import Window
from vne_core.geometry.plane import SlicePlane

OBLIQUE_COSINE = 0.38
"""A second letter is written when the direction leans more than about 22 degrees that way."""
_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
"""Toward positive and negative LPS axes."""
WIDE_ANGLE_DEG = 10.0
"""A match tilted by more than this speaks as loudly as one too far away."""


class Notice(StrEnum):
    """How loudly a corner line speaks."""

    PLAIN = "plain"
    LOOK_AGAIN = "look again"
    STOP = "stop"


_SIGNS = {
    Notice.PLAIN: "",
    Notice.LOOK_AGAIN: "\N{WHITE UP-POINTING TRIANGLE} ",
    Notice.STOP: "\N{BLACK UP-POINTING TRIANGLE} ",
}


@dataclass(frozen=True, slots=True)
class CornerLine:
    """One line of corner text."""

    text: str
    notice: Notice = Notice.PLAIN

    @property
    def marked_text(self) -> str:
        """The text behind its notice's sign, which says it without colour."""
        return f"{_SIGNS[self.notice]}{self.text}"


def direction_letters(direction: ArrayLike) -> str:
    """Return where a unit vector in LPS points, at most two letters, the strongest first: "PL"."""
    values = np.asarray(direction, dtype=float)
    order = np.argsort(-np.abs(values), kind="stable")[:2]
    strong = [axis for axis in order if abs(values[axis]) > OBLIQUE_COSINE]
    return "".join(_LETTERS[axis][int(values[axis] < 0)] for axis in strong or order[:1])


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """The letters at the four edges of an image."""

    left: str
    right: str
    top: str
    bottom: str


def edge_letters(plane: SlicePlane) -> EdgeLetters:
    """Return which side of the patient each edge of the image is toward."""
    row, col = np.asarray(plane.row_dir), np.asarray(plane.col_dir)
    return EdgeLetters(
        direction_letters(-row),
        direction_letters(row),
        direction_letters(-col),
        direction_letters(col),
    )


def scale_bar_mm(mm_per_px: float, longest_px: float = 90.0) -> float:
    """Return the longest round length (1, 2 or 5 times a power of ten) that fits."""
    longest_mm = longest_px * mm_per_px
    decade = math.pow(10.0, math.floor(math.log10(longest_mm)))
    return max(step * decade for step in (1.0, 2.0, 5.0) if step * decade <= longest_mm)


def length_text(length_mm: float) -> str:
    """Return a scale bar's length, in cm from 10 mm on."""
    return f"{length_mm / 10:g} cm" if length_mm >= 10 else f"{length_mm:g} mm"


def window_text(window: Window, unit: str = "") -> str:
    """Return "W 800  L 1100 ms", with decimals only where the window is narrow."""
    digits = 0 if window.width >= 20 else 1 if window.width >= 2 else 3
    end = f" {unit}" if unit else ""
    return f"W {window.width:.{digits}f}  L {window.centre:.{digits}f}{end}"


def zoom_text(scale: float) -> str:
    """Return screen pixels per image pixel: "2.4x"."""
    return f"{scale:.1f}\N{MULTIPLICATION SIGN}"


def tick_values(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Return round values between two ends for a colour bar, about ``count`` of them."""
    rough = max(high - low, 1e-9) / count
    decade = math.pow(10.0, math.floor(math.log10(rough)))
    step = next((s * decade for s in (1, 2, 5) if s * decade >= rough), 10 * decade)
    first, last = math.ceil(low / step), math.floor(high / step)
    return tuple(number * step for number in range(first, last + 1))
