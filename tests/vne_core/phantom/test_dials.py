import math
from dataclasses import replace

import pytest

from vne_core.phantom.anatomy import HeartShape
from vne_core.phantom.demo import DEMO_LESIONS, DemoDials
from vne_core.phantom.dials import DialError
from vne_core.phantom.fibrosis import FibrosisDials
from vne_core.phantom.physics import Shmolli
from vne_core.phantom.sequences import CineDials, LgeDials
from vne_core.phantom.shmolli_scan import ShmolliDials


@pytest.mark.parametrize(
    "dials, field, value, allowed",
    [
        (HeartShape(), "septum_mm", 50.0, "6 to 35"),
        (HeartShape(), "ejection_fraction", math.nan, "0.2 to 0.8"),
        (DEMO_LESIONS[0], "depth", 1.2, "0 to 1"),
        (FibrosisDials(DEMO_LESIONS), "dense_ecv", 0.1, "0.4 to 0.8"),
        (Shmolli(), "rr_ms", 100.0, "500 to 1500"),
        (ShmolliDials(), "blood_snr", 0.0, "5 to 300"),
        (CineDials(), "phases", 3, "10 to 60"),
        (LgeDials(), "ti_error_ms", 200.0, "-80 to 80"),
        (DemoDials(), "slice_w_mm", (-26.0, -2.0, 60.0), "-40 to 35"),
        (DemoDials(), "lge_heart_shift_mm", (0.0, 9.0, 0.0), "-4 to 4"),
    ],
)
def test_a_dial_out_of_range_is_refused_with_its_name_and_range(dials, field, value, allowed):
    with pytest.raises(DialError, match=rf"{type(dials).__name__}\.{field}.*{allowed}"):
        replace(dials, **{field: value})
