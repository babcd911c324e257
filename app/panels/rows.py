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


class Nearness(StrEnum):
    """How far the farthest partner of a slice lies, by its thickness and angle."""

    UNKNOWN = ""
    NEAR = "within half a slice thickness"
    LOOK_AGAIN = "more than half a slice thickness away"
    STOP = "more than a slice thickness away, or tilted"


@dataclass(frozen=True, slots=True)
class SliceRow:
    """One slice in the study browser and the slice strip.

    ``distance`` and ``match`` say how far its farthest partner lies, in short and in words;
    ``excluded`` says from what and why it is left out, empty where it counts.
    """

    title: str
    detail: str = ""
    badge: Badge = Badge.EMPTY
    picture: QImage | None = None
    look_again: str = ""
    slice_id: str = ""
    distance: str = ""
    nearness: Nearness = Nearness.UNKNOWN
    match: str = ""
    has_vne: bool = False
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study in the browser; ``slices`` is None until they are listed.

    ``title`` is the patient's pseudonym, ``date`` as YYYY-MM-DD.
    """

    study_id: str
    title: str
    detail: str
    slices: tuple[SliceRow, ...] | None = None
    is_open: bool = False
    date: str = ""
    confirmed: int = 0
    unconfirmed: int = 0


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient with more than one study."""

    title: str
    detail: str


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
    is_vne_doubtful: bool = False
    lge_reason: str = ""


@dataclass(frozen=True, slots=True)
class References:
    """Remote and blood pool intensities, mean and SD, as text; empty where not measured."""

    remote: str = ""
    blood: str = ""
    myocardium: str = ""
    note: str = ""
    """What to look at again about the regions, as a sentence; the numbers stand."""


class Preset(StrEnum):
    """Where a study's threshold levels come from."""

    EQUAL = "equal"
    MODEL = "model"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class T1Row:
    """T1 of one region as text, in ms; ``note`` says what is missing or to be careful about."""

    name: str
    mean: str = ""
    median: str = ""
    sd: str = ""
    pixels: str = ""
    note: str = ""
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One AHA segment: percent of each level, or the reason why it has none.

    ``slice_index`` is the slice a click goes to, None where the third has no slice.
    """

    number: int
    name: str
    percents: tuple[float, ...] = ()
    reason: str = ""
    slices: str = ""
    slice_index: int | None = None


@dataclass(frozen=True, slots=True)
class DerivedRows:
    """What is worked out once the hand rests: T1 and the segments.

    ``bands`` names the levels of ``percents``; ``notice`` says what the segments still need.
    """

    t1: tuple[T1Row, ...] = ()
    segments: tuple[SegmentRow, ...] = ()
    bands: tuple[str, ...] = ()
    notice: str = ""


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
    preset: Preset = Preset.EQUAL


class JobState(StrEnum):
    """Where a job is."""

    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job of this sitting; ``outcome`` says how it ended and what to try."""

    title: str
    state: JobState
    started: str
    progress: str = ""
    time: str = ""
    text: str = ""
    outcome: str = ""
    log: tuple[str, ...] = ()
