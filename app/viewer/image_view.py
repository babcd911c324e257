"""The canvas with the reader's mouse on it: slices, window, pan, zoom, and the tool's edits."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.viewer.content import PaneContent
from app.viewer.edit_view import HIDDEN, EditView
from app.viewer.field_of_view import ViewMap, as_vector
from app.viewer.gestures import Point
from app.viewer.pointer import (
    Button,
    DragMode,
    Wheel,
    WheelUse,
    drag_mode,
    is_click,
    wheel_use,
    zoom_of_turn,
)
from app.viewer.tools import Tool
from app.viewer.window_level import Window

_BUTTONS = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
    Qt.MouseButton.RightButton: Button.RIGHT,
}
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class _Drag:
    """A button held down, and what there was when it went down."""

    def __init__(self, button: Button, mode: DragMode, at: Point, view: ViewMap | None) -> None:
        self.button, self.mode, self.start, self.last, self.view = button, mode, at, at, view
        self.has_moved = False


class ImageView(EditView):
    """Turns what the hand does into signals."""

    wheel_slices = Signal(int)
    wheel_phases = Signal(int)
    window_changed = Signal(float, float)
    view_changed = Signal(object)
    hovered = Signal(float, float, object)
    cross_hair_moved = Signal(object)
    clicked = Signal()
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag: _Drag | None = None
        self._wheel = Wheel()
        self._points_others = False

    def step_back(self) -> bool:
        """Undo the last thing of an unfinished gesture, and let go of what was held."""
        had_one = super().step_back()
        if had_one and self._drag is not None and self._drag.mode is DragMode.EDIT:
            self._drag = None
        return had_one

    def show_content(self, content: PaneContent) -> None:
        """Show a slice, and tell its value under a pointer that rests."""
        super().show_content(content)
        self._tell_again()

    def set_frame(self, image: NDArray[np.generic], text: str | None = None) -> None:
        """Show another image of the same plane, and tell its value under a pointer that rests."""
        super().set_frame(image, text)
        self._tell_again()

    @property
    def pointer(self) -> Point | None:
        """Where the pointer rests on this view; None where it is elsewhere."""
        return self._pointer

    def move_pointer(self, at: Point | None) -> None:
        """Take the pointer as resting somewhere, and tell the value there; None is elsewhere."""
        self._pointer = at
        self._tell_again()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a click; a second button does not disturb the first."""
        event.accept()
        button = _BUTTONS.get(event.button())
        if self._drag is not None or button is None:
            return
        at = self._pointer = _at(event.position())
        self._drag = _Drag(button, drag_mode(button, self.editor.tool), at, self.view_map)
        self.clicked.emit()
        if self._drag.mode is DragMode.EDIT and not self.shows_overlays:
            self.refused.emit(HIDDEN)
        elif self._drag.mode is DragMode.EDIT:
            shift, ctrl = _held(event)
            self.pass_on(self.editor.press(at, shift=shift, ctrl=ctrl), shift=shift, ctrl=ctrl)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand."""
        event.accept()
        at = self._pointer = _at(event.position())
        drag = self._drag
        if drag is None:
            self._hover(at, event)
            return
        drag.has_moved |= not is_click(drag.start, at)
        match drag.mode:
            case DragMode.EDIT:
                self.pass_on(self.editor.move(at))
            case DragMode.PAN if drag.view is not None:
                self.set_view(drag.view.panned((at[0] - drag.start[0], at[1] - drag.start[1])))
                self._tell_view()
            case DragMode.WINDOW if drag.has_moved:
                self._drag_window(drag, at, is_fine=_held(event)[0])
            case _:
                pass
        self._tell_value(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish what the same button began."""
        event.accept()
        drag = self._drag
        if drag is None or _BUTTONS.get(event.button()) is not drag.button:
            return
        self._drag = None
        at = self._pointer = _at(event.position())
        shift, ctrl = _held(event)
        if drag.mode is DragMode.EDIT:
            self.pass_on(self.editor.release(at), shift=shift, ctrl=ctrl)
        elif drag.button is Button.RIGHT and not drag.has_moved and self.shows_overlays:
            self.pass_on(self.editor.right_click(at), shift=shift, ctrl=ctrl)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Close the drawing or insert a handle; when browsing, ask for the pane alone."""
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
            return
        if self.editor.tool is Tool.BROWSE:
            self.double_clicked.emit()
        elif self.shows_overlays:
            at = self._pointer = _at(event.position())
            self.pass_on(self.editor.double_click(at))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn through slices, phases (Shift) or magnifications (Ctrl); with both set the brush.

        While a button holds a shape or the image, only the brush: nothing goes from under the hand.
        """
        event.accept()
        turn = event.angleDelta().y() or event.angleDelta().x()
        shift, ctrl = _held(event)
        use = wheel_use(self.editor.tool, shift=shift, ctrl=ctrl)
        is_held = self._drag is not None and self._drag.mode is not DragMode.WINDOW
        if is_held and use is not WheelUse.BRUSH:
            return
        if use is WheelUse.ZOOM:
            self._zoom(_at(event.position()), zoom_of_turn(turn))
            return
        notches = self._wheel.turned(turn, use)
        match use:
            case _ if notches == 0:
                pass
            case WheelUse.BRUSH:
                self.resize_brush(-notches)
            case WheelUse.PHASES:
                self.wheel_phases.emit(notches)
            case WheelUse.SLICES:
                self.wheel_slices.emit(notches)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the tool's cursor."""
        super().enterEvent(event)
        self.take_aim()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that no value is under the pointer any more."""
        super().leaveEvent(event)
        self.hovered.emit(math.nan, math.nan, None)
        self._point_others(None)
        if self._drag is None:
            self._pointer = None
            self.take_aim()

    def _hover(self, at: Point, event: QMouseEvent) -> None:
        """Show what a press would do, the value under the pointer, and where it is elsewhere."""
        self._tell_value(at)
        shift, ctrl = _held(event)
        self._point_others(at if shift else None)
        if self.editor.tool is not Tool.BROWSE:
            self.take_aim(shift=shift, ctrl=ctrl)

    def _tell_again(self) -> None:
        if self._pointer is not None and self.isVisible():
            self._tell_value(self._pointer)

    def _tell_value(self, at: Point) -> None:
        view = self.view_map
        if view is not None:
            x, y = (float(value) for value in view.pixel_from_screen([at])[0])
            self.hovered.emit(x, y, self.value_at(x, y))

    def _point_others(self, at: Point | None) -> None:
        view = self.view_map
        if at is not None and view is not None:
            self._points_others = True
            self.cross_hair_moved.emit(as_vector(view.mm_from_screen([at])[0]))
        elif self._points_others:
            self._points_others = False
            self.cross_hair_moved.emit(None)

    def _drag_window(self, drag: _Drag, at: Point, *, is_fine: bool) -> None:
        """Change the window by the last step, so that Shift may come and go."""
        if self.window_level is None:
            return
        step = (at[0] - drag.last[0], at[1] - drag.last[1])
        drag.last = at
        window: Window = self.window_level.dragged(step, is_fine=is_fine)
        self.set_window(window)
        self.window_changed.emit(window.centre, window.width)

    def _zoom(self, at: Point, factor: float) -> None:
        view = self.view_map
        if view is not None:
            self.set_view(view.zoomed_at(at, factor))
            self._tell_view()

    def _tell_view(self) -> None:
        view = self.view_map
        if view is not None:
            self.view_changed.emit(view.view)


def _at(point: QPointF) -> Point:
    return point.x(), point.y()


def _held(event: QMouseEvent | QWheelEvent) -> tuple[bool, bool]:
    """Return whether Shift and Ctrl are held."""
    keys = event.modifiers()
    return bool(keys & _SHIFT), bool(keys & _CTRL)
