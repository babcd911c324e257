"""An image with its overlays on the screen; no mouse, no decisions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from app.viewer import palette
from app.viewer.annotation_layer import AnnotationLayer
from app.viewer.bars import CrossHairItem
from app.viewer.content import PaneContent
from app.viewer.editor import Editor
from app.viewer.field_of_view import FieldOfView, ViewMap, heart_view
from app.viewer.gestures import Aim
from app.viewer.items import RasterItem
from app.viewer.lookup import packed, render
from app.viewer.margin import Margin
from app.viewer.window_level import Window, percentile_window
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.study.annotation import SliceAnnotation


class Canvas(QGraphicsView):
    """Draws one image, its annotation, its bands and what is written around it.

    Scene coordinates are the pane's device-independent pixels; ``ViewMap`` says where the image
    is among them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prepare()
        scene = QGraphicsScene(self)
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setScene(scene)
        self._image_item, self._bands_item = RasterItem(is_smooth=True), RasterItem(is_smooth=False)
        self._bands_item.setZValue(1)
        scene.addItem(self._image_item)
        scene.addItem(self._bands_item)
        self._layer = AnnotationLayer(scene)
        self._margin = Margin(scene)
        self._cross_hair, self._cross_hair_mm = CrossHairItem(), None
        self._cross_hair.setZValue(3)
        scene.addItem(self._cross_hair)
        self.editor = Editor()
        self._image: NDArray[np.generic] | None = None
        self._plane: SlicePlane | None = None
        self._words = packed(None)
        self._window: Window | None = None
        self._view: FieldOfView | None = None
        self._map: ViewMap | None = None
        self._shows_overlays = True

    def _prepare(self) -> None:
        """Make a bare black surface of the view: no frame, no scroll bars, no focus by chance.

        The viewport is made here: asked for one of its own making, Qt would have PySide look
        through, and first make, the classes of every widget there is.
        """
        self.setViewport(QWidget(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setBackgroundBrush(QColor(palette.CANVAS))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(64, 64)

    @property
    def window_level(self) -> Window | None:
        """The window shown, None before an image."""
        return self._window

    @property
    def view_map(self) -> ViewMap | None:
        """Where the image is on the screen, None before an image."""
        if self._plane is None:
            return None
        size = (self.viewport().width(), self.viewport().height())
        if self._view is None:
            self._view = heart_view(self._plane, size)
        if self._map is None or self._map.parts != (self._plane, self._view, size):
            self._map = ViewMap(self._plane, self._view, size)
        return self._map

    @property
    def shows_overlays(self) -> bool:
        """False while contours, circles and bands are hidden."""
        return self._shows_overlays

    def show_content(self, content: PaneContent) -> None:
        """Show a slice; another slice's or image's annotation ends an unfinished gesture."""
        self._image, self._plane = np.asarray(content.image), content.plane
        self._words = packed(content.lookup)
        if content.levels is not None:
            self._window = Window.of_levels(*content.levels)
        elif self._window is None:
            self._window = percentile_window(content.image)
        self._take_annotation(content.annotation)
        self._margin.unit = content.unit
        self._margin.set_corner(content.corner, self.devicePixelRatioF())
        self._bands_item.show_rgba(content.bands)
        self._paint_image()
        self.place()
        self._write()

    def set_frame(self, image: NDArray[np.generic]) -> None:
        """Show another image of the same plane and window, as while a cine plays."""
        self._image = np.asarray(image)
        self._paint_image()

    def set_window(self, window: Window) -> None:
        """Show another window of the same image."""
        self._window = window
        self._paint_image()
        self._write()

    def set_view(self, view: FieldOfView) -> None:
        """Show another part of the patient."""
        self._view = view
        self.place()
        self._write()

    def set_annotation(self, annotation: SliceAnnotation | None) -> None:
        """Show an annotation; another slice's ends an unfinished gesture."""
        if annotation is not self.editor.annotation:
            self._take_annotation(annotation)
            self.place_annotation()

    def set_overlay(self, rgba: NDArray[np.uint8] | None) -> None:
        """Show RGBA bytes, shape (rows, columns, 4), over the image; None clears."""
        self._bands_item.show_rgba(rgba)

    def set_overlays_visible(self, *, is_visible: bool) -> None:
        """Hide contours, circles and bands for a look at the bare image, or bring them back."""
        self._shows_overlays = is_visible
        self._bands_item.setVisible(is_visible)
        self.place_annotation()

    def set_cross_hair(self, point_mm: Vector | None) -> None:
        """Mark where the pointer is in another pane; None takes the mark away."""
        self._cross_hair_mm = point_mm
        self._place_cross_hair()

    def value_at(self, x_px: float, y_px: float) -> float | None:
        """Return the image's value at (x, y); None outside and where nothing was measured."""
        if self._image is None:
            return None
        col, row = round(x_px), round(y_px)
        rows, cols = self._image.shape
        if not (0 <= row < rows and 0 <= col < cols):
            return None
        value = float(self._image[row, col])
        return value if np.isfinite(value) else None

    def place(self) -> None:
        """Put everything where the view has it."""
        view = self.view_map
        self.editor.view = view
        if view is not None:
            self._image_item.place(view)
            self._bands_item.place(view)
        self.place_annotation()
        self._place_cross_hair()

    def place_annotation(
        self, pointer: Sequence[float] | None = None, aim: Aim | None = None
    ) -> None:
        """Redraw contours, circles and the drawing in progress; ``aim`` is under the pointer."""
        view = self.view_map
        if view is not None:
            shown = self.editor.annotation if self._shows_overlays else None
            self._layer.place(shown, view)
            self._layer.set_look(shown, self.editor, aim)
            self._layer.place_hand(self.editor, view, pointer, aim)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the same part of the patient in the pane."""
        super().resizeEvent(event)
        self.setSceneRect(QRectF(self.viewport().rect()))
        self.place()
        self._write()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Frame the pane that has the keyboard."""
        del rect
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(palette.ACCENT), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _take_annotation(self, annotation: SliceAnnotation | None) -> None:
        shown = self.editor.annotation
        if annotation is None or shown is None or _identity(annotation) != _identity(shown):
            self.editor.abandon()
        self.editor.annotation = annotation

    def _paint_image(self) -> None:
        if self._image is not None and self._window is not None:
            self._image_item.show_words(render(self._image, self._window, self._words))

    def _write(self) -> None:
        view = self.view_map
        if view is not None and self._window is not None:
            self._margin.write(view, self._window, self._words, self.devicePixelRatioF())

    def _place_cross_hair(self) -> None:
        view, point_mm = self.view_map, self._cross_hair_mm
        self._cross_hair.setVisible(view is not None and point_mm is not None)
        if view is not None and point_mm is not None:
            self._cross_hair.setPos(*view.screen_from_mm([point_mm])[0])


def _identity(annotation: SliceAnnotation) -> tuple[str, str]:
    return annotation.slice_id, annotation.image_kind
