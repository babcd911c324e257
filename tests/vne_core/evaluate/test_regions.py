import numpy as np
import pytest

from vne_core.evaluate.regions import moved_blood, moved_remote

ROWS, COLS = np.mgrid[0:128, 0:128]


def disc(row: float, col: float, radius: float) -> np.ndarray:
    distance = np.hypot(ROWS - row, COLS - col)
    return np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)


def centre(share: np.ndarray) -> tuple[float, float]:
    return (share * ROWS).sum() / share.sum(), (share * COLS).sum() / share.sum()


def test_the_blood_region_moves_with_the_cavity():
    moved = moved_blood(disc(60, 64, 8), disc(61, 63, 20), disc(64.5, 60, 22))
    assert centre(moved) == pytest.approx((63.5, 61), abs=0.05)
    assert moved.sum() == pytest.approx(disc(60, 64, 8).sum(), rel=1e-3)


@pytest.mark.parametrize("angle_deg", [0, 65, 140, 250])
def test_the_remote_region_stays_at_its_angle_in_the_middle_of_the_wall(angle_deg):
    """LGE: wall from 20 to 30 px. T1 map: from 24 to 36 px, the heart elsewhere."""
    angle = np.deg2rad(angle_deg)
    direction = np.array([np.sin(angle), np.cos(angle)])
    remote = disc(*(np.array([60, 64]) + 25 * direction), 3)
    moved = moved_remote(remote, disc(60, 64, 20), disc(63, 61, 24), disc(63, 61, 36))
    assert centre(moved) == pytest.approx(tuple(np.array([63, 61]) + 30 * direction), abs=0.3)
    assert moved.sum() == pytest.approx(remote.sum(), rel=1e-3)
