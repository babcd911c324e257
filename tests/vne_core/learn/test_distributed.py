import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from vne_core.learn.distributed import World, WorldError

SCRIPT = """
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from vne_core.learn.distributed import bare, joined
from vne_core.vne.augment import augmented
from tests.vne_core.vne.small_spec import small_spec
from vne_core.vne.config import LossSpec, ScheduleSpec
from vne_core.vne.dataset import open_training_data
from vne_core.vne.perceptual import CardiacEncoder, fixed
from vne_core.vne.trainer import Pace, Trainer

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
arrays, out = map(Path, sys.argv[1:])
spec = replace(
    small_spec(arrays),
    loss=LossSpec(distribution=0.1, perceptual=0.1, adversarial=0.1, adversarial_from=0.0,
                  discriminator_width=4, discriminators=2, tolerance_px=1),
    schedule=ScheduleSpec(steps=8, batch=4, crop_px=96, largest_gradient=1e6),
)
with joined() as world:
    torch.manual_seed(5)
    trainer = Trainer(spec, world, fixed(CardiacEncoder(4)))
    data = open_training_data(spec.data, out / str(world.rank))
    slices = data.read(world.share(data.training[:4]))
    rngs = world.share([np.random.default_rng(index) for index in range(4)])
    crops = augmented(slices, spec.augment, 96, rngs)
    double = {name: image.double() for name, image in crops.images.items()}
    crops = replace(crops, images=double, target=crops.target.double(),
                    masks=crops.masks.double(), heart=crops.heart.double())
    trainer.step(crops, Pace(0, 0.5))
    if world.is_first:
        gradients = {
            f"{kind}.{name}": p.grad
            for kind in ("generator", "discriminators")
            for name, p in bare(getattr(trainer, kind)).named_parameters()
            if p.grad is not None
        }
        weights = {f"after.{n}": p for n, p in bare(trainer.generator).state_dict().items()}
        save_file({k: v.detach().contiguous() for k, v in (gradients | weights).items()},
                  out / f"{world.size}.safetensors")
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def run(tmp_path: Path, arrays: Path, size: int) -> dict[str, torch.Tensor]:
    script = tmp_path / "step.py"
    script.write_text(SCRIPT)
    port = str(free_port())
    processes = [
        subprocess.Popen(
            [sys.executable, str(script), str(arrays), str(tmp_path)],
            env=os.environ
            | {
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": str(size),
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": port,
                "CUDA_VISIBLE_DEVICES": "",
                "PYTHONPATH": str(Path(__file__).parents[3]),
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(size)
    ]
    for process in processes:
        _, said = process.communicate(timeout=200)
        assert process.returncode == 0, said
    return load_file(tmp_path / f"{size}.safetensors")


def test_two_processes_give_the_gradients_of_one(tmp_path, arrays):
    """Generator and discriminators, every term, in float64: to 1e-10 of the largest gradient."""
    one, two = run(tmp_path, arrays, 1), run(tmp_path, arrays, 2)
    assert one.keys() == two.keys()
    assert sum(name.startswith("discriminators.") for name in one) > 4
    for name, gradient in one.items():
        scale = max(gradient.abs().max().item(), 1e-3)
        assert (gradient - two[name]).abs().max().item() < 1e-10 * scale, name


def test_a_batch_is_shared_without_rest():
    shares = [World(rank, 2).share(range(6)) for rank in range(2)]
    assert sorted([*shares[0], *shares[1]]) == list(range(6))
    with pytest.raises(WorldError, match="a batch of 5 for 2 processes"):
        World(0, 2).share(range(5))
