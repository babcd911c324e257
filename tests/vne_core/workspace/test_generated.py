from dataclasses import replace

import numpy as np
import pytest

from tests.vne_core.learn.made_model import write_model
from tests.vne_core.vne.made_slice import (
    COL,
    EPI_MM,
    ROW,
    circle,
    heart_centre_mm,
    made_plane,
    true_t1_ms,
)
from vne_core.dicom.kinds import Kind
from vne_core.geometry.contour import Contour
from vne_core.learn.card import CONFIDENCE, write_card
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.model import FrameRef, Series, SliceRef, Study
from vne_core.vne.image import NotGenerated, VneImage
from vne_core.vne.model import load_model
from vne_core.workspace import generated
from vne_core.workspace.generated import (
    NOT_YET,
    STALE,
    generate_slice,
    kept_image,
    kept_or_why_not,
    slices_to_generate,
)
from vne_core.workspace.store import Workspace


@pytest.fixture
def model(tmp_path):
    return load_model(write_model(tmp_path / "models"))


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "workspace") as opened:
        add_study(opened, true_t1_ms(made_plane()))
        yield opened


def add_study(workspace, t1_ms) -> None:
    plane = made_plane()
    frame = FrameRef(0, None, None, 1.0, 1.0, 0.0)
    key = workspace.arrays.put(t1_ms[None].astype(np.uint16))
    one = SliceRef("s1", "t1", Kind.T1_MAP, plane, "for-1", None, (frame,), key)
    series = Series("t1", 1, "T1 map", Kind.T1_MAP, "rule", (one,))
    workspace.studies.add(Study("study", "P-1", "20240229", "Virtual", 1.5, (series,)), [])


def only(workspace):
    (one,) = slices_to_generate(workspace, "study")
    return one


def test_a_kept_image_is_what_was_made_to_the_last_digit(workspace, model):
    made = generate_slice(workspace, only(workspace), model, "ana")
    kept = kept_image(workspace.arrays, only(workspace), model.card)
    assert isinstance(kept, VneImage)
    for name in ("pixels", "spread", "valid"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(made, name))
    assert (kept.flags, kept.confidence, kept.features) == (
        made.flags,
        made.confidence,
        made.features,
    )
    assert (kept.centre_mm, kept.input_hash) == (made.centre_mm, made.input_hash)
    assert set(kept.contributions) == {"t1", "ir", "cine"}


def test_an_image_is_made_once_and_recorded_once(workspace, model, monkeypatch):
    generate_slice(workspace, only(workspace), model, "ana")
    monkeypatch.setattr(generated, "generate", None)
    generate_slice(workspace, only(workspace), model, "ben")
    (row,) = workspace.generations.history("s1")
    assert (row.author, row.model_id, row.reason) == ("ana", "made-1", "")
    assert row.model_fingerprint == model.card.fingerprint
    assert workspace.generations.of_study("study") == {"s1": row}


def test_other_pixels_of_the_same_slice_make_it_again(workspace, model):
    first = generate_slice(workspace, only(workspace), model, "ana")
    warmer = true_t1_ms(made_plane()) + 40
    add_study(workspace, warmer)
    assert kept_image(workspace.arrays, only(workspace), model.card) is None
    newest = workspace.generations.of_study("study")["s1"]
    why = kept_or_why_not(workspace, only(workspace), newest, model.card)
    assert isinstance(why, NotGenerated)
    assert why.reason == STALE
    second = generate_slice(workspace, only(workspace), model, "ana")
    assert second.input_hash != first.input_hash
    assert len(workspace.generations.history("s1")) == 2


def test_another_model_makes_it_again_and_the_first_ones_image_stays(workspace, model, tmp_path):
    generate_slice(workspace, only(workspace), model, "ana")
    folder = write_model(tmp_path / "others", "made-2")
    (folder / "generator.onnx").write_bytes((folder / "generator.onnx").read_bytes() + b"")
    other = load_model(folder)
    same_graphs = replace(other.card, model_id="made-3")
    assert only(workspace).key(same_graphs) == only(workspace).key(model.card)
    changed = replace(other.card, files={**other.card.files, "generator.onnx": "0" * 64})
    assert kept_image(workspace.arrays, only(workspace), changed) is None
    assert kept_image(workspace.arrays, only(workspace), model.card) is not None


