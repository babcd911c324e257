"""What became of every file of an import; the counts add up to the files found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vne_core.dicom.header import Rejected, SourceFile
from vne_core.jobs.not_images import NOT_IMAGES
from vne_core.workspace.imports import RejectedFile

DUPLICATE = "duplicate"
"""Codes that begin with this word lose nothing: the same image is there already."""


@dataclass(frozen=True, slots=True)
class ImportedStudy:
    """One study of an import and how much of it was new.

    ``slices`` are its short-axis slices as the window counts them, ``positions`` those of every
    series. ``rebuilt`` is True unless all of it was there already, whole.
    """

    study_id: str
    pseudonym: str
    slices: int
    positions: int
    new: int
    rebuilt: bool


@dataclass(slots=True)
class Tally:
    """Counts what is done, file by file and study by study."""

    found: int
    ignored: tuple[Rejected, ...] = ()
    not_images: Mapping[str, int] = field(default_factory=dict[str, int])
    """By folder, how many files of a virtual patient's truth were passed over."""
    studies: list[ImportedStudy] = field(default_factory=list[ImportedStudy])
    refusals: dict[SourceFile, tuple[Rejected, str | None]] = field(
        default_factory=dict[SourceFile, tuple[Rejected, str | None]]
    )

    def refuse(self, rejected: Iterable[Rejected], study_id: str | None = None) -> None:
        """Count files as refused; the first reason of a file stands."""
        for refusal in rejected:
            self.refusals.setdefault(refusal.source, (refusal, study_id))

    @property
    def counts(self) -> dict[str, int]:
        """Files found, and of them imported, rejected, duplicates and ignored.

        ``imported`` counts those that were there already too; ``new`` those that were not.
        """
        ignored = len(self.ignored) + sum(self.not_images.values())
        duplicates = sum(r.code.startswith(DUPLICATE) for r, _ in self.refusals.values())
        return {
            "files": self.found,
            "imported": self.found - len(self.refusals) - ignored,
            "rejected": len(self.refusals) - duplicates,
            "duplicates": duplicates,
            "ignored": ignored,
            "new": sum(study.new for study in self.studies),
        }

    def for_workspace(
        self, token_of: Callable[[str], str], scrub: Callable[[str], str]
    ) -> tuple[RejectedFile, ...]:
        """Return the refusals without names: what a workspace may hold."""
        return tuple(
            RejectedFile(token_of(str(refusal.source)), refusal.code, scrub(refusal.reason), study)
            for refusal, study in self.refusals.values()
        )

    def names(self, token_of: Callable[[str], str]) -> Mapping[str, str]:
        """Return the names of the refused files by their tokens: for this user only."""
        return {token_of(str(source)): str(source) for source in self.refusals}

    def result(self) -> dict[str, Any]:
        """Return what the job tells at its end, as plain JSON values.

        A line that stands for several files has their number as ``files``.
        """
        return {
            "studies": [asdict(study) for study in self.studies],
            "counts": self.counts,
            "rejected": [
                {"source": str(r.source), "code": r.code, "reason": r.reason}
                for r in (*(r for r, _ in self.refusals.values()), *self.ignored)
            ]
            + [
                {
                    "source": folder,
                    "code": NOT_IMAGES,
                    "reason": _truth_sentence(count),
                    "files": count,
                }
                for folder, count in self.not_images.items()
            ],
        }


def _truth_sentence(count: int) -> str:
    files = "1 file" if count == 1 else f"{count} files"
    return f"{files} of a virtual patient's truth, not images"
