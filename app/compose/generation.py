"""VNE images of the open study: found again, or generated slice by slice in the worker thread."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.background import Background
from app.compose.library import Library
from app.compose.saver import author
from app.drawings import Vne
from app.errors import sentence
from app.session import Session
from app.words import tr
from vne_core.align.match import SliceMatch
from vne_core.errors import VneError
from vne_core.geometry.contour import Contour
from vne_core.jobs.events import Failed, Finished, Progress, Stopped
from vne_core.vne.image import NotGenerated, Trust, VneImage

if TYPE_CHECKING:
    from vne_core.vne.model import VneModel
    from vne_core.workspace.generated import SliceToGenerate
    from vne_core.workspace.store import Workspace

# ruff: noqa: PLC0415 - what generates is imported in the worker thread, when it is first asked for

LOOKING, MAKING = "vne/kept", "vne/made"
TITLE = "Generating VNE…"


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """What the window knows of the model: ``problem`` says why it cannot be used."""

    model_id: str = ""
    what: str = ""
    matched_levels: tuple[float, ...] = ()
    caution: str = ""
    problem: str = ""

    @property
    def is_usable(self) -> bool:
        """True when slices can be generated."""
        return bool(self.model_id) and not self.problem


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was kept of a study: the model in use, and each slice's VNE or why it has none."""

    model: ModelInUse
    results: tuple[Vne, ...]
    stale_ids: tuple[str, ...]


