"""One training in one process or in many under torchrun: who am I, what is my share."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import contextlib
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from vne_core.errors import VneError

Item = TypeVar("Item")


class WorldError(VneError):
    """A number of processes that a training cannot be shared between."""

    code = "processes"


@dataclass(frozen=True, slots=True)
class World:
    """The processes of a training: my rank of ``size``; the first one writes and tells."""

    rank: int = 0
    size: int = 1
    device: str = "cpu"

    @property
    def is_first(self) -> bool:
        """True for the process that writes files and tells events."""
        return self.rank == 0

    def share(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return my items of a batch. Raises WorldError where they cannot be shared evenly."""
        if len(items) % self.size:
            raise WorldError(
                f"a batch of {len(items)} for {self.size} processes",
                f"a multiple of {self.size}",
                "change schedule.batch",
            )
        return items[self.rank :: self.size]

    def wrapped(self, module: nn.Module) -> nn.Module:
        """Return a network whose gradients are averaged over the processes."""
        if self.size == 1:
            return module
        devices = None if self.device == "cpu" else [self.device]
        return DistributedDataParallel(module, device_ids=devices, broadcast_buffers=False)

    def meet(self) -> None:
        """Wait until every process is here."""
        if self.size > 1:
            distributed.barrier()

    def agreed(self, value: float) -> float:
        """Return the first process's number, so that all decide alike."""
        if self.size == 1:
            return value
        told = torch.tensor([value], dtype=torch.float64, device=self.device)
        distributed.broadcast(told, 0)
        return float(told.item())


@contextlib.contextmanager
def joined() -> Generator[World]:
    """Join the processes that torchrun started, or be the only one; leave them at the end.

    With NVIDIA GPUs each process takes the one of its local rank (nccl), else gloo on the
    processors.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    local = int(os.environ.get("LOCAL_RANK", "0"))
    has_gpu = torch.cuda.is_available()
    device = f"cuda:{local}" if has_gpu else "cpu"
    if size == 1:
        yield World(device=device)
        return
    if has_gpu:
        torch.cuda.set_device(local)
    distributed.init_process_group("nccl" if has_gpu else "gloo")
    try:
        yield World(distributed.get_rank(), size, device)
    finally:
        distributed.destroy_process_group()


def bare(module: nn.Module) -> Any:
    """Return the network inside its wrapper."""
    return module.module if isinstance(module, DistributedDataParallel) else module
