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
"""Halvings of the way to the wall: 1/16 of one mouse step is left, and less with the next."""
SLIDE_DEGREES = (12.0, 25.0, 40.0, 55.0, 68.0, 78.0, 86.0)
"""Turns off the hand's direction: the smaller, the less of its way is lost."""
LEAST_SLIDE_PX = 0.2
"""A shorter slide is not seen."""


def as_far_as(good: Point, wanted: Point, try_at: TryAt[Result]) -> Reached[Result] | None:
    """Return what is reached on the way from ``good`` to ``wanted``, and the point of it.

    Straight on as far as the wall, then along it: what is left of the way is projected on
    directions that turn from it to both sides. None when nothing is reached.
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
    """Return the nearest to the hand of the points along the wall, to either side."""
    sides = (_turned(at, wanted, side, try_at) for side in (1.0, -1.0))
    reached = [found for found in sides if found is not None]
    return min(reached, key=lambda found: math.dist(found[1], wanted), default=None)


def _turned(at: Point, wanted: Point, side: float, try_at: TryAt[Result]) -> Reached[Result] | None:
    """Return what the least turn to one side reaches, found by halving the list of turns."""
    reached: Reached[Result] | None = None
    low, high = 0, len(SLIDE_DEGREES)
    while low < high:
        middle = (low + high) // 2
        probe = _projected(at, wanted, side * math.radians(SLIDE_DEGREES[middle]))
        tried = try_at(probe) if math.dist(at, probe) >= LEAST_SLIDE_PX else None
        if tried is None:
            low = middle + 1
        else:
            reached, high = (tried, probe), middle
    return reached


def _projected(at: Point, wanted: Point, turn: float) -> Point:
    """Return the way from ``at`` to ``wanted`` projected on its direction turned by an angle."""
    x, y = wanted[0] - at[0], wanted[1] - at[1]
    cosine, sine = math.cos(turn), math.sin(turn)
    return at[0] + cosine * (x * cosine - y * sine), at[1] + cosine * (x * sine + y * cosine)
