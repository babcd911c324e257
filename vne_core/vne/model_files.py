"""The files a training leaves: weights, graphs, and what can be said of the run."""

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vne_core.files import atomic_write, sha256_file
from vne_core.learn.card import RUN_FILE, WEIGHTS
from vne_core.learn.checkpoint import CheckpointError, read_checkpoint, write_checkpoint
from vne_core.learn.facts import to_table
from vne_core.vne.config import TrainingSpec
from vne_core.vne.dataset import TrainingData
from vne_core.vne.export import export_generator, export_localiser
from vne_core.vne.localiser import Localiser
from vne_core.vne.localiser_training import distances_mm
from vne_core.vne.network import Generator
from vne_core.vne.validation import first_patients

SCHEMA = 1
GENERATOR_GRAPH, LOCALISER_GRAPH = "generator.onnx", "localiser.onnx"


def write_model_files(
    out: Path,
    spec: TrainingSpec,
    generator: Generator,
    *,
    localiser: Localiser | None,
    data: TrainingData,
    run: Mapping[str, Any],
) -> dict[str, Any]:
    """Write weights and graphs, then ``run.json``, and return what that says.

    ``run`` is what the training knows of itself; the rest is found here: the configuration, the
    data's fingerprint, versions, hashes of the files, how far each graph is from torch and how
    well the localiser finds the ventricle in windows of validation patients.
    """
    network = to_table(spec.network)
    write_checkpoint(out / WEIGHTS, generator.state_dict(), {"network": network})
    differences = {"generator": export_generator(generator, out / GENERATOR_GRAPH)}
    files = [WEIGHTS, GENERATOR_GRAPH]
    placed: dict[str, float] = {}
    if localiser is not None:
        differences["localiser"] = export_localiser(localiser, out / LOCALISER_GRAPH)
        files.append(LOCALISER_GRAPH)
        rows = first_patients(data.validation, spec.run.validation_patients)
        gaps = distances_mm(localiser, data, rows)
        placed = {f"p{q}_mm": float(np.percentile(gaps, q)) for q in (50, 95, 100)} if gaps else {}
    document = {
        "schema": SCHEMA,
        "name": spec.name,
        "note": "trained on a virtual cohort: simulated images, nobody was scanned",
        "spec": to_table(spec),
        "cohorts": [to_table(cohort) for cohort in data.cohorts],
        "training_slices": len(data.training),
        "validation_slices": len(data.validation),
        "parameters": sum(p.numel() for p in generator.parameters()),
        **run,
        "localiser": placed,
        "graph_difference": differences,
        "versions": {
            "vne-reader": version("vne-reader"),
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
        "sha256": {name: sha256_file(out / name) for name in files},
    }
    atomic_write(out / RUN_FILE, json.dumps(document, indent=1) + "\n")
    return document


def read_weights(path: Path, sha256: str) -> dict[str, Tensor]:
    """Return a generator's weights, tensors by name.

    Raises CheckpointError where the file is gone, damaged or not the one of this hash.
    """
    if not path.is_file() or sha256_file(path) != sha256:
        raise CheckpointError(
            f"{path} is gone or has changed since this training was begun",
            "the weights that it began with",
            "begin a new training",
        )
    return read_checkpoint(path)[0]
