"""The C library gives large arrays back, in a process of its own."""

import subprocess
import sys

import pytest

from app.memory import LARGE_BYTES

GROWN = """
import sys
import numpy as np
from app.memory import return_large_blocks
if sys.argv[1] == "fixed":
    assert return_large_blocks()
def own_kb():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("RssAnon")).split()[1])
np.ones(4 << 20, np.uint8)  # freed: from now on glibc keeps blocks of this size in its heap
before = own_kb()
arrays, small = [], []
for _ in range(300):
    arrays.append(np.ones(216_000, np.uint8))
    small.append(np.ones(2_000, np.uint8))
arrays.clear()
print(own_kb() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="speaks of glibc")
def test_arrays_between_small_things_are_given_back():
    grown_kb = {
        kind: int(subprocess.check_output([sys.executable, "-c", GROWN, kind]))
        for kind in ("own", "fixed")
    }
    assert grown_kb["own"] > 300 * 216_000 / 1024 / 2
    assert grown_kb["fixed"] < 5_000
    assert LARGE_BYTES < 216_000
