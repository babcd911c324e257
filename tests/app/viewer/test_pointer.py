import pytest

from app.viewer.pointer import (
    Button,
    DragMode,
    Wheel,
    WheelUse,
    drag_mode,
    wheel_use,
    zoom_of_turn,
)
from app.viewer.tools import Tool


@pytest.mark.parametrize("tool", list(Tool))
def test_right_drag_is_always_the_window_and_middle_drag_always_pans(tool):
    assert drag_mode(Button.RIGHT, tool) is DragMode.WINDOW
    assert drag_mode(Button.MIDDLE, tool) is DragMode.PAN


def test_left_drag_is_the_window_only_when_browsing():
    assert drag_mode(Button.LEFT, Tool.BROWSE) is DragMode.WINDOW
    edits = {drag_mode(Button.LEFT, tool) for tool in Tool if tool is not Tool.BROWSE}
    assert edits == {DragMode.EDIT}


def test_the_wheel_turns_slices_phases_or_the_zoom():
    assert wheel_use(Tool.BROWSE, shift=False, ctrl=False) is WheelUse.SLICES
    assert wheel_use(Tool.BROWSE, shift=True, ctrl=False) is WheelUse.PHASES
    assert wheel_use(Tool.BROWSE, shift=False, ctrl=True) is WheelUse.ZOOM
    assert wheel_use(Tool.BROWSE, shift=True, ctrl=True) is WheelUse.ZOOM


def test_a_notch_toward_the_reader_is_the_next_slice():
    assert Wheel().turned(-120, WheelUse.SLICES) == 1
    assert Wheel().turned(240, WheelUse.SLICES) == -2


def test_small_turns_of_a_touch_pad_add_up_to_a_notch():
    wheel = Wheel()
    assert [wheel.turned(-30, WheelUse.SLICES) for _ in range(8)] == [0, 0, 0, 1, 0, 0, 0, 1]


def test_turning_back_or_to_another_use_starts_anew():
    wheel = Wheel()
    wheel.turned(-110, WheelUse.SLICES)
    assert wheel.turned(20, WheelUse.SLICES) == 0
    assert wheel.turned(-110, WheelUse.SLICES) == 0
    assert wheel.turned(-20, WheelUse.PHASES) == 0


def test_zooming_in_and_out_by_the_same_turn_restores_the_size():
    assert zoom_of_turn(120) > 1
    assert zoom_of_turn(120) * zoom_of_turn(-120) == pytest.approx(1)
