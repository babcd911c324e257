"""From what a training leaves to a model: its files copied, its card written. Loads no torch."""

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.files import atomic_write
from vne_core.learn.card import (
    GENERATOR,
    LOCALISER,
    RUN_FILE,
    WEIGHTS,
    ModelCard,
    ModelRefusedError,
    TrainingRange,
    check_model,
    utc_today,
    write_card,
)
from vne_core.learn.facts import SpecError, from_table
from vne_core.phantom.training_set import TrainingSet, open_training_set
from vne_core.vne.origin import Origin
from vne_core.vne.split import Cohort

WALL_PERCENTILES = (1.0, 99.0)
WHOLE_WALL = 0.99
"""Coverage from which a pixel is wall and nothing else."""
MOST_SLICES = 600
"""Slices of a cohort whose T1 is looked at: percentiles of a million pixels do not move."""
INTENDED_USE = (
    "demonstrating and testing virtual native enhancement on virtual patients; not for diagnosis, "
    "treatment, or conclusions about patients"
)
LIMITS = (
    "trained on simulated images: how it does on a real scanner is not known",
    "short-axis slices with a native T1 map; better with its IR images and a cine",
    "hypertrophic cardiomyopathy and normal hearts as the virtual cohort has them",
)


def register_training(
    run_folder: Path, models: Path, model_id: str, localiser_from: Path | None = None
) -> ModelCard:
    """Put what a training left into a folder of models, whole or not at all; return its card.

    ``localiser_from`` is another model's folder whose localiser is taken, for a training that made
    none. Raises ModelRefusedError for a folder that is no finished training, and for a name taken.
    """
    document = _run_document(run_folder)
    target = models / model_id
    if target.exists():
        raise ModelRefusedError(
            f"a model called {model_id} is there already", "another name", "choose another --id"
        )
    card = _card(document, model_id)
    making = models / f".making-{secrets.token_hex(8)}"
    making.mkdir(parents=True)
    try:
        for name, source in _parts(run_folder, localiser_from):
            atomic_write(making / name, source.read_bytes())
        atomic_write(making / RUN_FILE, json.dumps(_public(document), indent=1) + "\n")
        write_card(making, card)
        making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return check_model(target)


def training_range(sets: Sequence[TrainingSet]) -> TrainingRange:
    """Return what training arrays hold: T1 of the wall, pixel sizes, field strengths."""
    bounds = [np.percentile(_wall_t1_ms(one), WALL_PERCENTILES) for one in sets]
    pixels = np.concatenate([one.arrays["table"]["pixel_mm"] for one in sets])
    fields = sorted({float(one.description["field_t"]) for one in sets})
    return TrainingRange(
        wall_t1_ms=(float(min(b[0] for b in bounds)), float(max(b[1] for b in bounds))),
        pixel_mm=(float(pixels.min()), float(pixels.max())),
        field_t=tuple(fields),
    )


def _wall_t1_ms(one: TrainingSet) -> NDArray[np.float64]:
    """Return the T1 of pixels that are wholly wall, of slices spread over the cohort."""
    done = np.flatnonzero(one.arrays["table"]["done"])
    rows = done[:: max(1, len(done) // MOST_SLICES)]
    full = float(one.description["full_coverage"])
    found: list[NDArray[np.float64]] = []
    for row in rows:
        epi, endo = (one.arrays[name][row] / full for name in ("epi_t1", "endo_t1"))
        t1 = one.arrays["t1"][row].astype(float)
        found.append(t1[(epi - endo >= WHOLE_WALL) & (t1 > 0)])
    return np.concatenate(found)


def _run_document(folder: Path) -> Mapping[str, Any]:
    path = folder / RUN_FILE
    if not path.is_file():
        raise ModelRefusedError(
            f"the folder {folder.name} has no {RUN_FILE}", "the folder of a finished training",
            "let the training end: vne train",
        )  # fmt: skip
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ModelRefusedError(
            f"{path} cannot be read ({error})", "a training's record"
        ) from error


def _parts(folder: Path, localiser_from: Path | None) -> Iterator[tuple[str, Path]]:
    """Yield name and source of every file of the model."""
    for name in (GENERATOR, WEIGHTS, LOCALISER):
        source = folder / name
        if name == LOCALISER and not source.is_file() and localiser_from is not None:
            source = localiser_from / name
        if not source.is_file():
            raise ModelRefusedError(
                f"the training {folder.name} left no {name}", "a training that made every file",
                "train again, or take another model's localiser with --localiser",
            )  # fmt: skip
        yield name, source


def _card(document: Mapping[str, Any], model_id: str) -> ModelCard:
    """Return the card of a training's record; refuses one that lacks what a card needs."""
    try:
        spec = document["spec"]
        sources = [Path(cohort["folder"]) for cohort in spec["data"]["cohorts"]]
        begun_with = _begun_with(document)
        cohorts = [Cohort(**one) for one in document["cohorts"]]
        streams = spec["network"]["streams"]
        return ModelCard(
            model_id=model_id,
            what=f"VNE from {', '.join(streams)}; {document['parameters'] / 1e6:.2f} M parameters",
            made_utc=utc_today(),
            code_version=document["versions"]["vne-reader"],
            network=spec["network"],
            training={
                k: v for k, v in _public(document)["spec"].items() if k not in {"network", "data"}
            },
            data={
                "cohorts": _learnt_from(
                    [*cohorts, *(c for one in begun_with for c in one.cohorts)]
                ),
                "began_with": [
                    {"name": one.name, "weights_sha256": one.weights_sha256} for one in begun_with
                ],
                "training_slices": document["training_slices"],
                "validation_slices": document["validation_slices"],
                "split_seed": spec["data"]["split_seed"],
                "validation_share": spec["data"]["validation_share"],
            },
            training_range=training_range([open_training_set(source) for source in sources]),
            intended_use=INTENDED_USE,
            limits=LIMITS,
        )
    except (KeyError, TypeError, SpecError) as error:
        raise ModelRefusedError(
            f"the training's {RUN_FILE} lacks {error}", "the record of a finished training"
        ) from error


def _begun_with(document: Mapping[str, Any]) -> list[Origin]:
    """Return the models that a training descends from, the nearest first."""
    if document.get("origin") is None:
        return []
    return list(from_table(Origin, document["origin"]).lineage())


def _learnt_from(cohorts: Sequence[Cohort]) -> list[dict[str, Any]]:
    """Return what a card says of cohorts, each once with the most patients that were used."""
    found: dict[tuple[str, int], Cohort] = {}
    for one in cohorts:
        known = found.get((one.config_hash, one.seed))
        if known is None or known.patients < one.patients:
            found[one.config_hash, one.seed] = one
    return [
        {"name": c.config_name, "hash": c.config_hash, "patients": c.patients, "seed": c.seed}
        for c in found.values()
    ]


def _public(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record without the places of files on the machine that trained."""
    spec: dict[str, Any] = {**document["spec"]}
    data, loss = spec["data"], {**spec.get("loss", {})}
    cohorts = [{**one, "folder": Path(one["folder"]).name} for one in data["cohorts"]]
    for table, name in ((loss, "weight_file"), (spec, "start_from")):
        if table.get(name):
            table[name] = Path(table[name]).name
    return {**document, "spec": {**spec, "data": {**data, "cohorts": cohorts}, "loss": loss}}
