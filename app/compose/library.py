"""The workspace as the worker thread sees it: opened, read and closed there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from app.compose.study_window import window_slices
from app.session import OpenStudy
from vne_core.align.match import SliceMatch, match_study
from vne_core.align.stack import AlignedSlice
from vne_core.study.model import Study
from vne_core.workspace.aligned import aligned_slice, kept_slice
from vne_core.workspace.store import Workspace
from vne_core.workspace.studies import StudySummary

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Access:
    """An opened workspace, and what the reader should know about it."""

    workspace: Workspace
    studies: tuple[StudySummary, ...]

    @property
    def can_write(self) -> bool:
        """True when edits can be saved."""
        return not self.workspace.is_read_only

    @property
    def notice(self) -> str:
        """Why edits cannot be saved, or what is unusual about the disk; else empty."""
        if self.workspace.is_read_only:
            return f"Read-only: {self.workspace.read_only_reason}."
        return self.workspace.warning


@dataclass(frozen=True, slots=True)
class News:
    """The study list, and the open study, after another connection has stored something."""

    studies: tuple[StudySummary, ...]
    opened: Study | None


class Library:
    """Every method is called on the worker thread, to which the database connection belongs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._workspace: Workspace | None = None
        self._version = 0

    def open(self) -> Access:
        """Return the workspace with its study list."""
        workspace = self._opened()
        self._version = workspace.version()
        return Access(workspace, workspace.studies.summaries())

    def news(self, opened_id: str) -> News | None:
        """Return what the workspace holds now, None where nobody has stored anything since."""
        workspace = self._opened()
        version = workspace.version()
        if version == self._version:
            return None
        self._version = version
        studies = workspace.studies.summaries()
        is_held = any(line.study_id == opened_id for line in studies)
        return News(studies, workspace.studies.load(opened_id) if is_held else None)

    def studies(self) -> tuple[StudySummary, ...]:
        """Return the study list, newest first."""
        return self._opened().studies.summaries()

    def study(self, study_id: str, index: int = 0) -> OpenStudy:
        """Return a study matched and annotated, with images if they are kept.

        These are a slice's, and those that the windows of the study are taken from.
        """
        workspace = self._opened()
        study = workspace.studies.load(study_id)
        matches = match_study(study, workspace.overrides.of_study(study_id))
        shown = matches[index : index + 1] or matches[:1]
        others = [match for match in window_slices(matches) if match not in shown]
        kept = [kept_slice(workspace.arrays, match) for match in (*shown, *others)]
        images = tuple(one for one in kept if one is not None)
        return OpenStudy(
            study,
            matches,
            workspace.annotations.of_study(study_id),
            workspace.exclusions.of_study(study_id),
            images,
            workspace.studies.notes(study_id),
        )

    def images(self, match: SliceMatch) -> AlignedSlice:
        """Return the images of a slice, from the cache or made and put there."""
        return aligned_slice(self._opened().arrays, match)

    def ask(self, question: Callable[[Workspace], Answer]) -> Answer:
        """Return what a function of the workspace returns."""
        return question(self._opened())

    def close(self) -> None:
        """Let another window write."""
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    def _opened(self) -> Workspace:
        if self._workspace is None:
            self._workspace = Workspace.open(self.folder)
        return self._workspace
