"""A workspace: a folder with a database of studies and annotations, and an array cache."""

from pathlib import Path
from types import TracebackType
from typing import Self

from vne_core.workspace import opening
from vne_core.workspace.arrays import ArrayCache
from vne_core.workspace.database import Database
from vne_core.workspace.exclusions import Exclusions
from vne_core.workspace.generations import Generations
from vne_core.workspace.imports import Imports
from vne_core.workspace.opening import Opened
from vne_core.workspace.overrides import MatchOverrides
from vne_core.workspace.revisions import Annotations
from vne_core.workspace.studies import Studies


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
    studies, annotations, exclusions, overrides, imports, generations
        What it holds: imported studies, what was drawn on them, the slices left out, the matches
        readers chose, past imports with their files, and which VNE images were made with what.
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
        self._database = Database(opened.connection, folder, opened.read_only_reason)
        self.studies = Studies(self._database)
        self.annotations = Annotations(self._database)
        self.exclusions = Exclusions(self._database)
        self.overrides = MatchOverrides(self._database)
        self.imports = Imports(self._database)
        self.generations = Generations(self._database)

    @property
    def models_folder(self) -> Path:
        """Where this workspace's own models lie; it need not exist."""
        return self.folder / "models"

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

    def version(self) -> int:
        """Return a number that is another once somebody else has stored something here."""
        return self._database.version()

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
