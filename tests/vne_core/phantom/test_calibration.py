"""The default cohort against published figures, on a draw small enough for every run.

`make calibrate` does the same on 300 patients. The mean of 60 patients scatters about the
cohort's by its standard error, so each published range is widened by that many of them.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from vne_core.phantom.cohort import draw_patient
from vne_core.phantom.cohort_table import cohort_rows, table_text
from vne_core.phantom.config_file import load_config
from vne_core.phantom.figures import patient_figures

pytestmark = pytest.mark.xdist_group("calibration")
PATIENTS = 60
STANDARD_ERRORS = 2.5
"""One figure in eighty of a right cohort would fall outside by chance; the draw is fixed."""
SEED = 2021


def figures_of(index):
    config = load_config()
    return patient_figures(draw_patient(config, SEED, index))


@pytest.fixture(scope="module")
def found():
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        return list(pool.map(figures_of, range(PATIENTS), chunksize=4))


@pytest.mark.slow
def test_the_default_cohort_is_calibrated_to_published_figures(found):
    rows = cohort_rows(load_config(), found)
    print("\n" + table_text(rows))
    barred = [row for row in rows if row.has_bar]
    assert len(barred) == 12
    assert [row.name for row in barred if not row.is_met(STANDARD_ERRORS)] == []


@pytest.mark.slow
def test_no_patient_lies_outside_what_is_known_of_hearts(found):
    for one in found:
        assert 0.55 <= one.ejection_fraction <= 0.78
        assert 8 <= one.thickest_mm <= 32
        burden = [one.burden[level] for level in (0.5, 0.25, 0.125)]
        assert burden[0] <= burden[1] <= burden[2]


@pytest.mark.slow
def test_noise_alone_fills_the_lowest_band_most(found):
    """What patients without focal lesions show, at each level."""
    negative = [one for one in found if one.is_negative]
    shown = [np.mean([one.burden[level] for one in negative]) for level in (0.5, 0.25, 0.125)]
    assert shown[0] < 3
    assert shown[0] < shown[1] < shown[2]
