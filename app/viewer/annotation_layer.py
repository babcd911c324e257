"""The items that draw an annotation in a pane."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QGraphicsScene

from app.viewer import palette
from app.viewer.contour_item import ContourItem, DraftItem
from app.viewer.draft import Draft
from app.viewer.field_of_view import ViewMap
from app.viewer.roi_item import RoiItem
from app.viewer.tools import Tool
from vne_core.study.annotation import Origin, SliceAnnotation

COLOURS = {
    Tool.EPI: palette.EPI,
    Tool.ENDO: palette.ENDO,
    Tool.REMOTE: palette.REMOTE,
    Tool.BLOOD: palette.BLOOD,
}
_UNCONFIRMED = {Origin.PROPOSED, Origin.COPIED}


class AnnotationLayer:
    """Two contours, two circles and the drawing in progress of one pane."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.epi = ContourItem(palette.EPI)
        self.endo = ContourItem(palette.ENDO)
        self.remote = RoiItem(palette.REMOTE, "R")
        self.blood = RoiItem(palette.BLOOD, "B")
        self.draft = DraftItem()
        for item in (self.epi, self.endo, self.remote, self.blood, self.draft):
            item.setZValue(2)
            scene.addItem(item)

    def place(self, annotation: SliceAnnotation | None, view: ViewMap) -> None:
        """Show an annotation in the pane's view; None hides it."""
        self.epi.place(annotation and annotation.epi, view)
        self.endo.place(annotation and annotation.endo, view)
        self.remote.place(annotation and annotation.remote, view)
        self.blood.place(annotation and annotation.blood_pool, view)

    def set_look(self, annotation: SliceAnnotation | None, tool: Tool, hot: int | None) -> None:
        """Mark the tool's shape as in the hand, and unconfirmed shapes as ghosts."""
        is_ghost = (
            annotation is not None
            and annotation.origin in _UNCONFIRMED
            and not annotation.confirmed
        )
        for item, own in ((self.epi, Tool.EPI), (self.endo, Tool.ENDO)):
            item.set_look(shows_handles=tool is own, is_ghost=is_ghost)
            item.set_hot(hot if tool is own else None)
        for item, own in ((self.remote, Tool.REMOTE), (self.blood, Tool.BLOOD)):
            item.set_look(is_active=tool is own, is_ghost=is_ghost)

    def place_draft(
        self, draft: Draft, tool: Tool, view: ViewMap, pointer: Sequence[float] | None
    ) -> None:
        """Show the drawing in progress."""
        if draft.is_empty:
            self.draft.hide()
            return
        line = view.screen_from_pixel(draft.preview_px(view, pointer))
        points = view.screen_from_pixel(np.array(draft.points_px).reshape(-1, 2))
        closes = pointer is not None and draft.is_near_first(view, pointer)
        self.draft.place(COLOURS[tool], line, points, closes=closes)
