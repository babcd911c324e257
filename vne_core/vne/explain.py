"""How much each input stream gave to an image: the change when it is withheld."""

import numpy as np
from numpy.typing import NDArray

from vne_core.vne.inputs import VneInputs
from vne_core.vne.model import VneModel

Image = NDArray[np.float32]


def contributions(model: VneModel, inputs: VneInputs, vne: Image) -> dict[str, Image]:
    """Return for each stream of the model how much brighter it made each pixel, (192, 192).

    ``vne`` is the image with every stream. A stream is withheld as a study without it would be:
    its images and its validity are 0, which the network was trained to live with for cine and IR.
    Without T1 it has not been trained: that map tells how much hangs on T1, not what would be seen.
    A stream the study has not got gives 0 everywhere.
    """
    given = {name: inputs.tensors[name] for name in model.streams}
    there = [name for name in model.streams if given[name][-1].any()]
    found = {name: np.zeros_like(vne) for name in model.streams}
    if len(model.streams) < 2:
        return found
    for name in there:
        withheld = given | {name: np.zeros_like(given[name])}
        batch = {one: tensor[None] for one, tensor in withheld.items()}
        found[name] = vne - model.generator.run(batch)["vne"][0, 0]
    return found
