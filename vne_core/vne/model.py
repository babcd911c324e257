"""A model ready to generate: its card and its opened graphs, without torch."""

from dataclasses import dataclass
from pathlib import Path

from vne_core.learn.card import (
    CONFIDENCE,
    GENERATOR,
    LOCALISER,
    ModelCard,
    ModelRefusedError,
    check_model,
)
from vne_core.learn.session import Graph, open_graph
from vne_core.vne.confidence import ConfidenceModel, read_confidence

OUTPUTS = {"vne", "spread"}
STREAMS = ("t1", "ir", "cine")


@dataclass(frozen=True, slots=True, eq=False)
class VneModel:
    """A checked model: ``confidence`` is None until it was calibrated on unseen patients."""

    card: ModelCard
    generator: Graph
    localiser: Graph
    confidence: ConfidenceModel | None = None

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams that the generator takes."""
        return self.generator.inputs


def load_model(folder: Path, threads: int | None = None) -> VneModel:
    """Return the model of a folder, every file checked against its card.

    Raises ModelRefusedError by name for a model that is damaged or not one of this software's, and
    GraphError where ONNX Runtime cannot open it.
    """
    card = check_model(folder)
    graphs = [
        open_graph(folder / name, card.files[name], threads) for name in (GENERATOR, LOCALISER)
    ]
    generator, localiser = graphs
    if set(generator.outputs) != OUTPUTS or not set(generator.inputs) <= set(STREAMS):
        raise ModelRefusedError(
            f"the generator of the model {card.model_id} takes {', '.join(generator.inputs)} and "
            f"gives {', '.join(generator.outputs)}",
            "t1, ir, cine in; vne, spread out",
            "export it again",
        )
    confidence = None
    if CONFIDENCE in card.files:
        confidence = read_confidence(folder / CONFIDENCE)
        confidence.require_graphs(card)
    return VneModel(card, generator, localiser, confidence)
