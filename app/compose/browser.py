"""What the study browser asks of the workspace: slices of closed studies, pictures in sight."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.background import Background
from app.compose.library import Library
from app.compose.rows_of import Known, grey_picture, rows_of_slices
from app.drawings import Drawings
from app.panels.rows import SliceRow
from vne_core.align.match import SliceMatch, match_study
from vne_core.align.roles import Role
from vne_core.errors import VneError
from vne_core.workspace.aligned import pixels_of
from vne_core.workspace.store import Workspace

PICTURED = (Role.T1, Role.LGE, Role.CINE, Role.IR)
"""Which image of a slice becomes its picture, the first there is."""


@dataclass(frozen=True, slots=True)
class ListedStudy:
    """A study as the browser lists it without opening it."""

    study_id: str
    matches: tuple[SliceMatch, ...]
    rows: tuple[SliceRow, ...]


class Browser(QObject):
    """Answers from the worker thread. ``listed`` is emitted when a study's slices are known.

    ``pictured`` carries pictures by slice_id, ``refused`` what went wrong.
    """

    listed = Signal()
    pictured = Signal(dict)
    refused = Signal(object)

    def __init__(self, library: Library, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._library = library
        self._background = background
        self._listed: dict[str, ListedStudy] = {}
        self._matches: dict[str, SliceMatch] = {}

    def rows_of(self, study_id: str) -> tuple[SliceRow, ...] | None:
        """Return the slices of a study that were listed, None where they were not."""
        listed = self._listed.get(study_id)
        return None if listed is None else listed.rows

    def forget(self, study_id: str) -> None:
        """List a study anew the next time: it was changed."""
        self._listed.pop(study_id, None)

    def keep_only(self, study_ids: Sequence[str]) -> None:
        """Forget the studies that are no longer there."""
        for gone in self._listed.keys() - set(study_ids):
            self.forget(gone)

    def take_matches(self, matches: Sequence[SliceMatch]) -> None:
        """Know where the pictures of the open study's slices come from."""
        self._matches |= {match.anchor.slice_id: match for match in matches}

    def list_slices(self, study_id: str) -> None:
        """List the slices of a study without opening it."""
        asking = partial(self._library.ask, partial(listed_study, study_id))
        self._background.ask(f"listed/{study_id}", asking, self._take, self.refused.emit)

    def fetch_pictures(self, slice_ids: Sequence[str]) -> None:
        """Read pictures; a newer wish replaces the one that has not begun."""
        wanted = [self._matches[one] for one in slice_ids if one in self._matches]
        asking = partial(self._library.ask, partial(pictures_of, wanted))
        self._background.ask("pictures", asking, self.pictured.emit, self.refused.emit)

    def _take(self, listed: ListedStudy) -> None:
        self._listed[listed.study_id] = listed
        self.take_matches(listed.matches)
        self.listed.emit()


def listed_study(study_id: str, workspace: Workspace) -> ListedStudy:
    """Return the slices of a study with what is drawn on them."""
    study = workspace.studies.load(study_id)
    matches = match_study(study, workspace.overrides.of_study(study_id))
    drawings = Drawings(workspace.annotations.of_study(study_id))
    known = Known(
        {match.anchor.slice_id: drawings.stored(match) for match in matches},
        workspace.exclusions.of_study(study_id),
        workspace.studies.notes(study_id),
    )
    return ListedStudy(study_id, matches, rows_of_slices(matches, known))


def pictures_of(matches: Sequence[SliceMatch], workspace: Workspace) -> Mapping[str, QImage | None]:
    """Return a small picture of each slice from its kept pixels, None where there are none."""
    return {match.anchor.slice_id: _picture(match, workspace) for match in matches}


def _picture(match: SliceMatch, workspace: Workspace) -> QImage | None:
    for role in PICTURED:
        partner = match.partner(role)
        if partner is not None:
            with contextlib.suppress(VneError):  # damaged or missing pixels: told when it is opened
                return grey_picture(np.asarray(pixels_of(workspace.arrays, partner)[0], np.float32))
    return None
