"""The reader's hand on an annotation: presses, moves and releases in, edits out; no Qt."""

from dataclasses import dataclass, replace

import numpy as np

from app.viewer import gestures
from app.viewer.brush import Brush
from app.viewer.draft import Draft, SliceImage
from app.viewer.field_of_view import ViewMap
from app.viewer.gestures import Aim, Hand, HandleGrip, MoveGrip, PlaceGrip, Point, PushGrip
from app.viewer.outcomes import Committed, Edited, Noted, Outcomes, Refused
from app.viewer.pointer import is_click
from app.viewer.tools import Tool
from app.viewer.wall import as_far_as
from app.words import tr
from vne_core.errors import VneError
from vne_core.geometry.contour import insert_handle, remove_handle
from vne_core.study.annotation import SliceAnnotation
from vne_core.study.shapes import (
    CONTOURS,
    Place,
    contour_of,
    flaws,
    misses_myocardium,
    new_place,
    nudged,
    places_of,
    smoothed,
    with_shape,
)

FEWEST_HANDLES = 3
TAKE_BACK = "Take points back with Backspace, or draw it anew."


@dataclass(slots=True)
class _Hold:
    """A grip held since a press."""

    aim: Aim
    start: Point
    before: SliceAnnotation
    known_flaws: frozenset[str]
    good: Point
    last: Point
    has_moved: bool = False


