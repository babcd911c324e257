"""One study from headers to stored, matched and aligned slices: whole or not at all."""

import traceback
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vne_core.align.match import match_study
from vne_core.dicom.deidentify import Pseudonymiser
from vne_core.dicom.duplicates import drop_duplicates
from vne_core.dicom.header import Header, Rejected, SourceFile
from vne_core.dicom.kind_rules import Rules
from vne_core.dicom.kinds import Kind
from vne_core.dicom.pixels import PixelDecoder
from vne_core.errors import Cancelled, VneError
from vne_core.files import sha256_bytes
from vne_core.jobs.events import Event, Progress, Warned
from vne_core.jobs.intake import Tokens
from vne_core.jobs.registry import IsCancelled
from vne_core.study.build import BuiltStudy, build_studies
from vne_core.study.model import Series, SliceRef, Study
from vne_core.workspace.aligned import aligned_slice
from vne_core.workspace.arrays import AnyArray, ArrayCache, ArrayDamagedError
from vne_core.workspace.failures import WorkspaceError
from vne_core.workspace.imports import SeenFile
from vne_core.workspace.store import Workspace

Pixels = Mapping[SourceFile, AnyArray]
FAULTS_OF_A_STUDY = (VneError, ArithmeticError, LookupError, MemoryError, ValueError)
"""What headers and pixels that passed the door can still make the arithmetic behind it raise."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the import of every study shares."""

    workspace: Workspace
    decoder: PixelDecoder
    pseudonyms: Pseudonymiser
    rules: Rules
    corrections: Mapping[str, Kind]
    tokens: Tokens
    seen: Mapping[str, SeenFile]
    scrub: Callable[[str], str]
    cancelled: IsCancelled

    def build(self, headers: Iterable[Header]) -> tuple[BuiltStudy, ...]:
        """Return the studies of some headers under this site's rules and corrections."""
        return build_studies(headers, self.rules, self.pseudonyms, self.corrections)


@dataclass(frozen=True, slots=True)
class StudyOutcome:
    """What became of one study's files; ``study`` is None where no image was usable.

    ``is_rebuilt`` is False where all of it was there already, whole.
    """

    study: Study | None
    new: int
    rejected: tuple[Rejected, ...]
    is_rebuilt: bool = True


@dataclass(frozen=True, slots=True)
class _Decoded:
    """The objects of a study that could be decoded, their pixels, and the keyed hashes of these."""

    headers: tuple[Header, ...]
    pixels: Pixels
    pixel_tokens: Mapping[SourceFile, str]


def import_study(
    context: Context, headers: Sequence[Header], stored: Study | None
) -> Generator[Event, None, StudyOutcome]:
    """Decode, build and store the study of some headers, telling its progress.

    ``stored`` is what the workspace holds of the study and must stay as it is, because not all
    of its files are at hand; None where these headers are all there is.
    """
    rejected: list[Rejected] = []
    decoded = yield from _decode(context, headers, rejected)
    kept, duplicates = drop_duplicates(
        decoded.headers, lambda header: decoded.pixel_tokens[header.source]
    )
    kept, conflicts = _apart_from_stored(context, kept, decoded.pixel_tokens)
    rejected += (*duplicates, *conflicts)
    built = next(iter(context.build(kept)), None)
    if built is None or not built.study.series:
        return StudyOutcome(None, 0, (*rejected, *(built.rejected if built else ())))
    rejected += built.rejected
    study = _with_arrays(built, decoded.pixels, context.workspace.arrays)
    files = _seen_files(context, study.study_id, decoded, rejected)
    if stored is not None:
        study = joined(stored, study)
    new = context.workspace.studies.add(study, files, built.notes)
    yield from align(context.workspace, study, context.cancelled)
    return StudyOutcome(study, new, tuple(rejected))


def align(workspace: Workspace, study: Study, cancelled: IsCancelled) -> Generator[Event]:
    """Compute and keep the aligned channels of every slice of a stored study.

    A slice whose channels cannot be computed is told as a warning: the study stays, and its other
    slices are aligned.
    """
    matches = match_study(study, workspace.overrides.of_study(study.study_id))
    for done, match in enumerate(matches):
        if cancelled():
            raise Cancelled
        yield Progress(done, len(matches), f"aligning the slices of {study.pseudonym}")
        try:
            aligned_slice(workspace.arrays, match)
        except (WorkspaceError, ArrayDamagedError):
            raise
        except FAULTS_OF_A_STUDY as error:
            traceback.print_exc()  # into the job's log
            place = f"slice {done + 1} of {study.pseudonym}"
            yield Warned(f"the images of {place} could not be brought together: {in_short(error)}")


