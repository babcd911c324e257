"""What the generator and the discriminator are asked for, term by term.

Every term is a mean over slices of something of one slice, so that several processes with a share
of the batch each have, averaged, the gradients of one process with all of it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from vne_core.vne.config import AdversarialKind, DistributionKind

QUANTILES = 64
"""How finely Wasserstein's distance compares: within 2 % of the distance itself."""
LEAST_COVERAGE = 0.5
"""Coverage from which a pixel counts as wall: the one it has most of."""
LEAST_CONTRAST = 0.2
"""Brightness between remote wall and blood, of 1 in a target, below which none is compared."""


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


def as_read(image: Tensor, remote: Tensor, blood: Tensor) -> Tensor:
    """Return images with their own remote wall at 0 and their own blood at 1, (N, 1, H, W).

    The scale on which a reader's thresholds lie (``study.rules.RemoteBlood``): what a generator
    draws too bright in the remote wall raises every threshold. ``remote`` and ``blood`` are
    coverages; a slice without one of them, or without contrast between them, is as it was.
    """
    areas = torch.cat([remote.sum((2, 3)), blood.sum((2, 3))], 1)
    means = torch.cat([(image * remote).sum((2, 3)), (image * blood).sum((2, 3))], 1)
    low, high = (means / areas.clamp(min=LEAST_COVERAGE))[..., None, None].split(1, 1)
    is_readable = (areas >= LEAST_COVERAGE).all(1)[:, None, None, None]
    is_readable = is_readable & (high - low >= LEAST_CONTRAST)
    return torch.where(is_readable, (image - low) / (high - low).clamp(min=LEAST_CONTRAST), image)


def distribution_misfit(
    vne: tuple[Tensor, Tensor], lge: tuple[Tensor, Tensor], kind: DistributionKind
) -> Tensor:
    """Return the mean difference between the brightness distributions of two walls.

    ``vne`` and ``lge`` are (image, coverage of its wall), (N, 1, H, W) each; ``kind`` names the
    distance. 0 where both have the same share of wall above every threshold, wherever it lies. A
    slice without wall adds 0.
    """
    distance = {"wasserstein": wasserstein, "cramer": cramer}[kind]
    total = vne[0].new_zeros(())
    for image, wall, real, real_wall in zip(*vne, *lge, strict=True):
        made, asked = image[wall >= LEAST_COVERAGE], real[real_wall >= LEAST_COVERAGE]
        if len(made) and len(asked):
            total = total + distance(made, asked)
    return total / len(vne[0])


def wasserstein(made: Tensor, asked: Tensor) -> Tensor:
    """Return the mean difference of quantiles: Wasserstein's distance, order 1.

    Villani 2003, section 2.2. Where the target cannot be foreseen it is least at the median of
    every quantile.
    """
    levels = (torch.arange(QUANTILES, device=made.device, dtype=made.dtype) + 0.5) / QUANTILES
    return (torch.quantile(made, levels) - torch.quantile(asked, levels)).abs().mean()


def cramer(made: Tensor, asked: Tensor) -> Tensor:
    """Return the squared difference of the shares above a threshold, integrated over thresholds.

    Cramér's distance: half the energy distance of Székely and Rizzo 2013 (J Stat Plan Inference
    143:1249). Where the target cannot be foreseen it is least at the mean share above every
    threshold, so that burdens are right on average.
    """
    values, order = torch.cat([made, asked]).sort()
    jumps = torch.cat(
        [torch.full_like(made, 1 / len(made)), torch.full_like(asked, -1 / len(asked))]
    )
    return (jumps[order].cumsum(0)[:-1].square() * values.diff()).sum()


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
