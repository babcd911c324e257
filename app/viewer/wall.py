"""How a held shape meets a wall: it stops there, and slides along while the hand goes on.

The wall is where a drag would break what is sound. A drag is known by the screen point the hand
is taken to be at; ``try_at`` returns what that gives, None beyond the wall.
"""

import math
from collections.abc import Callable
from typing import TypeVar

Point = tuple[float, float]
Result = TypeVar("Result")
Reached = tuple[Result, Point]
TryAt = Callable[[Point], Result | None]

APPROACH_STEPS = 4
"""Halvings of the way to the wall: 1/16 of one mouse step is left."""
SLIDE_DEGREES = (20.0, 40.0, 58.0, 72.0, 81.0, 86.5)
"""Turns off the hand's direction that are tried, smallest first: they lose the least of its way."""
LEAST_SLIDE_PX = 0.2
"""A shorter slide is not seen."""


def as_far_as(good: Point, wanted: Point, try_at: TryAt[Result]) -> Reached[Result] | None:
    """Return what is reached on the way from ``good`` to ``wanted``, and the point of it.

    Straight on as far as the wall, then along it: what is left of the way is projected on
    directions that turn from it more and more, to both sides. None when nothing is reached.
    """
    straight = try_at(wanted)
    if straight is not None:
        return straight, wanted
    reached = _approached(good, wanted, try_at)
    at = good if reached is None else reached[1]
    return _slid(at, wanted, try_at) or reached


def _approached(good: Point, wanted: Point, try_at: TryAt[Result]) -> Reached[Result] | None:
    """Return the last point before the wall, found by halving the way to it."""
    reached: Reached[Result] | None = None
    near, far = good, wanted
    for _ in range(APPROACH_STEPS):
        probe = ((near[0] + far[0]) / 2, (near[1] + far[1]) / 2)
        tried = try_at(probe)
        if tried is None:
            far = probe
        else:
            reached, near = (tried, probe), probe
    return reached


def _slid(at: Point, wanted: Point, try_at: TryAt[Result]) -> Reached[Result] | None:
    """Return the first point of those ever farther from the hand that lies before the wall."""
    rest = wanted[0] - at[0], wanted[1] - at[1]
    for degrees in SLIDE_DEGREES:
        for turn in (math.radians(degrees), -math.radians(degrees)):
            kept = math.cos(turn)
            if kept * math.hypot(*rest) < LEAST_SLIDE_PX:
                return None
            along_x = rest[0] * math.cos(turn) - rest[1] * math.sin(turn)
            along_y = rest[0] * math.sin(turn) + rest[1] * math.cos(turn)
            probe = at[0] + kept * along_x, at[1] + kept * along_y
            tried = try_at(probe)
            if tried is not None:
                return tried, probe
    return None