def in_short(error: BaseException) -> str:
    """Return an error as a clause: a refusal's own words, else its kind and what it says."""
    if isinstance(error, VneError):
        return str(error)
    if isinstance(error, MemoryError):
        return "the computer's memory is full"
    return f"{type(error).__name__}: {error}"


def joined(stored: Study, new: Study) -> Study:
    """Return the stored study with the slices and series of ``new`` that it lacks."""
    known = {series.series_id: series for series in stored.series}
    grown = [_grown(known.pop(s.series_id), s) if s.series_id in known else s for s in new.series]
    return replace(stored, series=(*grown, *known.values()))


def _grown(stored: Series, new: Series) -> Series:
    have = {slice_ref.slice_id for slice_ref in stored.slices}
    added = tuple(s for s in new.slices if s.slice_id not in have)
    return replace(stored, slices=(*stored.slices, *added))


def _decode(
    context: Context, headers: Sequence[Header], rejected: list[Rejected]
) -> Generator[Event, None, _Decoded]:
    """Decode a study's objects; those that cannot be join ``rejected``."""
    good: list[Header] = []
    pixels: dict[SourceFile, AnyArray] = {}
    pixel_tokens: dict[SourceFile, str] = {}
    answers = context.decoder.decode_many(headers, cancelled=context.cancelled)
    for done, (header, answer) in enumerate(answers, 1):
        if isinstance(answer, Rejected):
            rejected.append(answer)
        else:
            good.append(header)
            pixels[header.source] = answer
            pixel_tokens[header.source] = _pixel_token(context.pseudonyms, answer)
        yield Progress(done, len(headers), "decoding the images")
    order = {header.source: position for position, header in enumerate(headers)}
    return _Decoded(tuple(sorted(good, key=lambda h: order[h.source])), pixels, pixel_tokens)


def _pixel_token(pseudonyms: Pseudonymiser, pixels: AnyArray) -> str:
    return pseudonyms.uid(f"{pixels.shape} {pixels.dtype} {sha256_bytes(pixels.tobytes())}")


def _apart_from_stored(
    context: Context, headers: Sequence[Header], pixel_tokens: Mapping[SourceFile, str]
) -> tuple[list[Header], list[Rejected]]:
    """Refuse objects whose UID the workspace knows with other pixels: readings hang on those."""
    stored = {
        file.object_token: file.pixel_token for file in context.seen.values() if not file.code
    }
    kept: list[Header] = []
    refused: list[Rejected] = []
    for header in headers:
        known = stored.get(context.pseudonyms.uid(header.sop_uid))
        if known in (None, pixel_tokens[header.source]):
            kept.append(header)
        else:
            reason = (
                "has the SOP Instance UID of an image imported earlier, with other pixels; "
                "the earlier one is kept"
            )
            refused.append(Rejected(header.source, "uid-conflict", reason))
    return kept, refused


def _with_arrays(built: BuiltStudy, pixels: Pixels, arrays: ArrayCache) -> Study:
    """Store the pixels of every slice and return the study that names them."""

    def stored(slice_ref: SliceRef) -> SliceRef:
        frames = [
            pixels[header.source][_position(header, number)]
            for header, number in built.sources[slice_ref.slice_id]
        ]
        return replace(slice_ref, array_key=arrays.put(np.stack(frames)))

    series = (
        replace(series, slices=tuple(map(stored, series.slices))) for series in built.study.series
    )
    return replace(built.study, series=tuple(series))


def _position(header: Header, frame_number: int) -> int:
    """Return where in an object's pixels a frame is."""
    return next(i for i, frame in enumerate(header.frames) if frame.number == frame_number)


def _seen_files(
    context: Context,
    study_id: str,
    decoded: _Decoded,
    rejected: Sequence[Rejected],
) -> list[SeenFile]:
    """Return what the workspace remembers of the study's files, the imported ones first."""
    refusals = {refusal.source: refusal for refusal in rejected}
    files: list[SeenFile] = []
    for header in sorted(decoded.headers, key=lambda h: h.source in refusals):
        refusal = refusals.get(header.source)
        files.append(
            SeenFile(
                content_token=context.tokens[header.source],
                object_token=context.pseudonyms.uid(header.sop_uid),
                pixel_token=decoded.pixel_tokens[header.source],
                study_id=study_id,
                code=refusal.code if refusal else "",
                reason=context.scrub(refusal.reason) if refusal else "",
            )
        )
    return files
