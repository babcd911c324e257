"""A disc of radius 100 about the origin is sound; beyond it is the wall."""

import itertools
import math

import pytest

from app.viewer.wall import as_far_as

RADIUS = 100.0


def in_disc(point):
    return point if math.hypot(*point) <= RADIUS else None


def drag(path, start=(0.0, 0.0), try_at=in_disc):
    """Return where the held shape is after each point of the hand's path."""
    good, places = start, []
    for wanted in path:
        reached = as_far_as(good, wanted, try_at)
        if reached is not None:
            good = reached[1]
        places.append(good)
    return places


def nearest(point):
    """Return the place in the disc nearest the hand."""
    length = max(RADIUS, math.hypot(*point))
    return point[0] * RADIUS / length, point[1] * RADIUS / length


def test_where_there_is_no_wall_the_shape_is_under_the_hand():
    path = [(10.0, 5.0), (-30.0, 70.0)]
    assert drag(path) == path


def test_straight_into_the_wall_it_stops_at_the_wall():
    (place,) = drag([(150.0, 0.0)])
    assert place[0] == pytest.approx(RADIUS, abs=10.0)
    assert math.hypot(*drag([(150.0 + step, 0.0) for step in range(4)])[-1]) > 99.0


@pytest.mark.parametrize("depth_px", [2, 15, 40])
def test_along_the_wall_it_slides_as_far_as_the_hand_goes(depth_px):
    reach = RADIUS + depth_px
    turns = [math.radians(3 * step) for step in range(31)]
    path = [(reach * math.cos(turn), reach * math.sin(turn)) for turn in turns]
    places = drag(path)
    for hand, place in zip(path[5:], places[5:], strict=True):
        assert math.dist(place, nearest(hand)) < 4.5
    assert all(math.hypot(*place) <= RADIUS for place in places)


def test_it_never_jumps_farther_than_the_hand_moved_and_the_wall_gives():
    path = [(60.0 + 2 * step, -80.0 + 4 * step) for step in range(41)]
    places = drag(path)
    steps = [math.dist(a, b) for a, b in itertools.pairwise(places)]
    assert max(steps) < 3 * math.hypot(2, 4)


def test_back_before_the_wall_it_is_under_the_hand_again():
    assert drag([(180.0, 10.0), (150.0, 60.0), (40.0, 30.0)])[-1] == (40.0, 30.0)


def test_with_a_wall_all_round_nothing_is_reached():
    assert as_far_as((0.0, 0.0), (50.0, 0.0), lambda _: None) is None


def test_one_move_asks_at_most_eleven_times():
    asked = []

    def ask(point):
        asked.append(point)

    as_far_as((0.0, 0.0), (50.0, 0.0), ask)
    assert len(asked) <= 11
