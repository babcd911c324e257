"""A study once imported: frozen, without identity, its pixels in the workspace's array cache."""

from dataclasses import dataclass

from vne_core.dicom.kinds import Kind
from vne_core.geometry.plane import SlicePlane


@dataclass(frozen=True, slots=True)
class FrameRef:
    """One image of a slice: row ``index`` of the slice's array, and what its stored values mean."""

    index: int
    trigger_time_ms: float | None
    inversion_time_ms: float | None
    acquisition_time_s: float | None
    slope: float
    intercept: float
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SliceRef:
    """The images of one series at one position: cine phases, inversion times, or a single image.

    ``slice_id`` is a keyed hash, the same each time the same files are imported. ``array_key``
    names the stored pixels, shape (frames, rows, columns), in the workspace; cine frames are
    sorted by trigger time, IR frames as acquired.
    """

    slice_id: str
    series_id: str
    kind: Kind
    plane: SlicePlane
    frame_of_reference: str | None
    rr_interval_ms: float | None
    frames: tuple[FrameRef, ...]
    array_key: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One DICOM series of one kind, with the rule that decided the kind.

    A series holding several kinds (magnitude and maps in one enhanced object) is split in one
    ``Series`` a kind; ``series_id`` then differs too.
    """

    series_id: str
    number: int | None
    description: str
    kind: Kind
    rule: str
    slices: tuple[SliceRef, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """One examination of one patient, by pseudonym."""

    study_id: str
    pseudonym: str
    study_date: str
    manufacturer: str
    field_strength_t: float | None
    series: tuple[Series, ...]

    def slices_of(self, *kinds: Kind) -> tuple[SliceRef, ...]:
        """Return every slice of the given kinds, in series order."""
        return tuple(s for series in self.series if series.kind in kinds for s in series.slices)

    def series_of(self, slice_ref: SliceRef) -> Series:
        """Return the series a slice belongs to."""
        return next(series for series in self.series if series.series_id == slice_ref.series_id)
