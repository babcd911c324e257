"""The model whose weights a training begins with, and whom that model has learnt from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vne_core.errors import VneError
from vne_core.files import atomic_write, sha256_file
from vne_core.learn.card import RUN_FILE, WEIGHTS
from vne_core.learn.facts import SpecError, from_table, to_table
from vne_core.vne.config import DataSpec, NetworkConfig, TrainingSpec
from vne_core.vne.split import Cohort, Person, SplitError, refuse_forbidden

ORIGIN_FILE, ORIGIN_WEIGHTS = "origin.json", "origin.safetensors"


class OriginError(VneError):
    """A model that a training cannot begin with."""

    code = "origin"


@dataclass(frozen=True, slots=True)
class Origin:
    """A trained model as the record of a training that began with it names it.

    ``validation`` are the persons of its cohorts, seed and index, that it was not shown;
    ``origin`` is the model that it began with itself, None for random weights.
    """

    name: str
    weights_sha256: str
    steps: int
    cohorts: tuple[Cohort, ...]
    validation: tuple[tuple[int, int], ...]
    origin: "Origin | None" = None

    def lineage(self) -> Iterator["Origin"]:
        """Yield this model, the one it began with, and so on."""
        yield self
        if self.origin is not None:
            yield from self.origin.lineage()

    def learnt_from(self) -> set[Person]:
        """Return the persons that this model or one it descends from was shown."""
        seen: set[Person] = set()
        for one in self.lineage():
            held_out = {Person(seed, index) for seed, index in one.validation}
            seen |= {person for cohort in one.cohorts for person in cohort.persons()} - held_out
        return seen


def frozen_origin(spec: TrainingSpec, out: Path) -> Origin | None:
    """Return the model that a training begins with; None where it begins with random weights.

    Found once, and kept with a copy of its weights in ``out``: the training goes on and ends
    without the model's folder. Raises OriginError for a folder without a trained model, for
    another network and for a model that has learnt from patients kept for tests.
    """
    if spec.start_from is None:
        return None
    path = out / ORIGIN_FILE
    if not path.exists():
        folder = Path(spec.start_from)
        origin = _origin(folder, spec.network)
        _refuse_kept_for_tests(origin, spec.data)
        atomic_write(out / ORIGIN_WEIGHTS, (folder / WEIGHTS).read_bytes())
        atomic_write(path, json.dumps(to_table(origin), indent=1) + "\n")
    try:
        return from_table(Origin, json.loads(path.read_bytes()))
    except (OSError, ValueError, SpecError) as error:
        raise OriginError(
            f"{path} cannot be read ({error})", "what this training began with"
        ) from error


def _origin(folder: Path, network: NetworkConfig) -> Origin:
    """Return the model of a folder, which must have this network."""
    try:
        run = json.loads((folder / RUN_FILE).read_bytes())
        its_network = from_table(NetworkConfig, run["spec"]["network"])
        weights_sha256 = sha256_file(folder / WEIGHTS)
        origin = from_table(Origin, _table(folder.name, weights_sha256, run))
        recorded = run["sha256"][WEIGHTS]
    except (OSError, ValueError, KeyError, TypeError, SpecError) as error:
        raise OriginError(
            f"{folder} holds no trained model ({error})",
            f"the folder of a training or of a model, with {RUN_FILE} and {WEIGHTS}",
            "name another one",
        ) from error
    if weights_sha256 != recorded:
        raise OriginError(
            f"{WEIGHTS} in {folder} is not the file that its {RUN_FILE} speaks of",
            "a model whose files belong together",
            "copy its folder again",
        )
    _refuse_other_network(folder, to_table(network), to_table(its_network))
    return origin


def _table(name: str, weights_sha256: str, run: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "weights_sha256": weights_sha256,
        "steps": run["steps"],
        "cohorts": run["cohorts"],
        "validation": run["split"]["validation"],
        "origin": run.get("origin"),
    }


def _refuse_other_network(folder: Path, asked: dict[str, Any], its: dict[str, Any]) -> None:
    others = [name for name in asked if asked[name] != its[name]]
    if others:
        differing = ", ".join(
            f"network.{name} is {asked[name]} and that of the model in {folder} {its[name]}"
            for name in others
        )
        values = ", ".join(f"{name} = {json.dumps(its[name])}" for name in others)
        raise OriginError(differing, "the model's own network", f"set {values} in [network]")


def _refuse_kept_for_tests(origin: Origin, data: DataSpec) -> None:
    for one in origin.lineage():
        try:
            refuse_forbidden(one.cohorts, data)
        except SplitError as error:
            raise OriginError(
                f"the model {one.name} has learnt from test patients: {error.found}",
                "a model that has not seen whom you test on",
                "begin with another one",
            ) from error
