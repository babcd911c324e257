"""The T1 map, cine, VNE and LGE of one slice beside each other, looking at the same place."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.viewer.arrangement import Arrangement, larger_arrangement, put_in_cells
from app.viewer.brush import Brush
from app.viewer.comparison import Comparison, Pair
from app.viewer.field_of_view import FieldOfView, heart_view, whole_image
from app.viewer.marks import MarkTool
from app.viewer.pane import ImagePane
from app.viewer.tools import Tool
from app.words import tr
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.study.annotation import ImageKind

TITLES = {
    ImageKind.T1: "T1 map",
    ImageKind.CINE: "Cine",
    ImageKind.VNE: "VNE",
    ImageKind.LGE: "LGE",
}
GAP_PX = 2
NARROWEST_PX = 144
"""Four panes stand in a row only where each is as wide: less has no room for its words."""


class FourPanes(QWidget):
    """Four panes that share their field of view and cross-hair, never their window.

    Signals
    -------
    view_changed(FieldOfView)
        Panned or zoomed by hand in any pane.
    active_changed(ImageKind)
        Another pane was pressed.
    enlarged_changed(ImageKind | None)
        One pane fills the widget, or all four are back.
    arrangement_changed(Arrangement)
        Chosen with ``set_arrangement``, to be remembered.
    compared_changed(Pair | None)
        Two panes are compared, or no longer.
    mark_tool_changed(MarkTool | None)
        A caliper, probe or arrow is in the hand, or no longer.
    """

    view_changed = Signal(object)
    active_changed = Signal(object)
    enlarged_changed = Signal(object)
    arrangement_changed = Signal(object)
    compared_changed = Signal(object)
    mark_tool_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Images of the slice"))
        self._panes = {kind: ImagePane(tr(title), self) for kind, title in TITLES.items()}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP_PX)
        self._arrangement = Arrangement.AUTO
        self.comparison = Comparison(self)
        self.mark_tool: MarkTool | None = None
        """The marking tool in the hand."""
        self._laid_out: tuple[object, ...] = ()
        self._enlarged: ImageKind | None = None
        self._enlarged_before: ImageKind | None = None
        self._active = ImageKind.T1
        self._view: FieldOfView | None = None
        brush = Brush()
        for kind, pane in self._panes.items():
            pane.view.editor.brush = brush
            pane.view_changed.connect(lambda view, kind=kind: self._follow(kind, view))
            pane.cross_hair_moved.connect(lambda at, kind=kind: self._point(kind, at))
            pane.clicked.connect(lambda kind=kind: self.set_active(kind))
            pane.double_clicked.connect(lambda kind=kind: self._toggle(kind))
        self.comparison.flipped.connect(_hand_over_pointer)
        self._panes[self._active].set_active(is_active=True)
        self._lay_out()

    @property
    def panes(self) -> dict[ImageKind, ImagePane]:
        """The panes by what they show, left to right."""
        return dict(self._panes)

    def pane(self, kind: ImageKind) -> ImagePane:
        """Return the pane of one kind of image."""
        return self._panes[kind]

    @property
    def active(self) -> ImageKind:
        """The pane last pressed."""
        return self._active

    @property
    def enlarged(self) -> ImageKind | None:
        """The pane that fills the widget, None when all four are shown."""
        return self._enlarged

    @property
    def arrangement(self) -> Arrangement:
        """The chosen arrangement."""
        return self._arrangement

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Stand the panes in a row, in a square, or as fits."""
        if arrangement is not self._arrangement:
            self._arrangement = arrangement
            self._lay_out()
            self.arrangement_changed.emit(arrangement)

    def toggle_enlarged(self, kind: ImageKind) -> None:
        """Fill the widget with one pane, or bring all four back."""
        self.enlarge(None if self._enlarged is kind else kind)

    def enlarge(self, kind: ImageKind | None) -> None:
        """Fill the widget with one pane; None shows all four. A comparison ends."""
        self.compare(None)
        if kind is self._enlarged:
            return
        self._enlarged = kind
        if kind is not None:
            self.set_active(kind)
            self._panes[kind].view.setFocus()
        self._lay_out()
        self.enlarged_changed.emit(kind)

    def compare(self, pair: Pair | None) -> None:
        """Lay two panes upon each other; None brings back what was shown before."""
        if pair == self.comparison.pair:
            return
        if pair is not None:
            before = self._enlarged if self.comparison.pair is None else self._enlarged_before
            self.enlarge(None)
            self._enlarged_before = before
            first, second = self._panes[pair.first], self._panes[pair.second]
            self.comparison.begin(pair, first, second)
            self.set_active(pair.first)
        else:
            self.comparison.end()
        self._lay_out()
        self.compared_changed.emit(pair)
        if pair is None and self._enlarged_before is not None:
            kind, self._enlarged_before = self._enlarged_before, None
            self.enlarge(kind)

    def set_active(self, kind: ImageKind) -> None:
        """Mark the pane that keys and tools act on."""
        if kind is self._active:
            return
        self._active = kind
        for each, pane in self._panes.items():
            pane.set_active(is_active=each is kind)
        self.active_changed.emit(kind)

    def set_tool(self, tool: Tool) -> None:
        """Put a tool in the hand, in every pane."""
        for pane in self._panes.values():
            pane.set_tool(tool)

    def set_mark_tool(self, tool: MarkTool | None) -> None:
        """Put a caliper, probe or arrow in the hand, in every pane; None gives the mouse back."""
        if tool is self.mark_tool:
            return
        self.mark_tool = tool
        for pane in self._panes.values():
            pane.set_mark_tool(tool)
        self.mark_tool_changed.emit(tool)

    def set_overlays_visible(self, *, is_visible: bool) -> None:
        """Hide contours, circles and bands everywhere, or bring them back."""
        for pane in self._panes.values():
            pane.set_overlays_visible(is_visible=is_visible)

    def set_view(self, view: FieldOfView) -> None:
        """Show the same part of the patient in every pane."""
        self._view = view
        for pane in self._panes.values():
            pane.set_view(view)

    def zoom(self, factor: float) -> None:
        """Magnify all panes around their middle, as the wheel does around the pointer."""
        if self._view is not None:
            self.set_view(self._view.zoomed(factor))

    def show_heart(self, plane: SlicePlane) -> None:
        """Show the middle of a slice, where a planned short axis has the heart."""
        self.set_view(heart_view(plane, self._pane_size()))

    def show_whole(self, plane: SlicePlane) -> None:
        """Show all of a slice's image."""
        self.set_view(whole_image(plane, self._pane_size()))

    def step_back(self) -> bool:
        """Take one step back (Esc): an unfinished gesture, the marking tool, the comparison.

        False when there was none of these.
        """
        if any(pane.step_back() for pane in self._panes.values()):
            return True
        if self.mark_tool is not None:
            self.set_mark_tool(None)
            return True
        is_compared = self.comparison.pair is not None
        self.compare(None)
        return is_compared

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose again how the panes stand."""
        super().resizeEvent(event)
        self._lay_out()

    def _toggle(self, kind: ImageKind) -> None:
        """A double click ends a comparison, else it enlarges the pane or brings all back."""
        if self.comparison.pair is not None:
            self.compare(None)
        else:
            self.toggle_enlarged(kind)

    def _follow(self, source: ImageKind, view: FieldOfView) -> None:
        """Let the other panes look where one was moved to."""
        self._view = view
        for kind, pane in self._panes.items():
            if kind is not source:
                pane.set_view(view)
        self.view_changed.emit(view)

    def _point(self, source: ImageKind, at: Vector | None) -> None:
        """Show the pointer of one pane in the others."""
        for kind, pane in self._panes.items():
            pane.set_cross_hair(None if kind is source else at)

    def _pane_size(self) -> tuple[int, int]:
        view = self._panes[self._active].view.viewport()
        return view.width(), view.height()

    def _lay_out(self) -> None:
        """Put the panes in their cells."""
        wanted, pair = self._arrangement, self.comparison.pair
        if wanted is Arrangement.AUTO:
            wanted = larger_arrangement(self.width(), self.height())
        if self.width() < len(self._panes) * NARROWEST_PX:
            wanted = Arrangement.GRID
        kinds = () if self._enlarged is None else (self._enlarged,)
        kinds = (pair.first, pair.second) if pair else kinds
        alone = [self._panes[kind] for kind in kinds]
        layout = (wanted, *kinds)
        if layout != self._laid_out:
            self._laid_out = layout
            columns = 4 if wanted is Arrangement.ROW else 2
            put_in_cells(self._grid, list(self._panes.values()), columns, alone)
        self.comparison.lay_out()


def _hand_over_pointer(before: ImagePane, after: ImagePane) -> None:
    """Let the image that has come on top tell its value under a pointer that rests."""
    at = before.view.pointer
    before.view.move_pointer(None)
    after.view.move_pointer(at)
