"""The exported table: what stands in it, and what a spreadsheet makes of it."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vne_core.geometry.contour import Contour
from vne_core.quantify.burden import LesionBurden, LevelBurden, NotMeasured
from vne_core.quantify.placement import Misplaced, Region
from vne_core.quantify.rows import (
    BurdenRow,
    MadeImage,
    MeasuredSlice,
    RowsError,
    csv_text,
    neutralised,
    provenance_path,
    study_rows,
    write_csv,
)
from vne_core.study.annotation import ImageKind, Origin, SliceAnnotation

COLUMNS = [
    *("study", "slice", "image", "grid", "rule", "level"),
    *("burden_percent", "lesion_mm2", "myocardium_mm2", "remote_mean", "blood_mean"),
    *("contour_origin", "confirmed", "status", "reason"),
    *("contours_of", "model_id", "confidence", "enhancement_probability", "flags"),
]
TRIANGLE = Contour([[0, 0, 0], [9, 0, 0], [0, 9, 0]])
DRAWN = SliceAnnotation("s", ImageKind.LGE, epi=TRIANGLE, origin=Origin.DRAWN, confirmed=True)
COPIED = replace(DRAWN, origin=Origin.COPIED, confirmed=False)


def burden(*lesions_mm2: float, myocardium_mm2: float = 1000) -> LesionBurden:
    levels = tuple(
        LevelBurden(fraction, 1.0, lesion, 100 * lesion / myocardium_mm2)
        for fraction, lesion in zip((0.5, 0.25, 0.125), lesions_mm2, strict=True)
    )
    return LesionBurden(myocardium_mm2, -12.5, 2.0, 640.25, 9.0, levels)


WHOLE = (
    MeasuredSlice("1", DRAWN, burden(50, 100, 200)),
    MeasuredSlice("2", DRAWN, burden(150, 300, 400)),
)
PARTIAL = (
    *WHOLE,
    MeasuredSlice("3", COPIED, NotMeasured("has no endocardial contour")),
)


def read(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_slice_and_the_patient_have_a_row_for_each_level():
    rows = study_rows("P-1A2B3C", ImageKind.LGE, "T1", WHOLE)

    assert [(row.slice, row.level) for row in rows] == [
        (place, level) for place in ("1", "2", "patient") for level in (0.5, 0.25, 0.125)
    ]
    assert [row.burden_percent for row in rows[-3:]] == [10, 20, 30]
    assert {row.status for row in rows} == {"measured"}


def test_slices_on_two_grids_name_their_own_and_the_patient_is_mixed():
    slices = (WHOLE[0], replace(WHOLE[1], grid="IR"))

    rows = study_rows("P-1A2B3C", ImageKind.LGE, "T1", slices)

    assert [row.grid for row in rows] == ["T1"] * 3 + ["IR"] * 3 + ["mixed"] * 3


def test_a_missing_slice_keeps_its_rows_with_the_reason_and_no_numbers():
    rows = study_rows("P-1A2B3C", ImageKind.LGE, "T1", PARTIAL)

    missing = [row for row in rows if row.slice == "3"]
    assert len(missing) == 3
    assert {row.status for row in missing} == {"not measured"}
    assert {row.reason for row in missing} == {"has no endocardial contour"}
    assert {row.burden_percent for row in missing} == {None}
    assert {row.myocardium_mm2 for row in missing} == {None}


def test_a_slice_on_which_nothing_was_drawn_names_no_origin():
    bare = MeasuredSlice("1", SliceAnnotation("s", ImageKind.LGE), NotMeasured("has no contour"))

    rows = study_rows("P-1A2B3C", ImageKind.LGE, "T1", (bare,))

    assert {row.contour_origin for row in rows} == {""}


def test_the_patients_rows_say_that_two_of_three_slices_are_in_them():
    rows = study_rows("P-1A2B3C", ImageKind.LGE, "T1", PARTIAL)

    patient = rows[-1]
    assert patient.status == "partial"
    assert patient.reason == "burden from 2 of 3 slices"
    assert patient.burden_percent == 30
    assert (patient.remote_mean, patient.blood_mean) == (None, None)


def test_a_patient_without_a_measured_slice_has_one_row_with_the_reason():
    rows = study_rows("P-1A2B3C", ImageKind.LGE, "T1", PARTIAL[2:])

    assert rows[-1].slice == "patient"
    assert rows[-1].status == "not measured"
    assert "no endocardial contour (1 slice)" in rows[-1].reason
    assert [row.slice for row in rows].count("patient") == 1


@pytest.mark.parametrize(
    ("annotations", "origin", "confirmed"),
    [((DRAWN, DRAWN), "drawn", True), ((DRAWN, COPIED), "mixed", False)],
)
def test_the_patients_rows_tell_where_its_contours_came_from(annotations, origin, confirmed):
    slices = [MeasuredSlice("1", each, burden(1, 2, 3)) for each in annotations]

    patient = study_rows("P-1A2B3C", ImageKind.LGE, "T1", slices)[-1]

    assert (patient.contour_origin, patient.confirmed) == (origin, confirmed)


def test_the_file_has_the_agreed_columns_and_numbers_that_read_back(tmp_path):
    path = tmp_path / "burden.csv"
    write_csv(path, study_rows("P-1A2B3C", ImageKind.LGE, "T1", PARTIAL), {})

    table = read(path)

    assert list(table[0]) == COLUMNS
    first = table[0]
    assert first["study"] == "P-1A2B3C"
    assert (first["image"], first["grid"]) == ("LGE", "T1")
    assert first["rule"] == "remote-blood pool"
    assert [float(first[name]) for name in COLUMNS[5:11]] == [0.5, 5, 50, 1000, -12.5, 640.25]
    assert (first["confirmed"], table[-4]["confirmed"]) == ("yes", "no")
    assert table[-4]["burden_percent"] == ""


def test_negative_numbers_stay_numbers():
    row = BurdenRow("P-1", "1", "LGE", "T1", remote_mean=-12.5)

    assert ",-12.5," in csv_text([row])


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1", "-", "+1-555"],
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.5", "+3", "-1e-5", "-.5", "", "slice 3", "P-1A2B3C", "3-4"])
def test_plain_numbers_and_plain_words_are_left_alone(text):
    assert neutralised(text) == text


@given(st.text())
def test_no_text_cell_can_start_a_formula(text):
    cell = neutralised(text)

    assert not cell.startswith(("=", "@", "\t", "\r"))
    assert not cell.startswith(("+", "-")) or np.isfinite(float(cell))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_label_reads_back_from_the_csv_as_it_was_neutralised(label):
    text = csv_text([BurdenRow("P-1", label, "LGE", "T1")])

    header, row = csv.reader(io.StringIO(text, newline=""))

    assert header == COLUMNS
    assert row[1] == neutralised(label)


def test_a_table_that_its_own_json_would_overwrite_is_refused(tmp_path):
    with pytest.raises(RowsError, match=r"burden\.json"):
        write_csv(tmp_path / "burden.json", [], {})

    assert not list(tmp_path.iterdir())


def test_the_json_beside_names_formula_versions_and_the_hash_of_its_csv(tmp_path):
    path = tmp_path / "burden.csv"
    write_csv(
        path,
        study_rows("P-1A2B3C", ImageKind.LGE, "T1", WHOLE),
        {"models": ["vne-1"], "workspace": "W"},
    )

    facts = json.loads(provenance_path(path).read_text(encoding="utf-8"))

    assert provenance_path(path).name == "burden.json"
    assert facts["models"] == ["vne-1"]
    assert facts["workspace"] == "W"
    assert facts["rows"] == 9
    assert "remote_mean + p * (blood_mean - remote_mean)" in facts["rule"]["threshold"]
    assert facts["rule"]["level_names"]["0.125"] == "FWEM"
    assert facts["software"]["version"]
    assert facts["csv_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_only_the_two_files_are_left_in_the_folder(tmp_path):
    write_csv(tmp_path / "burden.csv", study_rows("P", ImageKind.LGE, "T1", WHOLE), {})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["burden.csv", "burden.json"]


def test_writing_again_replaces_the_table(tmp_path):
    path = tmp_path / "burden.csv"
    write_csv(path, study_rows("P", ImageKind.LGE, "T1", PARTIAL), {})
    write_csv(path, study_rows("P", ImageKind.LGE, "T1", WHOLE), {})

    assert len(read(path)) == 9


def test_a_misplaced_region_is_told_in_its_slice_and_its_patient_and_still_measured():
    note = Misplaced(Region.REMOTE, 0.34, "outside the myocardium, in the cavity")
    noted = replace(burden(50, 100, 200), notes=(note,))
    slices = (MeasuredSlice("1", DRAWN, noted), WHOLE[1])
    rows = study_rows("P-1", ImageKind.LGE, "T1", slices)
    told = "34 % of the remote region lies outside the myocardium, in the cavity"
    assert {(r.slice, r.status, r.reason) for r in rows} == {
        ("1", "measured", told),
        ("2", "measured", ""),
        ("patient", "measured", f"slice 1: {told}"),
    }
    partial = study_rows("P-1", ImageKind.LGE, "T1", (*slices, PARTIAL[2]))[-1]
    assert partial.reason == f"burden from 2 of 3 slices; slice 1: {told}"


def test_a_generated_image_tells_its_model_and_trust_in_every_row():
    made = MadeImage("hcm-1", 0.9, 0.7, ("no-cine",))
    doubtful = MadeImage("hcm-1", 0.4, 0.2, ("no-cine", "no-ir"), "low confidence (40 %): no cine")
    slices = [replace(WHOLE[0], made=made), replace(WHOLE[1], made=doubtful)]
    first, *_, patient = study_rows("P-1", ImageKind.VNE, "T1", slices)
    assert (first.model_id, first.confidence, first.enhancement_probability) == ("hcm-1", 0.9, 0.7)
    assert (first.flags, first.reason, first.contours_of) == ("no-cine", "", "LGE")
    assert (patient.model_id, patient.confidence) == ("hcm-1", 0.4)
    assert patient.enhancement_probability == 0.7
    assert patient.flags == "no-cine no-ir"
    assert patient.reason == "slice 2: low confidence (40 %): no cine"


def test_images_of_two_models_are_told_as_mixed():
    slices = [replace(WHOLE[at], made=MadeImage(f"model-{at}")) for at in (0, 1)]
    patient = study_rows("P-1", ImageKind.VNE, "T1", slices)[-1]
    assert (patient.model_id, patient.confidence) == ("mixed", None)
