"""How much two masks overlap."""

import numpy as np
from numpy.typing import ArrayLike


def dice(first: ArrayLike, second: ArrayLike) -> float | None:
    """Return Dice's coefficient, 0 to 1, of two masks; None when both are empty.

    Masks are shares of pixels, 0 to 1: what two pixels share is the smaller of their shares,
    which for whole pixels is the intersection (Dice 1945).
    """
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    size = float(one.sum() + other.sum())
    return None if size == 0 else 2 * float(np.minimum(one, other).sum()) / size
