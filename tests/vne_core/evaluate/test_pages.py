import numpy as np
import pytest
from matplotlib.image import imread

from tests.vne_core.evaluate.conftest import even, made_reading
from vne_core.evaluate.contact_sheet import BANDS, bands_of, write_contact_sheet
from vne_core.evaluate.evaluation import cohort_facts
from vne_core.evaluate.figures import COLOURS, cohort_title, write_agreement_page
from vne_core.evaluate.measure import PatientMeasures, measure_patient
from vne_core.evaluate.operating_point import OperatingPoint
from vne_core.evaluate.predictor import LinearT1
from vne_core.evaluate.tables import agreement_rows
from vne_core.phantom.config_file import load_config
from vne_core.phantom.truth import LEVELS

NAME = LinearT1().name
POINT = OperatingPoint(NAME, LEVELS, (0.3, 0.15, 0.07), 1.0, 120, 18)


@pytest.fixture(scope="module")
def patients(made_patient) -> list[PatientMeasures]:
    rng = np.random.default_rng(2)
    return [
        made_patient(i, burden, {NAME: made_reading(*[even(burden + rng.uniform(0, 6))] * 3)})
        for i, burden in enumerate(np.linspace(1, 30, 12))
    ]


def test_the_agreement_page_shows_points_in_the_colours_of_the_bands(patients, tmp_path):
    rows = agreement_rows(POINT, patients, np.random.default_rng(0))
    facts = cohort_facts(load_config(), 77, patients)
    files = write_agreement_page(tmp_path, "page", cohort_title(NAME, facts), rows)
    assert files == ["page.png", "page.pdf"]
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    height, width = imread(tmp_path / "page.png").shape[:2]
    assert height > width > 1000
    pixels = np.rint(imread(tmp_path / "page.png")[..., :3] * 255).astype(int)
    for colour in COLOURS.values():
        rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        near = (np.abs(pixels - (0.75 * rgb + 0.25 * 255)).max(axis=2) < 6).sum()
        assert near > 200, colour


def test_a_page_is_the_same_bytes_when_drawn_again(patients, tmp_path):
    rows = agreement_rows(POINT, patients, np.random.default_rng(0))
    facts = cohort_facts(load_config(), 77, patients)
    for name in ("one", "two"):
        write_agreement_page(tmp_path / name, "page", cohort_title(NAME, facts), rows)
    for kind in ("png", "pdf"):
        first, second = ((tmp_path / name / f"page.{kind}").read_bytes() for name in ("one", "two"))
        assert first == second


def test_bands_are_the_highest_level_reached_inside_the_wall():
    image = np.array([[0.6, 0.3, 0.15, 0.0, 0.9]])
    wall = np.array([[1, 1, 1, 1, 0.2]])
    overlay = bands_of(image, wall, LEVELS)[0]
    assert overlay[0, :3] == pytest.approx(BANDS[2])  # FWHM red
    assert overlay[1, :3] == pytest.approx(BANDS[1])  # FWQM yellow
    assert overlay[2, :3] == pytest.approx(BANDS[0])  # FWEM light blue
    assert overlay[3, 3] == 0
    assert overlay[4, 3] == 0, "outside the wall nothing is lesion, however bright"


def test_the_contact_sheet_shows_t1_images_and_bands_of_a_scanned_patient(scanned, tmp_path):
    one = measure_patient(scanned, [LinearT1()], is_shown=True)
    facts = cohort_facts(load_config(), 11, [one])
    files = write_contact_sheet(tmp_path, "sheet", facts, POINT, [one])
    assert files == ["sheet.png", "sheet.pdf"]
    pixels = imread(tmp_path / "sheet.png")[..., :3]
    saturated = pixels.max(axis=2) - pixels.min(axis=2) > 0.3
    assert saturated.mean() > 0.02, "the T1 map and the bands are in colour"
    red = (pixels[..., 0] > 0.6) & (pixels[..., 1] < 0.4) & (pixels[..., 2] < 0.4)
    assert red.sum() > 50, "a lesion above FWHM is red"
