"""Headers in, frozen studies without identity out; nothing is lost on the way without a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vne_core.dicom.classify import Classified, classify
from vne_core.dicom.deidentify import Pseudonymiser, without_identity
from vne_core.dicom.header import Header, Rejected, SourceFile
from vne_core.dicom.kind_rules import Rules
from vne_core.dicom.kinds import Kind
from vne_core.dicom.series import Image, SeriesPart, group_by_position, split_series
from vne_core.geometry.plane import SlicePlane
from vne_core.study.frames import SINGLE_KINDS, Arranged, Dropped, arrange, rr_interval_ms
from vne_core.study.model import FrameRef, Series, SliceRef, Study
from vne_core.study.order import base_to_apex


@dataclass(frozen=True, slots=True)
class BuiltStudy:
    """A study and where its pixels are.

    ``sources`` gives, for each slice, the (header, frame number) of each row of its array, in
    order. ``rejected`` holds the files none of whose images are in a slice. ``notes`` are what a
    reader should know of a slice (a missing phase, a repeat), by slice_id.
    """

    study: Study
    sources: Mapping[str, tuple[tuple[Header, int], ...]]
    rejected: tuple[Rejected, ...]
    notes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Owner:
    """One patient in one study: what every id of the study is derived from."""

    patient_id: str
    study_uid: str
    pseudonyms: Pseudonymiser

    @property
    def pseudonym(self) -> str:
        """The patient's pseudonym; a study without patient ID is its own patient."""
        return self.pseudonyms.patient(self.patient_id or f"no patient id {self.study_uid}")

    def id_of(self, *parts: object) -> str:
        """Return the keyed hash of something within this study."""
        return self.pseudonyms.uid("|".join(map(str, (self.patient_id, self.study_uid, *parts))))


@dataclass(frozen=True, slots=True)
class _BuiltSlice:
    ref: SliceRef
    images: tuple[Image, ...]
    notes: tuple[str, ...]


def build_studies(
    headers: Iterable[Header],
    rules: Rules,
    pseudonyms: Pseudonymiser,
    kind_corrections: Mapping[str, Kind] | None = None,
) -> tuple[BuiltStudy, ...]:
    """Return one study for each patient and study UID, in the order they first appear.

    Two patients under one StudyInstanceUID are two studies. The ids depend on the headers' identity
    and the key only, not on the order of files nor on a corrected kind. ``kind_corrections`` maps
    ``series_id`` to the kind a reader gave for once.
    """
    owners: dict[_Owner, list[Header]] = {}
    for header in headers:
        owner = _Owner(header.patient_id.strip(), header.study_uid, pseudonyms)
        owners.setdefault(owner, []).append(header)
    corrections = kind_corrections or {}
    return tuple(_build(owner, found, rules, corrections) for owner, found in owners.items())


def _build(
    owner: _Owner, headers: list[Header], rules: Rules, corrections: Mapping[str, Kind]
) -> BuiltStudy:
    headers, dropped = _first_of_each_uid(headers)
    by_key = {
        part.key: corrections[series_id]
        for part in split_series(headers)
        if (series_id := _series_id(owner, part)) in corrections
    }
    series: list[Series] = []
    slices: list[_BuiltSlice] = []
    for result in classify(headers, rules, by_key):
        found, lost = _slices(owner, result)
        dropped += lost
        if found:
            slices += found
            series.append(_series(owner, result, found))
    used = {image.header.source for built in slices for image in built.images}
    return BuiltStudy(
        study=_study(owner, headers, series),
        sources={
            s.ref.slice_id: tuple((i.header, i.frame.number) for i in s.images) for s in slices
        },
        rejected=_rejected(dropped, used),
        notes={s.ref.slice_id: s.notes for s in slices if s.notes},
    )


