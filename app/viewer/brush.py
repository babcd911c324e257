"""The sculpt brush: how far around the hand a contour gives way."""

from dataclasses import dataclass

FIRST_RADIUS_MM = 18.0
"""Half the reach of a ventricle's free wall: one push moves a segment, not the whole border."""
SMALLEST_RADIUS_MM = 3.0
LARGEST_RADIUS_MM = 60.0
STEP = 1.2
"""One press of + or one notch of the wheel."""


@dataclass(slots=True)
class Brush:
    """The brush of all panes: whoever changes its radius changes it everywhere."""

    radius_mm: float = FIRST_RADIUS_MM

    def resize(self, steps: int) -> None:
        """Make the brush wider by steps of 20 %, narrower by negative ones."""
        wanted = self.radius_mm * STEP**steps
        self.radius_mm = min(max(wanted, SMALLEST_RADIUS_MM), LARGEST_RADIUS_MM)