class VneGeneration(QObject):
    """``model_changed`` follows a look at the workspace, ``looked`` its end, found or refused.

    ``progressed`` carries Progress, ``ended`` how it ended, ``told`` a line for the status bar and
    whether it is a warning.
    """

    model_changed = Signal()
    looked = Signal()
    began = Signal(str)
    progressed = Signal(object)
    ended = Signal(object)
    told = Signal(str, bool)

    def __init__(
        self, session: Session, library: Library, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._library = library
        self._background = background
        self._waiting: deque[SliceMatch] = deque()
        self._total = 0
        self._made: list[Vne] = []
        self._worker = VneWork()
        self.model = ModelInUse()

    @property
    def is_running(self) -> bool:
        """True while slices are being generated."""
        return self._total > 0

    def look(self) -> None:
        """Find what is kept of the open study; what has become stale is made again."""
        matches = self._session.matches
        if matches and not self.is_running:
            asking = partial(self._worker.find, self._planned(matches), self._study_id)
            self._background.ask(
                LOOKING, partial(self._library.ask, asking), self._take_found, self._refuse_look
            )

    def generate(self) -> None:
        """Generate every slice of the open study; what is there already is kept."""
        self._start(self._session.matches)

    def cancel(self) -> None:
        """Stop after the slice in work; what is made stays."""
        self._waiting.clear()

    def leave(self) -> None:
        """Stop now: the study is closed or another is opened."""
        self._waiting.clear()
        self._background.forget((LOOKING, MAKING))
        if self.is_running:
            self._total = 0
            self.ended.emit(Stopped())

    @property
    def _study_id(self) -> str:
        assert self._session.opened is not None
        return self._session.opened.study.study_id

    def _start(self, matches: Sequence[SliceMatch]) -> None:
        if self.is_running or not matches:
            return
        self._waiting.extend(matches)
        self._total, self._made = len(self._waiting), []
        self.began.emit(tr(TITLE))
        self.progressed.emit(Progress(0, self._total, tr(TITLE)))
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            self._end()
            return
        (one,) = self._planned([self._waiting.popleft()])
        asking = partial(self._worker.make, one)
        self._background.ask(
            MAKING, partial(self._library.ask, asking), self._take_made, self._refuse_made
        )

    def _take_made(self, vne: Vne) -> None:
        self._made.append(vne)
        self._session.take_vne([vne])
        self.progressed.emit(Progress(len(self._made), self._total, tr(TITLE)))
        self._next()

    def _end(self) -> None:
        made, total = self._made, self._total
        self._total = 0
        is_whole = len(made) == total
        self.told.emit(*summary(made, total))
        self.ended.emit(Finished() if is_whole else Stopped())

    def _refuse_made(self, error: BaseException) -> None:
        self._waiting.clear()
        self._total = 0
        self.told.emit(sentence(error), True)
        found = error if isinstance(error, VneError) else VneError(str(error))
        self.ended.emit(Failed(found.code, found.found, found.needed, found.action))

    def _refuse_look(self, error: BaseException) -> None:
        self.told.emit(sentence(error), True)
        self.looked.emit()

    def _take_found(self, found: Found) -> None:
        self.model = found.model
        self.model_changed.emit()
        new = [one for one in found.results if not self._has_better(one)]
        self._session.take_vne(new)
        if found.model.problem:
            self.told.emit(f"{found.model.problem[:1].upper()}{found.model.problem[1:]}.", True)
        new_ids = {one.slice_id for one in new}
        stale_ids = new_ids.intersection(found.stale_ids)
        stale = [m for m in self._session.matches if m.anchor.slice_id in stale_ids]
        if stale:
            self._start(stale)
        self.looked.emit()

    def _has_better(self, found: Vne) -> bool:
        """Return whether an image made in this sitting stands where none is kept.

        A workspace that cannot be written keeps none; a new match has dropped the image before.
        """
        if isinstance(found, VneImage):
            return False
        for match in self._session.matches:
            if match.anchor.slice_id == found.slice_id:
                shown = self._session.drawings.vne(match)
                return isinstance(shown, VneImage) and shown.model_id == self.model.model_id
        return False

    def _planned(self, matches: Sequence[SliceMatch]) -> list["Plan"]:
        opened = self._session.opened
        assert opened is not None
        field_t = opened.study.field_strength_t
        place = self._session.drawings.place
        return [Plan(match, place(match), field_t) for match in matches]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """One slice to find or make, as plain values for the worker."""

    match: SliceMatch
    epi: Contour | None
    field_strength_t: float | None

    def in_core(self) -> "SliceToGenerate":
        """Return the same as the workspace takes it; in the worker."""
        from vne_core.workspace.generated import SliceToGenerate

        return SliceToGenerate(self.match, self.epi, self.field_strength_t)


class VneWork:
    """What the worker thread does; the opened model stays with it."""

    def __init__(self) -> None:
        self._model: VneModel | None = None

    def find(self, plans: Sequence[Plan], study_id: str, workspace: "Workspace") -> Found:
        """Return what is kept of a study's slices."""
        from vne_core.learn.card import ModelRefusedError
        from vne_core.workspace.generated import STALE, card_in_use, kept_or_why_not

        problem, card = "", None
        try:
            card = card_in_use(workspace)
        except ModelRefusedError as error:
            problem = str(error)
        if problem:
            refused = (NotGenerated(slice_id_of(plan), problem) for plan in plans)
            return Found(ModelInUse(problem=problem), tuple(refused), ())
        newest = workspace.generations.of_study(study_id)
        results = tuple(
            kept_or_why_not(workspace, plan.in_core(), newest.get(slice_id_of(plan)), card)
            for plan in plans
        )
        stale = tuple(
            one.slice_id for one in results if not isinstance(one, VneImage) and one.reason == STALE
        )
        if card is None:
            return Found(ModelInUse(), results, ())
        model = ModelInUse(card.model_id, card.what, card.matched_levels, card.caution)
        return Found(model, results, stale)

    def make(self, plan: Plan, workspace: "Workspace") -> Vne:
        """Return the VNE of a slice, kept or generated now."""
        from vne_core.workspace.generated import generate_slice

        return generate_slice(workspace, plan.in_core(), self._opened(workspace), author())

    def _opened(self, workspace: "Workspace") -> "VneModel":
        from vne_core.learn.registry import Registry
        from vne_core.vne.model import load_model

        installed = Registry(workspace.models_folder).active()
        assert installed.card is not None
        known = self._model
        if known is None or known.card.fingerprint != installed.card.fingerprint:
            self._model = known = load_model(installed.folder)
        return known


def slice_id_of(plan: Plan) -> str:
    """Return the slice a plan is for."""
    return plan.match.anchor.slice_id


def summary(made: Sequence[Vne], total: int) -> tuple[str, bool]:
    """Return what came of generating as a sentence, and whether to look again."""
    images = [one for one in made if isinstance(one, VneImage)]
    low = sum(one.confidence.trust is Trust.LOW for one in images)
    told = [tr("VNE of {count} of {total} slices").format(count=len(images), total=total)]
    told += [tr("{count} with low confidence").format(count=low)] if low else []
    reasons = dict.fromkeys(tr(one.reason) for one in made if not isinstance(one, VneImage))
    told += [tr("not the others: {reasons}").format(reasons="; ".join(reasons))] if reasons else []
    told += [tr("stopped before the rest")] if len(made) < total else []
    return f"{', '.join(told)}.", bool(low or reasons or len(made) < total)
