"""Files beside a study that are no images and no surprise: the truth of a virtual patient."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from vne_core.dicom.header import Rejected, SourceFile
from vne_core.dicom.limits import FileRefusedError
from vne_core.dicom.scan import ScanResult
from vne_core.dicom.sources import ARCHIVE_ERRORS, open_source
from vne_core.phantom.truth import TRUTH_FILE, truth_files

NOT_IMAGES = "not-images"
"""The code of the one line that stands for all of them."""
LARGEST_MARKER_BYTES = 10_000_000
"""A truth file of three slices has 30 kB."""
Place = tuple[Path, PurePosixPath | None]


def set_truth_apart(found: ScanResult) -> tuple[ScanResult, Mapping[str, int]]:
    """Return the scan without the truth of virtual patients, and how many files each folder had.

    A folder is known by its own truth file, which names the others that belong to it; what else
    lies there stays rejected or ignored with its reason.
    """
    others = (*found.rejected, *found.ignored)
    markers = [other.source for other in others if _name(other.source) == TRUTH_FILE]
    truth = {_place(marker): _named_by(marker) for marker in markers}

    def is_truth(refusal: Rejected) -> bool:
        return _name(refusal.source) in truth.get(_place(refusal.source), ())

    counts = Counter(_folder(other.source) for other in others if is_truth(other))
    rejected, ignored = (
        tuple(other for other in group if not is_truth(other))
        for group in (found.rejected, found.ignored)
    )
    return replace(found, rejected=rejected, ignored=ignored), dict(counts)


def _named_by(marker: SourceFile) -> frozenset[str]:
    """Return the files that a truth file names, itself among them; none where it is none."""
    try:
        with open_source(marker) as (stream, size):
            return truth_files(stream.read(min(size, LARGEST_MARKER_BYTES)))
    except (FileRefusedError, OSError, *ARCHIVE_ERRORS):
        return frozenset()


def _name(source: SourceFile) -> str:
    return PurePosixPath(source.member).name if source.member else source.path.name


def _place(source: SourceFile) -> Place:
    """Return the folder of a file, within its archive where it is in one."""
    if source.member:
        return source.path, PurePosixPath(source.member).parent
    return source.path.parent, None


def _folder(source: SourceFile) -> str:
    path, inner = _place(source)
    return str(SourceFile(path, str(inner) if inner else None))
