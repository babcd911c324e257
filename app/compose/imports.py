"""Imports as jobs: started, watched, summed up."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.job_client import JobClient
from app.words import tr
from vne_core.errors import VneError
from vne_core.jobs.events import Event, Failed, Finished, JobSpec

if TYPE_CHECKING:
    from app.dialogs.import_summary import ImportSummary
    from app.dialogs.series_kinds import Correction

DEMO_FOLDER = "demo"
"""Where the demo patient's files are kept, beside the workspace."""


class Imports(QObject):
    """``arrived`` carries the summary of an import that finished, ``stopped`` a line why not.

    A corrected kind builds its study anew like an import; ``corrected`` then carries the
    correction and what came of it in words.
    """

    began = Signal(str)
    arrived = Signal(object)
    stopped = Signal(str)
    corrected = Signal(object, str)

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.jobs = JobClient(self)
        self.jobs.ended.connect(self._end)
        self.jobs.warned.connect(self._keep_warning)
        self.last: ImportSummary | None = None
        self._correction: Correction | None = None
        self._warning = ""

    @property
    def is_running(self) -> bool:
        """True while files are being imported."""
        return self.jobs.is_running

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import folders, files and .zip files."""
        names = [str(path) for path in paths]
        self._start("import_study", {"paths": names}, "Importing files…")

    def import_demo(self, *, with_truth: bool) -> None:
        """Make the demo patient and import it; ``with_truth`` brings its true contours too."""
        folder = str(self._workspace.absolute().parent / DEMO_FOLDER)
        self._start("demo", {"folder": folder, "truth": with_truth}, "Making the demo study…")

    def correct_kind(self, correction: "Correction") -> None:
        """Give a series the kind a reader says and build its study anew."""
        params = {
            "series_id": correction.series_id,
            "kind": correction.kind,
            "as_site_rule": correction.as_site_rule,
        }
        self._start("correct_kind", params, "Correcting the kind…", correction)

    def _start(
        self,
        kind: str,
        params: dict[str, object],
        words: str,
        correction: "Correction | None" = None,
    ) -> None:
        if self.is_running:
            self.stopped.emit(tr("An import is running; wait for it or cancel it."))
            return
        self._correction, self._warning = correction, ""
        self.jobs.start(JobSpec(kind, {"workspace": str(self._workspace), **params}))
        self.began.emit(tr(words))

    def _keep_warning(self, words: str) -> None:
        self._warning = words

    def _end(self, ending: Event) -> None:
        match ending:
            case Finished() if self._correction is not None:
                words = corrected_sentence(self._correction, self._warning)
                self.corrected.emit(self._correction, words)
            case Finished(result):
                self.last = _summary_of(result)
                self.arrived.emit(self.last)
            case Failed():
                refusal = VneError(ending.found, ending.needed, ending.action)
                self.stopped.emit(refusal.sentence)
            case _:
                self.stopped.emit(tr("The import was cancelled; nothing half-imported is kept."))


def _summary_of(result: Mapping[str, Any]) -> "ImportSummary":
    from app.dialogs.import_summary import ImportSummary  # noqa: PLC0415 - only after an import

    return ImportSummary.of_result(result)


def corrected_sentence(correction: "Correction", warning: str) -> str:
    """Return what a correction came to, with what the job had to say."""
    from app.dialogs.series_kinds import KIND_NAMES  # noqa: PLC0415 - only after a correction

    kind = "left to the rules again" if correction.kind is None else KIND_NAMES[correction.kind]
    scope = ", a rule of this site" if correction.as_site_rule else ""
    start = f"{correction.title}: {kind}{scope}"
    return f"{start}; {warning}" if warning else f"{start}."
