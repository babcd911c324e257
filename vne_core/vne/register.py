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
    WEIGHTS,
    ModelCard,
    ModelRefusedError,
    TrainingRange,
    check_model,
    utc_today,
    write_card,
)
from vne_core.phantom.training_set import TrainingSet, open_training_set
from vne_core.vne.origin import RUN_FILE, lineage

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
        origins = list(lineage(document.get("origin")))
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
                "cohorts": _cohorts([document, *origins]),
                "began_with": [one["name"] for one in origins],
                "training_slices": document["training_slices"],
                "validation_slices": document["validation_slices"],
                "split_seed": spec["data"]["split_seed"],
                "validation_share": spec["data"]["validation_share"],
            },
            training_range=training_range([open_training_set(source) for source in sources]),
            intended_use=INTENDED_USE,
            limits=LIMITS,
        )
    except (KeyError, TypeError) as error:
        raise ModelRefusedError(
            f"the training's {RUN_FILE} lacks {error}", "the record of a finished training"
        ) from error


def _cohorts(trainings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return whom a model and those it began with learnt from, each cohort once."""
    found = {
        (cohort["config_hash"], cohort["seed"], cohort["patients"]): {
            "name": cohort["config_name"],
            "hash": cohort["config_hash"],
            "patients": cohort["patients"],
            "seed": cohort["seed"],
        }
        for training in trainings
        for cohort in training["cohorts"]
    }
    return list(found.values())


def _public(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record without the places of files on the machine that trained."""
    data = document["spec"]["data"]
    cohorts = [{**one, "folder": Path(one["folder"]).name} for one in data["cohorts"]]
    loss = {**document["spec"].get("loss", {})}
    if loss.get("weight_file"):
        loss["weight_file"] = Path(loss["weight_file"]).name
    spec = {**document["spec"], "data": {**data, "cohorts": cohorts}, "loss": loss}
    if spec.get("start_from"):
        spec["start_from"] = Path(spec["start_from"]).name
    return {**document, "spec": spec}
