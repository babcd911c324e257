"""The hand with a caliper, probe or arrow: it stands before the pane's own mouse."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from app.viewer.edit_view import EditView
from app.viewer.field_of_view import ViewMap, as_vector
from app.viewer.inline_edit import InlineEdit
from app.viewer.marks import Arrow, Mark, MarkTool, Point, grip_at, moved_end, new_mark
from app.viewer.pointer import is_click
from app.words import tr
from vne_core.geometry.plane import SlicePlane, Vector

NOTE_PX = (160, 24)


class MarkingHand(QObject):
    """Filters the mouse of one canvas while a marking tool is in the hand.

    A drag puts a mark down, two clicks do the same; an end dragged moves it; a right click on an
    end removes the mark. The window, pan and zoom stay where they are, but no wheel turns while a
    button holds a mark. What was begun on one plane is forgotten on another.

    Signals
    -------
    pressed()
        The left button went down on the image.
    changed(tuple[Mark, ...], str)
        The marks as they are now, and what was done, for the status line.
    """

    pressed = Signal()
    changed = Signal(object, str)

    def __init__(self, canvas: EditView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._tool: MarkTool | None = None
        self._start: tuple[SlicePlane, Vector] | None = None
        """Where a mark was begun, in the patient: the image may be moved before its second click."""
        self._is_down = False
        self._held: tuple[Mark, int] | None = None
        self._noted: Arrow | None = None
        self._right_at: Point | None = None
        self._note = InlineEdit(tr("Note at the arrow"), canvas.viewport())
        self._note.setPlaceholderText(tr("note, or Enter"))
        self._note.taken.connect(self._take_note)
        canvas.viewport().installEventFilter(self)

    def set_tool(self, tool: MarkTool | None) -> None:
        """Put a marking tool in the hand; None gives the mouse back."""
        self.step_back()
        self._tool = tool
        self._canvas.set_marking(is_marking=tool is not None)

    def step_back(self) -> bool:
        """Forget an unfinished mark; False when there was none."""
        was_busy = self._start is not None or self._held is not None
        self._start = self._held = None
        self._is_down = False
        if was_busy:
            self._canvas.draw_marks()
        return was_busy

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the left button, and a right click on a mark; leave everything else."""
        if event.type() == QEvent.Type.Wheel and self._is_down:
            return True
        if self._tool is None or not isinstance(event, QMouseEvent):
            return super().eventFilter(watched, event)
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                return self._press(event)
            case QEvent.Type.MouseMove:
                return self._move(event)
            case QEvent.Type.MouseButtonRelease:
                return self._release(event)
            case _:
                return super().eventFilter(watched, event)

    @property
    def _marks(self) -> tuple[Mark, ...]:
        return self._canvas.marks

    def _press(self, event: QMouseEvent) -> bool:
        at = _at(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            self._right_at = at
        view = self._canvas.view_map
        if event.button() != Qt.MouseButton.LeftButton or view is None:
            return False
        self._canvas.setFocus()
        self.pressed.emit()
        self._is_down = True
        if self._begun_at(view) is None:
            grip = grip_at(self._marks, view, at)
            self._held = None if grip is None else (self._marks[grip[0]], grip[1])
            here = view.plane, as_vector(view.mm_from_screen([at])[0])
            self._start = here if grip is None else None
        return True

    def _move(self, event: QMouseEvent) -> bool:
        view, at = self._canvas.view_map, _at(event.position())
        if view is None:
            return False
        if self._held is not None:
            self._canvas.draw_marks(self._with_moved(*self._held, at, view))
            return True
        start = self._begun_at(view)
        if start is None:
            return False
        if self._tool is not None and not is_click(start, at):
            self._canvas.draw_marks((*self._marks, new_mark(self._tool, start, at, view)))
        return self._is_down

    def _release(self, event: QMouseEvent) -> bool:
        at = _at(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            self._remove(at)
            return False
        view = self._canvas.view_map
        if event.button() != Qt.MouseButton.LeftButton or not self._is_down or view is None:
            return False
        self._is_down = False
        held, self._held = self._held, None
        if held is not None:
            if any(mark is held[0] for mark in self._marks):
                self.changed.emit(self._with_moved(*held, at, view), "moved")
            else:
                self._canvas.draw_marks()
            return True
        start = self._begun_at(view)
        if start is not None and not is_click(start, at):
            self._finish(start, at, view)
        return True

    def _begun_at(self, view: ViewMap) -> Point | None:
        """Return where on the screen a mark was begun; None without one on this plane."""
        if self._start is not None and self._start[0] != view.plane:
            self._start = None
        if self._start is None:
            return None
        x, y = view.screen_from_mm([self._start[1]])[0].tolist()
        return x, y

    def _with_moved(self, mark: Mark, end: int, at: Point, view: ViewMap) -> tuple[Mark, ...]:
        """Return the marks shown, one of them with an end elsewhere if it is among them."""
        moved = moved_end(mark, end, at, view)
        return tuple(moved if one is mark else one for one in self._marks)

    def _finish(self, start: Point, end: Point, view: ViewMap) -> None:
        self._start = None
        assert self._tool is not None
        mark = new_mark(self._tool, start, end, view)
        self.changed.emit((*self._marks, mark), "placed")
        if isinstance(mark, Arrow):
            self._noted = mark
            self._note.setGeometry(round(end[0]) + 8, round(end[1]) - NOTE_PX[1] // 2, *NOTE_PX)
            self._note.begin("")

    def _take_note(self, words: str) -> None:
        """Write a note at the arrow it was begun for, unless another slice is shown by now."""
        arrow, self._noted = self._noted, None
        if arrow is None or not words.strip() or not any(one is arrow for one in self._marks):
            return
        noted = Arrow(arrow.tip_mm, arrow.tail_mm, words.strip())
        self.changed.emit(tuple(noted if one is arrow else one for one in self._marks), "noted")

    def _remove(self, at: Point) -> None:
        """Remove the mark under a right click; a right drag was for the window."""
        start, self._right_at = self._right_at, None
        view = self._canvas.view_map
        if start is None or view is None or not is_click(start, at):
            return
        grip = grip_at(self._marks, view, at)
        if grip is not None:
            index = grip[0]
            self.changed.emit((*self._marks[:index], *self._marks[index + 1 :]), "removed")


def _at(point: QPointF) -> Point:
    return point.x(), point.y()
