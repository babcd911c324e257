"""Imports as jobs: started, watched, summed up."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.dialogs.import_summary import ImportSummary
from app.job_client import JobClient
from vne_core.jobs.events import Event, Failed, Finished, JobSpec

DEMO_FOLDER = "demo"
"""Where the demo patient's files are kept, beside the workspace."""


class Imports(QObject):
    """``arrived`` carries the summary of an import that finished, ``stopped`` a line why not."""

    began = Signal(str)
    arrived = Signal(object)
    stopped = Signal(str)

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.jobs = JobClient(self)
        self.jobs.ended.connect(self._end)
        self.last: ImportSummary | None = None

    @property
    def is_running(self) -> bool:
        """True while files are being imported."""
        return self.jobs.is_running

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import folders, files and .zip files."""
        names = [str(path) for path in paths]
        self._start("import_study", {"paths": names}, "Reading headers…")

    def import_demo(self, *, with_truth: bool) -> None:
        """Make the demo patient and import it; ``with_truth`` brings its true contours too."""
        folder = str(self._workspace.absolute().parent / DEMO_FOLDER)
        self._start("demo", {"folder": folder, "truth": with_truth}, "Making the demo study…")

    def _start(self, kind: str, params: dict[str, object], words: str) -> None:
        if self.is_running:
            self.stopped.emit("An import is running; wait for it or cancel it.")
            return
        self.jobs.start(JobSpec(kind, {"workspace": str(self._workspace), **params}))
        self.began.emit(words)

    def _end(self, ending: Event) -> None:
        match ending:
            case Finished(result):
                self.last = ImportSummary.of_result(result)
                self.arrived.emit(self.last)
            case Failed():
                parts = (ending.found, ending.needed, ending.action)
                self.stopped.emit("; ".join(part for part in parts if part))
            case _:
                self.stopped.emit("The import was cancelled; nothing half-imported is kept.")
