"""Window and level: which values are black and which white, and how a drag changes them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

NARROWEST = 1e-6
"""A window never closes: the image would be a silhouette and the drag could not open it again."""
FINE = 0.2
"""Shift slows a drag to this part of its speed."""
DOUBLING_PX = 150.0
"""A drag this far to the right doubles the width."""
CENTRE_PX = 300.0
"""A drag this far down moves the centre by one width."""


@dataclass(frozen=True, slots=True)
class Window:
    """Values at or below centre - width/2 are black, at or above centre + width/2 white."""

    centre: float
    width: float

    @classmethod
    def of_levels(cls, low: float, high: float) -> "Window":
        """Return the window that ends at two values."""
        return cls((low + high) / 2, max(high - low, NARROWEST))

    @property
    def levels(self) -> tuple[float, float]:
        """The values shown black and white."""
        return self.centre - self.width / 2, self.centre + self.width / 2

    def dragged(self, by_px: tuple[float, float], *, is_fine: bool = False) -> "Window":
        """Return the window after a drag of screen pixels (right, down).

        Right widens, left narrows, up brightens, down darkens.
        """
        speed = FINE if is_fine else 1.0
        right, down = by_px[0] * speed, by_px[1] * speed
        width = max(NARROWEST, self.width * math.pow(2.0, right / DOUBLING_PX))
        return Window(self.centre + down / CENTRE_PX * width, width)


def percentile_window(image: ArrayLike, low: float = 1.0, high: float = 99.0) -> Window:
    """Return the window between two percentiles, nearest rank, of an image's finite values."""
    values = np.asarray(image)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return Window(0.0, 1.0)
    ranks = [round(percent / 100 * (values.size - 1)) for percent in (low, high)]
    # np.percentile imports numpy.ma at its first call, a tenth of the start-up
    darkest, lightest = np.partition(values, ranks)[ranks].tolist()
    return Window.of_levels(darkest, lightest)
