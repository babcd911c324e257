"""What came of a move of the reader's hand, for whoever keeps the annotation."""

from dataclasses import dataclass

from vne_core.study.annotation import SliceAnnotation


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


@dataclass(frozen=True, slots=True)
class Noted:
    """What the reader may have overlooked in an edit that was made, for the status line."""

    words: str


Outcome = Edited | Committed | Refused | Noted
Outcomes = tuple[Outcome, ...]
