"""Free memory goes back to the system, however long the window stays open; what stays is together."""

import ctypes
import sys
from typing import Any

import numpy as np

LARGE_BYTES = 128 * 1024
"""glibc's own first value. Fixed, because it else grows with what is freed, up to 32 MB."""
NUMPY_KEEPS, NUMPY_SMALL_BYTES = 7, 1024
"""Freed blocks that NumPy keeps of each size, and the sizes below which it does (2.4, alloc.c)."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of ``malloc.h``."""


def return_large_blocks() -> bool:
    """Keep arrays of images out of the heap of small things; return whether that took effect.

    Else glibc puts them, after a while, between objects that stay, and what lies below such an
    object is not given back (mallopt(3), "M_MMAP_THRESHOLD"). Other C libraries are left alone.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is None:
        return False
    return all(mallopt(name, LARGE_BYTES) == 1 for name in (_MMAP_THRESHOLD, _TRIM_THRESHOLD))


def gather_small_blocks() -> None:
    """Fill NumPy's store of small freed blocks, 3.7 MB side by side, in some 4 ms.

    It never gives them back. Filled over a day instead, each block would hold a page among things
    that are freed.
    """
    for size in range(1, NUMPY_SMALL_BYTES):
        blocks = [np.empty(size, np.uint8) for _ in range(NUMPY_KEEPS)]
        del blocks  # NumPy keeps them, for arrays of their size


def give_back() -> bool:
    """Give the free pages between small things back; return whether there were any.

    Less than a millisecond for the window's heap. glibc itself gives back only what lies at the
    heap's end (malloc_trim(3)), so pages used once, for a study that was left, would stay.
    """
    trim = _of_glibc("malloc_trim")
    return trim is not None and trim(0) == 1


def _of_glibc(name: str) -> Any:
    """Return a function of the C library, None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
