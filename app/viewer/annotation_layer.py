"""The items that draw an annotation in a pane."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsScene

from app.viewer import palette
from app.viewer.contour_item import ContourItem
from app.viewer.draft_item import BrushItem, DraftItem
from app.viewer.editor import Editor
from app.viewer.field_of_view import ViewMap
from app.viewer.gestures import Aim, HandleGrip, PlaceGrip, PushGrip
from app.viewer.roi_item import PointItem, RoiItem
from app.viewer.strokes import Look
from vne_core.geometry.contour import Contour
from vne_core.study.annotation import Origin, SliceAnnotation
from vne_core.study.shapes import Part, Place, regions_of

COLOURS = {
    Part.EPI: palette.EPI,
    Part.ENDO: palette.ENDO,
    Part.REMOTE: palette.REMOTE,
    Part.BLOOD_POOL: palette.BLOOD,
    Part.SEPTAL: palette.SEPTAL,
    Part.RV_INSERTION: palette.INSERTION,
    Part.EXCLUSION: palette.EXCLUSION,
    Part.INCLUSION: palette.INCLUSION,
}
REGIONS = (Part.EXCLUSION, Part.INCLUSION)
_UNCONFIRMED = {Origin.PROPOSED, Origin.COPIED}


class AnnotationLayer:
    """The contours, circles and marks of one pane, and the drawing in progress."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._borders = {part: ContourItem(COLOURS[part]) for part in (Part.EPI, Part.ENDO)}
        self._circles = {
            Part.REMOTE: RoiItem(palette.REMOTE, "R"),
            Part.BLOOD_POOL: RoiItem(palette.BLOOD, "B"),
            Part.SEPTAL: RoiItem(palette.SEPTAL, "S"),
        }
        self._insertion = PointItem(palette.INSERTION, "RV")
        self._regions: dict[Part, list[ContourItem]] = {part: [] for part in REGIONS}
        self._draft, self._brush = DraftItem(), BrushItem()
        for item in (*self._borders.values(), *self._circles.values(), self._insertion):
            item.setZValue(palette.SHAPE_Z)
            scene.addItem(item)
        for item in (self._draft, self._brush):
            item.setZValue(palette.DRAFT_Z)
            scene.addItem(item)

    def place(self, annotation: SliceAnnotation | None, view: ViewMap) -> None:
        """Show an annotation in the pane's view; None hides it."""
        self._borders[Part.EPI].place(annotation and annotation.epi, view)
        self._borders[Part.ENDO].place(annotation and annotation.endo, view)
        self._circles[Part.REMOTE].place(annotation and annotation.remote, view)
        self._circles[Part.BLOOD_POOL].place(annotation and annotation.blood_pool, view)
        self._circles[Part.SEPTAL].place(annotation and annotation.septal, view)
        self._insertion.place(annotation and annotation.rv_insertion, view)
        for part in REGIONS:
            self._place_regions(part, regions_of(annotation, part) if annotation else (), view)

    def set_look(self, annotation: SliceAnnotation | None, editor: Editor, aim: Aim | None) -> None:
        """Mark what is in the hand or under the pointer, and unconfirmed shapes as ghosts."""
        is_ghost = (
            annotation is not None
            and annotation.origin in _UNCONFIRMED
            and not annotation.confirmed
        )
        aim, chosen, own = editor.held or aim, editor.chosen, editor.tool.part
        for part, item in self._borders.items():
            _dress(item, Place(part), aim, Look(part is own, is_ghost), is_chosen=True)
        for part, item in (*self._circles.items(), (Part.RV_INSERTION, self._insertion)):
            item.set_look(Look(part is own, is_ghost, _is_aimed_at(part, aim)))
        for part, items in self._regions.items():
            for index, item in enumerate(items):
                place = Place(part, index)
                _dress(item, place, aim, Look(part is own), is_chosen=place == chosen)

    def place_hand(
        self, editor: Editor, view: ViewMap, pointer: Sequence[float] | None, aim: Aim | None
    ) -> None:
        """Show the drawing in progress, and the brush where a press would push or pushes."""
        aim = editor.held or aim
        if pointer is not None and aim is not None and isinstance(aim.grip, PushGrip):
            radius = aim.grip.radius_mm / view.mm_per_px
            self._brush.place(QPointF(pointer[0], pointer[1]), radius)
        else:
            self._brush.hide()
        draft, part = editor.draft, editor.tool.part
        if draft.is_empty or part is None:
            self._draft.hide()
            return
        line = view.screen_from_pixel(draft.preview_px(view, pointer))
        points = view.screen_from_pixel(np.array(draft.points_px).reshape(-1, 2))
        closes = pointer is not None and draft.is_near_first(view, pointer)
        self._draft.place(COLOURS[part], line, points, closes=closes)

    def _place_regions(self, part: Part, regions: tuple[Contour, ...], view: ViewMap) -> None:
        """Show a part's regions in as many items as there have been at once."""
        items = self._regions[part]
        while len(items) < len(regions):
            item = ContourItem(COLOURS[part], is_hatched=part is Part.EXCLUSION)
            item.setZValue(palette.SHAPE_Z)
            self._scene.addItem(item)
            items.append(item)
        for index, item in enumerate(items):
            item.place(regions[index] if index < len(regions) else None, view)


def _is_aimed_at(part: Part, aim: Aim | None) -> bool:
    """Return whether a press takes hold of what is drawn, not puts it elsewhere."""
    return aim is not None and aim.place.part is part and not isinstance(aim.grip, PlaceGrip)


def _dress(
    item: ContourItem, place: Place, aim: Aim | None, look: Look, *, is_chosen: bool
) -> None:
    """Light the handle under the pointer, or the whole line where a press takes that."""
    aimed = None if aim is None or aim.place != place else aim.grip
    hot = aimed.index if isinstance(aimed, HandleGrip) else None
    is_lit = aimed is not None and hot is None
    item.set_look(Look(look.is_active, look.is_ghost, is_lit), is_chosen=is_chosen, hot=hot)
