"""Undo: an annotation, or what a slice is left out of, replaced by another."""

from collections.abc import Callable
from dataclasses import replace as changed
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QUndoCommand

from vne_core.geometry.contour import Contour
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import Origin

if TYPE_CHECKING:
    from vne_core.study.annotation import SliceAnnotation
    from vne_core.study.exclusion import SliceExclusion

DEPTH = 500
"""How many steps back are kept."""

_PARTS = {
    "epi": "epicardial contour",
    "endo": "endocardial contour",
    "remote": "remote region",
    "blood_pool": "blood pool",
    "septal": "septal region",
    "rv_insertion": "RV insertion",
    "exclusions": "exclusion",
    "inclusions": "inclusion",
    "rule": "threshold levels",
}
_SHORT_NAMES = {
    "epi": "epicardium",
    "endo": "endocardium",
    "remote": "remote region",
    "blood_pool": "blood pool",
    "septal": "septal region",
    "rv_insertion": "RV insertion",
    "exclusions": "exclusion",
    "inclusions": "inclusion",
}
SAME_SHIFT_MM = 1e-6
"""Handles that moved alike but for rounding: the whole contour was moved."""


def describe(before: "SliceAnnotation", after: "SliceAnnotation") -> str:
    """Return what an edit did, in a few words: "draw the epicardial contour"."""
    if is_copy(before, after):
        return "copy the contours"
    for part, name in _PARTS.items():
        old, new = getattr(before, part), getattr(after, part)
        if old != new:
            return f"{_verb(old, new)} the {name}"
    return "confirm the contours" if after.confirmed else "change the contours"


def is_copy(before: "SliceAnnotation", after: "SliceAnnotation") -> bool:
    """Return whether an edit brought the contours of another slice or image."""
    is_confirming = changed(before, confirmed=after.confirmed) == after
    return after.origin is Origin.COPIED and not is_confirming and before.rule == after.rule


def _verb(old: object, new: object) -> str:
    """Return what became of a part, or of one of several."""
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) != len(new):
        return "draw" if len(new) > len(old) else "remove"
    if not new:
        return "remove"
    return "change" if old else "draw"


def step_name(before: "SliceAnnotation", after: "SliceAnnotation", place: str) -> str:
    """Return an edit as the history lists it: "Move epicardium, slice 2"."""
    if is_copy(before, after):
        return f"Copy contours, {place}"
    for part, name in _SHORT_NAMES.items():
        old, new = getattr(before, part), getattr(after, part)
        if old != new:
            return f"{_step_verb(old, new)} {name}, {place}"
    if before.rule != after.rule:
        levels = ", ".join(f"{100 * level:g}" for level in after.rule.levels)
        return f"Levels {levels} %, {place}"
    verb = "Confirm" if after.confirmed else "Take back confirmation of"
    return f"{verb} contours, {place}"


def _step_verb(old: object, new: object) -> str:
    """Return what became of a part of an annotation."""
    match old, new:
        case Contour(), Contour():
            return _contour_verb(old, new)
        case Roi(), Roi():
            return "Move" if old.radius_mm == new.radius_mm else "Resize"
        case _:
            return _verb(old, new).capitalize()


def _contour_verb(old: Contour, new: Contour) -> str:
    change = len(new.points_mm) - len(old.points_mm)
    if change:
        return {1: "Add handle to", -1: "Remove handle of"}.get(change, "Redraw")
    moved = new.points_mm - old.points_mm
    return "Move" if np.ptp(moved, axis=0).max() < SAME_SHIFT_MM else "Reshape"


def same_outlines(one: "SliceAnnotation", other: "SliceAnnotation") -> bool:
    """Return whether two annotations differ at most in their levels and bookkeeping."""
    return one == changed(other, rule=one.rule, revision=one.revision, author=one.author)


class ReplaceAnnotation(QUndoCommand):
    """The command of every gesture: ``replace`` is given ``after`` when done, ``before`` when undone.

    ``place`` names the slice in the history; undo and redo are called by what they do alone.
    """

    def __init__(
        self,
        before: "SliceAnnotation",
        after: "SliceAnnotation",
        replace: Callable[["SliceAnnotation"], None],
        place: str,
    ) -> None:
        super().__init__(f"{step_name(before, after, place)}\n{describe(before, after)}")
        self._before = before
        self._after = after
        self._replace = replace

    def redo(self) -> None:
        """Put the newer annotation in place."""
        self._replace(self._after)

    def undo(self) -> None:
        """Put the older annotation back."""
        self._replace(self._before)


class ReplaceExclusion(QUndoCommand):
    """What a slice is left out of, replaced: ``put`` is given the one that holds from now on."""

    def __init__(
        self,
        before: "SliceExclusion",
        after: "SliceExclusion",
        put: Callable[["SliceExclusion"], None],
        place: str,
    ) -> None:
        words = "exclude the slice" if after.is_in_force else "take the slice in again"
        super().__init__(f"{words.capitalize()}, {place}\n{words}")
        self._before = before
        self._after = after
        self._put = put

    def redo(self) -> None:
        """Let the newer one hold."""
        self._put(self._after)

    def undo(self) -> None:
        """Let the older one hold again."""
        self._put(self._before)
