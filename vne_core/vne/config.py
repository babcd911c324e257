"""What a network is made of and how it is trained, as values; read from TOML or JSON.

Zhang et al. 2021 give the arrangement (three U-Nets, their feature maps concatenated, a further
block); widths, depth, crop, losses and schedule are in a supplement that is not public. So every
one of them is a field here, with our default.
"""

import json
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast

from vne_core.learn.facts import SpecError, from_table, require_limits, to_table, within
from vne_core.packaged import resource

Stream = Literal["t1", "ir", "cine"]
AdversarialKind = Literal["hinge", "least_squares"]
DistributionKind = Literal["wasserstein", "cramer"]
BrightnessScale = Literal["image", "read"]
STREAM_CHANNELS: dict[Stream, int] = {"t1": 2, "ir": 8, "cine": 26}
"""Channels of each input; the last one of each is its validity."""
PRESET_FOLDER = "training"
HEX_DIGITS = 16
"""Length of the hashes that name cohorts and patients."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """The generator. Widths are feature maps at full resolution, doubled at each halving.

    ``depth`` halvings a U-Net, no level wider than ``widest``; ``fusion_width`` maps in each of
    ``fusion_layers`` convolutions behind the concatenated streams.
    """

    streams: tuple[Stream, ...] = ("t1", "ir", "cine")
    width: int = field(default=12, metadata=within(4, 64))
    depth: int = field(default=4, metadata=within(1, 6))
    widest: int = field(default=96, metadata=within(4, 1024))
    fusion_width: int = field(default=24, metadata=within(4, 256))
    fusion_layers: int = field(default=2, metadata=within(1, 8))

    def __post_init__(self) -> None:
        """Refuse a network that cannot be built."""
        require_limits(self)
        if not self.streams or len(set(self.streams)) != len(self.streams):
            raise SpecError(f"streams is {list(self.streams)}", "one to three different streams")

    @property
    def multiple_px(self) -> int:
        """Image sides are padded to a multiple of this inside the network."""
        return 1 << self.depth


@dataclass(frozen=True, slots=True)
class CohortSource:
    """Training arrays of one cohort, or of its first ``patients``."""

    folder: str
    patients: int | None = None

    def __post_init__(self) -> None:
        """Refuse an empty part."""
        if self.patients is not None and self.patients < 1:
            raise SpecError(f"patients is {self.patients}", "at least 1")


@dataclass(frozen=True, slots=True)
class DataSpec:
    """Which patients are learnt from.

    ``target`` is the LGE as acquired, as in the paper, or the simulation's noise-free one. Slices
    whose LGE or T1 map a reader would give less than ``least_category`` (1 uninterpretable to 5
    excellent) are left out of training, as in the paper's quality control. ``forbidden`` holds
    hashes of cohorts or patients that are kept for tests, ``forbidden_seeds`` seeds: a cohort of
    such a seed has the same hearts whatever its other dials.
    """

    cohorts: tuple[CohortSource, ...] = ()
    target: Literal["acquired", "noise_free"] = "acquired"
    least_category: int = field(default=2, metadata=within(1, 5))
    validation_share: float = field(default=0.1, metadata=within(0.01, 0.5))
    split_seed: int = field(default=1, metadata=within(0, 2**32 - 1))
    forbidden: tuple[str, ...] = ()
    forbidden_seeds: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse data that cannot be found or told apart."""
        require_limits(self)
        for digits in self.forbidden:
            if len(digits) != HEX_DIGITS or set(digits) - set("0123456789abcdef"):
                raise SpecError(f"forbidden holds {digits!r}", f"{HEX_DIGITS} hexadecimal digits")


@dataclass(frozen=True, slots=True)
class AugmentSpec:
    """How a training slice is changed before it is shown: shares of slices, and largest changes.

    ``scale`` multiplies sizes, ``gain`` the brightness of IR and cine. ``t1_offset_ms`` shifts a
    whole T1 map, as one scanner does against another; ``noise`` is the SD of noise added to all
    inputs on their own scales. ``drop_cine`` and ``drop_ir`` are shares of slices shown without
    that stream, so that a study without it still gives an image.
    """

    flip: float = field(default=0.25, metadata=within(0, 1))
    rotation_deg: float = field(default=25.0, metadata=within(0, 180))
    scale: tuple[float, float] = field(default=(0.85, 1.2), metadata=within(0.5, 2))
    shift_px: float = field(default=10.0, metadata=within(0, 48))
    gain: float = field(default=0.15, metadata=within(0, 0.5))
    t1_offset_ms: float = field(default=15.0, metadata=within(0, 200))
    noise: float = field(default=0.02, metadata=within(0, 0.5))
    drop_cine: float = field(default=0.08, metadata=within(0, 0.9))
    drop_ir: float = field(default=0.08, metadata=within(0, 0.9))

    def __post_init__(self) -> None:
        """Refuse changes after which nothing could be learnt."""
        require_limits(self)
        if self.scale[0] > self.scale[1]:
            raise SpecError(f"scale is {list(self.scale)}", "the smaller number first")


