"""A whole training, from the data to the files of a model; interrupted, it goes on where it was."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import contextlib
import json
import math
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from vne_core.errors import Cancelled, VneError
from vne_core.files import atomic_write, sha256_file
from vne_core.learn.checkpoint import CheckpointError, read_checkpoint, write_checkpoint
from vne_core.learn.claim import LOCK_FILE, claimed
from vne_core.learn.distributed import World
from vne_core.learn.facts import from_table, to_table
from vne_core.vne.augment import augmented
from vne_core.vne.config import TrainingSpec, spec_json
from vne_core.vne.dataset import Row, Slices, TrainingData, open_training_data
from vne_core.vne.draws import Draw, indices_of_step, stream
from vne_core.vne.encoder_training import train_encoder
from vne_core.vne.localiser import Localiser
from vne_core.vne.localiser_training import train_localiser
from vne_core.vne.model_files import read_weights, write_model_files
from vne_core.vne.network import placed
from vne_core.vne.origin import ORIGIN_WEIGHTS, Origin, frozen_origin
from vne_core.vne.perceptual import CardiacEncoder, FeatureSource, fixed, load_vgg
from vne_core.vne.told import Figures, Note, Stage, Stop, Told
from vne_core.vne.trainer import Pace, Trainer
from vne_core.vne.validation import first_patients, from_least_to_most, measures, picture

SPEC_FILE = "spec.json"
CHECKPOINT_FILE = "checkpoint.safetensors"
LOG_FILE = "log.jsonl"
PICTURE_FOLDER = "pictures"
LOCALISER_FILE = "localiser.safetensors"
ENCODER_FILE = "cardiac_encoder.safetensors"
PICTURED_SLICES = 6
TEXT = "training the generator"


class TrainingError(VneError):
    """A training that cannot begin, go on, or has lost its way."""

    code = "training"


@dataclass(slots=True)
class Clock:
    """Seconds that a training has taken, those of earlier sittings included."""

    before_s: float = 0.0
    _start: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """Return the seconds so far."""
        return self.before_s + time.monotonic() - self._start


@dataclass(frozen=True, slots=True, eq=False)
class _Training:
    """What stays the same during a training."""

    spec: TrainingSpec
    out: Path
    world: World
    data: TrainingData
    clock: Clock
    cancelled: Stop


def train(
    spec: TrainingSpec, out: Path, world: World, cancelled: Stop, *, resume: bool = False
) -> Generator[Told, None, dict[str, Any]]:
    """Train and write the files of a model into ``out``; return what ``run.json`` says.

    With ``resume`` a training that was stopped goes on from its last checkpoint. Only the first
    process of several writes and tells; the others return an empty dict. Raises Cancelled (a
    checkpoint is kept), FolderTakenError, TrainingError, SpecError, OriginError, SplitError,
    DataError, CheckpointError.
    """
    if spec.schedule.kept_start and spec.start_from is None:
        raise TrainingError(
            f"{spec.name} keeps a share of the weights it begins with, and no model is named",
            "the model to begin with",
            "name its folder: --start-from, or start_from in the file",
        )
    with claimed(out) if world.is_first else contextlib.nullcontext():
        return (yield from _train(spec, out, world, cancelled, resume=resume))


def _train(
    spec: TrainingSpec, out: Path, world: World, cancelled: Stop, *, resume: bool
) -> Generator[Told, None, dict[str, Any]]:
    if spec.run.threads:
        torch.set_num_threads(spec.run.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    if world.is_first:
        _claim(out, spec, resume=resume)
    world.meet()
    origin = frozen_origin(spec, out)
    data = open_training_data(spec.data, out, origin.learnt_from() if origin else frozenset())
    training = _Training(spec, out, world, data, Clock(), cancelled)
    yield Note(_told_data(data))
    yield Note(_told_origin(origin))
    localiser = (yield from _localiser(training)) if spec.localiser.steps else None
    features, source = yield from _features(training)
    trainer = Trainer(spec, world, features)
    first = _restored(training, trainer, origin)
    last = yield from _learn(training, trainer, first)
    if not world.is_first:
        return {}
    if origin is not None and spec.schedule.kept_start:
        trainer.mix_in(_first_weights(out, origin), spec.schedule.kept_start)
    found = yield from _validated(training, trainer, last)
    yield Stage(0, 1, "writing the model's files")
    run = {
        "steps": last,
        "seconds": round(training.clock.seconds(), 1),
        "perceptual_network": None if source is None else to_table(source),
        "measures": found,
        "split": json.loads((out / "split.json").read_bytes()),
        "origin": None if origin is None else to_table(origin),
        "processes": world.size,
    }
    return write_model_files(
        out, spec, trainer.average, localiser=localiser, data=training.data, run=run
    )


def _claim(out: Path, spec: TrainingSpec, *, resume: bool) -> None:
    """Take a folder for a training, or find in it the one that goes on."""
    path = out / SPEC_FILE
    if not path.exists():
        if any(found.name != LOCK_FILE for found in out.iterdir()):
            raise TrainingError(f"{out} is not empty", "a new folder", "name another folder")
        atomic_write(path, spec_json(spec))
        return
    if not resume:
        raise TrainingError(
            f"{out} holds a training", "a new folder", "name another one, or resume this one"
        )
    stored = from_table(TrainingSpec, json.loads(path.read_bytes()))
    names = [one.name for one in fields(spec) if one.name != "run"]
    parts = [name for name in names if getattr(stored, name) != getattr(spec, name)]
    if parts or stored.run.seed != spec.run.seed:
        raise TrainingError(
            f"{out} holds a training with other values of {', '.join(parts) or 'run.seed'}",
            "the same values but for [run]",
            "name another folder",
        )


def _told_data(data: TrainingData) -> str:
    people = [len({row.person for row in rows}) for rows in (data.training, data.validation)]
    return (
        f"{len(data.training)} slices of {people[0]} patients to learn from, "
        f"{len(data.validation)} of {people[1]} to validate on"
    )


def _told_origin(origin: Origin | None) -> str:
    if origin is None:
        return "begins with random weights"
    return f"begins with the weights of {origin.name}, {origin.steps} steps"


def _localiser(training: _Training) -> Generator[Told, None, Localiser]:
    """Train the localiser, or read the one of an earlier sitting."""
    path = training.out / LOCALISER_FILE
    if training.world.is_first and not path.exists():
        made = yield from train_localiser(training.spec, training.data, training.cancelled)
        write_checkpoint(path, made.state_dict(), {"width": training.spec.localiser.width})
    training.world.meet()
    localiser = Localiser(training.spec.localiser.width)
    localiser.load_state_dict(read_checkpoint(path)[0])
    return fixed(localiser)


def _features(
    training: _Training,
) -> Generator[Told, None, tuple[nn.Module | None, FeatureSource | None]]:
    """Return the fixed network of the perceptual term and what it is; None without the term."""
    asked = training.spec.loss
    if not asked.perceptual:
        return None, None
    if asked.weight_file and asked.perceptual_network != "cardiac":
        wanted = None if asked.perceptual_network == "auto" else asked.perceptual_network
        vgg, source = load_vgg(Path(asked.weight_file), wanted)
        return vgg.to(training.world.device), source
    if asked.perceptual_network in ("vgg19", "vgg16"):
        raise TrainingError(
            f"loss.perceptual_network is {asked.perceptual_network} without a file",
            "loss.weight_file",
            'name the file, or choose "cardiac"',
        )
    path = training.out / ENCODER_FILE
    if training.world.is_first and not path.exists():
        made = yield from train_encoder(training.spec, training.data, training.cancelled)
        write_checkpoint(path, made.state_dict(), {"steps": asked.encoder_steps})
    training.world.meet()
    encoder = CardiacEncoder()
    encoder.load_state_dict(read_checkpoint(path)[0])
    features = fixed(placed(encoder, training.world.device))
    return features, FeatureSource("cardiac encoder of this run", sha256_file(path))


def _first_weights(out: Path, origin: Origin) -> dict[str, Tensor]:
    return read_weights(out / ORIGIN_WEIGHTS, origin.weights_sha256)


def _restored(training: _Training, trainer: Trainer, origin: Origin | None) -> int:
    """Put the trainer where its checkpoint or its origin is; return the step to begin with."""
    path = training.out / CHECKPOINT_FILE
    if not path.exists():
        if origin is not None:
            trainer.begin_with(_first_weights(training.out, origin))
        return 0
    tensors, facts = read_checkpoint(path)
    try:
        trainer.restore(tensors)
        training.clock.before_s = float(facts["seconds"])
        return int(facts["step"])
    except (KeyError, RuntimeError, ValueError) as error:
        raise CheckpointError(
            f"{path} is of another network ({error})", "this training's", "name another folder"
        ) from error


def _learn(training: _Training, trainer: Trainer, first: int) -> Generator[Told, None, int]:
    """Take the steps from ``first`` on; return how many were taken in all."""
    spec, world, run = training.spec, training.world, training.spec.run
    terms: list[dict[str, float]] = []
    done = first
    for step, slices in _read_ahead(training, first):
        share = world.agreed(pace_share(spec, step, training.clock.seconds()))
        if share >= 1:
            break
        if world.agreed(float(training.cancelled())):
            _store(training, trainer, done)
            raise Cancelled
        rngs = [stream(run.seed, Draw.CHANGES, step, place) for place in _places(spec)]
        crops = augmented(
            slices.to(world.device),
            spec.augment,
            spec.schedule.side_of_step(step),
            world.share(rngs),
        )
        terms.append(trainer.step(crops, Pace(step, share)))
        _refuse_lost(terms[-1], step)
        done = step + 1
        if done % run.store_every == 0:
            _store(training, trainer, done)
        if world.is_first and done % run.tell_every == 0:
            yield from _tell(training, terms, done, share)
            terms = []
        if world.is_first and done % run.validate_every == 0:
            yield from _validated(training, trainer, done)
    _store(training, trainer, done)
    return done


def pace_share(spec: TrainingSpec, step: int, seconds: float) -> float:
    """Return which share of a training is behind: of its steps or of its time, the greater."""
    share = step / spec.schedule.steps
    if spec.run.max_minutes is None:
        return share
    return max(share, seconds / (60 * spec.run.max_minutes))


class _StepSlices(Dataset[tuple[int, Slices]]):
    """My slices of each step, read when they are asked for."""

    def __init__(self, training: _Training, first: int) -> None:
        self._data, self._first = training.data, first
        self._world, self._spec = training.world, training.spec

    def __len__(self) -> int:
        return self._spec.schedule.steps - self._first + 1

    def __getitem__(self, index: int) -> tuple[int, Slices]:
        step, rows = self._first + index, self._data.training
        chosen = indices_of_step(len(rows), self._spec.schedule.batch, self._spec.run.seed, step)
        mine: list[Row] = [rows[place] for place in self._world.share(chosen)]
        return step, self._data.read(mine)


def _read_ahead(training: _Training, first: int) -> Iterator[tuple[int, Slices]]:
    """Yield (step, slices), in this process or read ahead by workers."""
    dataset = _StepSlices(training, first)
    if training.spec.run.workers == 0:
        return (dataset[index] for index in range(len(dataset)))
    return iter(
        DataLoader(dataset, batch_size=None, shuffle=False, num_workers=training.spec.run.workers)
    )


def _places(spec: TrainingSpec) -> range:
    return range(spec.schedule.batch)


def _store(training: _Training, trainer: Trainer, step: int) -> None:
    if training.world.is_first:
        facts = {"step": step, "seconds": training.clock.seconds(), "name": training.spec.name}
        write_checkpoint(training.out / CHECKPOINT_FILE, trainer.tensors(), facts)


def _tell(
    training: _Training, terms: list[dict[str, float]], step: int, share: float
) -> Iterator[Told]:
    """Tell how far the training is and the means of its terms since it last told."""
    names = terms[-1]
    values = {
        name: sum(one.get(name, 0.0) for one in terms) / sum(name in one for one in terms)
        for name in names
    }
    values["seconds"] = training.clock.seconds()
    _log(training.out, {"step": step, "share": share, **values})
    yield Stage(
        step, max(step, round(step / share)) if share > 0 else training.spec.schedule.steps, TEXT
    )
    yield Figures(step, values)


def _validated(
    training: _Training, trainer: Trainer, step: int
) -> Generator[Told, None, dict[str, float]]:
    """Measure the running average on validation patients; tell it with a picture, return it."""
    rows = first_patients(training.data.validation, training.spec.run.validation_patients)
    crop_px = training.spec.schedule.crop_px
    values = measures(trainer.average, training.data, rows, crop_px)
    path = training.out / PICTURE_FOLDER / f"step-{step:07d}.png"
    shown = from_least_to_most(training.data, rows, PICTURED_SLICES)
    _write_picture(path, picture(trainer.average, training.data, shown, crop_px))
    _log(training.out, {"step": step, "validation": values})
    yield Figures(step, {f"validation.{n}": v for n, v in values.items()}, (str(path),))
    return values


def _write_picture(path: Path, grey: Any) -> None:
    """Write grey levels as PNG."""
    from matplotlib.image import imsave  # noqa: PLC0415 - 0.7 s, paid where a picture is made

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    imsave(draft, grey, cmap="gray", vmin=0, vmax=255, format="png")
    draft.replace(path)


def _log(out: Path, values: Mapping[str, Any]) -> None:
    with (out / LOG_FILE).open("a", encoding="utf-8") as stream_:
        stream_.write(json.dumps(values) + "\n")


def _refuse_lost(terms: Mapping[str, float], step: int) -> None:
    if not math.isfinite(terms["total"]):
        raise TrainingError(
            f"the loss is {terms['total']} at step {step}",
            "a finite number",
            "lower schedule.rate and resume from the last checkpoint",
        )
