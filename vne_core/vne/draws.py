"""Random numbers of a training: each draw has a stream of its own, found by its step.

So a run that goes on from a checkpoint, or with another number of processes, draws the same.
"""

from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


class Draw(IntEnum):
    """What a stream is for; the value is part of the seed and never changes."""

    ORDER = 1
    CHANGES = 2
    WEIGHTS = 3
    ENCODER = 4
    LOCALISER = 5


def stream(seed: int, draw: Draw, *part: int) -> np.random.Generator:
    """Return the random numbers of a draw; ``part`` tells steps and slices apart."""
    sequence = np.random.SeedSequence(seed, spawn_key=(int(draw), *part))
    return np.random.Generator(np.random.PCG64(sequence))


def weight_seed(seed: int, part: int) -> int:
    """Return the seed from which a network's first weights are drawn."""
    return int(stream(seed, Draw.WEIGHTS, part).integers(2**63))


def indices_of_step(count: int, batch: int, seed: int, step: int) -> list[int]:
    """Return which of ``count`` slices a step shows: each once, in a new order every round."""
    places = range(step * batch, (step + 1) * batch)
    return [int(_order(count, seed, place // count)[place % count]) for place in places]


@lru_cache(maxsize=4)
def _order(count: int, seed: int, round_number: int) -> NDArray[np.int64]:
    return stream(seed, Draw.ORDER, round_number).permutation(count)
