"""An image with its overlays on the screen; no mouse, no decisions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.viewer.annotation_layer import AnnotationLayer
from app.viewer.bare_view import BareView
from app.viewer.bars import CrossHairItem, ReferenceLinesItem
from app.viewer.content import PaneContent
from app.viewer.editor import Editor
from app.viewer.field_of_view import FieldOfView, ViewMap, heart_view
from app.viewer.gestures import Aim
from app.viewer.image_layer import ImageLayer
from app.viewer.marks import Mark
from app.viewer.marks_item import MarksItem
from app.viewer.surroundings import Surroundings
from app.viewer.window_level import Window
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.study.annotation import SliceAnnotation


class Canvas(BareView):
    """Draws one image, its annotation, its bands and what is written around it.

    Scene coordinates are the pane's device-independent pixels; ``ViewMap`` says where the image
    is among them. ``range_changed(low, high)`` follows the hand on the colour bar.
    """

    range_changed = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.scene()
        self._pixels = ImageLayer(scene)
        self._layer = AnnotationLayer(scene)
        self._around = Surroundings(scene, self.viewport())
        self._around.bar.range_changed.connect(self._take_range)
        self._cross_hair = CrossHairItem()
        self._lines_item, self._marks_item = ReferenceLinesItem(), MarksItem()
        for level, item in ((1.5, self._lines_item), (3, self._cross_hair), (6, self._marks_item)):
            item.setZValue(level)
            scene.addItem(item)
        self.editor = Editor()
        self.marks: tuple[Mark, ...] = ()
        self._marks_in_hand: Sequence[Mark] | None = None
        self._content: PaneContent | None = None
        self._annotation: SliceAnnotation | None = None
        self._view: FieldOfView | None = None
        self._map: ViewMap | None = None
        self._shows_overlays = True

    @property
    def window_level(self) -> Window | None:
        """The window shown, None before an image."""
        return self._pixels.window

    @property
    def plane(self) -> SlicePlane | None:
        """Where the image lies, None before an image."""
        return self._content and self._content.plane

    @property
    def view_map(self) -> ViewMap | None:
        """Where the image is on the screen, None before an image."""
        if self.plane is None:
            return None
        size = (self.viewport().width(), self.viewport().height())
        if self._view is None:
            self._view = heart_view(self.plane, size)
        if self._map is None or self._map.parts != (self.plane, self._view, size):
            self._map = ViewMap(self.plane, self._view, size)
        return self._map

    @property
    def shows_overlays(self) -> bool:
        """False while contours, circles and bands are hidden."""
        return self._shows_overlays

    @property
    def written(self) -> str:
        """Everything that is written around the image and can be seen."""
        return self._around.margin.text

    def show_content(self, content: PaneContent) -> None:
        """Show a slice; a drawing begun waits where another slice's or image's is shown."""
        self._content, self.marks, self._marks_in_hand = content, content.marks, None
        self._pixels.show_content(content)
        self._take_annotation(content.annotation)
        self._around.show_content(content, self.devicePixelRatioF())
        self.place()
        self._write()

    def set_frame(self, image: NDArray[np.generic], text: str | None = None) -> None:
        """Show another image of the same plane and window, as while a cine plays."""
        self._pixels.set_frame(image)
        if text is not None:
            self._around.margin.set_frame_text(text, self.devicePixelRatioF())
        self._place_marks()

    def set_window(self, window: Window) -> None:
        """Show another window of the same image."""
        self._pixels.set_window(window)
        self._write()

    def set_view(self, view: FieldOfView) -> None:
        """Show another part of the patient."""
        self._view = view
        self.place()
        self._write()

    def set_seen_part(self, part: tuple[float, float] | None) -> None:
        """Write only between two x of the pane, the rest being covered; None is all of it."""
        self._around.seen_part = part
        self._write()

    def set_annotation(self, annotation: SliceAnnotation | None) -> None:
        """Show an annotation; a drawing begun on another slice waits there."""
        if annotation is not self._shown_annotation:
            self._take_annotation(annotation)
            self.place_annotation()

    def set_overlay(self, rgba: NDArray[np.uint8] | None) -> None:
        """Show RGBA bytes, shape (rows, columns, 4), over the image; None clears."""
        self._pixels.set_overlay(rgba)

    def set_overlays_visible(self, *, is_visible: bool) -> None:
        """Hide everything a reader drew for a look at the bare image, or bring it back."""
        self._shows_overlays = is_visible
        self._pixels.set_overlay_visible(is_visible=is_visible)
        self._marks_item.setVisible(is_visible)
        self._lines_item.setVisible(is_visible)
        self.place_annotation()

    def set_cross_hair(self, point_mm: Vector | None) -> None:
        """Mark where the pointer is in another pane; None takes the mark away."""
        self._cross_hair.point_mm = point_mm
        self._cross_hair.place(self.view_map)

    def value_at(self, x_px: float, y_px: float) -> float | None:
        """Return the image's value at (x, y); None outside and where nothing was measured."""
        return self._pixels.value_at(x_px, y_px)

    def draw_marks(self, marks: Sequence[Mark] | None = None) -> None:
        """Draw the marks, or those given while one is in the hand: until the next content."""
        self._marks_in_hand = marks
        self._place_marks()

    def place(self) -> None:
        """Put everything where the view has it."""
        view = self.view_map
        self.editor.view = view
        if view is not None and self._content is not None:
            self._pixels.place(view)
            self._lines_item.place(self._content.lines, view)
        self._place_marks()
        self.place_annotation()
        self._cross_hair.place(view)

    def place_annotation(
        self, pointer: Sequence[float] | None = None, aim: Aim | None = None
    ) -> None:
        """Redraw contours, circles and the drawing in progress; ``aim`` is under the pointer."""
        view = self.view_map
        if view is None:
            return
        shown = self._shown_annotation if self._shows_overlays else None
        self._layer.place(shown, view)
        self._layer.set_look(shown, self.editor, aim)
        self._layer.place_hand(self.editor, view, pointer, aim)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the same part of the patient in the pane."""
        super().resizeEvent(event)
        self.setSceneRect(QRectF(self.viewport().rect()))
        self.place()
        self._write()

    @property
    def _shown_annotation(self) -> SliceAnnotation | None:
        """The annotation drawn: what the editor holds, or what can only be looked at."""
        return self.editor.annotation or self._annotation

    def _place_marks(self) -> None:
        view = self.view_map
        if view is not None:
            unit, ratio = self._around.margin.unit, self.devicePixelRatioF()
            shown = self.marks if self._marks_in_hand is None else self._marks_in_hand
            self._marks_item.place(shown, view, self._pixels.image, unit, ratio)

    def _take_annotation(self, annotation: SliceAnnotation | None) -> None:
        shown = self.editor.annotation
        turned_to = None if annotation is None else (annotation.slice_id, annotation.image_kind)
        if shown is None or turned_to != (shown.slice_id, shown.image_kind):
            self.editor.turn_to(turned_to)
        is_editable = self._content is None or self._content.is_editable
        self.editor.annotation = annotation if is_editable else None
        self._annotation = annotation

    def _take_range(self, low: float, high: float) -> None:
        self.set_window(Window.of_levels(low, high))
        self.range_changed.emit(low, high)

    def _write(self) -> None:
        if self.view_map is not None:
            self._around.write(self.view_map, self._pixels, self.devicePixelRatioF())
