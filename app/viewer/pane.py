"""One image pane: header, image or the reason why there is none."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.viewer.content import PaneContent
from app.viewer.field_of_view import FieldOfView
from app.viewer.header import PaneHeader
from app.viewer.image_view import ImageView
from app.viewer.marking import MarkingHand
from app.viewer.marks import MarkTool
from app.viewer.placeholder import Placeholder
from app.viewer.tools import Tool
from app.viewer.window_level import Window
from app.words import tr
from vne_core.geometry.plane import Vector
from vne_core.study.annotation import SliceAnnotation


class ImagePane(QWidget):
    """Shows one image with its annotation and says what the hand does on it.

    Signals
    -------
    edited(SliceAnnotation)
        The annotation as it is while the button is down, and as it was when Esc ends the drag.
    edit_committed(SliceAnnotation, SliceAnnotation)
        Before and after one finished gesture: one step of undo. The pane already shows the second.
    refused(str)
        Why a gesture did nothing, for the status line.
    wheel_slices(int), wheel_phases(int)
        Notches toward the reader: +1 is the next slice or phase.
    window_changed(float, float)
        Centre and width, set by hand.
    view_changed(FieldOfView)
        Panned or zoomed by hand.
    hovered(float, float, float | None)
        Image (x, y) and value under the pointer; not-a-number and None when it leaves.
    cross_hair_moved(Vector | None)
        Where the pointer is in the patient while Shift is held; None when no longer.
    frames_turned(int), stack_turned(int)
        Notches through the pane's own frames or stack, in place of ``wheel_phases`` and
        ``wheel_slices`` where the pane has its own.
    marks_changed(tuple[Mark, ...], str)
        The marks after the hand placed, moved, noted or removed one, and which of these.
    source_chosen(str), badge_clicked()
        A line of the header's menu; the match in the header.
    clicked(), double_clicked(), offer_accepted()
        Pressed anywhere; the pane wanted alone; the placeholder's button.
    """

    edited = Signal(object)
    edit_committed = Signal(object, object)
    refused = Signal(str)
    wheel_slices = Signal(int)
    wheel_phases = Signal(int)
    window_changed = Signal(float, float)
    view_changed = Signal(object)
    hovered = Signal(float, float, object)
    cross_hair_moved = Signal(object)
    frames_turned = Signal(int)
    stack_turned = Signal(int)
    marks_changed = Signal(object, str)
    source_chosen = Signal(str)
    badge_clicked = Signal()
    clicked = Signal()
    double_clicked = Signal()
    offer_accepted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("{title} pane").format(title=title))
        self.header = PaneHeader(title, self)
        self.view = ImageView(self)
        self.view.setAccessibleName(tr("{title} image").format(title=title))
        self.marking = MarkingHand(self.view)
        self.has_own_frames = self.has_own_stack = False
        """Whether the wheel turns through the pane's own images, with Shift and without."""
        self.placeholder = Placeholder(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.placeholder)
        self._stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)
        self.setMinimumSize(96, 96)
        self._connect()

    def _connect(self) -> None:
        """Pass the signals of the parts on as the pane's own."""
        for name in (
            "edited", "edit_committed", "refused", "window_changed", "view_changed", "hovered",
            "cross_hair_moved", "clicked", "double_clicked",
        ):  # fmt: skip
            getattr(self.view, name).connect(getattr(self, name))
        self.view.wheel_phases.connect(self._turn_frames)
        self.view.wheel_slices.connect(self._turn_stack)
        self.view.range_changed.connect(self._tell_range)
        self.marking.pressed.connect(self.clicked)
        self.marking.changed.connect(self.marks_changed)
        self.header.double_clicked.connect(self.double_clicked)
        self.header.chosen.connect(self.source_chosen)
        self.header.badge_clicked.connect(self.badge_clicked)
        self.placeholder.accepted.connect(self.offer_accepted)

    @property
    def has_image(self) -> bool:
        """True while an image is shown, not the placeholder."""
        return self._stack.currentWidget() is self.view

    def show_content(self, content: PaneContent) -> None:
        """Show an image with all that belongs to it."""
        self._stack.setCurrentWidget(self.view)
        self.view.show_content(content)

    def set_frame(self, image: NDArray[np.generic], text: str | None = None) -> None:
        """Show another image of the same plane, window and colours, as while a cine plays.

        ``text`` says which one it is.
        """
        self.view.set_frame(image, text)

    def set_placeholder(self, reason: str, advice: str = "", offer: str = "") -> None:
        """Say why there is no image and what to do; ``offer`` is the label of a button."""
        self.placeholder.say(reason, advice, offer)
        self.view.set_annotation(None)
        self._stack.setCurrentWidget(self.placeholder)

    def set_annotation(self, annotation: SliceAnnotation | None) -> None:
        """Show an annotation. Another slice's or image's ends an unfinished gesture."""
        self.view.set_annotation(annotation)

    def set_overlay(self, rgba: NDArray[np.uint8] | None) -> None:
        """Show RGBA bytes, shape (rows, columns, 4), over the image; None clears."""
        self.view.set_overlay(rgba)

    def set_overlays_visible(self, *, is_visible: bool) -> None:
        """Hide contours, circles and bands for a look at the bare image, or bring them back."""
        self.view.set_overlays_visible(is_visible=is_visible)

    def set_tool(self, tool: Tool) -> None:
        """Put a tool in the hand; an unfinished drawing is forgotten."""
        self.view.set_tool(tool)

    def set_mark_tool(self, tool: MarkTool | None) -> None:
        """Put a caliper, probe or arrow in the hand; None gives the mouse back."""
        self.marking.set_tool(tool)

    def set_window(self, centre: float, width: float) -> None:
        """Show another window of the same image; emits nothing."""
        self.view.set_window(Window(centre, width))

    def set_view(self, view: FieldOfView) -> None:
        """Show another part of the patient; emits nothing."""
        self.view.set_view(view)

    def set_cross_hair(self, point_mm: Vector | None) -> None:
        """Mark where the pointer is in another pane; None takes the mark away."""
        self.view.set_cross_hair(point_mm)

    def set_seen_part(self, part: tuple[int, int] | None) -> None:
        """Write only between two x of the pane, the rest being covered; None is all of it."""
        self.header.set_inset(0 if part is None else part[0])
        self.view.set_seen_part(part)

    def set_active(self, *, is_active: bool) -> None:
        """Mark the pane that keys and tools act on."""
        self.header.set_active(is_active=is_active)

    def step_back(self) -> bool:
        """Undo the last thing of an unfinished gesture (Esc); False when there was none."""
        return self.marking.step_back() or self.view.step_back()

    def _turn_frames(self, by: int) -> None:
        (self.frames_turned if self.has_own_frames else self.wheel_phases).emit(by)

    def _turn_stack(self, by: int) -> None:
        (self.stack_turned if self.has_own_stack else self.wheel_slices).emit(by)

    def _tell_range(self, low: float, high: float) -> None:
        window = Window.of_levels(low, high)
        self.window_changed.emit(window.centre, window.width)
