"""The header of an imported file, each tag read once and typed."""

from dataclasses import dataclass
from pathlib import Path

from vne_core.geometry.plane import SlicePlane


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Where an object's bytes are: a file, or a member of a .zip read in place."""

    path: Path
    member: str | None = None

    def __str__(self) -> str:
        """Return a name a reader recognises."""
        return f"{self.path}!{self.member}" if self.member else str(self.path)


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """One 2-D image: the whole of a classic object, one frame of an enhanced one.

    Times are None where the header has none; 0 is a time. ``slope`` and ``intercept`` turn stored
    into real values (rescale, else 1 and 0).
    """

    number: int
    plane: SlicePlane
    image_type: tuple[str, ...]
    trigger_time_ms: float | None
    inversion_time_ms: float | None
    echo_time_ms: float | None
    acquisition_time_s: float | None
    slope: float
    intercept: float
    comments: str


@dataclass(frozen=True, slots=True)
class Header:
    """One DICOM object as the rest of the library sees it.

    Identity (patient, UIDs) stays inside the import; a workspace stores keyed hashes of it.
    ``identity_words`` are the patient's name parts and numbers, so that free text can be cleared of
    them. ``acquisition_time_s`` of a frame is seconds since midnight of the study's day.
    """

    source: SourceFile
    sop_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    study_uid: str
    series_uid: str
    frame_of_reference_uid: str | None
    patient_id: str
    study_date: str
    series_number: int | None
    series_description: str
    protocol_name: str
    manufacturer: str
    sequence_name: str
    scanning_sequence: tuple[str, ...]
    sequence_variant: tuple[str, ...]
    scan_options: tuple[str, ...]
    contrast_agent: str
    photometric: str
    bits_allocated: int
    is_signed: bool
    field_strength_t: float | None
    nominal_interval_ms: float | None
    heart_rate_bpm: float | None
    cardiac_images: int | None
    acquisition_number: int | None
    instance_number: int | None
    image_comments: str
    ge_image_kind: int | None
    frames: tuple[FrameHeader, ...]
    identity_words: tuple[str, ...] = ()

    @property
    def decoded_bytes(self) -> int:
        """How long the object's stored values are once decoded; its frames are of one size."""
        rows, cols = self.frames[0].plane.shape_px
        return len(self.frames) * rows * cols * self.bits_allocated // 8


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that passed the door."""

    header: Header


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that did not pass the door, with a reason a reader understands.

    ``code`` is one word for counting (not-dicom, truncated, no-geometry, duplicate, ...).
    """

    source: SourceFile
    code: str
    reason: str
