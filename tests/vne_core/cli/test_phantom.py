import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from scipy.ndimage import binary_erosion

from vne_core.mapping.choose import fit_t1
from vne_core.phantom.truth import load_truth

WITHIN_POINTS = 1.0
QUIET = """
base = "{base}"
[scanner]
vendor = "{vendor}"
[acquisition]
noise = false
[artefacts]
ghosting = {{ rate = 0.0 }}
cine_ghosting = {{ rate = 0.0 }}
breathing_mm = {{ rate = 0.0 }}
misgating = {{ rate = 0.0 }}
coil_dropout = {{ rate = 0.0 }}
ti_error_ms = {{ rate = 0.0 }}
off_resonance_hz = {{ mean = 0.0, sd = 0.0, low = 0.0, high = 0.0 }}
"""
"""A cohort without noise and without anything that goes wrong; slices still shift."""


@pytest.fixture
def cohort_file(tmp_path):
    def write(base, vendor):
        path = tmp_path / "quiet.toml"
        path.write_text(QUIET.format(base=base, vendor=vendor))
        return path

    return write


@pytest.mark.slow
@pytest.mark.parametrize(
    "cohort, seed",
    [
        (("hcm_1p5t_shmolli", "siemens"), 7),
        (("hcm_3t_molli", "siemens"), 5),
        (("hcm_3t_molli", "philips"), 6),
    ],
)
def test_a_written_patient_imports_by_the_door_and_measures_its_truth(
    vne, tmp_path, cohort_file, cohort, seed
):
    out, workspace, csv = tmp_path / "out", tmp_path / "w", tmp_path / "b.csv"
    asked = ("--seed", seed, "--patients", 1, "--config", cohort_file(*cohort), "--json")
    (patient,) = vne("phantom", out, *asked).json["data"]["patients"]
    imported = vne(
        "import", patient["dicom"], "--truth", patient["truth"], "--workspace", workspace, "--json"
    ).json["data"]
    assert imported["rejected"] == []
    assert_the_standard_is_kept(Path(patient["dicom"]))
    assert_raw_images_fit_to_the_map(Path(patient["dicom"]), Path(patient["truth"]))
    measured = vne("quantify", "--workspace", workspace, "--csv", csv, "--json").json["data"]
    assert len(measured["patients"]) == 3
    for row in measured["patients"]:
        true_percent = patient["burden_percent"][str(row["level"])]
        assert row["burden_percent"] == pytest.approx(true_percent, abs=WITHIN_POINTS)


def assert_the_standard_is_kept(folder):
    if shutil.which("dciodvfy"):
        for path in folder.glob("*/0001.dcm"):
            said = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
            assert [line for line in said.stderr.splitlines() if line.startswith("Error")] == []


def assert_raw_images_fit_to_the_map(folder, truth_folder):
    """The raw images of the middle slice, fitted anew, against the scanner's map and the truth."""
    magnitude, phase, t1_map = (
        [pydicom.dcmread(path) for path in sorted(next(folder.glob(f"{number:03d}_*")).iterdir())]
        for number in (15, 16, 17)
    )
    slope, intercept = float(phase[0].RescaleSlope), float(phase[0].RescaleIntercept)
    fit = fit_t1(
        np.stack([one.pixel_array for one in magnitude]).astype(np.float32),
        np.stack([one.pixel_array * slope + intercept for one in phase]).astype(np.float32),
        [float(one.InversionTime) for one in magnitude],
    )
    truth = load_truth(truth_folder).slices[1]
    wall = binary_erosion(np.isfinite(truth.t1_ms), iterations=3)
    scanned = t1_map[0].pixel_array[wall].astype(float)
    assert np.median(np.abs(fit.t1_ms[wall] - scanned)) < 2
    assert np.median(np.abs(scanned - truth.t1_ms[wall])) < 15


@pytest.mark.slow
def test_arrays_are_gone_on_with_and_those_of_another_cohort_are_not(vne, tmp_path):
    out = tmp_path / "out"
    first = vne("phantom", out, "--arrays", "--patients", 2, "--seed", 3, "--json")
    assert first.code == 0
    table = out / "arrays" / "table.npy"
    made = table.read_bytes()
    assert vne("phantom", out, "--arrays", "--patients", 2, "--seed", 3, "--json").code == 0
    assert table.read_bytes() == made
    other = vne("phantom", out, "--arrays", "--patients", 2, "--seed", 4, "--json")
    assert other.code == 1
    assert other.json["error"]["code"] == "other-cohort"


@pytest.mark.slow
def test_a_report_shows_the_patients_and_their_figures(vne, tmp_path):
    pixels = pytest.importorskip("PIL.Image")
    out = tmp_path / "out"
    answer = vne("phantom", out, "--only-report", "--patients", 3, "--json").json["data"]
    folder = out / "report"
    assert {path.name for path in folder.iterdir()} == set(answer["report"]["files"])
    sheet = pixels.open(folder / "contact-sheet.png").convert("L")
    assert sheet.width > 1500
    assert sheet.height > 700
    assert len(set(sheet.resize((60, 30)).tobytes())) > 50
    assert (folder / "contact-sheet.pdf").read_bytes().startswith(b"%PDF")
    rows = json.loads((folder / "figures.json").read_text())
    burden = next(row for row in rows if row["name"].startswith("LGE burden FWHM"))
    assert 0 < burden["value"] < 60
    assert "Virtual" not in answer["report"]["table"]
    assert "Zhang 2021" in answer["report"]["table"]


@pytest.mark.parametrize(
    "asked, found, needed",
    [
        (("--config", "hcm_7t"), "'hcm_7t' is no preset", "hcm_3t_molli"),
        (("--seed", "-1"), "seed is -1", "0 to 4294967295"),
        (("--patients", "200000"), "patients is 200000", "1 to 100000"),
    ],
)
def test_a_cohort_that_cannot_be_made_is_refused(vne, tmp_path, asked, found, needed):
    answer = vne("phantom", tmp_path / "out", *asked, "--json")
    assert answer.code == 1
    assert found in answer.json["error"]["found"]
    assert needed in answer.json["error"]["needed"]
    assert not (tmp_path / "out").exists()


def test_a_wrong_dial_of_a_file_is_refused_with_its_place(vne, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[acquisition]\nlge_snr = { low = -3.0 }\n")
    answer = vne("phantom", tmp_path / "out", "--config", path, "--json")
    assert answer.json["error"]["found"] == "acquisition.lge_snr is -3 to 35"
    assert answer.json["error"]["needed"] == "5 to 200"


def test_arrays_and_only_a_report_exclude_each_other(vne, tmp_path):
    assert vne("phantom", tmp_path / "out", "--arrays", "--only-report", "--json").code == 2


def test_a_folder_with_other_things_in_it_is_left_alone(vne, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    answer = vne("phantom", tmp_path, "--patients", 1, "--json")
    assert answer.json["error"]["code"] == "other-cohort"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
