"""The canvas with the reader's mouse and keys on it."""

import math

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.viewer import gestures
from app.viewer.canvas import Canvas
from app.viewer.editor import Committed, Edited, Outcomes, Refused, is_click
from app.viewer.field_of_view import ViewMap, as_vector
from app.viewer.gestures import Point
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
from app.viewer.window_level import Window

_BUTTONS = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
    Qt.MouseButton.RightButton: Button.RIGHT,
}
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_CLOSE_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BACK_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
_CURSORS = {
    gestures.HandleGrip: Qt.CursorShape.PointingHandCursor,
    gestures.PushGrip: Qt.CursorShape.OpenHandCursor,
    gestures.MoveGrip: Qt.CursorShape.SizeAllCursor,
    gestures.ScaleGrip: Qt.CursorShape.SizeFDiagCursor,
    gestures.RimGrip: Qt.CursorShape.SizeFDiagCursor,
    gestures.PlaceGrip: Qt.CursorShape.CrossCursor,
}


HIDDEN = "the outlines are hidden; show them before you edit"
"""Nothing changes that the reader cannot see."""


class _Drag:
    """A button held down, and what there was when it went down."""

    def __init__(self, button: Button, mode: DragMode, at: Point, view: ViewMap | None) -> None:
        self.button, self.mode, self.start, self.last, self.view = button, mode, at, at, view
        self.has_moved = False


class ImageView(Canvas):
    """Turns what the hand does into signals; edits are offered, never kept from the session."""

    edited = Signal(object)
    edit_committed = Signal(object, object)
    refused = Signal(str)
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

    def set_tool(self, tool: Tool) -> None:
        """Put a tool in the hand; an unfinished drawing is forgotten."""
        if tool is not self.editor.tool:
            self.editor.abandon()
            self.editor.tool = tool
            self.place_annotation()
        self._show_cursor(None)

    def step_back(self) -> bool:
        """Undo the last thing of an unfinished gesture; False when there was none."""
        had_one, outcomes = self.editor.step_back()
        if had_one:
            if self._drag is not None and self._drag.mode is DragMode.EDIT:
                self._drag = None
            self._pass_on(outcomes)
        return had_one

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a click; a second button does not disturb the first."""
        event.accept()
        button = _BUTTONS.get(event.button())
        if self._drag is not None or button is None:
            return
        at = _at(event.position())
        self._drag = _Drag(button, drag_mode(button, self.editor.tool), at, self.view_map)
        self.clicked.emit()
        if self._drag.mode is DragMode.EDIT and not self.shows_overlays:
            self.refused.emit(HIDDEN)
        elif self._drag.mode is DragMode.EDIT:
            shift, ctrl = _held(event)
            self._pass_on(self.editor.press(at, shift=shift, ctrl=ctrl), at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand."""
        event.accept()
        at = _at(event.position())
        drag = self._drag
        if drag is None:
            self._hover(at, *_held(event))
            return
        drag.has_moved |= not is_click(drag.start, at)
        match drag.mode:
            case DragMode.EDIT:
                self._pass_on(self.editor.move(at), at)
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
        at = _at(event.position())
        if drag.mode is DragMode.EDIT:
            self._pass_on(self.editor.release(at), at)
        elif drag.button is Button.RIGHT and not drag.has_moved and self.shows_overlays:
            self._pass_on(self.editor.right_click(at), at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Close the drawing or insert a handle; when browsing, ask for the pane alone."""
        event.accept()
        if event.button() != Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
            return
        if self.editor.tool is Tool.BROWSE:
            self.double_clicked.emit()
        elif self.shows_overlays:
            at = _at(event.position())
            self._pass_on(self.editor.double_click(at), at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn through slices, phases (Shift) or magnifications (Ctrl)."""
        event.accept()
        turn = event.angleDelta().y() or event.angleDelta().x()
        shift, ctrl = _held(event)
        use = wheel_use(shift=shift, ctrl=ctrl)
        if use is WheelUse.ZOOM:
            self._zoom(_at(event.position()), zoom_of_turn(turn))
        elif notches := self._wheel.turned(turn, use):
            signal = self.wheel_phases if use is WheelUse.PHASES else self.wheel_slices
            signal.emit(notches)

    def event(self, event: QEvent) -> bool:
        """Claim Enter and Esc from the window's shortcuts while there is something to end."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            claims = self._is_busy and event.key() in (*_CLOSE_KEYS, *_BACK_KEYS)
            event.setAccepted(claims)
            return claims
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End or step back in an unfinished gesture; leave all other keys to the window."""
        event.ignore()
        if self._is_busy and event.key() in _CLOSE_KEYS:
            self._pass_on(self.editor.close())
            event.accept()
        elif event.key() in _BACK_KEYS and self.step_back():
            event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the tool's cursor."""
        super().enterEvent(event)
        self._show_cursor(None)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that no value is under the pointer any more."""
        super().leaveEvent(event)
        self.hovered.emit(math.nan, math.nan, None)
        self._point_others(None)
        if self._drag is None:
            self.place_annotation()

    @property
    def _is_busy(self) -> bool:
        return self.editor.is_dragging or not self.editor.draft.is_empty

    def _pass_on(self, outcomes: Outcomes, pointer: Point | None = None) -> None:
        """Redraw after the editor moved and tell the session what came of it."""
        self.place_annotation(pointer)
        for outcome in outcomes:
            match outcome:
                case Edited(annotation):
                    self.edited.emit(annotation)
                case Committed(before, after):
                    self.edit_committed.emit(before, after)
                case Refused(reason):
                    self.refused.emit(reason)

    def _hover(self, at: Point, shift: bool, ctrl: bool) -> None:  # noqa: FBT001
        """Show what a press would do, the value under the pointer, and where it is elsewhere."""
        self._tell_value(at)
        view = self.view_map
        self._point_others(at if shift else None)
        if view is None or self.editor.tool is Tool.BROWSE:
            return
        grip = self.editor.grip_at(at, shift=shift, ctrl=ctrl)
        self._show_cursor(grip)
        hot = grip.index if isinstance(grip, gestures.HandleGrip) else None
        self.place_annotation(at, hot)

    def _show_cursor(self, grip: gestures.Grip | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if grip is not None:
            shape = _CURSORS[type(grip)]
        elif self.editor.draws or (self.editor.tool.is_circle and self.editor.annotation):
            shape = Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

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
