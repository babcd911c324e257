"""Where a training is, in one file that appears whole or not at all; no pickle.

safetensors holds the tensors by name and, in its header, one JSON document with the rest.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor
from torch.optim import Optimizer

from vne_core.errors import VneError
from vne_core.files import atomic_write

SCHEMA = 1
_FACTS = "facts"


class CheckpointError(VneError):
    """A checkpoint that is damaged or of another training."""

    code = "checkpoint"


def write_checkpoint(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write tensors and JSON facts so that ``path`` holds all of it or what it held before."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    document = json.dumps({"schema": SCHEMA, **facts}, sort_keys=True)
    atomic_write(path, save(whole, {_FACTS: document}))


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return tensors and facts. Raises CheckpointError for a file that is not a checkpoint."""
    try:
        with safe_open(path, framework="pt") as stored:
            facts = json.loads((stored.metadata() or {})[_FACTS])
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"{path} cannot be read ({error})", "a training's checkpoint", "begin the training anew"
        ) from error
    if facts.get("schema") != SCHEMA:
        raise CheckpointError(
            f"{path} has the schema {facts.get('schema')}", f"schema {SCHEMA}", "begin anew"
        )
    return tensors, facts


def named(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors under a name of their own, to stand beside others."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors that ``named`` put under a name."""
    start = f"{prefix}."
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}


def optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    """Return Adam's moments and step counts as tensors by name."""
    state = optimizer.state_dict()["state"]
    return {
        f"{index}.{name}": value if isinstance(value, Tensor) else torch.tensor(value)
        for index, values in state.items()
        for name, value in values.items()
    }


def restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put moments and step counts back; the rates are the schedule's business.

    A moment gets the memory layout of its parameter: elementwise kernels rely on it.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        index, name = key.split(".", 1)
        like = parameters[int(index)]
        placed = (
            torch.empty_like(like).copy_(tensor) if tensor.shape == like.shape else tensor.clone()
        )
        state.setdefault(int(index), {})[name] = placed
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
