"""The canvas with a tool in the hand: it shows what a press would do, and passes edits on."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.viewer.canvas import Canvas
from app.viewer.gestures import (
    Aim,
    HandleGrip,
    MoveGrip,
    PlaceGrip,
    Point,
    PushGrip,
    RimGrip,
    ScaleGrip,
)
from app.viewer.keys import KeyUse, key_use
from app.viewer.outcomes import Committed, Edited, Noted, Outcomes, Refused
from app.viewer.tools import Tool
from app.words import tr

HIDDEN = "the outlines are hidden; show them before you edit"
"""Nothing changes that the reader cannot see."""
_CURSORS = {
    HandleGrip: Qt.CursorShape.PointingHandCursor,
    PushGrip: Qt.CursorShape.OpenHandCursor,
    MoveGrip: Qt.CursorShape.SizeAllCursor,
    ScaleGrip: Qt.CursorShape.SizeFDiagCursor,
    RimGrip: Qt.CursorShape.SizeFDiagCursor,
    PlaceGrip: Qt.CursorShape.CrossCursor,
}
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_HOLDING = {Qt.Key.Key_Shift, Qt.Key.Key_Control}


class EditView(Canvas):
    """Edits are offered, never kept from the session."""

    edited = Signal(object)
    edit_committed = Signal(object, object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointer: Point | None = None
        self._aim: Aim | None = None
        self._is_marking = False

    def set_marking(self, *, is_marking: bool) -> None:
        """Show the cursor of a marking tool, whatever the pointer is on, or the tool's own."""
        self._is_marking = is_marking
        self.take_aim()

    def set_tool(self, tool: Tool) -> None:
        """Put a tool in the hand; an unfinished drawing is forgotten."""
        if tool is not self.editor.tool:
            self.editor.abandon()
            self.editor.tool = tool
        self.take_aim()

    def step_back(self) -> bool:
        """Undo the last thing of an unfinished gesture; False when there was none."""
        had_one, outcomes = self.editor.step_back()
        if had_one:
            self.pass_on(outcomes)
        return had_one

    def delete_shape(self) -> None:
        """Remove the shape of the tool in hand: of several the chosen one."""
        self._act(self.editor.delete)

    def nudge_shape(self, by_px: Point) -> None:
        """Move that shape by (x, y) pixels of the image."""
        self._act(lambda: self.editor.nudge(by_px))

    def smooth_shape(self) -> None:
        """Calm the waves of that contour."""
        self._act(self.editor.smooth)

    def take_aim(self, *, shift: bool = False, ctrl: bool = False) -> None:
        """Show what a press at the pointer would take hold of, or what is held."""
        at = self._pointer
        self._aim = None
        can_take = self.shows_overlays and not self.editor.is_dragging and not self._is_marking
        if at is not None and can_take:
            self._aim = self.editor.aim_at(at, shift=shift, ctrl=ctrl)
        self._show_cursor(self.editor.held or self._aim)
        self.place_annotation(at, self._aim)

    def pass_on(self, outcomes: Outcomes, *, shift: bool = False, ctrl: bool = False) -> None:
        """Redraw after the editor moved and tell the session what came of it."""
        self.take_aim(shift=shift, ctrl=ctrl)
        for outcome in outcomes:
            match outcome:
                case Edited(annotation):
                    self.edited.emit(annotation)
                case Committed(before, after):
                    self.edit_committed.emit(before, after)
                case Refused(words) | Noted(words):
                    self.refused.emit(words)

    def resize_brush(self, steps: int) -> None:
        """Make the brush wider or narrower, also while it pushes."""
        self.pass_on(self.editor.resize_brush(steps))

    def event(self, event: QEvent) -> bool:
        """Claim from the window's shortcuts the keys that mean something to the hand just now."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            claims = self._use_of(event) is not None
            event.setAccepted(claims)
            return claims
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the hand's own keys; leave all others to the window."""
        match self._use_of(event):
            case KeyUse.CLOSE:
                self.pass_on(self.editor.close())
            case KeyUse.BACK:
                self.step_back()
            case KeyUse.WIDER:
                self.resize_brush(1)
            case KeyUse.NARROWER:
                self.resize_brush(-1)
            case KeyUse.NOTHING:
                pass
            case None:
                event.ignore()
                self._aim_with(event, is_down=True)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show what a press does when Shift or Ctrl is let go."""
        event.ignore()
        self._aim_with(event, is_down=False)

    def _act(self, edit: Callable[[], Outcomes]) -> None:
        """Make an edit at once, unless the reader could not see it."""
        if self.shows_overlays:
            self.pass_on(edit())
        else:
            self.refused.emit(tr(HIDDEN))

    def _use_of(self, event: QKeyEvent) -> KeyUse | None:
        shown = self.editor.held or self._aim
        return key_use(
            event.key(),
            ctrl=bool(event.modifiers() & _CTRL),
            is_drawing=not self.editor.draft.is_empty,
            is_dragging=self.editor.is_dragging,
            has_brush=shown is not None and isinstance(shown.grip, PushGrip),
        )

    def _aim_with(self, event: QKeyEvent, *, is_down: bool) -> None:
        """Aim again when Shift or Ctrl goes down or up while the pointer rests."""
        if event.key() in _HOLDING and self.editor.tool is not Tool.BROWSE:
            keys = event.modifiers()
            shift = is_down if event.key() == Qt.Key.Key_Shift else bool(keys & _SHIFT)
            ctrl = is_down if event.key() == Qt.Key.Key_Control else bool(keys & _CTRL)
            self.take_aim(shift=shift, ctrl=ctrl)

    def _show_cursor(self, aim: Aim | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self.editor.held is not None and isinstance(self.editor.held.grip, PushGrip):
            shape = Qt.CursorShape.ClosedHandCursor
        elif aim is not None:
            shape = _CURSORS[type(aim.grip)]
        elif self._is_marking or (self.shows_overlays and self.editor.draws):
            shape = Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)