@dataclass(frozen=True, slots=True)
class LossSpec:
    """The terms of the objective by weight; 0 leaves a term out.

    ``l1`` is the mean absolute difference, ``spread`` the likelihood of the predicted spread,
    ``distribution`` the difference of the wall's brightness distributions, ``perceptual`` that of a
    fixed network's features, ``adversarial`` what the discriminator says. The last three join after
    ``distribution_from``, ``perceptual_from`` and ``adversarial_from`` (shares of all steps). Of
    ``distribution_kind``, Wasserstein's distance draws the share above a threshold to its median,
    Cramér's to its mean (``loss.py``). On the ``distribution_scale`` "read" both images are taken
    as a reader does, each between its own remote wall and blood.
    Pixels of the heart count ``heart`` times as much as others. ``tolerance_px`` is how far a
    target may be moved to where it fits best: LGE and T1 map are different breath-holds.

    The fixed network is VGG19 or VGG16 from ``weight_file``, or the project's own cardiac encoder,
    trained for ``encoder_steps`` before; "auto" is VGG where there is a file.
    """

    l1: float = field(default=1.0, metadata=within(0, 1000))
    spread: float = field(default=0.1, metadata=within(0, 1000))
    distribution: float = field(default=0.0, metadata=within(0, 1000))
    perceptual: float = field(default=0.0, metadata=within(0, 1000))
    adversarial: float = field(default=0.0, metadata=within(0, 1000))
    heart: float = field(default=6.0, metadata=within(1, 100))
    tolerance_px: int = field(default=2, metadata=within(0, 6))
    distribution_from: float = field(default=0.0, metadata=within(0, 1))
    perceptual_from: float = field(default=0.0, metadata=within(0, 1))
    adversarial_from: float = field(default=0.5, metadata=within(0, 1))
    perceptual_network: Literal["auto", "vgg19", "vgg16", "cardiac"] = "auto"
    weight_file: str | None = None
    encoder_steps: int = field(default=300, metadata=within(1, 1_000_000))
    distribution_kind: DistributionKind = "wasserstein"
    distribution_scale: BrightnessScale = "image"
    adversarial_kind: AdversarialKind = "hinge"
    discriminators: int = field(default=1, metadata=within(1, 2))
    discriminator_width: int = field(default=24, metadata=within(4, 128))

    def __post_init__(self) -> None:
        """Refuse an objective that asks for nothing."""
        require_limits(self)
        if not (self.l1 or self.perceptual or self.adversarial):
            raise SpecError("l1, perceptual and adversarial are 0", "one of them above 0")


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """Steps and rates: Adam, a linear start over ``warmup`` steps, cosine decay to ``last_rate``.

    ``last_rate`` is a share of ``rate``. ``average`` is the share of the running average of the
    weights that a step keeps. ``largest_gradient`` is the norm to which gradients are cut.

    ``crop_px`` is the side of what is generated and validated; ``also_px`` are other sides shown
    in turn with it: a map is normalised over the image, so a network that saw one size only does
    worse at another.

    ``kept_start`` is the share that the weights begun with (``start_from``) have in the model's:
    between the two a network can be better than at either end (Wortsman et al. 2022, "Robust
    fine-tuning of zero-shot models", CVPR).
    """

    steps: int = field(default=4000, metadata=within(1, 10_000_000))
    batch: int = field(default=8, metadata=within(1, 1024))
    crop_px: int = field(default=144, metadata=within(32, 192))
    also_px: tuple[int, ...] = field(default=(), metadata=within(32, 192))
    rate: float = field(default=1e-3, metadata=within(1e-7, 1))
    discriminator_rate: float = field(default=4e-4, metadata=within(1e-7, 1))
    warmup: int = field(default=100, metadata=within(0, 100_000))
    last_rate: float = field(default=0.02, metadata=within(0, 1))
    average: float = field(default=0.995, metadata=within(0, 0.99999))
    largest_gradient: float = field(default=1.0, metadata=within(1e-3, 1e6))
    kept_start: float = field(default=0.0, metadata=within(0, 0.99))

    def __post_init__(self) -> None:
        """Refuse a schedule without steps."""
        require_limits(self)

    def side_of_step(self, step: int) -> int:
        """Return the side of the crops that a step shows."""
        sides = (self.crop_px, *self.also_px)
        return sides[step % len(sides)]


