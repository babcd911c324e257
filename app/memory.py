"""Large arrays go back to the system when they are freed, however long the window stays open."""

import ctypes
import sys

LARGE_BYTES = 128 * 1024
"""glibc's own first value. Fixed, because it else grows with what is freed, up to 32 MB."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of ``malloc.h``."""


def return_large_blocks() -> bool:
    """Keep arrays of images out of the heap of small things; return whether that took effect.

    Else glibc puts them, after a while, between objects that stay, and what lies below such an
    object is not given back (mallopt(3), "M_MMAP_THRESHOLD"). Other C libraries are left alone.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return all(mallopt(name, LARGE_BYTES) == 1 for name in (_MMAP_THRESHOLD, _TRIM_THRESHOLD))
