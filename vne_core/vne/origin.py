"""The model whose weights a training begins with, and whom that model has learnt from.

Its facts are one JSON object, as ``run.json`` holds it: ``name``, ``weights_sha256``, ``steps``,
``cohorts``, ``validation`` (persons it was not shown) and ``origin``, the model it began with
itself, or null. Loads torch only where weights are read.
"""

import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from vne_core.errors import VneError
from vne_core.files import atomic_write, sha256_file
from vne_core.learn.card import WEIGHTS
from vne_core.learn.facts import to_table
from vne_core.vne.config import DataSpec, TrainingSpec
from vne_core.vne.split import Cohort, Person, refuse_forbidden

ORIGIN_FILE = "origin.json"
RUN_FILE = "run.json"

Origin = Mapping[str, Any]


class OriginError(VneError):
    """A model that a training cannot begin with."""

    code = "origin"


def frozen_origin(spec: TrainingSpec, validation: AbstractSet[Person], out: Path) -> Origin | None:
    """Return the model that a training begins with; None where it begins with random weights.

    Found once, then read from ``out``, so that a training goes on without the model's folder.
    ``validation`` are the persons it is measured on. Raises OriginError for a folder without a
    trained model and where the model has learnt from one of them, SplitError where it has learnt
    from somebody kept for tests.
    """
    if spec.start_from is None:
        return None
    path = out / ORIGIN_FILE
    if not path.exists():
        origin = _origin(Path(spec.start_from))
        _refuse_seen(origin, spec.data, validation)
        atomic_write(path, json.dumps(origin, indent=1) + "\n")
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise OriginError(
            f"{path} cannot be read ({error})", "what this training began with"
        ) from error


def first_weights(spec: TrainingSpec, origin: Origin) -> dict[str, Any]:
    """Return the generator's weights to begin with, tensors by name.

    Raises OriginError for weights that are not those of ``origin`` any more, or of a network
    built otherwise; CheckpointError for a damaged file.
    """
    from vne_core.learn.checkpoint import read_checkpoint  # noqa: PLC0415 - torch, seconds

    folder = Path(spec.start_from or "")
    path = folder / WEIGHTS
    if not path.is_file() or sha256_file(path) != origin["weights_sha256"]:
        raise OriginError(
            f"the weights in {folder} are not those that this training began with",
            f"{WEIGHTS} as it was",
            "put it back, or begin a new training",
        )
    tensors, facts = read_checkpoint(path)
    asked = to_table(spec.network)
    other = [name for name in asked if facts.get("network", {}).get(name) != asked[name]]
    if other:
        raise OriginError(
            f"the model in {folder} has another network.{', network.'.join(other)}",
            "the network of the model begun with",
            "copy its values into the training",
        )
    return tensors


def lineage(origin: Origin | None) -> Iterator[Origin]:
    """Yield a model begun with, the one that it began with, and so on."""
    while origin is not None:
        yield origin
        origin = origin["origin"]


def _origin(folder: Path) -> Origin:
    """Return the facts of the model in a folder."""
    try:
        run = json.loads((folder / RUN_FILE).read_bytes())
        return {
            "name": folder.name,
            "weights_sha256": sha256_file(folder / WEIGHTS),
            "steps": run["steps"],
            "cohorts": run["cohorts"],
            "validation": run["split"]["validation"],
            "origin": run.get("origin"),
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OriginError(
            f"{folder} holds no trained model ({error})",
            f"the folder of a training or of a model, with {RUN_FILE} and {WEIGHTS}",
            "name another one",
        ) from error


def _refuse_seen(origin: Origin, data: DataSpec, validation: AbstractSet[Person]) -> None:
    """Refuse a model that has learnt from whom it is to be measured on."""
    for one in lineage(origin):
        cohorts = [Cohort(**cohort) for cohort in one["cohorts"]]
        refuse_forbidden(cohorts, data)
        held_out = {Person(seed, index) for seed, index in one["validation"]}
        learnt_from = {person for cohort in cohorts for person in cohort.persons()} - held_out
        seen = len(learnt_from & validation)
        if seen:
            raise OriginError(
                f"the model {one['name']} learnt from {seen} of the {len(validation)} patients "
                "that this training validates on",
                "patients that it has not seen",
                "use its cohorts with its data.split_seed and data.validation_share, or others",
            )
