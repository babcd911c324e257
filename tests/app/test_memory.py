"""The C library gives memory back that is free, in a process of its own."""

import ctypes
import subprocess
import sys

import pytest

from app.memory import LARGE_BYTES

OWN_KB = """
def own_kb():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("RssAnon")).split()[1])
"""
GROWN = (
    OWN_KB
    + """
import sys
import numpy as np
from app.memory import return_large_blocks
if sys.argv[1] == "fixed":
    assert return_large_blocks()
np.ones(4 << 20, np.uint8)  # freed: from now on glibc keeps blocks of this size in its heap
before = own_kb()
arrays, small = [], []
for _ in range(300):
    arrays.append(np.ones(216_000, np.uint8))
    small.append(np.ones(2_000, np.uint8))
arrays.clear()
print(own_kb() - before)
"""
)
SCATTERED = (
    OWN_KB
    + """
import ctypes
from app.memory import give_back
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
blocks = [libc.malloc(20_000) for _ in range(2_000)]
for block in blocks:
    ctypes.memset(block, 1, 20_000)
for number, block in enumerate(blocks):
    if number % 20:
        libc.free(block)
full = own_kb()
assert give_back()
print(full - own_kb())
"""
)
SMALL_ARRAYS = """
import ctypes, sys
import numpy as np
from app.memory import gather_small_blocks
class Found(ctypes.Structure):
    _fields_ = [("counts", ctypes.c_size_t * 10)]
UORDBLKS = 7
ask = ctypes.CDLL(None).mallinfo2
ask.restype = Found
if sys.argv[1] == "gathered":
    gather_small_blocks()
before = ask().counts[UORDBLKS]
for size in range(1024):
    arrays = [np.empty(size, np.uint8) for _ in range(20)]
    del arrays
print(ask().counts[UORDBLKS] - before)
"""
ON_GLIBC = pytest.mark.skipif(
    not (sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "mallinfo2")),
    reason="speaks of glibc 2.33 and later",
)


@ON_GLIBC
def test_pages_between_small_things_that_stay_are_given_back():
    back_kb = int(subprocess.check_output([sys.executable, "-c", SCATTERED]))
    assert back_kb > 0.8 * 2_000 * 20_000 / 1024 * 19 / 20


@ON_GLIBC
def test_arrays_between_small_things_are_given_back():
    grown_kb = {
        kind: int(subprocess.check_output([sys.executable, "-c", GROWN, kind]))
        for kind in ("own", "fixed")
    }
    assert grown_kb["own"] > 300 * 216_000 / 1024 / 2
    assert grown_kb["fixed"] < 5_000
    assert LARGE_BYTES < 216_000


@ON_GLIBC
def test_numpy_keeps_no_more_small_blocks_than_were_gathered():
    kept = {
        kind: int(subprocess.check_output([sys.executable, "-c", SMALL_ARRAYS, kind]))
        for kind in ("own", "gathered")
    }
    assert kept["own"] > 3_000_000
    assert kept["gathered"] < kept["own"] / 10  # blocks in glibc's thread cache count as in use
