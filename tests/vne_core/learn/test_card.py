import json

import pytest

from vne_core.files import sha256_file
from vne_core.learn.card import (
    CARD,
    GENERATOR,
    LOCALISER,
    VIRTUAL_COHORT,
    Metric,
    ModelRefusedError,
    check_model,
    read_card,
)


def test_a_card_comes_back_from_its_file_as_it_was(new_model, card, tmp_path):
    metrics = (Metric("R at 50 %", 0.8, 0.7, 0.9, 120), Metric("false positives", 1, n=40))
    folder = new_model(tmp_path, metrics=metrics)
    found = check_model(folder)
    files = {p.name: sha256_file(p) for p in folder.iterdir() if p.name != CARD}
    assert found == card(metrics=metrics, files=files)
    assert found.caution == VIRTUAL_COHORT


@pytest.mark.parametrize("name", [GENERATOR, LOCALISER, "generator.safetensors"])
def test_a_missing_file_is_named(new_model, tmp_path, name):
    folder = new_model(tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelRefusedError, match=f"made-1 has no {name}.*copy the model again"):
        check_model(folder)


@pytest.mark.parametrize("name", [GENERATOR, LOCALISER, "generator.safetensors"])
def test_one_changed_byte_is_found_and_its_file_named(new_model, tmp_path, name):
    folder = new_model(tmp_path)
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelRefusedError, match=f"made-1 is damaged: its {name} is not"):
        check_model(folder)


def test_a_folder_that_was_renamed_is_refused_with_both_names(new_model, tmp_path):
    folder = new_model(tmp_path).rename(tmp_path / "other")
    with pytest.raises(ModelRefusedError, match="folder other holds the card of the model made-1"):
        check_model(folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "cannot be read"),
        ("[1]", "schema None"),
        ('{"schema": "theirs/7"}', "schema 'theirs/7'"),
        ('{"schema": "vne-reader/model/1"}', "lacks or garbles 'training_range'"),
    ],
)
def test_a_foreign_card_is_refused_with_what_it_says(new_model, tmp_path, text, told):
    folder = new_model(tmp_path)
    (folder / CARD).write_text(text)
    with pytest.raises(ModelRefusedError, match=told):
        read_card(folder)


@pytest.mark.parametrize("field", ["files", "matched_levels", "network", "limits", "metrics"])
@pytest.mark.parametrize("value", [None, 7, "x", [None], {"a": 1}, [[1, 2]]])
def test_a_garbled_card_is_refused_and_raises_nothing_else(new_model, tmp_path, field, value):
    folder = new_model(tmp_path)
    document = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(document | {field: value}))
    told = ""
    try:
        read_card(folder)
    except ModelRefusedError as error:
        told = error.found
    assert told == "" or "made-1" in told


@pytest.mark.parametrize("levels", [(0.2, 0.4), (0.4, 0.4), (1.0, 0.5), (0.5, 0.0)])
def test_thresholds_that_do_not_nest_are_refused(card, levels):
    with pytest.raises(ModelRefusedError, match="matched thresholds"):
        card(matched_levels=levels)


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "x" * 65, "-x"])
def test_an_id_that_cannot_name_a_folder_is_refused(card, name):
    with pytest.raises(ModelRefusedError, match="a model called"):
        card(name)


def test_a_card_cannot_point_outside_its_folder(new_model, tmp_path):
    folder = new_model(tmp_path)
    document = json.loads((folder / CARD).read_text())
    document["files"]["../secret"] = "0" * 64
    (folder / CARD).write_text(json.dumps(document))
    with pytest.raises(ModelRefusedError, match=r"the hash of \.\./secret"):
        read_card(folder)


def test_what_decides_an_image_is_the_graphs_and_not_the_figures(card):
    files = {GENERATOR: "1" * 64, LOCALISER: "2" * 64}
    one = card(files=files)
    same = card(files=files, metrics=(Metric("R", 0.5),))
    other = card(files=files | {GENERATOR: "3" * 64})
    assert one.graph_fingerprint == same.graph_fingerprint != other.graph_fingerprint
    assert one.fingerprint != same.fingerprint
