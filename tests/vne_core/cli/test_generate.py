import csv
import json

import numpy as np
import pytest

from tests.vne_core.cli.test_quantify import circle, half_bright
from tests.vne_core.learn.made_model import write_model
from vne_core.align.match import match_study
from vne_core.geometry.roi import Roi
from vne_core.learn.card import VIRTUAL_COHORT
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.workspace.store import Workspace

REMOTE_MS, BLOOD_MS = 1260, 1420
"""What the made generator puts at 0 and 1."""


@pytest.fixture
def imported(files, vne, tmp_path):
    """A workspace of two slices whose T1 maps are half bright; the first is drawn on its T1 map."""
    t1 = np.where(half_bright() > 200, BLOOD_MS, REMOTE_MS).astype(np.uint16)
    for position in (0, 1):
        files.t1_map(position, pixels=t1)
    folder = tmp_path / "w"
    vne("import", files.folder, "--workspace", folder)
    with Workspace.open(folder) as workspace:
        study = workspace.studies.load(workspace.studies.summaries()[0].study_id)
        workspace.annotations.append(drawn(match_study(study)[0], ImageKind.T1), "ana")
    return folder


def drawn(match, kind) -> SliceAnnotation:
    centre = match.anchor.plane.centre_mm
    beside = tuple(float(v) for v in centre + np.array([9.5, 0, 0]))
    return SliceAnnotation(
        match.anchor.slice_id,
        kind,
        epi=circle(centre, 13.0),
        endo=circle(centre, 6.0),
        remote=Roi(beside, 2.0),
        blood_pool=Roi(tuple(float(v) for v in centre), 3.0),
    )


@pytest.fixture
def with_model(imported, vne):
    write_model(imported / "models")
    assert vne("models", "promote", "made-1", "--workspace", imported).code == 0
    return imported


def rows_of(path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_slice_is_generated_and_told(with_model, vne_program):
    answer = vne_program("generate", "--workspace", with_model, "--json")
    assert answer.code == 0, answer.err
    data = answer.json["data"]
    assert (data["model_id"], data["generated"], data["caution"]) == ("made-1", 2, VIRTUAL_COHORT)
    assert [one["status"] for one in data["slices"]] == ["generated"] * 2
    assert "small-field" in data["slices"][0]["flags"]
    assert f"made-1: {VIRTUAL_COHORT}" in answer.json["warnings"]


def test_what_is_there_is_kept_unless_it_is_asked_again(with_model, vne):
    for arguments in ((), (), ("--again",)):
        assert vne("generate", "--workspace", with_model, *arguments).code == 0
    with Workspace.open(with_model, read_only=True) as workspace:
        (study,) = workspace.studies.summaries()
        slices = workspace.generations.of_study(study.study_id)
        assert [len(workspace.generations.history(one)) for one in slices] == [2, 2]


def test_a_half_bright_wall_measures_half_on_the_vne_too(with_model, vne, tmp_path):
    vne("generate", "--workspace", with_model)
    path = tmp_path / "b.csv"
    answer = vne("quantify", "--workspace", with_model, "--csv", path, "--image", "both")
    assert answer.code == 0, answer.err
    rows = [row for row in rows_of(path) if row["image"] == "VNE" and row["slice"] == "1"]
    half, quarter, eighth = (float(row["burden_percent"]) for row in rows)
    assert [half, quarter] == pytest.approx([50, 50], abs=3)
    assert 50 <= eighth < 60  # the border was interpolated to 1 mm and back: it is softer
    assert {(row["grid"], row["contours_of"], row["model_id"]) for row in rows} == {
        ("T1", "T1", "made-1")
    }
    assert [float(row["level"]) for row in rows] == [0.5, 0.25, 0.125]
    assert rows[0]["confidence"] == ""
    assert "small-field" in rows[0]["flags"]
    (model,) = json.loads(path.with_suffix(".json").read_text())["models"]
    assert (model["model_id"], model["levels_used"]) == ("made-1", "equal")
    assert VIRTUAL_COHORT in model["notice"]


def test_matched_thresholds_are_the_cards_and_only_the_vnes(with_model, vne, tmp_path):
    vne("generate", "--workspace", with_model)
    path = tmp_path / "b.csv"
    arguments = ("--workspace", with_model, "--csv", path, "--image", "both", "--preset", "matched")
    assert vne("quantify", *arguments).code == 0
    levels = {
        image: sorted(
            {float(r["level"]) for r in rows_of(path) if r["image"] == image and r["level"]}
        )
        for image in ("VNE", "LGE")
    }
    assert levels == {"VNE": [0.1, 0.2, 0.4], "LGE": [0.125, 0.25, 0.5]}


def test_contours_of_the_vne_itself_come_before_those_of_another_image(with_model, vne, tmp_path):
    vne("generate", "--workspace", with_model)
    with Workspace.open(with_model) as workspace:
        study = workspace.studies.load(workspace.studies.summaries()[0].study_id)
        workspace.annotations.append(drawn(match_study(study)[0], ImageKind.VNE), "ana")
    path = tmp_path / "b.csv"
    vne("quantify", "--workspace", with_model, "--csv", path, "--image", "vne")
    rows = [row for row in rows_of(path) if row["slice"] == "1"]
    assert {row["contours_of"] for row in rows} == {"VNE"}


def test_a_slice_not_generated_says_so_in_the_table(with_model, vne, tmp_path):
    path = tmp_path / "b.csv"
    vne("quantify", "--workspace", with_model, "--csv", path, "--image", "vne")
    reasons = {row["reason"] for row in rows_of(path) if row["slice"] != "patient"}
    assert reasons == {"no VNE was generated of this slice: generate it"}


def test_without_a_model_generating_is_refused_with_what_to_do(imported, vne):
    answer = vne("generate", "--workspace", imported, "--model", "nobody", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "no-model"
    assert "nobody" in answer.json["error"]["found"]


def test_a_damaged_model_is_refused_by_name_before_anything_is_made(with_model, vne):
    (with_model / "models" / "made-1" / "generator.onnx").write_bytes(b"x")
    answer = vne("generate", "--workspace", with_model, "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "model-refused"
    assert "made-1" in answer.json["error"]["found"]


def test_models_are_listed_shown_promoted_and_rolled_back(with_model, vne):
    write_model(with_model / "models", "made-2")
    where = ("--workspace", with_model)
    assert vne("models", "promote", "made-2", *where).code == 0
    listed = vne("models", "list", *where, "--json").json["data"]
    active = {one["model_id"]: one["is_active"] for one in listed["models"]}
    assert active["made-2"]
    assert not active["made-1"]
    back = vne("models", "rollback", *where)
    assert "made-1 is in use" in back.out
    shown = vne("models", "show", "made-1", *where)
    assert "a made model for tests" in shown.out
    assert VIRTUAL_COHORT in shown.out
    assert "40 %, 20 %, 10 %" in shown.out


def test_a_damaged_model_is_listed_with_its_reason(with_model, vne):
    (with_model / "models" / "made-1" / "localiser.onnx").unlink()
    answer = vne("models", "list", "--workspace", with_model)
    assert answer.code == 0
    assert "refused: the model made-1 has no localiser.onnx" in answer.out
