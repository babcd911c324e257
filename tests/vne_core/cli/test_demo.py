import json

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
    assert json.loads((folder / "burden.json").read_text())["rows"] == 12
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
        assert workspace.verify_chain().rows == 6
        assert len(workspace.imports()) == 2
