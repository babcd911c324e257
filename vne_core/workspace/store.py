"""A workspace: a folder with a database of studies and annotations, and an array cache."""

import contextlib
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from vne_core.align.roles import Role
from vne_core.dicom.kinds import Kind
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.exclusion import SliceExclusion
from vne_core.study.model import Study
from vne_core.workspace import exclusions, imports, opening, overrides, revisions, studies
from vne_core.workspace.arrays import ArrayCache
from vne_core.workspace.connect import transaction
from vne_core.workspace.failures import ReadOnlyError, in_words
from vne_core.workspace.imports import ImportRecord, RejectedFile, SeenFile
from vne_core.workspace.opening import Opened
from vne_core.workspace.revisions import AnnotationKey, ChainReport, Revision
from vne_core.workspace.studies import Notes, StudySummary


class Workspace:
    """An open workspace; belongs to the thread that opened it (``sibling`` for another).

    Attributes
    ----------
    folder
        Where it is.
    workspace_id
        Its own random name, the key of what private configuration knows of it.
    arrays
        Its pixels, usable from any thread.
    read_only_reason
        Why nothing can be written, as a sentence; empty for a writer.
    holder
        Who may write, when that is another program.
    warning
        What the reader should know about this disk; empty where there is nothing.
    """

    def __init__(self, folder: Path, opened: Opened) -> None:
        self.folder = folder
        self.arrays = ArrayCache(folder / "arrays")
        self.workspace_id = opened.workspace_id
        self.read_only_reason = opened.read_only_reason
        self.holder = opened.holder
        self.warning = opened.warning
        self._connection = opened.connection
        self._lock = opened.lock

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> Self:
        """Open a window's workspace, making a new one where the folder has none.

        Where another window holds it, or the folder cannot be written, it opens for reading and
        says why. Raises OtherVersionError, NoWorkspaceError, WorkspaceDamagedError.
        """
        if read_only:
            return cls(folder, opening.to_read(folder, "it was opened for reading only"))
        return cls(folder, opening.for_window(folder))

    @classmethod
    def open_for_job(cls, folder: Path) -> Self:
        """Open for a job's writes beside a window that holds the workspace."""
        return cls(folder, opening.to_write(folder))

    def sibling(self) -> Self:
        """Return another connection to this workspace with the same rights, for another thread."""
        if self.is_read_only:
            opened = opening.to_read(self.folder, self.read_only_reason, self.holder)
        else:
            opened = opening.to_write(self.folder)
        return type(self)(self.folder, opened)

    @property
    def is_read_only(self) -> bool:
        """True when nothing can be written through this object."""
        return bool(self.read_only_reason)

    def close(self) -> None:
        """Close the database and let another window write."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def studies(self) -> tuple[StudySummary, ...]:
        """Return the study list, newest first."""
        with in_words(self.folder):
            return studies.summaries(self._connection)

    def load_study(self, study_id: str) -> Study:
        """Return a study; raises NotInWorkspaceError."""
        with in_words(self.folder):
            return studies.load(self._connection, study_id)

    def add_study(self, study: Study, files: Sequence[SeenFile], notes: Notes | None = None) -> int:
        """Add a study with the files it came from, all or nothing; return how many are new.

        Its arrays are stored first (``arrays.put``), so that a row never names absent pixels.
        """
        with self._writing():
            studies.insert(self._connection, study, notes or {})
            return imports.record_files(self._connection, files)

    def set_kind(self, series_id: str, kind: Kind | None) -> None:
        """Correct the kind of a series; None returns to what the rules decided."""
        with self._writing():
            studies.correct_kind(self._connection, series_id, kind)

    def kind_corrections(self) -> dict[str, Kind]:
        """Return the kinds that readers gave, by series_id."""
        with in_words(self.folder):
            return studies.corrections(self._connection)

    def notes(self, study_id: str) -> dict[str, tuple[str, ...]]:
        """Return what a reader should know of a study's slices, by slice_id."""
        with in_words(self.folder):
            return studies.notes_of(self._connection, study_id)

    def annotations(self, study_id: str) -> dict[AnnotationKey, SliceAnnotation]:
        """Return the newest annotation of each image by (slice_id, image kind)."""
        with in_words(self.folder):
            return revisions.current(self._connection, study_id)

    def append_annotation(self, annotation: SliceAnnotation, author: str) -> SliceAnnotation:
        """Store a new revision; when this returns it is on the disk.

        Returns the annotation with its revision number and author.
        """
        with self._writing():
            return revisions.append(self._connection, annotation, author)

    def append_exclusion(self, exclusion: SliceExclusion, author: str) -> None:
        """Record what a slice is left out of; when this returns it is on the disk."""
        with self._writing():
            exclusions.append(self._connection, exclusion, author)

    def exclusions(self, study_id: str) -> dict[str, SliceExclusion]:
        """Return the slices of a study that are left out of something, by slice_id."""
        with in_words(self.folder):
            return exclusions.of_study(self._connection, study_id)

    def history(self, slice_id: str, image_kind: ImageKind) -> tuple[Revision, ...]:
        """Return every revision of one image's annotation, oldest first."""
        with in_words(self.folder):
            return revisions.history(self._connection, slice_id, image_kind)

    def verify_chain(self) -> ChainReport:
        """Check that no stored revision was changed or lost."""
        with in_words(self.folder):
            return revisions.verify_chain(self._connection)

    def set_match_override(self, anchor_id: str, role: Role, slice_id: str | None) -> None:
        """Record the reader's match of a role; None means that nothing matches."""
        with self._writing():
            overrides.put(self._connection, anchor_id, role.value, slice_id)

    def clear_match_override(self, anchor_id: str, role: Role) -> None:
        """Return to the automatic match of a role."""
        with self._writing():
            overrides.remove(self._connection, anchor_id, role.value)

    def match_overrides(self, study_id: str) -> dict[tuple[str, Role], str | None]:
        """Return the reader's matches of a study, as ``match_study`` takes them."""
        with in_words(self.folder):
            stored = overrides.of_study(self._connection, study_id)
        return {(anchor, Role(role)): slice_id for (anchor, role), slice_id in stored.items()}

    def seen_files(self) -> dict[str, SeenFile]:
        """Return the files that imports have dealt with, by ``content_token``."""
        with in_words(self.folder):
            return imports.seen_files(self._connection)

    def record_import(self, counts: Mapping[str, int], rejected: Sequence[RejectedFile]) -> int:
        """Write down an import's counts and refusals; return its number."""
        with self._writing():
            return imports.record_import(self._connection, counts, rejected)

    def imports(self) -> tuple[ImportRecord, ...]:
        """Return every import with its counts and refused files, newest first."""
        with in_words(self.folder):
            return imports.all_imports(self._connection)

    @contextlib.contextmanager
    def _writing(self) -> Generator[None]:
        if self.is_read_only:
            raise ReadOnlyError(
                f"the workspace {self.folder} cannot be changed: {self.read_only_reason}",
                "the right to write",
                "close the other window, or open another workspace",
            )
        with transaction(self._connection, self.folder):
            yield
