import json

import numpy as np
import pytest

from tests.vne_core.cli.test_generate import BLOOD_MS, REMOTE_MS, drawn
from tests.vne_core.cli.test_quantify import half_bright
from tests.vne_core.learn.made_model import write_model
from vne_core.align.match import match_study
from vne_core.learn.card import VIRTUAL_COHORT
from vne_core.study.annotation import ImageKind
from vne_core.workspace.store import Workspace


@pytest.fixture
def read_study(files, vne, tmp_path):
    """A workspace with a model and one slice, half bright, generated and to be read."""
    files.t1_map(0, pixels=np.where(half_bright() > 200, BLOOD_MS, REMOTE_MS).astype(np.uint16))
    files.lge(0, pixels=half_bright())
    folder = tmp_path / "w"
    vne("import", files.folder, "--workspace", folder)
    write_model(folder / "models")
    vne("models", "promote", "made-1", "--workspace", folder)
    return folder


def confirm(folder, *kinds) -> None:
    with Workspace.open(folder) as workspace:
        study = workspace.studies.load(workspace.studies.summaries()[0].study_id)
        match = match_study(study)[0]
        for kind in kinds:
            shapes = drawn(match, kind)
            workspace.annotations.append(type(shapes)(
                shapes.slice_id, kind, epi=shapes.epi, endo=shapes.endo, remote=shapes.remote,
                blood_pool=shapes.blood_pool, confirmed=True,
            ), "ana")  # fmt: skip


def test_confirmed_slices_of_a_workspace_are_compared_on_both_images(read_study, vne, tmp_path):
    confirm(read_study, ImageKind.LGE, ImageKind.VNE)
    assert vne("generate", "--workspace", read_study).code == 0
    out = tmp_path / "e"
    asked = ("--studies", "--model", "made-1", "--workspace", read_study, "--out", out, "--json")
    answer = vne("evaluate", *asked)
    assert answer.code == 0, answer.out
    tables = json.loads((out / "studies.json").read_text())
    assert VIRTUAL_COHORT in tables["note"]
    (study,) = tables["studies"]
    assert study["lge_percent"] == pytest.approx([50, 50, 50], abs=1)
    # the border of the bright half is a pixel wide on the network's grid: more at an eighth
    assert study["vne_percent"] == pytest.approx([50, 50, 53], abs=4)
    assert (study["slices"], study["linked"]) == (1, 0)
    assert [row["thresholds"] for row in tables["rows"]] == ["equal"] * 3 + ["matched"] * 3
    assert tables["rows"][0]["fit"] is None, "one study has no correlation"
    assert all((out / name).exists() for name in answer.json["data"]["files"])


def test_studies_without_a_confirmed_pair_are_refused_with_what_to_do(read_study, vne, tmp_path):
    confirm(read_study, ImageKind.LGE)
    asked = ("--studies", "--model", "made-1", "--workspace", read_study, "--out", tmp_path / "e")
    answer = vne("evaluate", *asked, "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "nothing-paired"
    assert "generate the VNE" in answer.json["error"]["action"]
    assert not (tmp_path / "e").exists()


@pytest.mark.parametrize(
    "asked, found",
    [
        (("--freeze",), "--freeze or --record without --model"),
        (("--arrays", "a", "--seed", 3), "--arrays with --cohort"),
        (("--studies",), "--studies without --model"),
    ],
)
def test_what_does_not_go_together_is_refused_as_usage(vne, tmp_path, asked, found):
    answer = vne("evaluate", "--out", tmp_path / "e", *asked)
    assert answer.code == 2
    assert found in answer.err


def test_an_unknown_cohort_is_refused_with_those_there_are(vne, tmp_path):
    answer = vne("evaluate", "--out", tmp_path / "e", "--cohort", "hcm_7t", "--workspace", tmp_path)
    assert answer.code == 1
    assert "hcm_7t" in answer.err
    assert "hcm_3t_molli" in answer.err
    assert not (tmp_path / "e").exists()
