import json
from pathlib import Path

import pytest
from pydicom import dcmread

from vne_core.phantom.truth import load_truth
from vne_core.workspace.store import Workspace

WITHIN_POINTS = 2.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.mark.slow
def test_the_demo_patient_measures_its_truth_and_stays_without_a_name(vne, folder):
    answer = vne("demo", folder, "--json")
    assert answer.code == 0
    check = answer.json["data"]["check"]
    truth = load_truth(folder / "demo" / "truth")
    for level, percent in truth.burden_percent.items():
        assert check["measured"][f"{level:g}"] == pytest.approx(percent, abs=WITHIN_POINTS)
        assert check["perturbed_mean"][f"{level:g}"] != check["measured"][f"{level:g}"]
    assert "anchor" in (folder / "matches.txt").read_text()
    assert json.loads((folder / "burden.json").read_text())["rows"] == 24
    rows = (folder / "burden.csv").read_text().splitlines()
    assert sum(",VNE," in row and ",vne-virtual-3," in row for row in rows) == 12
    assert_no_identity(folder)
    assert_repeats(vne, folder, check)


def assert_no_identity(folder):
    secrets = set()
    for path in (folder / "demo" / "dicom").rglob("*.dcm"):
        header = dcmread(path, stop_before_pixels=True)
        secrets |= {str(element.value) for element in header if "InstanceUID" in element.keyword}
        secrets |= {str(header.PatientName), str(header.PatientID)}
    stored = b"\0".join(p.read_bytes() for p in (folder / "workspace").rglob("*") if p.is_file())
    assert len(secrets) > 150
    assert [secret for secret in secrets if secret.encode() in stored] == []


def assert_repeats(vne, folder, check):
    assert vne("demo", folder, "--json").json["data"]["check"] == check
    with Workspace.open(folder / "workspace") as workspace:
        assert workspace.annotations.verify_chain().rows == 6
        assert len(workspace.imports.records()) == 2


@pytest.mark.slow
def test_the_truth_beside_a_virtual_patients_images_is_one_line_of_the_import(vne, tmp_path):
    out, workspace = tmp_path / "out", tmp_path / "w"
    written = vne("phantom", out, "--seed", 7, "--patients", 1, "--json")
    (patient,) = written.json["data"]["patients"]
    imported = vne("import", out, "--truth", patient["truth"], "--workspace", workspace, "--json")
    assert_truth_in_one_line(imported.json["data"], patient["truth"])


def assert_truth_in_one_line(data, truth):
    counts = data["counts"]
    parts = ("imported", "rejected", "duplicates", "ignored")
    assert counts["files"] == sum(counts[part] for part in parts)
    files = len(list(Path(truth).iterdir()))
    assert (counts["rejected"], counts["ignored"]) == (0, files + 1)
    (cohort_file,) = [row for row in data["rejected"] if row["source"] != truth]
    assert cohort_file["source"].endswith("cohort.json")
    (told,) = [row for row in data["rejected"] if row["source"] == truth]
    assert told["code"] == "not-images"
    assert told["reason"] == f"{files} files of a virtual patient's truth, not images"
