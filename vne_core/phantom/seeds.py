"""Random numbers of a cohort: each patient and each piece of a patient has a stream of its own.

So a dial that changes one piece leaves every other piece, and every other patient, as it was.
"""

from enum import IntEnum

import numpy as np


class Piece(IntEnum):
    """What a stream of random numbers is for; the value is part of the seed and never changes."""

    ANATOMY = 1
    BODY = 2
    LESIONS = 3
    FIELDS = 4
    TISSUE = 5
    PLAN = 6
    ARTEFACTS = 7
    CINE = 8
    T1 = 9
    LGE = 10
    RESCAN = 11


def stream(seed: int, patient: int, piece: Piece, *part: int) -> np.random.Generator:
    """Return the random numbers of a piece of a patient; ``part`` tells slices apart.

    The same arguments give the same numbers, whatever else was drawn (SeedSequence spawn keys,
    PCG64).
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(patient, int(piece), *part))
    return np.random.Generator(np.random.PCG64(sequence))
