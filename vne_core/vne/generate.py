"""Virtual native enhancement of a slice, from any T1 grid and back to it.

The way: find the ventricle, bring T1, IR and cine to a window of 1 mm pixels around it, run the
network, bring the image back to the T1 map's own grid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice
from vne_core.geometry.contour import Contour
from vne_core.vne.explain import contributions
from vne_core.vne.features import image_features
from vne_core.vne.image import Confidence, Flag, InputFlag, NotGenerated, VneImage
from vne_core.vne.inputs import VneInputs, vne_inputs
from vne_core.vne.localise import find_centre
from vne_core.vne.model import VneModel
from vne_core.vne.window import way_between

VERSION = 2
"""Raised when what stands between a slice and the network, or after it, changes an image or what
is said of it."""
BATCH = 4
"""Slices in one run of the network."""

Image = NDArray[np.float32]
Result = VneImage | NotGenerated


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A slice to generate: its images, the reader's epicardial contour if there is one.

    ``field_strength_t`` is the scanner's, None where the headers do not tell.
    """

    aligned: AlignedSlice
    epi: Contour | None = None
    field_strength_t: float | None = None


def generate(model: VneModel, subject: Subject, *, explained: bool = False) -> Result:
    """Return the VNE of one slice on its T1 grid, or the reason why there is none.

    ``explained`` adds how much each stream gave, at the cost of a run a stream.
    """
    return next(generate_all(model, [subject], explained=explained))


def generate_all(
    model: VneModel, subjects: Sequence[Subject], *, explained: bool = False
) -> Iterator[Result]:
    """Yield the result of each slice in order; the network runs on several at once."""
    for start in range(0, len(subjects), BATCH):
        batch = subjects[start : start + BATCH]
        prepared = [prepare(model, subject) for subject in batch]
        whole = [one for one in prepared if isinstance(one, VneInputs)]
        made = iter(_run(model, whole))
        for subject, one in zip(batch, prepared, strict=True):
            if isinstance(one, NotGenerated):
                yield one
            else:
                vne, spread = next(made)
                parts = contributions(model, one, vne) if explained else {}
                yield _image(model, subject, one, (vne, spread), parts)


def prepare(model: VneModel, subject: Subject) -> VneInputs | NotGenerated:
    """Return what the network takes of a slice, or why it cannot be generated."""
    aligned = subject.aligned
    if aligned.t1_ms is None:
        return vne_inputs(aligned, (0.0, 0.0, 0.0), model.card.training_range)
    centre = find_centre(aligned, model.localiser, subject.epi)
    found = vne_inputs(aligned, centre.at_mm, model.card.training_range, subject.field_strength_t)
    if isinstance(found, NotGenerated) or not centre.doubt:
        return found
    return replace(found, flags=(InputFlag(Flag.UNSURE_CENTRE, centre.doubt), *found.flags))


def _run(model: VneModel, prepared: Sequence[VneInputs]) -> list[tuple[Image, Image]]:
    """Return (vne, spread) of each slice on its window."""
    if not prepared:
        return []
    tensors = {name: np.stack([one.tensors[name] for one in prepared]) for name in model.streams}
    found = model.generator.run(tensors)
    return list(zip(found["vne"][:, 0], found["spread"][:, 0], strict=True))


def _image(
    model: VneModel,
    subject: Subject,
    inputs: VneInputs,
    images: tuple[Image, Image],
    parts: dict[str, Image],
) -> VneImage:
    features = image_features(inputs, *images, model.card.training_range)
    way = way_between(inputs.window, inputs.plane)
    brought, inside = way.bring(np.stack([*images, *parts.values()]))
    seen = subject.aligned.valid.get(Role.T1)
    valid = inside if seen is None else inside & seen
    brought = np.where(valid, brought, np.float32(0.0))
    return VneImage(
        slice_id=inputs.slice_id,
        model_id=model.card.model_id,
        pixels=brought[0],
        spread=brought[1],
        valid=valid,
        confidence=_confidence(model, inputs, features),
        flags=inputs.flags,
        centre_mm=inputs.centre_mm,
        input_hash=inputs.input_hash,
        features=features,
        contributions=dict(zip(parts, brought[2:], strict=True)),
    )


def _confidence(model: VneModel, inputs: VneInputs, features: dict[str, float]) -> Confidence:
    caution = model.card.caution
    if model.confidence is None:
        return Confidence(reasons=tuple(map(str, inputs.flags)), caution=caution)
    return model.confidence.of_image(features, inputs.flags, caution)
