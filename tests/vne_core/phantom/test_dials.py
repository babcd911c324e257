import math
from dataclasses import replace

import numpy as np
import pytest

from vne_core.phantom.anatomy import HeartShape
from vne_core.phantom.artefacts import NONE
from vne_core.phantom.bloch import LookLocker
from vne_core.phantom.cine import CineDials
from vne_core.phantom.demo import DEMO_LESIONS, demo_patient
from vne_core.phantom.dials import DialError, Spread
from vne_core.phantom.fibrosis import FibrosisDials
from vne_core.phantom.late_enhancement import LgeDials
from vne_core.phantom.t1_mapping import T1Dials
from vne_core.phantom.thorax import ChestDials


@pytest.mark.parametrize(
    "dials, field, value, allowed",
    [
        (HeartShape(), "septum_mm", 50.0, "6 to 35"),
        (HeartShape(), "ejection_fraction", math.nan, "0.2 to 0.8"),
        (ChestDials(), "fat_mm", 90.0, "3 to 40"),
        (DEMO_LESIONS[0], "depth", 1.2, "0 to 1"),
        (FibrosisDials(DEMO_LESIONS), "dense_ecv", 0.1, "0.4 to 0.8"),
        (LookLocker(), "rr_ms", 100.0, "500 to 1500"),
        (LookLocker(), "scheme", "SASHA", "ShMOLLI 5-1-1 or MOLLI"),
        (T1Dials(), "blood_snr", 0.0, "5 to 300"),
        (CineDials(), "phases", 3, "10 to 60"),
        (LgeDials(), "blood_snr", -4.0, "5 to 200"),
        (NONE, "ti_error_ms", 200.0, "-120 to 120"),
        (NONE, "ghosting", -0.1, "0 to 1"),
        (demo_patient().slices[0], "w_mm", 60.0, "-40 to 36"),
        (demo_patient().slices[0], "lge_shift_mm", (0.0, 9.0, 0.0), "-8 to 8"),
        (demo_patient(), "thickness_mm", 2.0, "4 to 12"),
    ],
)
def test_a_dial_out_of_range_is_refused_with_its_name_and_range(dials, field, value, allowed):
    with pytest.raises(DialError, match=rf"{type(dials).__name__}\.{field}.*{allowed}"):
        replace(dials, **{field: value})


def test_a_spread_keeps_its_limits_and_its_mean():
    spread = Spread(25.0, 5.0, 15.0, 35.0)
    rng = np.random.default_rng(1)
    drawn = np.array([spread.draw(rng) for _ in range(2000)])
    assert drawn.min() >= 15
    assert drawn.max() <= 35
    assert drawn.mean() == pytest.approx(25, abs=0.4)


def test_a_spread_takes_one_number_whatever_its_dials():
    wide, still = Spread(25.0, 5.0, 15.0, 35.0), Spread(25.0, 0.0, 25.0, 25.0)
    after = []
    for spread in (wide, still):
        rng = np.random.default_rng(3)
        spread.draw(rng)
        after.append(rng.random())
    assert after[0] == after[1]
    assert still.draw(np.random.default_rng(1)) == 25.0


def test_a_spread_without_room_is_refused():
    with pytest.raises(DialError, match="low <= mean <= high"):
        Spread(10.0, 1.0, 12.0, 15.0)
