"""Autosave: each committed edit to the writer thread, its answer to the status line."""

import getpass
import time

from PySide6.QtCore import QObject, Qt, Signal

from app.errors import sentence
from app.words import tr
from vne_core.errors import VneError
from vne_core.workspace.autosave import AnnotationWriter, Work
from vne_core.workspace.store import Workspace

FLUSH_S = 5.0
"""How long closing waits for the disk before it says what is not saved."""


class Saver(QObject):
    """``told`` carries the status line's words and whether all work is on the disk."""

    told = Signal(str, bool)
    _saved = Signal(object)
    _failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writer: AnnotationWriter | None = None
        self._author = author()
        self._saved.connect(self._tell_saved, Qt.ConnectionType.QueuedConnection)
        self._failed.connect(self._tell_failed, Qt.ConnectionType.QueuedConnection)

    @property
    def can_save(self) -> bool:
        """True once there is a workspace that can be written."""
        return self._writer is not None

    @property
    def unsaved(self) -> int:
        """How many edits are not on the disk yet."""
        return len(self._writer.unsaved) if self._writer else 0

    def begin(self, workspace: Workspace) -> None:
        """Save into a workspace from now on."""
        self._writer = AnnotationWriter(workspace)

    def save(self, work: Work) -> None:
        """Hand an edit to the writer; returns at once."""
        if self._writer is not None:
            self._writer.submit(work, self._author, self._saved.emit, self._failed.emit)

    def flush(self) -> bool:
        """Wait until everything is on the disk; False when it is not."""
        return self._writer is None or self._writer.flush(FLUSH_S)

    def close(self) -> int:
        """End the writer's thread; return how many edits could not be saved."""
        writer, self._writer = self._writer, None
        return len(writer.close()) if writer else 0

    def _tell_saved(self, work: Work) -> None:
        del work
        if not self.unsaved:
            self.told.emit(tr("saved {time}").format(time=time.strftime("%H:%M:%S")), True)

    def _tell_failed(self, error: VneError) -> None:
        reason = "disk full" if error.code == "disk-full" else sentence(error)
        self.told.emit(
            tr("NOT SAVED: {reason}; tried again every few seconds").format(reason=reason), False
        )


def author() -> str:
    """Return who draws: the user's login name, or "reader" where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "reader"
