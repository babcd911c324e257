"""A trained model as a predictor: the training arrays' images through its graph, without torch."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vne_core.evaluate.patient_arrays import PatientArrays
from vne_core.evaluate.predictor import Grid, Prediction
from vne_core.learn.card import GENERATOR, ModelCard
from vne_core.learn.session import Tensor, open_graph
from vne_core.vne.normalise import normalised_cine, normalised_ir, normalised_t1

CINE = "cine"


@dataclass(frozen=True, slots=True)
class ModelPredictor:
    """A model of a folder; ``without_cine`` leaves the cine out, as a study may lack it.

    ``sha256`` is the graph's hash in the model's card. One thread: patients are measured in
    parallel.
    """

    name: str
    thresholds_of: str
    folder: Path
    sha256: str
    without_cine: bool = False
    grid: Grid = "t1"

    def predict(self, patient: PatientArrays) -> Prediction:
        """Return the VNE images of a patient and their predicted spread. Raises GraphError."""
        graph = open_graph(self.folder / GENERATOR, self.sha256, threads=1)
        outputs = [
            graph.run({name: one for name, one in tensors.items() if name in graph.inputs})
            for tensors in (self.tensors(patient, index) for index in range(len(patient)))
        ]
        return Prediction(
            np.stack([one["vne"][0, 0] for one in outputs]),
            np.stack([one["spread"][0, 0] for one in outputs]),
        )

    def tensors(self, patient: PatientArrays, index: int) -> dict[str, Tensor]:
        """Return what the network sees of one slice."""
        images = patient.images
        shape = images["t1"].shape[1:]
        times = [float(time) for time in images["times_ms"][index]]
        cine = None if self.without_cine else images[CINE][index]
        return {
            "t1": normalised_t1(images["t1"][index])[None],
            "ir": normalised_ir(images["ir"][index], times, shape)[None],
            CINE: normalised_cine(cine, shape)[None],
        }


def model_predictors(folder: Path, card: ModelCard) -> list[ModelPredictor]:
    """Return a model, and where it takes a cine the same model without one."""
    digest = card.files[GENERATOR]
    whole = ModelPredictor(card.model_id, card.model_id, folder, digest)
    if CINE not in card.network.get("streams", (CINE,)):
        return [whole]
    without = replace(whole, name=f"{card.model_id} without cine", without_cine=True)
    return [whole, without]
