import pytest
from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from vne_core.dicom.kinds import Kind
from vne_core.workspace.store import Workspace

LEAST_TELLING = 8
"""Shorter identifiers turn up in any file by chance."""


@pytest.mark.realdata
def test_real_scanners_files_are_imported_or_listed_with_reasons_and_lose_their_names(
    realdata, import_into
):
    counts = import_into(realdata)["counts"]
    assert counts["files"] == sum(path.is_file() for path in realdata.rglob("*"))
    told = ("imported", "rejected", "duplicates", "ignored")
    assert counts["files"] == sum(counts[name] for name in told)
    assert counts["duplicates"] >= 1
    with Workspace.open(import_into.workspace) as workspace:
        found = [workspace.studies.load(line.study_id) for line in workspace.studies.summaries()]
    kinds = {series.kind for study in found for series in study.series}
    assert {Kind.T1_MAP, Kind.IR_MAGNITUDE, Kind.IR_PHASE, Kind.CINE_SAX, Kind.CINE_LAX} <= kinds
    stored = b"\0".join(p.read_bytes() for p in import_into.workspace.rglob("*") if p.is_file())
    assert [secret for secret in identity(realdata) if secret.encode() in stored] == []
    assert {**import_into(realdata)["counts"], "new": counts["new"]} == counts


def identity(folder) -> set[str]:
    """Return the UIDs, names and numbers of every patient."""
    found = set()
    for path in filter(lambda p: p.is_file(), folder.rglob("*")):
        try:
            header = dcmread(path, stop_before_pixels=True)
        except InvalidDicomError:
            continue
        found |= {str(e.value) for e in header if "InstanceUID" in e.keyword}
        found |= {str(header.get(k, "")) for k in ("PatientName", "PatientID", "AccessionNumber")}
    return {text for text in found if len(text) >= LEAST_TELLING}
