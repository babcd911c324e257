"""Undo: an annotation, or what a slice is left out of, replaced by another."""

from collections.abc import Callable
from dataclasses import replace as changed
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from vne_core.study.annotation import SliceAnnotation
    from vne_core.study.exclusion import SliceExclusion

DEPTH = 500
"""How many steps back are kept."""

_PARTS = {
    "epi": "epicardial contour",
    "endo": "endocardial contour",
    "remote": "remote region",
    "blood_pool": "blood pool region",
    "septal": "septal region",
    "rv_insertion": "RV insertion point",
    "exclusions": "exclusion",
    "inclusions": "inclusion",
    "rule": "threshold levels",
}


def describe(before: "SliceAnnotation", after: "SliceAnnotation") -> str:
    """Return what an edit did, in a few words: "draw the epicardial contour"."""
    for part, name in _PARTS.items():
        old, new = getattr(before, part), getattr(after, part)
        if old != new:
            return f"{_verb(old, new)} the {name}"
    return "confirm the contours" if after.confirmed else "change the contours"


def _verb(old: object, new: object) -> str:
    """Return what became of a part, or of one of several."""
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) != len(new):
        return "draw" if len(new) > len(old) else "remove"
    if not new:
        return "remove"
    return "change" if old else "draw"


def same_outlines(one: "SliceAnnotation", other: "SliceAnnotation") -> bool:
    """Return whether two annotations differ at most in their levels and bookkeeping."""
    return one == changed(other, rule=one.rule, revision=one.revision, author=one.author)


class ReplaceAnnotation(QUndoCommand):
    """The command of every gesture: ``replace`` is given ``after`` when done, ``before`` when undone."""

    def __init__(
        self,
        before: "SliceAnnotation",
        after: "SliceAnnotation",
        replace: Callable[["SliceAnnotation"], None],
    ) -> None:
        super().__init__(describe(before, after))
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
    ) -> None:
        super().__init__("exclude the slice" if after.is_in_force else "take the slice in again")
        self._before = before
        self._after = after
        self._put = put

    def redo(self) -> None:
        """Let the newer one hold."""
        self._put(self._after)

    def undo(self) -> None:
        """Let the older one hold again."""
        self._put(self._before)
