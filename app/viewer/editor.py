"""The reader's hand on an annotation: presses, moves and releases in, edits out; no Qt."""

from dataclasses import dataclass

import numpy as np

from app.viewer import gestures
from app.viewer.draft import Draft
from app.viewer.field_of_view import ViewMap
from app.viewer.gestures import Grip, Point
from app.viewer.tools import Tool
from vne_core.errors import VneError
from vne_core.study.annotation import SliceAnnotation

CLICK_PX = 4.0
"""A press that moves less is a click."""
CLAMP_STEPS = 4
"""Halvings of the way from the last good point to a refused one: 1/16 of a mouse step is left."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The annotation as it is while the button is down."""

    annotation: SliceAnnotation


@dataclass(frozen=True, slots=True)
class Committed:
    """One finished gesture: one step of undo."""

    before: SliceAnnotation
    after: SliceAnnotation


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing happened, for the status line."""

    reason: str


Outcome = Edited | Committed | Refused
Outcomes = tuple[Outcome, ...]


@dataclass(slots=True)
class _Hold:
    """A grip held since a press."""

    grip: Grip
    start: Point
    before: SliceAnnotation
    known_flaws: frozenset[str]
    good: Point
    has_moved: bool = False


class Editor:
    """One pane's editing: the tool, the annotation shown, a held grip and an unfinished drawing.

    The owner keeps ``annotation`` and ``view`` up to date and passes the outcomes on.
    """

    def __init__(self) -> None:
        self.tool = Tool.BROWSE
        self.annotation: SliceAnnotation | None = None
        self.view: ViewMap | None = None
        self.draft = Draft()
        self._hold: _Hold | None = None
        self._press: Point | None = None

    @property
    def is_dragging(self) -> bool:
        """True while an annotation is held."""
        return self._hold is not None

    @property
    def held_handle(self) -> int | None:
        """The handle in the hand."""
        grip = None if self._hold is None else self._hold.grip
        return grip.index if isinstance(grip, gestures.HandleGrip) else None

    @property
    def draws(self) -> bool:
        """True when a click puts down a point of a new contour."""
        annotation = self.annotation
        if annotation is None or not self.tool.is_contour or self.view is None:
            return False
        return gestures.contour_of(annotation, self.tool) is None

    def grip_at(self, point: Point, *, shift: bool = False, ctrl: bool = False) -> Grip | None:
        """Return what a press would take hold of."""
        if self.annotation is None or self.view is None:
            return None
        return gestures.grip_at(
            self.annotation, self.tool, self.view, point, shift=shift, ctrl=ctrl
        )

    def press(self, point: Point, *, shift: bool = False, ctrl: bool = False) -> Outcomes:
        """Take hold of what is under the pointer, or begin to draw."""
        self._press = point
        if self.annotation is None or self.view is None or self.draws:
            return ()
        grip = self.grip_at(point, shift=shift, ctrl=ctrl)
        if grip is None:
            return ()
        known = gestures.flaws(self.annotation, self.view.plane)
        self._hold = _Hold(grip, point, self.annotation, known, point)
        return self._carry(point) if isinstance(grip, gestures.PlaceGrip) else ()

    def move(self, point: Point) -> Outcomes:
        """Follow the pointer with the button down."""
        if self._press is None or self.view is None:
            return ()
        if self._hold is not None:
            self._hold.has_moved |= not is_click(self._press, point)
            return self._carry(point) if self._hold.has_moved else ()
        if self.draws and not self.draft.points_px and not is_click(self._press, point):
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
        if self.annotation is None or self.view is None:
            return ()
        if self.draws:
            return self.close()
        contour = gestures.contour_of(self.annotation, self.tool)
        if contour is None or not gestures.is_on_curve(contour, self.view, point):
            return ()
        if gestures.handle_near(contour, self.view, point) is not None:
            return ()
        inserted = gestures.handle_inserted(self.annotation, self.tool, self.view, point)
        return self._commit(inserted)

    def right_click(self, point: Point) -> Outcomes:
        """Remove the handle under the pointer."""
        if self.annotation is None or self.view is None:
            return ()
        contour = gestures.contour_of(self.annotation, self.tool)
        index = None if contour is None else gestures.handle_near(contour, self.view, point)
        if index is None:
            return ()
        try:
            removed = gestures.handle_removed(self.annotation, self.tool, index)
        except VneError as refusal:
            return (Refused(refusal.sentence),)
        return self._commit(removed)

    def close(self) -> Outcomes:
        """Make a contour of what was drawn; nothing when nothing was."""
        if self.draft.is_empty or self.annotation is None or self.view is None:
            return ()
        try:
            contour = self.draft.closed(self.view)
        except VneError as refusal:
            outcomes: Outcomes = (Refused(refusal.sentence),)
        else:
            outcomes = self._commit(gestures.with_shape(self.annotation, self.tool, contour))
        if self.draft.is_freehand or isinstance(outcomes[0], Committed):
            self.draft.clear()
        return outcomes

    def step_back(self) -> tuple[bool, Outcomes]:
        """Undo the last thing of an unfinished gesture: a held drag, else a point put down."""
        if self._hold is not None:
            before, self._hold, self._press = self._hold.before, None, None
            self.annotation = before
            return True, (Edited(before),)
        return self.draft.step_back(), ()

    def abandon(self) -> None:
        """Forget an unfinished gesture, as when the tool or the slice changes."""
        self._hold = self._press = None
        self.draft.clear()

    def _carry(self, point: Point) -> Outcomes:
        """Drag the held grip to a point, or as far toward it as the contours stay sound."""
        hold, view = self._hold, self.view
        if hold is None or view is None:
            return ()
        sound = self._soundly(hold, view, _on_image(view, point))
        if sound is None:
            return ()
        self.annotation, hold.good = sound
        return (Edited(self.annotation),)

    def _soundly(
        self, hold: _Hold, view: ViewMap, wanted: Point
    ) -> tuple[SliceAnnotation, Point] | None:
        """Return the annotation dragged as near the wanted point as it may be, and that point."""
        reached: tuple[SliceAnnotation, Point] | None = None
        near, far, probe = hold.good, wanted, wanted
        for _ in range(CLAMP_STEPS + 1):
            tried = self._tried(hold, view, probe)
            if tried is not None and gestures.flaws(tried, view.plane) <= hold.known_flaws:
                reached, near = (tried, probe), probe
                if probe == wanted:
                    break
            else:
                far = probe
            probe = ((near[0] + far[0]) / 2, (near[1] + far[1]) / 2)
        return reached

    def _tried(self, hold: _Hold, view: ViewMap, probe: Point) -> SliceAnnotation | None:
        """Return the annotation dragged to a point, None where that leaves no shape."""
        try:
            return gestures.dragged(hold.before, self.tool, hold.grip, view, (hold.start, probe))
        except VneError:
            return None

    def _commit(self, after: SliceAnnotation) -> Outcomes:
        """Take an edit made at once, unless it breaks what was sound."""
        before, view = self.annotation, self.view
        if before is None or view is None:
            return ()
        new_flaws = gestures.flaws(after, view.plane) - gestures.flaws(before, view.plane)
        if new_flaws:
            return (Refused("; ".join(sorted(new_flaws))),)
        self.annotation = after
        return (Committed(before, after),)


def is_click(press: Point, now: Point) -> bool:
    """Return whether a press has moved so little that it is a click."""
    return float(np.hypot(now[0] - press[0], now[1] - press[1])) < CLICK_PX


def _on_image(view: ViewMap, point: Point) -> Point:
    """Return the screen point nearest to a point that lies on the image."""
    rows, cols = view.plane.shape_px
    at = np.clip(view.pixel_from_screen([point])[0], -0.5, [cols - 0.5, rows - 0.5])
    x, y = view.screen_from_pixel([at])[0]
    return float(x), float(y)
