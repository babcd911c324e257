"""Every row of the mouse table, driven by the events a hand makes, in each tool it holds for."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from app.viewer.content import PaneContent
from app.viewer.field_of_view import FieldOfView
from app.viewer.four_panes import FourPanes
from app.viewer.tools import Tool
from tests.app.viewer.conftest import Hand
from vne_core.geometry.contour import area_mm2
from vne_core.study.annotation import ImageKind

NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
CONTOUR_TOOLS = [Tool.EPI, Tool.ENDO]
EDIT_TOOLS = [tool for tool in Tool if tool is not Tool.BROWSE]
ASIDE = QPoint(8, 8)
BY = QPoint(0, 30)


@pytest.fixture
def panes(qtbot, image, square_plane, outlined) -> FourPanes:
    """Four panes of the same slice, both borders and both regions drawn on it."""
    panes = FourPanes()
    qtbot.addWidget(panes)
    panes.resize(960, 850)
    for pane in panes.panes.values():
        pane.show_content(PaneContent(image, square_plane, (0.0, 1200.0), annotation=outlined))
    panes.show()
    qtbot.waitExposed(panes)
    panes.set_view(FieldOfView(tuple(square_plane.centre_mm), 200.0))
    return panes


@pytest.fixture
def pane(panes):
    return panes.pane(ImageKind.LGE)


@pytest.fixture
def hand(pane) -> Hand:
    return Hand(pane)


class Told:
    """What a pane told, by signal."""

    def __init__(self, pane, *names: str) -> None:
        self.values: dict[str, list] = {name: [] for name in names}
        for name in names:
            getattr(pane, name).connect(lambda *values, name=name: self.values[name].append(values))

    def __getitem__(self, name: str) -> list:
        return self.values[name]


def ring(radius_px: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return 60 + radius_px * math.cos(angle), 50 + radius_px * math.sin(angle)


def radius_of(tool: Tool) -> float:
    return 24.0 if tool is Tool.EPI else 15.0


def border(annotation, tool: Tool):
    return annotation.epi if tool is Tool.EPI else annotation.endo


@pytest.mark.parametrize("tool", list(Tool))
def test_wheel_turns_slices(panes, pane, hand, tool):
    panes.set_tool(tool)
    told = Told(pane, "wheel_slices", "wheel_phases")
    hand.turn(-120)
    hand.turn(120)
    assert told["wheel_slices"] == [(1,), (-1,)]
    assert not told["wheel_phases"]


@pytest.mark.parametrize("tool", list(Tool))
def test_shift_and_wheel_turn_phases(panes, pane, hand, tool):
    panes.set_tool(tool)
    told = Told(pane, "wheel_slices", "wheel_phases")
    hand.turn(-120, keys=SHIFT)
    assert told["wheel_phases"] == [(1,)]
    assert not told["wheel_slices"]


@pytest.mark.parametrize("tool", list(Tool))
def test_ctrl_and_wheel_zoom_about_the_pointer_in_all_panes(panes, pane, hand, tool):
    panes.set_tool(tool)
    at = QPoint(100, 90)
    under = pane.view.view_map.pixel_from_screen([(100, 90)])[0]
    before = [each.view.view_map.scale[0] for each in panes.panes.values()]
    hand.turn(120, at, CTRL)
    np.testing.assert_allclose(pane.view.view_map.pixel_from_screen([(100, 90)])[0], under)
    after = [each.view.view_map.scale[0] for each in panes.panes.values()]
    assert all(new > old for new, old in zip(after, before, strict=True))


@pytest.mark.parametrize("tool", CONTOUR_TOOLS)
def test_ctrl_shift_and_wheel_set_the_brush_of_all_panes_and_zoom_nothing(panes, pane, hand, tool):
    panes.set_tool(tool)
    before, scale = pane.view.editor.brush.radius_mm, pane.view.view_map.scale[0]
    hand.turn(120, keys=CTRL | SHIFT)
    radii = [each.view.editor.brush.radius_mm for each in panes.panes.values()]
    assert radii == pytest.approx([1.2 * before] * 4)
    hand.turn(-240, keys=CTRL | SHIFT)
    assert pane.view.editor.brush.radius_mm == pytest.approx(before / 1.2)
    assert pane.view.view_map.scale[0] == scale


@pytest.mark.parametrize("tool", list(Tool))
def test_right_drag_sets_the_window_in_every_tool_and_shift_makes_it_fine(panes, pane, hand, tool):
    panes.set_tool(tool)
    told = Told(pane, "window_changed", "edit_committed")
    start = pane.view.window_level
    hand.drag(hand.at(60, 30), hand.at(60, 30) + BY, RIGHT)
    coarse = pane.view.window_level.centre - start.centre
    pane.set_window(start.centre, start.width)
    hand.drag(hand.at(60, 30), hand.at(60, 30) + BY, RIGHT, SHIFT)
    fine = pane.view.window_level.centre - start.centre
    assert coarse != 0
    assert fine == pytest.approx(coarse / 5)
    assert told["window_changed"]
    assert not told["edit_committed"]


def test_the_window_is_never_linked(panes, pane, hand):
    others = [each for kind, each in panes.panes.items() if kind is not ImageKind.LGE]
    before = [each.view.window_level for each in others]
    hand.drag(hand.at(60, 30), hand.at(60, 30) + BY, RIGHT)
    assert [each.view.window_level for each in others] == before


def test_left_drag_sets_the_window_when_browsing(pane, hand):
    told = Told(pane, "window_changed", "edit_committed")
    hand.drag(hand.at(*ring(24, 0)), hand.at(*ring(24, 0)) + BY, LEFT)
    assert told["window_changed"]
    assert not told["edit_committed"]


@pytest.mark.parametrize("tool", CONTOUR_TOOLS)
def test_left_drag_on_a_handle_moves_it_in_a_contour_tool(panes, pane, hand, outlined, tool):
    panes.set_tool(tool)
    told = Told(pane, "window_changed", "edit_committed")
    radius = radius_of(tool)
    hand.drag(hand.at(*ring(radius, 0)), hand.at(*ring(radius + 3, 0)), LEFT)
    ((_, after),) = told["edit_committed"]
    moved = border(after, tool).points_mm - border(outlined, tool).points_mm
    np.testing.assert_allclose(moved[0], [6, 0, 0], atol=1.1)
    np.testing.assert_allclose(moved[1:], 0)
    assert not told["window_changed"]


@pytest.mark.parametrize("tool", CONTOUR_TOOLS)
def test_left_drag_on_the_curve_pushes_it(panes, pane, hand, outlined, tool):
    panes.set_tool(tool)
    told = Told(pane, "edit_committed")
    radius = radius_of(tool)
    hand.drag(hand.at(*ring(radius, 45)), hand.at(*ring(radius + 3, 45)), LEFT)
    ((_, after),) = told["edit_committed"]
    assert area_mm2(border(after, tool), pane.view.view_map.plane) > area_mm2(
        border(outlined, tool), pane.view.view_map.plane
    )


@pytest.mark.parametrize("tool", EDIT_TOOLS)
def test_left_drag_never_sets_the_window_with_a_tool(panes, pane, hand, tool):
    panes.set_tool(tool)
    told = Told(pane, "window_changed")
    hand.drag(hand.at(20, 20), hand.at(20, 20) + BY, LEFT)
    assert not told["window_changed"]


@pytest.mark.parametrize("tool", CONTOUR_TOOLS)
def test_shift_drag_moves_and_ctrl_drag_scales_the_contour(panes, pane, hand, outlined, tool):
    panes.set_tool(tool)
    told = Told(pane, "edit_committed")
    hand.drag(ASIDE, ASIDE + QPoint(4, 2), LEFT, SHIFT)
    ((_, moved),) = told["edit_committed"]
    by_mm = border(moved, tool).points_mm - border(outlined, tool).points_mm
    assert np.ptp(by_mm, axis=0) == pytest.approx([0, 0, 0], abs=1e-9)
    assert np.linalg.norm(by_mm[0]) > 0.5
    hand.drag(hand.at(*ring(20, 180)), hand.at(*ring(19, 180)), LEFT, CTRL)
    _, (_, scaled) = told["edit_committed"]
    plane = pane.view.view_map.plane
    ratio = area_mm2(border(scaled, tool), plane) / area_mm2(border(outlined, tool), plane)
    assert 0.8 < ratio < 0.99


@pytest.mark.parametrize("tool", CONTOUR_TOOLS)
def test_double_click_inserts_and_right_click_removes_a_handle(panes, pane, hand, tool):
    panes.set_tool(tool)
    told = Told(pane, "edit_committed", "window_changed")
    spot = hand.at(*ring(radius_of(tool), 45))
    hand.double_click(spot)
    hand.click(spot, RIGHT)
    assert [len(border(after, tool).points_mm) for _, after in told["edit_committed"]] == [13, 12]
    assert not told["window_changed"]


@pytest.mark.parametrize("tool", list(Tool))
def test_middle_drag_pans_all_panes(panes, pane, hand, tool):
    panes.set_tool(tool)
    grabbed = hand.at(60, 50)
    hand.drag(grabbed, grabbed + QPoint(30, -20), MIDDLE)
    for each in panes.panes.values():
        assert Hand(each).at(60, 50) == grabbed + QPoint(30, -20)


@pytest.mark.parametrize("button", [LEFT, RIGHT])
def test_a_press_that_moves_less_than_4_px_is_a_click(pane, hand, button):
    told = Told(pane, "clicked", "window_changed")
    hand.drag(hand.at(60, 30), hand.at(60, 30) + QPoint(2, 3), button, steps=1)
    assert told["clicked"] == [()]
    assert not told["window_changed"]
    hand.drag(hand.at(60, 30), hand.at(60, 30) + QPoint(0, 4), button, steps=1)
    assert told["window_changed"]


@pytest.mark.parametrize("tool", CONTOUR_TOOLS)
def test_a_press_on_a_handle_that_moves_less_than_4_px_changes_nothing(panes, pane, hand, tool):
    panes.set_tool(tool)
    told = Told(pane, "edited", "edit_committed")
    spot = hand.at(*ring(radius_of(tool), 0))
    hand.drag(spot, spot + QPoint(2, 2), LEFT, steps=2)
    assert not told["edited"]
    assert not told["edit_committed"]


def test_clicks_less_than_4_px_wide_draw_a_contour_of_as_many_points(panes, pane, hand, empty):
    for each in panes.panes.values():
        each.set_annotation(empty)
    panes.set_tool(Tool.EPI)
    told = Told(pane, "edit_committed")
    for degrees in [*range(0, 360, 60), 0]:
        spot = hand.at(*ring(20, degrees))
        hand.drag(spot, spot + QPoint(1, 2), LEFT, steps=1)
    ((_, after),) = told["edit_committed"]
    assert len(after.epi.points_mm) == 6


@pytest.mark.parametrize("tool", list(Tool))
def test_shift_and_hover_move_the_cross_hair_in_the_others(panes, pane, hand, tool):
    panes.set_tool(tool)
    before = {kind: Hand(each).colours() for kind, each in panes.panes.items()}
    hand.move(hand.at(95, 80), keys=SHIFT)
    for kind, each in panes.panes.items():
        other = Hand(each)
        row = other.at(95, 80).y()
        changed = (other.colours()[row] != before[kind][row]).any(axis=-1)
        assert changed.mean() > 0.01 if kind is not ImageKind.LGE else not changed.any()
    hand.move(hand.at(96, 80))
    shown = Hand(panes.pane(ImageKind.T1)).colours()
    np.testing.assert_array_equal(shown, before[ImageKind.T1])


def test_double_click_enlarges_the_pane_when_browsing(panes, hand):
    hand.double_click(hand.at(60, 50))
    assert panes.enlarged is ImageKind.LGE


def test_esc_steps_back_inside_a_gesture_before_it_leaves_the_tool(panes, pane, hand, outlined):
    panes.set_tool(Tool.EPI)
    pane.set_annotation(replace(outlined, epi=None, endo=None))
    told = Told(pane, "edit_committed")
    for degrees in (0, 90):
        hand.click(hand.at(*ring(20, degrees)))
    left = []
    while panes.step_back():
        left.append(len(pane.view.editor.draft.points_px))
    assert left == [1, 0]
    pane.set_annotation(outlined)
    hand.press(hand.at(*ring(24, 0)))
    hand.move(hand.at(*ring(28, 0)), LEFT)
    assert pane.view.editor.annotation != outlined
    hand.key(Qt.Key.Key_Escape)
    assert pane.view.editor.annotation == outlined
    hand.move(hand.at(*ring(30, 0)), LEFT)
    hand.release(hand.at(*ring(30, 0)))
    assert not told["edit_committed"]
