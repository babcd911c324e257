"""What the mouse means in a pane, decided without Qt."""

import math
from dataclasses import dataclass
from enum import StrEnum

from app.viewer.tools import Tool

CLICK_PX = 4.0
"""A press that moves less is a click."""
NOTCH = 120
"""Qt's count of eighths of a degree in one notch of a wheel."""
ZOOM_PER_NOTCH = 1.15


def is_click(press: tuple[float, float], now: tuple[float, float]) -> bool:
    """Return whether a press has moved so little that it is a click."""
    return math.dist(press, now) < CLICK_PX


class Button(StrEnum):
    """The mouse's buttons."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"


class DragMode(StrEnum):
    """What dragging with a button changes."""

    WINDOW = "window"
    PAN = "pan"
    EDIT = "edit"


def drag_mode(button: Button, tool: Tool) -> DragMode:
    """Return what a drag changes: right always the window, left what the tool is for."""
    match button:
        case Button.MIDDLE:
            return DragMode.PAN
        case Button.RIGHT:
            return DragMode.WINDOW
        case Button.LEFT:
            return DragMode.WINDOW if tool is Tool.BROWSE else DragMode.EDIT


class WheelUse(StrEnum):
    """What the wheel turns."""

    SLICES = "slices"
    PHASES = "phases"
    ZOOM = "zoom"
    BRUSH = "brush"


def wheel_use(tool: Tool, *, shift: bool, ctrl: bool) -> WheelUse:
    """Return what the wheel turns while keys are held; both set the brush of a contour tool."""
    if ctrl and shift and tool.is_contour:
        return WheelUse.BRUSH
    if ctrl:
        return WheelUse.ZOOM
    return WheelUse.PHASES if shift else WheelUse.SLICES


@dataclass(slots=True)
class Wheel:
    """Gathers the small turns of smooth wheels and touch pads to whole notches."""

    rest: int = 0
    use: WheelUse = WheelUse.SLICES

    def turned(self, delta: int, use: WheelUse) -> int:
        """Return whole notches toward the reader (+1 is the next slice), keeping the rest."""
        if use is not self.use or (self.rest > 0) != (delta > 0):
            self.rest, self.use = 0, use
        self.rest += delta
        notches = int(self.rest / NOTCH)
        self.rest -= notches * NOTCH
        return -notches


def zoom_of_turn(delta: int) -> float:
    """Return the magnification of a turn in eighths of a degree; away from the reader enlarges."""
    return math.pow(ZOOM_PER_NOTCH, delta / NOTCH)
