"""The hand with a caliper, probe or arrow: it stands before the pane's own mouse."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from app.viewer.canvas import Canvas
from app.viewer.editor import is_click
from app.viewer.inline_edit import InlineEdit
from app.viewer.marks import Arrow, Mark, MarkTool, Point, grip_at, moved_end, new_mark

NOTE_PX = (160, 24)


class MarkingHand(QObject):
    """Filters the mouse of one canvas while a marking tool is in the hand.

    A drag puts a mark down, two clicks do the same; an end dragged moves it; a right click on an
    end removes the mark. The window, pan and zoom stay where they are.

    Signals
    -------
    changed(tuple[Mark, ...], str)
        The marks as they are now, and what was done, for the status line.
    """

    changed = Signal(object, str)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._tool: MarkTool | None = None
        self._start: Point | None = None
        self._is_down = False
        self._held: tuple[int, int] | None = None
        self._right_at: Point | None = None
        self._note = InlineEdit("Note at the arrow", canvas.viewport())
        self._note.setPlaceholderText("note, or Enter")
        self._note.taken.connect(self._take_note)
        self._note.dropped.connect(lambda: self._take_note(""))
        canvas.viewport().installEventFilter(self)

    def set_tool(self, tool: MarkTool | None) -> None:
        """Put a marking tool in the hand; None gives the mouse back."""
        self.step_back()
        self._tool = tool
        shape = Qt.CursorShape.ArrowCursor if tool is None else Qt.CursorShape.CrossCursor
        self._canvas.viewport().setCursor(shape)

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
        if event.button() != Qt.MouseButton.LeftButton or self._canvas.view_map is None:
            return False
        self._canvas.setFocus()
        self._is_down = True
        if self._start is None:
            self._held = grip_at(self._marks, self._canvas.view_map, at)
            self._start = None if self._held else at
        return True

    def _move(self, event: QMouseEvent) -> bool:
        view, at = self._canvas.view_map, _at(event.position())
        if view is None:
            return False
        if self._held is not None:
            self._canvas.draw_marks(self._with_moved(at))
            return True
        if self._start is None:
            return False
        if self._tool is not None and not is_click(self._start, at):
            self._canvas.draw_marks((*self._marks, new_mark(self._tool, self._start, at, view)))
        return self._is_down

    def _release(self, event: QMouseEvent) -> bool:
        at = _at(event.position())
        if event.button() == Qt.MouseButton.RightButton:
            self._remove(at)
            return False
        if event.button() != Qt.MouseButton.LeftButton or not self._is_down:
            return False
        self._is_down = False
        if self._held is not None:
            moved, self._held = self._with_moved(at), None
            self.changed.emit(moved, "moved")
        elif self._start is not None and not is_click(self._start, at):
            self._finish(self._start, at)
        return True

    def _with_moved(self, at: Point) -> tuple[Mark, ...]:
        view = self._canvas.view_map
        assert self._held is not None
        assert view is not None
        index, end = self._held
        marks = list(self._marks)
        marks[index] = moved_end(marks[index], end, at, view)
        return tuple(marks)

    def _finish(self, start: Point, end: Point) -> None:
        view, self._start = self._canvas.view_map, None
        assert view is not None
        assert self._tool is not None
        mark = new_mark(self._tool, start, end, view)
        self.changed.emit((*self._marks, mark), "placed")
        if isinstance(mark, Arrow):
            self._note.setGeometry(round(end[0]) + 8, round(end[1]) - NOTE_PX[1] // 2, *NOTE_PX)
            self._note.begin("")

    def _take_note(self, words: str) -> None:
        *others, last = self._marks or (None,)
        if isinstance(last, Arrow) and words.strip():
            noted = Arrow(last.tip_mm, last.tail_mm, words.strip())
            self.changed.emit((*others, noted), "noted")

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
