"""The models that can be used: those shipped with the program, and a workspace's own.

Which of them is in use is a pointer with its history, ``models/active.json``: promoting and
rolling back add an entry and never remove one, so that it can be told which model was in use when.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from vne_core.errors import VneError
from vne_core.files import atomic_write
from vne_core.learn.card import CARD, ModelCard, ModelRefusedError, check_model
from vne_core.packaged import resource

POINTER = "active.json"
SHIPPED_DEFAULT = "default.json"
"""Names the shipped model used until a reader promotes another: {"model_id": ...}."""
SCHEMA = "vne-reader/active-model/1"
"""The one key of the pointer file; its value is the history."""
PROMOTED, ROLLED_BACK = "promoted", "rolled back"


class NoModelError(VneError):
    """A model that is not here."""

    code: ClassVar[str] = "no-model"


class PointerError(VneError):
    """A choice of model that could not be stored; the one before stays in use."""

    code: ClassVar[str] = "model-pointer"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the pointer's history: what was done, to which model, when and by whom."""

    action: str
    model_id: str
    fingerprint: str
    at_utc: str
    by: str


@dataclass(frozen=True, slots=True)
class Installed:
    """A model's folder; ``problem`` says why it is refused, and its card is then None."""

    model_id: str
    folder: Path
    is_shipped: bool
    card: ModelCard | None = None
    problem: str = ""


class Registry:
    """The shipped models and those in ``own``, a folder that need not exist yet.

    An own model hides a shipped one of the same name. ``shipped`` is given in tests only.
    """

    def __init__(self, own: Path, shipped: Path | None = None) -> None:
        self.own = own
        self._shipped = shipped_folder() if shipped is None else shipped

    def folders(self) -> dict[str, tuple[Path, bool]]:
        """Return folder and whether it is shipped of every model by id, unchecked."""
        found: dict[str, tuple[Path, bool]] = {}
        for home, is_shipped in ((self._shipped, True), (self.own, False)):
            if home is not None and home.is_dir():
                names = sorted(path for path in home.iterdir() if (path / CARD).exists())
                found |= {path.name: (path, is_shipped) for path in names}
        return found

    def list(self) -> tuple[Installed, ...]:
        """Return every model, checked file by file; a refused one with its reason."""
        return tuple(
            _installed(name, folder, is_shipped=is_shipped)
            for name, (folder, is_shipped) in self.folders().items()
        )

    def show(self, model_id: str) -> Installed:
        """Return a model whose files are whole; raises NoModelError or ModelRefusedError."""
        known = self.folders()
        if model_id not in known:
            names = ", ".join(known) or "none is installed"
            raise NoModelError(
                f"no model is called {model_id}", f"one of those installed: {names}",
                "see vne models list",
            )  # fmt: skip
        folder, is_shipped = known[model_id]
        return Installed(model_id, folder, is_shipped, check_model(folder))

    def history(self) -> tuple[Change, ...]:
        """Return what was promoted and rolled back, oldest first.

        Raises ModelRefusedError for a pointer that cannot be read.
        """
        path = self.own / POINTER
        if not path.exists():
            return ()
        try:
            document: Any = json.loads(path.read_text())
            return tuple(Change(**entry) for entry in document[SCHEMA])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelRefusedError(
                f"the history of models {path} cannot be read",
                "the file as it was written",
                "restore it from a copy, or remove it and promote a model again",
            ) from error

    def active_id(self) -> str | None:
        """Return the model in use: the one promoted last, else the shipped one, else None."""
        promoted = _promoted(self.history())
        return promoted[-1].model_id if promoted else self._shipped_id()

    def active(self) -> Installed:
        """Return the model in use; raises NoModelError where there is none, ModelRefusedError."""
        model_id = self.active_id()
        if model_id is None:
            raise NoModelError(
                "no VNE model is installed",
                "a model shipped with the program or promoted in this workspace",
                "train one with vne train, or copy one into the workspace's models folder",
            )
        return self.show(model_id)

    def promote(self, model_id: str, by: str) -> Change:
        """Use a model from now on; it is checked first. Raises as ``show`` does."""
        card = self.show(model_id).card
        assert card is not None
        return self._add(Change(PROMOTED, model_id, card.fingerprint, _now(), by))

    def rollback(self, by: str) -> Change:
        """Go back to the model in use before the last promotion, and return the entry.

        Before the first promotion that is the shipped one. Raises NoModelError where there is no
        promotion to undo or nothing before it, ModelRefusedError where that model is damaged.
        """
        promoted = _promoted(self.history())
        before = promoted[-2].model_id if len(promoted) > 1 else self._shipped_id()
        if not promoted or before is None:
            raise NoModelError(
                "there is no earlier model to go back to",
                "a model in use before the present one",
                "promote another: vne models promote ID",
            )
        card = self.show(before).card
        assert card is not None
        return self._add(Change(ROLLED_BACK, before, card.fingerprint, _now(), by))

    def _add(self, change: Change) -> Change:
        entries = [asdict(one) for one in (*self.history(), change)]
        text = json.dumps({SCHEMA: entries}, indent=1, ensure_ascii=False)
        try:
            atomic_write(self.own / POINTER, text + "\n")
        except OSError as error:
            raise PointerError(
                f"{self.own} cannot be written ({error.strerror or error})",
                "a workspace that can be written",
                "free some space, or change its permissions",
            ) from error
        return change

    def _shipped_id(self) -> str | None:
        """Return the shipped model that is used by default; of a single one no file need tell."""
        if self._shipped is None:
            return None
        chosen = self._shipped / SHIPPED_DEFAULT
        if chosen.exists():
            return str(json.loads(chosen.read_text())["model_id"])
        names = [name for name, (_, is_shipped) in self.folders().items() if is_shipped]
        return names[0] if len(names) == 1 else None


def shipped_folder() -> Path | None:
    """Return the folder of the models that came with the program, None where none did."""
    try:
        return resource("models")
    except FileNotFoundError:
        return None


def _promoted(history: Sequence[Change]) -> list[Change]:
    """Return the promotions that still stand, the one in use last: a rollback takes one away."""
    standing: list[Change] = []
    for change in history:
        if change.action == PROMOTED:
            standing.append(change)
        else:
            standing.pop()
    return standing


def _installed(name: str, folder: Path, *, is_shipped: bool) -> Installed:
    try:
        return Installed(name, folder, is_shipped, check_model(folder))
    except ModelRefusedError as error:
        return Installed(name, folder, is_shipped, None, str(error))


def _now() -> str:
    return datetime.now(UTC).isoformat()
