"""One step of the adversarial training, and everything that must be stored to go on after it."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam

from vne_core.learn.checkpoint import (
    CheckpointError,
    named,
    optimizer_tensors,
    restore_optimizer,
    under,
)
from vne_core.learn.distributed import World, bare
from vne_core.vne.augment import Crops
from vne_core.vne.config import TrainingSpec
from vne_core.vne.discriminator import Discriminators
from vne_core.vne.draws import weight_seed
from vne_core.vne.loss import (
    Pair,
    absolute_difference,
    as_read,
    deceived,
    distribution_misfit,
    moved_to_fit,
    pixel_weights,
    spread_misfit,
    told_apart,
)
from vne_core.vne.network import Generator, placed
from vne_core.vne.perceptual import fixed, unlikeness

GENERATOR_BETAS = (0.9, 0.99)
DISCRIMINATOR_BETAS = (0.5, 0.99)
"""Of Adam; the discriminator's first one as in Isola et al. 2017: it must follow quickly."""
EARLY_AVERAGE_STEPS = 10
"""The running average forgets faster in the beginning: after n steps it spans about n / 10."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a step stands: ``share`` of the whole training, 0 to 1, and the step's number."""

    step: int
    share: float


class Trainer:
    """The networks of a run, their optimisers and the running average of the generator.

    ``features`` is the fixed network of the perceptual term, or None. First weights are drawn
    from the spec's seed, the same in every process.
    """

    def __init__(self, spec: TrainingSpec, world: World, features: nn.Module | None) -> None:
        self.spec, self.world, self.features = spec, world, features
        torch.manual_seed(weight_seed(spec.run.seed, 0))
        generator = placed(Generator(spec.network), world.device)
        self.average = fixed(placed(Generator(spec.network), world.device))
        self.average.load_state_dict(generator.state_dict())
        torch.manual_seed(weight_seed(spec.run.seed, 1))
        loss = spec.loss
        discriminators = Discriminators(loss.discriminators, loss.discriminator_width)
        self.generator = world.wrapped(generator)
        self.discriminators = world.wrapped(placed(discriminators, world.device))
        self._generator_steps = Adam(self.generator.parameters(), 1.0, GENERATOR_BETAS)
        self._discriminator_steps = Adam(self.discriminators.parameters(), 1.0, DISCRIMINATOR_BETAS)
        self._half = half_precision(spec.run.precision, world.device)

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Take a generator's weights instead of random ones, for the running average too.

        Raises CheckpointError for weights of other layers.
        """
        try:
            bare(self.generator).load_state_dict(weights)
            self.average.load_state_dict(weights)
        except RuntimeError as error:
            raise CheckpointError(
                f"the weights to begin with are of other layers ({error})",
                "a model of this version's network",
                "begin with another model",
            ) from error

    def mix_in(self, weights: Mapping[str, Tensor], share: float) -> None:
        """Give other weights a share of the running average: of the network that is written."""
        own = self.average.state_dict()
        mixed = {name: own[name].lerp(weights[name].to(own[name]), share) for name in own}
        self.average.load_state_dict(mixed)

    def step(self, crops: Crops, pace: Pace) -> dict[str, float]:
        """Learn from a batch; return the size of each term."""
        self._set_rates(pace)
        with torch.autocast(_kind(self.world.device), torch.bfloat16, enabled=self._half):
            vne, spread = self.generator(crops.images)
        weight = pixel_weights(crops.heart, self.spec.loss.heart)
        target = moved_to_fit(vne.detach(), crops.target, weight, self.spec.loss.tolerance_px)
        pair = Pair(vne, spread, target, weight)
        terms: dict[str, Tensor] = {}
        is_adversarial = self._has_joined("adversarial", pace)
        if is_adversarial:
            terms["discriminator"] = self._teach_discriminators(pair, crops.images["t1"])
        asked = self.objective(pair, crops, pace)
        total = torch.stack([getattr(self.spec.loss, name) * asked[name] for name in asked]).sum()
        self._generator_steps.zero_grad(set_to_none=True)
        total.backward()
        norm = clip_grad_norm_(self.generator.parameters(), self.spec.schedule.largest_gradient)
        self._generator_steps.step()
        self._keep_average(pace.step)
        terms |= asked | {"total": total, "gradient": norm}
        return {name: float(term.detach()) for name, term in terms.items()}

    def objective(self, pair: Pair, crops: Crops, pace: Pace) -> dict[str, Tensor]:
        """Return the generator's terms that this step has, each without its weight."""
        loss = self.spec.loss
        terms: dict[str, Tensor] = {}
        if loss.l1:
            terms["l1"] = absolute_difference(pair)
        if loss.spread:
            terms["spread"] = spread_misfit(pair)
        if self._has_joined("distribution", pace):
            terms["distribution"] = self._distribution_misfit(pair.vne, crops)
        if self.features is not None and self._has_joined("perceptual", pace):
            with torch.autocast(_kind(self.world.device), torch.bfloat16, enabled=self._half):
                terms["perceptual"] = unlikeness(self.features, pair.vne, pair.target)
        if self._has_joined("adversarial", pace):
            judge = bare(self.discriminators).requires_grad_(False)
            with torch.autocast(_kind(self.world.device), torch.bfloat16, enabled=self._half):
                answers = judge(crops.images["t1"], pair.vne)
            terms["adversarial"] = deceived([a.float() for a in answers], loss.adversarial_kind)
            judge.requires_grad_(True)
        return terms

    def tensors(self) -> dict[str, Tensor]:
        """Return everything a checkpoint holds, by name."""
        return {
            **named("generator", bare(self.generator).state_dict()),
            **named("average", self.average.state_dict()),
            **named("discriminators", bare(self.discriminators).state_dict()),
            **named("generator_steps", optimizer_tensors(self._generator_steps)),
            **named("discriminator_steps", optimizer_tensors(self._discriminator_steps)),
            "random.torch": torch.get_rng_state(),
        }

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to where a checkpoint was made."""
        bare(self.generator).load_state_dict(under("generator", tensors))
        self.average.load_state_dict(under("average", tensors))
        bare(self.discriminators).load_state_dict(under("discriminators", tensors))
        restore_optimizer(self._generator_steps, under("generator_steps", tensors))
        restore_optimizer(self._discriminator_steps, under("discriminator_steps", tensors))
        torch.set_rng_state(tensors["random.torch"])

    def _distribution_misfit(self, vne: Tensor, crops: Crops) -> Tensor:
        lge = crops.target
        if self.spec.loss.distribution_scale == "read":
            vne, lge = (
                as_read(image, crops.mask("remote"), crops.mask("blood")) for image in (vne, lge)
            )
        made, asked = (vne, crops.wall), (lge, crops.lge_wall)
        return distribution_misfit(made, asked, self.spec.loss.distribution_kind)

    def _teach_discriminators(self, pair: Pair, condition: Tensor) -> Tensor:
        """Show real and generated images in one pass; return the loss before the step."""
        shown = torch.cat([pair.target, pair.vne.detach()])
        with torch.autocast(_kind(self.world.device), torch.bfloat16, enabled=self._half):
            answers = self.discriminators(torch.cat([condition, condition]), shown)
        real, made = zip(*(answer.float().chunk(2) for answer in answers), strict=True)
        loss = told_apart(real, made, self.spec.loss.adversarial_kind)
        self._discriminator_steps.zero_grad(set_to_none=True)
        loss.backward()
        self._discriminator_steps.step()
        return loss

    def _has_joined(self, term: str, pace: Pace) -> bool:
        loss = self.spec.loss
        return getattr(loss, term) > 0 and pace.share >= getattr(loss, f"{term}_from")

    def _set_rates(self, pace: Pace) -> None:
        schedule = self.spec.schedule
        start = min((pace.step + 1) / (schedule.warmup + 1), 1.0)
        decayed = (1 + math.cos(math.pi * min(pace.share, 1.0))) / 2
        share = start * (schedule.last_rate + (1 - schedule.last_rate) * decayed)
        for steps, rate in (
            (self._generator_steps, schedule.rate),
            (self._discriminator_steps, schedule.discriminator_rate),
        ):
            for group in steps.param_groups:
                group["lr"] = rate * share

    @torch.no_grad()
    def _keep_average(self, step: int) -> None:
        kept = min(self.spec.schedule.average, (1 + step) / (EARLY_AVERAGE_STEPS + step))
        for mean, now in zip(
            self.average.parameters(), bare(self.generator).parameters(), strict=True
        ):
            mean.lerp_(now, 1 - kept)


def half_precision(precision: str, device: str) -> bool:
    """Return whether a run computes its convolutions in bfloat16.

    "auto" does on a GPU that has it. On processors it stays with float32: measured on one with
    avx512_bf16, a step takes as long either way (normalisation and upsampling decide).
    """
    if precision != "auto":
        return precision == "bfloat16"
    return device != "cpu" and torch.cuda.is_bf16_supported()


def _kind(device: str) -> str:
    return device.split(":", maxsplit=1)[0]