def test_figures_added_to_a_card_make_nothing_again_but_a_calibration_does(
    workspace, model, tmp_path
):
    one = only(workspace)
    folder = tmp_path / "models" / "made-1"
    with_levels = write_card(folder, replace(model.card, matched_levels=(0.3, 0.2, 0.1)))
    assert one.key(with_levels) == one.key(model.card)
    (folder / CONFIDENCE).write_text("{}")
    assert one.key(write_card(folder, model.card)) != one.key(model.card)


def contour_apart(mm: float) -> Contour:
    plane = made_plane()
    around = circle(plane, EPI_MM).points_mm
    return Contour(around + mm * np.array(ROW))


@pytest.mark.parametrize(("mm", "is_kept"), [(0, True), (10, True), (25, False)])
def test_a_touch_of_the_contour_keeps_the_image_another_place_does_not(
    workspace, model, mm, is_kept
):
    one = replace(only(workspace), epi=circle(made_plane(), EPI_MM))
    generate_slice(workspace, one, model, "ana")
    moved = replace(one, epi=contour_apart(mm))
    assert (kept_image(workspace.arrays, moved, model.card) is not None) is is_kept


def test_a_stored_contour_is_used_for_the_place(workspace, model):
    epi = contour_apart(3.0)
    workspace.annotations.append(SliceAnnotation("s1", ImageKind.T1, epi=epi), "ana")
    made = generate_slice(workspace, only(workspace), model, "ana")
    expected = np.array(heart_centre_mm(made_plane())) + 3.0 * np.array(ROW)
    np.testing.assert_allclose(made.centre_mm, expected, atol=0.1)
    assert abs(np.dot(np.subtract(made.centre_mm, expected), COL)) < 0.1


def test_a_damaged_image_is_made_again(workspace, model):
    generate_slice(workspace, only(workspace), model, "ana")
    (pixels,) = workspace.arrays.folder.rglob("pixels.npy")
    data = bytearray(pixels.read_bytes())
    data[-5] ^= 255
    pixels.write_bytes(data)
    workspace.arrays._checked.clear()
    assert kept_image(workspace.arrays, only(workspace), model.card) is None
    assert isinstance(generate_slice(workspace, only(workspace), model, "ana"), VneImage)
    assert kept_image(workspace.arrays, only(workspace), model.card) is not None


def test_a_slice_that_cannot_be_generated_is_recorded_with_its_reason(workspace, model):
    add_study(workspace, np.zeros(made_plane().shape_px))
    made = generate_slice(workspace, only(workspace), model, "ana")
    assert isinstance(made, NotGenerated)
    newest = workspace.generations.of_study("study")["s1"]
    assert newest.reason == str(made)
    told = kept_or_why_not(workspace, only(workspace), newest, model.card)
    assert told == NotGenerated("s1", str(made))


def test_before_anything_was_generated_it_is_said(workspace, model):
    told = kept_or_why_not(workspace, only(workspace), None, model.card)
    assert told == NotGenerated("s1", NOT_YET, "generate it")
    assert kept_or_why_not(workspace, only(workspace), None, None).reason == (
        "no VNE model is installed"
    )


def test_in_a_workspace_that_cannot_be_written_the_image_is_made_and_not_kept(
    workspace, model, tmp_path
):
    with Workspace.open(workspace.folder, read_only=True) as reading:
        made = generate_slice(reading, only(reading), model, "ana")
        assert isinstance(made, VneImage)
        assert reading.generations.of_study("study") == {}


def test_the_audit_trail_can_be_neither_changed_nor_shortened(workspace, model):
    generate_slice(workspace, only(workspace), model, "ana")
    for statement in ("UPDATE generation SET author='ben'", "DELETE FROM generation"):
        with pytest.raises(Exception, match="append-only"):
            workspace._connection.execute(statement)
