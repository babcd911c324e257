import csv
import dataclasses

import numpy as np
import pytest

from tests.vne_core.jobs.small_study import SHAPE, plane_at
from tests.vne_core.learn.made_model import write_model
from vne_core.align.match import match_study
from vne_core.geometry.contour import Contour
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.workspace.store import Workspace

EPI_MM, ENDO_MM = 13.0, 6.0
CAVITY_MM = 4.5
"""Bright within less than the endocardial contour: no pixel of the wall is blood."""
REMOTE, BLOOD = 100, 300


def half_bright() -> np.ndarray:
    """Blood inside, and everything left of the middle column as bright as blood: half the wall."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    x_mm, y_mm = (columns - (SHAPE[1] - 1) / 2) * 1.5, (rows - (SHAPE[0] - 1) / 2) * 1.5
    bright = (np.hypot(x_mm, y_mm) < CAVITY_MM) | (x_mm < 0)
    return np.where(bright, BLOOD, REMOTE).astype(np.uint16)


def circle(centre, radius_mm) -> Contour:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    points = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=-1)
    return Contour(centre + radius_mm * points)


def drawn(match) -> SliceAnnotation:
    centre = match.anchor.plane.centre_mm
    beside = tuple(float(v) for v in centre + np.array([9.5, 0, 0]))
    return SliceAnnotation(
        match.anchor.slice_id,
        ImageKind.LGE,
        epi=circle(centre, EPI_MM),
        endo=circle(centre, ENDO_MM),
        remote=Roi(beside, 2.0),
        blood_pool=Roi(tuple(float(v) for v in centre), 3.0),
    )


@pytest.fixture
def annotated(files, vne, tmp_path):
    """A workspace whose first slice is half bright and drawn, the second not drawn."""
    assert half_bright().shape == plane_at(0).shape_px
    for position in (0, 1):
        files.lge(position, pixels=half_bright())
    folder = tmp_path / "w"
    vne("import", files.folder, "--workspace", folder)
    with Workspace.open(folder) as workspace:
        study = workspace.studies.load(workspace.studies.summaries()[0].study_id)
        workspace.annotations.append(drawn(match_study(study)[0]), "ana")
    return folder


def read(path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_half_a_bright_wall_is_a_burden_of_half(annotated, vne, tmp_path):
    answer = vne("quantify", "--workspace", annotated, "--csv", tmp_path / "b.csv", "--json")
    assert answer.code == 0
    rows = read(tmp_path / "b.csv")
    first = [float(r["burden_percent"]) for r in rows if r["slice"] == "1"]
    assert first == pytest.approx([50, 50, 50], abs=0.5)
    patient = [r for r in rows if r["slice"] == "patient"]
    assert {r["status"] for r in patient} == {"partial"}
    assert {r["reason"] for r in patient} == {"burden from 1 of 2 slices"}
    assert {r["reason"] for r in rows if r["slice"] == "2"} == {"has no epicardial contour"}
    assert {(r["image"], r["grid"]) for r in rows} == {("LGE", "T1")}
    told = answer.json["data"]["patients"]
    assert [p["burden_percent"] for p in told] == pytest.approx([50, 50, 50], abs=0.5)


def test_a_corrected_contour_is_the_one_that_is_measured(annotated, vne, tmp_path):
    with Workspace.open(annotated) as workspace:
        study = workspace.studies.load(workspace.studies.summaries()[0].study_id)
        match = match_study(study)[0]
        right = tuple(float(v) for v in match.anchor.plane.centre_mm + np.array([-9.5, 0, 0]))
        swapped = dataclasses.replace(drawn(match), remote=Roi(right, 2.0))
        workspace.annotations.append(swapped, "ben")
    vne("quantify", "--workspace", annotated, "--csv", tmp_path / "b.csv")
    reasons = {r["reason"] for r in read(tmp_path / "b.csv") if r["slice"] == "1"}
    assert len(reasons) == 1
    assert "not brighter" in reasons.pop()


def test_a_remote_region_in_the_cavity_is_a_warning_and_a_reason(annotated, vne, tmp_path):
    with Workspace.open(annotated) as workspace:
        study = workspace.studies.load(workspace.studies.summaries()[0].study_id)
        match = match_study(study)[0]
        border = tuple(float(v) for v in match.anchor.plane.centre_mm + np.array([ENDO_MM, 0, 0]))
        moved = dataclasses.replace(drawn(match), remote=Roi(border, 2.0))
        workspace.annotations.append(moved, "ben")
    arguments = ("--workspace", annotated, "--csv", tmp_path / "b.csv")
    (warning,) = vne("quantify", *arguments, "--json").json["warnings"]
    assert "slice 1" in warning
    assert "of the remote region lies outside the myocardium, in the cavity" in warning
    first = [row for row in read(tmp_path / "b.csv") if row["slice"] == "1"]
    assert {row["status"] for row in first} == {"measured"}
    assert all(row["reason"] and row["reason"] in warning for row in first)


def test_without_contours_nothing_is_measured_and_it_is_said(files, vne, tmp_path):
    vne("import", files.folder, "--workspace", tmp_path / "w")
    answer = vne("quantify", "--workspace", tmp_path / "w", "--csv", tmp_path / "b.csv", "--json")
    assert answer.code == 0
    (warning,) = answer.json["warnings"]
    assert "no epicardial contour (2 slices)" in warning
    assert all(row["burden_percent"] == "" for row in read(tmp_path / "b.csv"))


def test_vne_rows_say_that_nothing_was_generated_yet(annotated, vne, tmp_path):
    write_model(annotated / "models")
    vne("models", "promote", "made-1", "--workspace", annotated)
    path = tmp_path / "b.csv"
    vne("quantify", "--workspace", annotated, "--csv", path, "--image", "both")
    rows = read(path)
    assert {row["image"] for row in rows} == {"LGE", "VNE"}
    reasons = {r["reason"] for r in rows if r["image"] == "VNE" and r["slice"] != "patient"}
    assert reasons == {"no VNE was generated of this slice: generate it"}


def test_matched_thresholds_are_refused_where_the_card_has_none(annotated, vne, tmp_path):
    write_model(annotated / "models", matched_levels=())
    vne("models", "promote", "made-1", "--workspace", annotated)
    arguments = ("quantify", "--workspace", annotated, "--csv", tmp_path / "b.csv")
    answer = vne(*arguments, "--preset", "matched", "--json")
    assert answer.code == 1
    assert answer.json["error"]["code"] == "no-matched-levels"
    assert "made-1 has no matched thresholds" in answer.json["error"]["found"]
    assert not (tmp_path / "b.csv").exists()


def test_an_empty_workspace_is_refused(vne, tmp_path):
    Workspace.open(tmp_path / "w").close()
    answer = vne("quantify", "--workspace", tmp_path / "w", "--csv", tmp_path / "b.csv")
    assert answer.code == 1
    assert "holds no study" in answer.err
