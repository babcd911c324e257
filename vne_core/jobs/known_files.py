"""Files that an earlier import has dealt with: passed over, or read again where a study grows."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

from vne_core.dicom.header import Header, Rejected, SourceFile
from vne_core.dicom.scan import scan
from vne_core.jobs.events import Event
from vne_core.jobs.intake import content_tokens
from vne_core.jobs.progress import reporting
from vne_core.jobs.study_import import Context
from vne_core.jobs.tally import DUPLICATE
from vne_core.study.model import Study
from vne_core.workspace.sources import SourceMovedError, paths_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """A study's files from before: their headers, or what is stored where they are gone."""

    headers: tuple[Header, ...] = ()
    tokens: Mapping[SourceFile, str] = field(default_factory=dict[SourceFile, str])
    stored: Study | None = None
    warning: str = ""


def already_there(context: Context, headers: Sequence[Header]) -> Study | None:
    """Return the stored study when it has all of these files and its pixels are whole."""
    found = [context.seen.get(context.tokens[header.source]) for header in headers]
    studies = {file.study_id for file in found if file is not None}
    if None in found or len(studies) != 1:
        return None
    study = context.workspace.studies.load(studies.pop())
    keys = [slice_ref.array_key for series in study.series for slice_ref in series.slices]
    arrays = context.workspace.arrays
    return study if all(key is not None and arrays.holds(key) for key in keys) else None


def repeats_of(context: Context, headers: Sequence[Header]) -> tuple[Rejected, ...]:
    """Return the refusals of an earlier import again, and byte-for-byte copies of other files."""
    first: dict[str, Header] = {}
    refused: list[Rejected] = []
    for header in headers:
        token = context.tokens[header.source]
        file = context.seen[token]
        original = first.setdefault(token, header)
        if original is not header:
            reason = f"is the same file as {original.source}"
            refused.append(Rejected(header.source, DUPLICATE, reason))
        elif file.code:
            refused.append(Rejected(header.source, file.code, file.reason))
    return tuple(refused)


def find_earlier(context: Context, headers: Sequence[Header]) -> Generator[Event, None, Earlier]:
    """Find the files of a study that were imported before and are not among these.

    They are looked for where they came from. Where they are gone, what is stored of the study
    stays as it is, and the warning says so.
    """
    study_id = next(iter(context.build(headers))).study.study_id
    here = {context.tokens[header.source] for header in headers}
    wanted = {
        token
        for token, file in context.seen.items()
        if file.study_id == study_id and not file.code and token not in here
    }
    if not wanted:
        return Earlier()
    headers, tokens = yield from _scan_again(context, study_id)
    again = tuple(h for h in headers if tokens.get(h.source) in wanted)
    if {tokens[h.source] for h in again} == wanted:
        return Earlier(again, {h.source: tokens[h.source] for h in again})
    stored = context.workspace.studies.load(study_id)
    return Earlier(
        stored=stored,
        warning=(
            f"{len(wanted)} files of {stored.pseudonym} imported earlier are no longer where they "
            "were: its slices stay as they are and only new ones are added; to join files of one "
            "slice, import them together"
        ),
    )


def _scan_again(
    context: Context, study_id: str
) -> Generator[Event, None, tuple[Sequence[Header], Mapping[SourceFile, str]]]:
    """Return the headers, with content tokens, of where a study was imported from."""
    try:
        paths = paths_of(context.workspace.workspace_id, study_id)
    except SourceMovedError:
        return (), {}
    text = "reading earlier files of the study"
    found = yield from reporting(
        lambda report, stop: scan(paths, progress=report, cancelled=stop), text, context.cancelled
    )
    tokens, _ = yield from reporting(
        lambda report, stop: content_tokens(found.imported, context.pseudonyms, report, stop),
        text,
        context.cancelled,
    )
    return found.imported, tokens
