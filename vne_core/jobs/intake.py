"""What a scan found, prepared for the import: studies apart, files known by their content."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from vne_core.dicom.deidentify import Pseudonymiser
from vne_core.dicom.door import digest_content
from vne_core.dicom.header import Header, Rejected, SourceFile
from vne_core.errors import Cancelled
from vne_core.jobs.progress import Report
from vne_core.jobs.registry import IsCancelled

Tokens = Mapping[SourceFile, str]
ROOM_FACTOR = 4
"""Stored pixels once, aligned channels as 32-bit floats beside them, and some room."""
SPARE_BYTES = 32_000_000
"""For the database, its journal and the reader's contours."""
_UID = re.compile(r"\b\d+(\.\d+){3,}\b")
"""UIDs have at least four components; times and lengths have two."""


def by_study(headers: Iterable[Header]) -> tuple[tuple[Header, ...], ...]:
    """Return the headers of each patient's studies, in the order they first appear."""
    groups: dict[tuple[str, str], list[Header]] = {}
    for header in headers:
        groups.setdefault((header.patient_id.strip(), header.study_uid), []).append(header)
    return tuple(map(tuple, groups.values()))


def content_tokens(
    headers: Sequence[Header], pseudonyms: Pseudonymiser, report: Report, should_stop: IsCancelled
) -> tuple[dict[SourceFile, str], tuple[Rejected, ...]]:
    """Return the keyed hash of each file's bytes, and the files that can no longer be read."""
    tokens: dict[SourceFile, str] = {}
    rejected: list[Rejected] = []
    for done, header in enumerate(headers, 1):
        if should_stop():
            raise Cancelled
        digest = digest_content(header.source)
        if isinstance(digest, Rejected):
            rejected.append(digest)
        else:
            tokens[header.source] = pseudonyms.uid(digest)
        report(done, len(headers))
    return tokens, tuple(rejected)


def needed_bytes(headers: Iterable[Header]) -> int:
    """Return the room on disk that importing these objects takes."""
    return ROOM_FACTOR * sum(header.decoded_bytes for header in headers) + SPARE_BYTES


def make_scrubber(sources: Iterable[SourceFile], pseudonyms: Pseudonymiser) -> Callable[[str], str]:
    """Return a function that takes file names and UIDs out of a reason.

    A file's name becomes the stand-in that ``sources.name_of`` gives where the name is not known.
    """
    stand_ins = {str(source): f"file {pseudonyms.uid(str(source))[:8]}" for source in sources}
    folders = {str(source.path.parent) for source in sources} - {"."}

    def scrub(reason: str) -> str:
        for folder in folders:
            at = reason.find(folder)
            while at >= 0:
                name = _longest_known(reason, at, stand_ins)
                reason = reason.replace(name, stand_ins[name]) if name else reason
                at = reason.find(folder, at + 1)
        return _UID.sub(lambda found: f"uid {pseudonyms.uid(found[0])[:8]}", reason)

    return scrub


def _longest_known(reason: str, start: int, names: Mapping[str, str]) -> str:
    """Return the longest known file name that begins at ``start``; empty where there is none."""
    ends = range(len(reason), start, -1)
    return next((reason[start:end] for end in ends if reason[start:end] in names), "")
