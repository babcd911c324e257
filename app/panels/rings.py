"""Where the sixteen segments of a bull's-eye lie.

Laid out as Cerqueira et al. 2002 (Circulation 105:539): seen from the apex, the anterior wall
above and the septum at the left, base outside and apex inside.
"""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

RADII = (1.0, 0.75, 0.5, 0.25)
"""Borders of the rings from outside to inside, as shares of the radius."""
NUMBERS = range(1, 17)
_FIRST_ANGLE_DEG = {1: 60.0, 7: 60.0, 13: 45.0}
"""Where the anterior segment of a ring begins, counter-clockwise from the right."""
_RINGS = ((1, 6), (7, 6), (13, 4))


@dataclass(frozen=True, slots=True)
class Rings:
    """Three rings around a point of a widget; lengths in its pixels."""

    centre: QPointF
    radius: float

    def middle(self, number: int) -> QPointF:
        """Return the middle of a segment."""
        first, count, ring = _home(number)
        span = 360.0 / count
        angle = radians(_FIRST_ANGLE_DEG[first] + (number - first + 0.5) * span)
        reach = self.radius * (RADII[ring] + RADII[ring + 1]) / 2
        return self.centre + QPointF(reach * cos(angle), -reach * sin(angle))

    def at(self, point: QPointF) -> int:
        """Return the segment under a point, 0 outside the rings and in segment 17."""
        offset = point - self.centre
        share = hypot(offset.x(), offset.y()) / self.radius
        ring = next((r for r in range(3) if RADII[r + 1] < share <= RADII[r]), None)
        if ring is None:
            return 0
        first, count = _RINGS[ring]
        angle = degrees(atan2(-offset.y(), offset.x()))
        return first + int((angle - _FIRST_ANGLE_DEG[first]) % 360 / (360.0 / count))

    def outline(self, number: int) -> QPainterPath:
        """Return the border of a segment."""
        first, count, ring = _home(number)
        span = 360.0 / count
        start = _FIRST_ANGLE_DEG[first] + (number - first) * span
        outer, inner = self.disc(RADII[ring]), self.disc(RADII[ring + 1])
        path = QPainterPath()
        path.arcMoveTo(outer, start)
        path.arcTo(outer, start, span)
        path.arcTo(inner, start + span, -span)
        path.closeSubpath()
        return path

    def disc(self, share: float) -> QRectF:
        """Return the square around a circle of a share of the radius."""
        reach = self.radius * share
        return QRectF(self.centre.x() - reach, self.centre.y() - reach, 2 * reach, 2 * reach)


def _home(number: int) -> tuple[int, int, int]:
    """Return a segment's ring: its first segment, how many it has, and its place from outside."""
    return next(
        (first, count, ring)
        for ring, (first, count) in enumerate(_RINGS)
        if first <= number < first + count
    )
