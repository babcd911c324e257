import numpy as np
import pytest

from app.viewer.draft import CLOSE_RADIUS_PX, Draft
from vne_core.errors import VneError
from vne_core.geometry.contour import area_mm2


def ring(view, radius_px, count):
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    points = radius_px * np.stack([np.cos(angles), np.sin(angles)], axis=-1) + (60, 50)
    return [tuple(point) for point in view.screen_from_pixel(points)]


def test_points_put_on_a_circle_close_to_its_area(view):
    draft = Draft()
    for point in ring(view, 20, 12):
        draft.put(view, point)
    contour = draft.closed(view)
    assert len(contour.points_mm) == 12
    assert area_mm2(contour, view.plane) == pytest.approx(np.pi * 40**2, rel=2e-3)


def test_a_freehand_circle_becomes_twelve_handles_of_its_area(view):
    draft = Draft()
    for point in ring(view, 20, 200):
        draft.trace(view, point)
    contour = draft.closed(view)
    assert len(contour.points_mm) == 12
    assert area_mm2(contour, view.plane) == pytest.approx(np.pi * 40**2, rel=1e-2)


@pytest.mark.parametrize("count, words", [(1, "one point"), (2, "2 points")])
def test_too_few_points_are_refused_with_their_number(view, count, words):
    draft = Draft()
    for point in ring(view, 20, 12)[:count]:
        draft.put(view, point)
    with pytest.raises(VneError, match=words):
        draft.closed(view)


def test_a_slip_of_the_hand_is_no_contour(view):
    draft = Draft()
    for point in ring(view, 0.8, 20):
        draft.trace(view, point)
    with pytest.raises(VneError, match="too short"):
        draft.closed(view)


def test_the_second_click_of_a_double_click_adds_no_point(view):
    draft = Draft()
    for point in [*ring(view, 20, 4), ring(view, 20, 4)[-1]]:
        draft.put(view, point)
    assert len(draft.closed(view).points_mm) == 4


def test_a_click_near_the_first_point_closes_from_three_points_on(view):
    draft = Draft()
    (x, y), *others = ring(view, 20, 4)
    draft.put(view, (x, y))
    draft.put(view, others[0])
    assert not draft.is_near_first(view, (x, y))
    draft.put(view, others[1])
    assert draft.is_near_first(view, (x + CLOSE_RADIUS_PX - 1, y))
    assert not draft.is_near_first(view, (x + CLOSE_RADIUS_PX + 1, y))


def test_stepping_back_takes_one_point_at_a_time(view):
    draft = Draft()
    for point in ring(view, 20, 2):
        draft.put(view, point)
    assert draft.step_back()
    assert len(draft.points_px) == 1
    assert draft.step_back()
    assert not draft.step_back()


def test_points_beyond_the_image_are_put_on_its_edge(view):
    draft = Draft()
    draft.put(view, (-500, 10_000))
    np.testing.assert_allclose(draft.points_px[0], [-0.5, 99.5])


def test_the_preview_goes_through_the_points_and_the_pointer_and_closes(view):
    draft = Draft()
    points = ring(view, 20, 4)
    for point in points[:3]:
        draft.put(view, point)
    line = view.screen_from_pixel(draft.preview_px(view, points[3]))
    np.testing.assert_allclose(line[0], line[-1])
    for point in points:
        assert np.hypot(*(line - point).T).min() < 1e-6


def test_a_preview_with_the_pointer_on_the_last_point_is_drawn(view):
    draft = Draft()
    for point in ring(view, 20, 3)[:2]:
        draft.put(view, point)
    assert len(draft.preview_px(view, ring(view, 20, 3)[1])) == 3
