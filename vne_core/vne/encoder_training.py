"""The project's own cardiac encoder, trained on late enhancement in a few minutes.

Its task is to tell wall, blood pool and extracellular volume from the image. ImageNet's weights
need a file that a site may not have; these features come from the images at hand.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

from collections.abc import Generator, Iterator

import torch
from torch import Tensor
from torch.nn import functional
from torch.optim import Adam

from vne_core.errors import Cancelled
from vne_core.vne.augment import Crops, augmented
from vne_core.vne.config import TrainingSpec
from vne_core.vne.dataset import TrainingData
from vne_core.vne.draws import Draw, indices_of_step, stream, weight_seed
from vne_core.vne.network import placed
from vne_core.vne.perceptual import CardiacEncoder, fixed
from vne_core.vne.told import Stage, Stop, Told

RATE = 2e-3
BATCH = 8
ECV_UNIT = 0.1
"""Difference of extracellular volume that becomes 1 in the loss."""
TEXT = "training the cardiac encoder"


def train_encoder(
    spec: TrainingSpec, data: TrainingData, cancelled: Stop
) -> Generator[Told, None, CardiacEncoder]:
    """Train the encoder; yield progress, return it fixed. Raises Cancelled."""
    seed, steps = spec.run.seed, spec.loss.encoder_steps
    torch.manual_seed(weight_seed(seed, 2))
    encoder = placed(CardiacEncoder())
    optimizer = Adam(encoder.parameters(), RATE)
    for step, crops in enumerate(_batches(spec, data, steps)):
        if cancelled():
            raise Cancelled
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        optimizer.zero_grad(set_to_none=True)
        answer_misfit(encoder.answers(crops.target), crops).backward()
        optimizer.step()
        if step % spec.run.tell_every == 0:
            yield Stage(step, steps, TEXT)
    yield Stage(steps, steps, TEXT)
    return fixed(encoder)


def answer_misfit(answers: Tensor, crops: Crops) -> Tensor:
    """Return how wrong the encoder's answers are: two log-losses and a difference in the wall."""
    wall = (crops.mask("epi") - crops.mask("endo")).clamp(0, 1)
    blood = crops.mask("endo").clamp(0, 1)
    borders = functional.binary_cross_entropy_with_logits(
        answers[:, :2], torch.cat([wall, blood], 1)
    )
    off = (answers[:, 2:] - crops.ecv / ECV_UNIT).abs() * wall
    return borders + off.sum() / wall.sum().clamp(min=1)


def _batches(spec: TrainingSpec, data: TrainingData, steps: int) -> Iterator[Crops]:
    """Yield augmented batches of late enhancement."""
    for step in range(steps):
        chosen = indices_of_step(len(data.training), BATCH, spec.run.seed, step)
        slices = data.read([data.training[index] for index in chosen])
        rngs = [stream(spec.run.seed, Draw.ENCODER, step, place) for place in range(BATCH)]
        yield augmented(slices, spec.augment, spec.schedule.crop_px, rngs)
