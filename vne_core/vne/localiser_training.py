"""The localiser's training: windows of any place and size, so that the ventricle may be anywhere."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import math
from collections.abc import Generator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.optim import Adam

from vne_core.errors import Cancelled
from vne_core.vne.config import TrainingSpec
from vne_core.vne.dataset import MASKS, Row, Slices, TrainingData
from vne_core.vne.draws import Draw, indices_of_step, stream, weight_seed
from vne_core.vne.localiser import LOCALISER_MM, Localiser
from vne_core.vne.perceptual import fixed
from vne_core.vne.told import Stage, Stop, Told

WINDOW_PX = 48
"""Side of a training window: 192 mm."""
CENTRE_SD_MM = 6.0
"""Width of the bell that the probability should be around the centre."""
FARTHEST_MM = 110.0
"""The ventricle's centre lies at most this far from a window's middle, sometimes outside it."""
PRESENT_WEIGHT = 20.0
"""How much more a pixel near the centre counts: there are few of them."""
CINE_SD_UNIT = 0.2
"""SD over time of the scaled cine that becomes 1."""
TEXT = "training the localiser"


def train_localiser(
    spec: TrainingSpec, data: TrainingData, cancelled: Stop
) -> Generator[Told, None, Localiser]:
    """Train the localiser; yield progress, return it fixed. Raises Cancelled."""
    asked, seed = spec.localiser, spec.run.seed
    torch.manual_seed(weight_seed(seed, 3))
    localiser = Localiser(asked.width)
    optimizer = Adam(localiser.parameters(), asked.rate)
    for step in range(asked.steps):
        if cancelled():
            raise Cancelled
        for group in optimizer.param_groups:
            group["lr"] = asked.rate * (1 + math.cos(math.pi * step / asked.steps)) / 2
        chosen = indices_of_step(len(data.training), asked.batch, seed, step)
        slices = data.read([data.training[index] for index in chosen])
        rngs = [stream(seed, Draw.LOCALISER, step, place) for place in range(asked.batch)]
        images, bell = windows(slices, rngs)
        optimizer.zero_grad(set_to_none=True)
        centre_misfit(localiser.scores(images), bell).backward()
        optimizer.step()
        if step % spec.run.tell_every == 0:
            yield Stage(step, asked.steps, TEXT)
    yield Stage(asked.steps, asked.steps, TEXT)
    return fixed(localiser)


def localiser_images(t1: Tensor, cine: Tensor) -> Tensor:
    """Return what the localiser sees, (N, 3, h, w), of T1 and cine streams on any grid."""
    moving = cine[:, :-1].std(1, keepdim=True, correction=0) / CINE_SD_UNIT
    return torch.cat([t1[:, :1], moving * cine[:, -1:], cine[:, -1:]], 1)


def windows(slices: Slices, rngs: Sequence[np.random.Generator]) -> tuple[Tensor, Tensor]:
    """Return windows at 4 mm around places beside the ventricle, and the bell to be found there."""
    side_px = slices.target.shape[-1]
    half_mm = WINDOW_PX * LOCALISER_MM / 2
    centres = _centres(slices)
    placement: list[list[list[float]]] = []
    for index, rng in enumerate(rngs):
        pixel_mm = float(slices.pixel_mm[index]) * math.exp(rng.uniform(-0.15, 0.15))
        distance, turn = FARTHEST_MM * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
        shift = distance / pixel_mm * 2 / side_px * np.array([math.cos(turn), math.sin(turn)])
        angle = math.radians(rng.uniform(-30, 30))
        zoom = 2 * half_mm / (side_px * pixel_mm)
        cos, sin = zoom * math.cos(angle), zoom * math.sin(angle)
        placement.append([[cos, -sin, shift[0]], [sin, cos, shift[1]]])
    theta = torch.tensor(np.array(placement), dtype=torch.float32)
    grid = functional.affine_grid(theta, [len(theta), 1, WINDOW_PX, WINDOW_PX], align_corners=False)
    images = localiser_images(slices.images["t1"], slices.images["cine"])
    smooth = functional.avg_pool2d(images, 3, 1, 1)
    seen = functional.grid_sample(smooth, grid, align_corners=False)
    has_cine = torch.tensor([float(rng.random() > 0.15) for rng in rngs])[:, None, None, None]
    seen = torch.cat([seen[:, :1], seen[:, 1:] * has_cine], 1)
    offset_px = (grid - centres[:, None, None]) * side_px / 2
    distance_mm = offset_px.norm(dim=-1) * slices.pixel_mm[:, None, None]
    bell = torch.exp(-0.5 * (distance_mm / CENTRE_SD_MM).square())
    return seen, bell[:, None]


def centre_misfit(scores: Tensor, bell: Tensor) -> Tensor:
    """Return the log-loss, pixels near the centre counting more."""
    weight = 1 + PRESENT_WEIGHT * bell
    return functional.binary_cross_entropy_with_logits(scores, bell, weight)


def distances_mm(localiser: Localiser, data: TrainingData, rows: Sequence[Row]) -> list[float]:
    """Return how far from the true centre the brightest place of whole validation images lies."""
    found: list[float] = []
    for index, row in enumerate(rows):
        slices = data.read([row])
        rng = stream(0, Draw.LOCALISER, index)
        images, bell = windows(slices, [rng])
        if float(bell.max()) < 0.5:
            continue
        with torch.no_grad():
            heat = localiser(images)
        places = [divmod(int(image.argmax()), WINDOW_PX) for image in (heat, bell)]
        (down, right), (true_down, true_right) = places
        found.append(math.hypot(down - true_down, right - true_right) * LOCALISER_MM)
    return found


def _centres(slices: Slices) -> Tensor:
    """Return the middle of each ventricle on the T1 map, (N, 2), x and y from -1 to 1."""
    inside = slices.masks[:, MASKS.index("endo_t1")]
    side_px = inside.shape[-1]
    at = (torch.arange(side_px) + 0.5) * 2 / side_px - 1
    total = inside.sum((1, 2)).clamp(min=1e-6)
    x = (inside.sum(1) * at).sum(1) / total
    y = (inside.sum(2) * at).sum(1) / total
    return torch.stack([x, y], 1)