@dataclass(frozen=True, slots=True)
class LocaliserSpec:
    """The small network that finds the ventricle in a whole image; 0 ``steps`` train none."""

    steps: int = field(default=800, metadata=within(0, 1_000_000))
    batch: int = field(default=16, metadata=within(1, 1024))
    rate: float = field(default=2e-3, metadata=within(1e-7, 1))
    width: int = field(default=12, metadata=within(4, 64))

    def __post_init__(self) -> None:
        """Refuse a training that cannot be run."""
        require_limits(self)


@dataclass(frozen=True, slots=True)
class RunSpec:
    """How the machine is used and how often a run tells and stores where it is.

    ``max_minutes`` is the time a run may take; near its end the rate decays as if the steps were
    over, and the model is what was reached. None: until the steps are done. ``workers`` are
    processes that read slices ahead; 0 reads them in the training's own process. Measures are
    taken of the first ``validation_patients`` of the validation part.
    """

    seed: int = field(default=1, metadata=within(0, 2**32 - 1))
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    max_minutes: float | None = None
    threads: int | None = None
    workers: int = field(default=0, metadata=within(0, 64))
    validation_patients: int = field(default=40, metadata=within(2, 100_000))
    validate_every: int = field(default=500, metadata=within(1, 1_000_000))
    store_every: int = field(default=250, metadata=within(1, 1_000_000))
    tell_every: int = field(default=10, metadata=within(1, 100_000))

    def __post_init__(self) -> None:
        """Refuse a run without time."""
        require_limits(self)
        if self.max_minutes is not None and not self.max_minutes > 0:
            raise SpecError(f"max_minutes is {self.max_minutes:g}", "more than 0")
        if self.threads is not None and self.threads < 1:
            raise SpecError(f"threads is {self.threads}", "at least 1")


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """One training: the network, what it learns from, what it is asked for and how long.

    ``start_from`` is the folder of a training or model whose generator is learnt further; None
    begins with random weights.
    """

    name: str
    data: DataSpec = field(default_factory=DataSpec)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    augment: AugmentSpec = field(default_factory=AugmentSpec)
    loss: LossSpec = field(default_factory=LossSpec)
    schedule: ScheduleSpec = field(default_factory=ScheduleSpec)
    localiser: LocaliserSpec = field(default_factory=LocaliserSpec)
    run: RunSpec = field(default_factory=RunSpec)
    start_from: str | None = None

    def __post_init__(self) -> None:
        """Refuse a name that is no folder's and a crop that the network cannot halve."""
        if not self.name.replace("-", "").replace("_", "").isalnum():
            raise SpecError(f"name is {self.name!r}", "letters, digits, - and _")
        if self.start_from == "":
            raise SpecError("start_from is empty", "the folder of a model, or no such line")
        for side_px in (self.schedule.crop_px, *self.schedule.also_px):
            if side_px % self.network.multiple_px:
                raise SpecError(
                    f"schedule has crops of {side_px} px",
                    f"a multiple of {self.network.multiple_px}, for network.depth "
                    f"{self.network.depth}",
                )


def preset_names() -> list[str]:
    """Return the names of the trainings that come with the program."""
    return sorted(path.stem for path in resource(PRESET_FOLDER).glob("*.toml"))


def load_spec(name_or_path: str) -> TrainingSpec:
    """Return the training of a preset's name, or of a .toml or .json file. Raises SpecError.

    The folders it names may be relative to the file.
    """
    path = Path(name_or_path)
    if path.suffix not in (".toml", ".json"):
        if name_or_path not in preset_names():
            raise SpecError(
                f"{name_or_path!r} is no training that comes with the program",
                f"one of {', '.join(preset_names())}, or a .toml or .json file",
            )
        path = resource(PRESET_FOLDER) / f"{name_or_path}.toml"
    spec = from_table(TrainingSpec, _read(path))
    cohorts = tuple(
        replace(cohort, folder=str(path.absolute().parent / cohort.folder))
        for cohort in spec.data.cohorts
    )
    start = None if spec.start_from is None else str(path.absolute().parent / spec.start_from)
    return replace(spec, start_from=start, data=replace(spec.data, cohorts=cohorts))


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SpecError(
            f"{path} cannot be read ({error})", "a training's TOML or JSON file"
        ) from error
    if not isinstance(table, dict):
        raise SpecError(f"{path} holds no table", "a training's TOML or JSON file")
    return cast("dict[str, Any]", table)


def spec_json(spec: TrainingSpec) -> str:
    """Return a training as JSON text, keys sorted: the same text for the same training."""
    return json.dumps(to_table(spec), indent=1, sort_keys=True) + "\n"