def _study(owner: _Owner, headers: list[Header], series: list[Series]) -> Study:
    fields = [h.field_strength_t for h in headers if h.field_strength_t is not None]
    return Study(
        study_id=owner.id_of(),
        pseudonym=owner.pseudonym,
        study_date=next((h.study_date for h in headers if h.study_date), ""),
        manufacturer=next((h.manufacturer for h in headers if h.manufacturer), ""),
        field_strength_t=fields[0] if fields else None,
        series=tuple(series),
    )


def _series(owner: _Owner, result: Classified, slices: list[_BuiltSlice]) -> Series:
    header = result.part.first
    return Series(
        series_id=_series_id(owner, result.part),
        number=header.series_number,
        description=without_identity(
            header.series_description or header.protocol_name, header.identity_words
        ),
        kind=result.kind,
        rule=result.rule,
        slices=base_to_apex(built.ref for built in slices),
    )


def _slices(owner: _Owner, result: Classified) -> tuple[list[_BuiltSlice], list[Dropped]]:
    slices: list[_BuiltSlice] = []
    dropped: list[Dropped] = []
    for group in group_by_position(result.images):
        arranged, lost = arrange(group, result.kind)
        dropped += lost
        slices += [_slice(owner, result, one, turn) for turn, one in enumerate(arranged)]
    return slices, dropped


def _slice(owner: _Owner, result: Classified, arranged: Arranged, turn: int) -> _BuiltSlice:
    first = min(arranged.images, key=lambda image: image.rank)
    series_id = _series_id(owner, result.part)
    uid = first.header.frame_of_reference_uid
    if result.kind in SINGLE_KINDS:
        slice_id = owner.id_of(series_id, first.header.sop_uid, first.frame.number)
    else:
        slice_id = owner.id_of(series_id, _plane_text(first.frame.plane), turn)
    ref = SliceRef(
        slice_id=slice_id,
        series_id=series_id,
        kind=result.kind,
        plane=first.frame.plane,
        frame_of_reference=owner.pseudonyms.uid(uid) if uid else None,
        rr_interval_ms=rr_interval_ms(arranged.images, result.kind),
        frames=tuple(_frame_ref(index, image) for index, image in enumerate(arranged.images)),
    )
    return _BuiltSlice(ref, arranged.images, arranged.notes)


def _frame_ref(index: int, image: Image) -> FrameRef:
    frame = image.frame
    return FrameRef(
        index=index,
        trigger_time_ms=frame.trigger_time_ms,
        inversion_time_ms=frame.inversion_time_ms,
        acquisition_time_s=frame.acquisition_time_s,
        slope=frame.slope,
        intercept=frame.intercept,
        comment=without_identity(
            frame.comments or image.header.image_comments, image.header.identity_words
        ),
    )


def _series_id(owner: _Owner, part: SeriesPart) -> str:
    return owner.id_of(part.key)


def _plane_text(plane: SlicePlane) -> str:
    """Return the plane in tenths of a millimetre and thousandths of a cosine, for an id."""
    origin = " ".join(f"{value:.1f}" for value in plane.origin_mm)
    directions = " ".join(f"{value:.3f}" for value in (*plane.row_dir, *plane.col_dir))
    return f"{origin} {directions} {plane.spacing_mm} {plane.shape_px}"


def _first_of_each_uid(headers: list[Header]) -> tuple[list[Header], list[Dropped]]:
    """Leave out objects whose UID another file has: one id cannot name two images."""
    kept: dict[str, Header] = {}
    dropped: list[Dropped] = []
    for header in headers:
        if kept.setdefault(header.sop_uid, header) is not header:
            reason = f"has the SOP Instance UID of {kept[header.sop_uid].source}, which is used"
            dropped.append(Dropped(Image(header, header.frames[0]), "duplicate-uid", reason))
    return list(kept.values()), dropped


def _rejected(dropped: list[Dropped], used: set[SourceFile]) -> tuple[Rejected, ...]:
    """Return one rejection a file that no slice uses; other frames of a used file do not count."""
    lost = {d.image.header.source: d for d in dropped if d.image.header.source not in used}
    return tuple(Rejected(source, d.code, d.reason) for source, d in lost.items())