class Editor:
    """One pane's editing: the tool, the annotation shown, a held grip and an unfinished drawing.

    The owner keeps ``annotation`` and ``view`` up to date and passes the outcomes on.
    """

    def __init__(self) -> None:
        self.tool = Tool.BROWSE
        self.brush = Brush()
        self.annotation: SliceAnnotation | None = None
        self.view: ViewMap | None = None
        self.draft = Draft()
        self._chosen: Place | None = None
        self._hold: _Hold | None = None
        self._press: Point | None = None

    @property
    def is_dragging(self) -> bool:
        """True while an annotation is held."""
        return self._hold is not None

    @property
    def is_busy(self) -> bool:
        """True while a gesture is unfinished."""
        return self.is_dragging or not self.draft.is_empty

    @property
    def held(self) -> Aim | None:
        """The shape in the hand, and how it is held."""
        return None if self._hold is None else self._hold.aim

    @property
    def chosen(self) -> Place | None:
        """The shape that keys act on: the one last touched, else the last drawn of the tool's."""
        part = self.tool.part
        if self.annotation is None or part is None:
            return None
        places = places_of(self.annotation, part)
        return self._chosen if self._chosen in places else next(iter(places), None)

    @property
    def draws(self) -> bool:
        """True when a click beside what is drawn puts down a point of a new contour."""
        if self.annotation is None or self.view is None or not self.tool.is_contour:
            return False
        return self.tool.is_many or self.chosen is None

    def aim_at(self, point: Point, *, shift: bool = False, ctrl: bool = False) -> Aim | None:
        """Return what a press would take hold of; nothing while a contour is being drawn."""
        if self.annotation is None or self.view is None or not self.draft.is_empty:
            return None
        hand = Hand(self.tool, self.brush.radius_mm, shift, ctrl, self.chosen)
        return gestures.aim_at(self.annotation, hand, self.view, point)

    def press(self, point: Point, *, shift: bool = False, ctrl: bool = False) -> Outcomes:
        """Take hold of what is under the pointer, or begin to draw."""
        self._press = point
        aim = self.aim_at(point, shift=shift, ctrl=ctrl)
        if aim is None or self.annotation is None or self.view is None:
            return ()
        self._chosen = aim.place
        known = flaws(self.annotation, self.view.plane)
        self._hold = _Hold(aim, point, self.annotation, known, point, point)
        return self._carry(point) if isinstance(aim.grip, PlaceGrip) else ()

    def move(self, point: Point) -> Outcomes:
        """Follow the pointer with the button down."""
        if self._press is None or self.view is None:
            return ()
        if self._hold is not None:
            self._hold.has_moved |= not is_click(self._press, point)
            return self._carry(point) if self._hold.has_moved else ()
        if self.draws and self.draft.takes_trace and not is_click(self._press, point):
            if not self.draft.is_freehand:
                self.draft.trace(self.view, self._press)
            self.draft.trace(self.view, point)
        return ()

    def release(self, point: Point) -> Outcomes:
        """Finish the gesture."""
        press, self._press = self._press, None
        hold, self._hold = self._hold, None
        if hold is not None and self.annotation is not None:
            unchanged = hold.before == self.annotation
            return () if unchanged else (Committed(hold.before, self.annotation),)
        if press is None or not self.draws or self.view is None:
            return ()
        if self.draft.is_freehand or self.draft.is_near_first(self.view, point):
            return self.close()
        self.draft.put(self.view, point)
        return ()

    def double_click(self, point: Point) -> Outcomes:
        """Close the drawing, or put a handle on the curve."""
        if not self.draft.is_empty:
            return self.close()
        aim = self.aim_at(point)
        if self.annotation is None or self.view is None or aim is None:
            return ()
        contour = contour_of(self.annotation, aim.place)
        if contour is None or isinstance(aim.grip, HandleGrip | MoveGrip):
            return ()
        self._chosen = aim.place
        longer = insert_handle(contour, self.view.mm_from_screen([point])[0])
        return self._commit(with_shape(self.annotation, aim.place, longer))

    def right_click(self, point: Point) -> Outcomes:
        """Remove the handle under the pointer, and with the third last of a region the region."""
        aim = self.aim_at(point)
        if self.annotation is None or aim is None or not isinstance(aim.grip, HandleGrip):
            return ()
        contour = contour_of(self.annotation, aim.place)
        if contour is None:
            return ()
        if len(contour.points_mm) <= FEWEST_HANDLES and aim.place.part.is_many:
            return self._commit(with_shape(self.annotation, aim.place, None))
        try:
            shorter = remove_handle(contour, aim.grip.index)
        except VneError as refusal:
            return (Refused(refusal.sentence),)
        return self._commit(with_shape(self.annotation, aim.place, shorter))

    def close(self) -> Outcomes:
        """Make a contour of what was drawn; nothing when nothing was."""
        part = self.tool.part
        if self.draft.is_empty or self.annotation is None or self.view is None or part is None:
            return ()
        place = new_place(self.annotation, part)
        try:
            contour = self.draft.closed(self.view)
        except VneError as refusal:
            if self.draft.is_freehand:
                self.draft.clear()
            return (Refused(refusal.sentence),)
        match self._commit(with_shape(self.annotation, place, contour)):
            case (Refused(reason),):
                if self.draft.is_freehand:
                    self.draft.keep(self.view, contour)
                return (Refused(f"{reason} {tr(TAKE_BACK)}"),)
            case outcomes:
                self._chosen = place
                self.draft.clear()
                return (*outcomes, *self._notes(place))

    def _notes(self, place: Place) -> Outcomes:
        """Say when a region just drawn leaves the measurement as it was."""
        if self.annotation is None or self.view is None or not place.part.is_many:
            return ()
        if not misses_myocardium(self.annotation, place, self.view.plane):
            return ()
        words = tr("{contour} lies outside the myocardium and changes nothing")
        return (Noted(words.format(contour=tr(CONTOURS[place.part]))),)

    def delete(self) -> Outcomes:
        """Remove the chosen shape."""
        place = self.chosen
        if self.annotation is None or place is None or self.is_busy:
            return ()
        return self._commit(with_shape(self.annotation, place, None))

    def nudge(self, by_px: Point) -> Outcomes:
        """Move the chosen shape by (x, y) pixels of the image."""
        place = self.chosen
        if self.annotation is None or self.view is None or place is None or self.is_busy:
            return ()
        start_mm, end_mm = self.view.plane.pixel_to_patient([(0, 0), by_px])
        return self._commit(nudged(self.annotation, place, end_mm - start_mm))

    def smooth(self) -> Outcomes:
        """Calm the waves of the chosen contour."""
        place = self.chosen
        if self.annotation is None or self.view is None or place is None or self.is_busy:
            return ()
        if place.part not in CONTOURS:
            return ()
        calmer = smoothed(self.annotation, place, self.view.plane)
        if calmer is self.annotation:
            words = tr("{contour} cannot be smoothed without a crossing")
            return (Refused(words.format(contour=tr(CONTOURS[place.part]))),)
        return self._commit(calmer)

    def resize_brush(self, steps: int) -> Outcomes:
        """Make the brush wider, or narrower by negative steps; a push under way follows."""
        self.brush.resize(steps)
        hold = self._hold
        if hold is None or not isinstance(hold.aim.grip, PushGrip):
            return ()
        hold.aim = replace(hold.aim, grip=PushGrip(self.brush.radius_mm))
        return self._carry(hold.last) if hold.has_moved else ()

    def step_back(self) -> tuple[bool, Outcomes]:
        """Undo the last thing of an unfinished gesture: a held drag, else a point put down."""
        if self._hold is not None:
            before, self._hold, self._press = self._hold.before, None, None
            self.annotation = before
            return True, (Edited(before),)
        self._press = None
        return self.draft.step_back(), ()

    def turn_to(self, shown: SliceImage | None) -> None:
        """Edit another slice or image; points put down wait on the one that is left."""
        self._hold = self._press = self._chosen = None
        self.draft.turn_to(shown)

    def abandon(self) -> None:
        """Forget unfinished gestures on all slices, as when the tool changes."""
        self._hold = self._press = self._chosen = None
        self.draft.forget()

    def _carry(self, point: Point) -> Outcomes:
        """Drag the held grip to a point, or as far toward it as the contours stay sound."""
        hold, view = self._hold, self.view
        if hold is None or view is None:
            return ()

        def sound_at(probe: Point) -> SliceAnnotation | None:
            try:
                tried = gestures.dragged(hold.before, hold.aim, view, (hold.start, probe))
            except VneError:
                return None
            return tried if flaws(tried, view.plane) <= hold.known_flaws else None

        hold.last = point
        reached = as_far_as(hold.good, _on_image(view, point), sound_at)
        if reached is None:
            return ()
        self.annotation, hold.good = reached
        return (Edited(self.annotation),)

    def _commit(self, after: SliceAnnotation) -> Outcomes:
        """Take an edit made at once, unless it breaks what was sound."""
        before, view = self.annotation, self.view
        if before is None or view is None or after == before:
            return ()
        new_flaws = flaws(after, view.plane) - flaws(before, view.plane)
        if new_flaws:
            words = "; ".join(sorted(new_flaws))
            return (Refused(f"{words[:1].upper()}{words[1:]}."),)
        self.annotation = after
        return (Committed(before, after),)


def _on_image(view: ViewMap, point: Point) -> Point:
    """Return the screen point nearest to a point that lies on the image."""
    rows, cols = view.plane.shape_px
    at = np.clip(view.pixel_from_screen([point])[0], -0.5, [cols - 0.5, rows - 0.5])
    x, y = view.screen_from_pixel([at])[0]
    return float(x), float(y)
