"""What the lists and tables show, as plain values; ``compose`` makes them from the session."""

from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtGui import QImage


class Badge(StrEnum):
    """How far the contours of a slice are."""

    EMPTY = "no contours"
    STARTED = "contours not complete"
    DRAWN = "contours not confirmed"
    CONFIRMED = "contours confirmed"


@dataclass(frozen=True, slots=True)
class SliceRow:
    """One slice in the study list and the slice strip."""

    title: str
    detail: str = ""
    badge: Badge = Badge.EMPTY
    picture: QImage | None = None
    look_again: str = ""


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study in the list; only the open one has slices."""

    study_id: str
    title: str
    detail: str
    slices: tuple[SliceRow, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One threshold level with its burdens in percent; None where not measured."""

    name: str
    fraction: float
    vne_percent: float | None
    lge_percent: float | None


@dataclass(frozen=True, slots=True)
class BurdenRows:
    """The burden table of a slice or a patient, with the reasons for what is missing."""

    levels: tuple[LevelRow, ...] = ()
    vne_reason: str = ""
    lge_reason: str = ""


@dataclass(frozen=True, slots=True)
class References:
    """Remote and blood pool intensities, mean and SD, as text; empty where not measured."""

    remote: str = ""
    blood: str = ""
    myocardium: str = ""
    note: str = ""
    """What to look at again about the regions, as a sentence; the numbers stand."""


@dataclass(frozen=True, slots=True)
class ToolPanelRows:
    """All that the tool panel shows."""

    slice_title: str = ""
    badge: Badge = Badge.EMPTY
    slice_burden: BurdenRows = field(default_factory=BurdenRows)
    references: References = field(default_factory=References)
    patient_burden: BurdenRows = field(default_factory=BurdenRows)
    patient_summary: str = ""
    is_partial: bool = False
    is_begun: bool = False
    can_edit: bool = True
