"""The window imports these rooms before it is painted: nothing heavy may come with them."""

import subprocess
import sys

ROOMS = (
    "vne_core.geometry.contour, vne_core.geometry.raster, vne_core.geometry.hit, "
    "vne_core.quantify.burden, vne_core.quantify.rows, vne_core.quantify.thresholds"
)
HEAVY = ("scipy", "matplotlib", "torch", "pydicom", "skimage", "PySide6")


def test_geometry_and_quantify_bring_no_heavy_library_with_them():
    code = f"import sys, {ROOMS}; print(*sorted({set(HEAVY)!r} & set(sys.modules)))"

    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )

    assert loaded.stdout.split() == []


def test_resampling_brings_no_scipy_but_its_sparse_matrices():
    code = (
        "import sys, vne_core.align.resample; "
        "print(*sorted({'scipy.stats', 'scipy.interpolate', 'torch'} & set(sys.modules)))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )

    assert loaded.stdout.split() == []
