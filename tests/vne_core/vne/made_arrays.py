"""Training arrays whose every pixel is known: a ventricle of two circles, made without a scan."""

from pathlib import Path

import numpy as np

from vne_core.phantom.config_file import load_config
from vne_core.phantom.training_set import TABLE, create_training_set
from vne_core.phantom.training_slice import COVERED

SIDE_PX = 192
ENDO_PX, EPI_PX = 20, 32
WALL_T1_MS, BLOOD_T1_MS, LESION_T1_MS, CHEST_T1_MS = 970, 1540, 1120, 300
REMOTE_LGE, BLOOD_LGE = 400, 6400
TIMES_MS = (100.0, 1050.0, 2000.0, 2950.0, 3900.0, 180.0, 260.0)


def discs(row: int):
    """Return cavity, wall and lesion of a slice: the lesion is a quarter of the wall."""
    y, x = np.indices((SIDE_PX, SIDE_PX)) - (SIDE_PX - 1) / 2
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    endo, epi = radius < ENDO_PX, radius < EPI_PX
    start = row * 0.7
    lesion = epi & ~endo & (((angle - start) % (2 * np.pi)) < np.pi / 2)
    return endo, epi, lesion


def write_arrays(folder: Path, patients: int, seed: int = 5, lge_category: int = 5) -> Path:
    """Write whole training arrays; return their folder."""
    create_training_set(folder, load_config(), patients, seed)
    arrays = {path.stem: np.lib.format.open_memmap(path, "r+") for path in folder.glob("*.npy")}
    rng = np.random.default_rng(seed)
    for row in range(3 * patients):
        endo, epi, lesion = discs(row)
        t1 = np.where(endo, BLOOD_T1_MS, np.where(epi, WALL_T1_MS, CHEST_T1_MS))
        t1 = np.where(lesion, LESION_T1_MS, t1) + rng.normal(0, 8, t1.shape)
        relaxed = 1 - 2 * np.exp(-np.array(TIMES_MS)[:, None, None] / t1)
        lge = np.where(endo, BLOOD_LGE, np.where(lesion, BLOOD_LGE * 0.8, REMOTE_LGE))
        beat = 1 + 0.2 * np.cos(2 * np.pi * np.arange(25) / 25)[:, None, None]
        arrays["t1"][row] = t1
        arrays["ir"][row] = 1000 * relaxed
        arrays["cine"][row] = np.where(endo, 150 * beat, np.where(epi, 50, 30))
        arrays["times_ms"][row] = TIMES_MS
        arrays["lge"][row] = lge + rng.normal(0, 60, lge.shape)
        arrays["true_lge"][row] = lge / BLOOD_LGE
        arrays["ecv"][row] = np.where(epi & ~endo, np.where(lesion, 0.45, 0.27), 0)
        for name, mask in (("epi", epi), ("endo", endo), ("blood", endo)):
            arrays[name][row] = mask * COVERED
        arrays["epi_t1"][row], arrays["endo_t1"][row] = epi * COVERED, endo * COVERED
        arrays["remote"][row] = (epi & ~endo & ~lesion) * COVERED
        arrays[TABLE]["patient"][row], arrays[TABLE]["slice"][row] = divmod(row, 3)
    table = arrays[TABLE]
    table["pixel_mm"], table["t1_category"], table["done"] = 1.0, 5, True
    table["lge_category"] = lge_category
    table["true_burden_percent"] = np.arange(3 * patients, 0, -1)[:, None] * 2.0
    for array in arrays.values():
        array.flush()
    return folder
