"""What the generator and the discriminator are asked for, term by term.

Every term is a mean over slices of something of one slice, so that several processes with a share
of the batch each have, averaged, the gradients of one process with all of it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

AdversarialKind = Literal["hinge", "least_squares"]
QUANTILES = 64
"""How finely two brightness distributions are compared: within 2 % of the distance itself."""
LEAST_COVERAGE = 0.5
"""Coverage from which a pixel counts as wall: the one it has most of."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A generated image and what it should be, (N, 1, H, W), with the weight of each pixel."""

    vne: Tensor
    spread: Tensor
    target: Tensor
    weight: Tensor


def pixel_weights(heart: Tensor, factor: float) -> Tensor:
    """Return the weight of each pixel: ``factor`` in the heart, 1 elsewhere; mean 1 in a slice."""
    weight = 1.0 + (factor - 1.0) * heart
    return weight / weight.mean((1, 2, 3), keepdim=True)


def moved_to_fit(vne: Tensor, target: Tensor, weight: Tensor, tolerance_px: int) -> Tensor:
    """Return the target of each slice moved by the whole pixels with which it fits best.

    LGE is another breath-hold than the T1 map. At most ``tolerance_px`` along rows and columns;
    staying wins where nothing fits better. No gradient passes.
    """
    if tolerance_px == 0:
        return target
    with torch.no_grad():
        moves = sorted(
            (
                (down, right)
                for down in range(-tolerance_px, tolerance_px + 1)
                for right in range(-tolerance_px, tolerance_px + 1)
            ),
            key=lambda move: move[0] ** 2 + move[1] ** 2,
        )
        rows, cols = target.shape[2:]
        padded = functional.pad(target, (tolerance_px,) * 4, mode="replicate")
        moved = [
            padded[
                :,
                :,
                tolerance_px + down : tolerance_px + down + rows,
                tolerance_px + right : tolerance_px + right + cols,
            ]
            for down, right in moves
        ]
        misfits = torch.stack([(weight * (vne - one).abs()).mean((1, 2, 3)) for one in moved])
        best = misfits.argmin(0).tolist()
        return torch.cat([moved[move][index : index + 1] for index, move in enumerate(best)])


def absolute_difference(pair: Pair) -> Tensor:
    """Return the weighted mean absolute difference."""
    return (pair.weight * (pair.vne - pair.target).abs()).mean()


def distribution_misfit(vne: Tensor, wall: Tensor, lge: Tensor, lge_wall: Tensor) -> Tensor:
    """Return the mean difference between the brightness distributions of two walls.

    Each image has its own wall, coverage (N, 1, H, W). The mean difference of quantiles is the
    distance of Wasserstein, order 1 (Villani 2003, section 2.2): 0 where both images have the same
    share of wall above every threshold, wherever it lies. A slice without wall adds 0.
    """
    levels = (torch.arange(QUANTILES, device=vne.device, dtype=vne.dtype) + 0.5) / QUANTILES
    total = vne.new_zeros(())
    for image, inside, real, inside_real in zip(vne, wall, lge, lge_wall, strict=True):
        made = image[inside >= LEAST_COVERAGE]
        asked = real[inside_real >= LEAST_COVERAGE]
        if len(made) and len(asked):
            gap = torch.quantile(made, levels) - torch.quantile(asked, levels)
            total = total + gap.abs().mean()
    return total / len(vne)


def spread_misfit(pair: Pair) -> Tensor:
    """Return the negative log-likelihood of the error's size under the predicted spread.

    Laplace distribution; its scale is then the expected absolute error. The image itself gets no
    gradient from it, so that it does not learn to be vague where it is hard.
    """
    error = (pair.vne.detach() - pair.target).abs()
    return (pair.weight * (error / pair.spread + pair.spread.log())).mean()


def deceived(answers: Sequence[Tensor], kind: AdversarialKind) -> Tensor:
    """Return the generator's adversarial loss: small when its images pass for real."""
    terms = [
        -answer.mean() if kind == "hinge" else (answer - 1).square().mean() for answer in answers
    ]
    return torch.stack(terms).mean()


def told_apart(real: Sequence[Tensor], made: Sequence[Tensor], kind: AdversarialKind) -> Tensor:
    """Return the discriminators' loss: small when they tell real images from generated ones."""
    terms = [_told_apart(one, other, kind) for one, other in zip(real, made, strict=True)]
    return torch.stack(terms).mean()


def _told_apart(real: Tensor, made: Tensor, kind: AdversarialKind) -> Tensor:
    if kind == "hinge":
        both = functional.relu(1 - real).mean() + functional.relu(1 + made).mean()
    else:
        both = (real - 1).square().mean() + made.square().mean()
    return both / 2
