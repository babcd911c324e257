import json

import pytest

from vne_core.learn.card import GENERATOR, ModelRefusedError
from vne_core.learn.registry import POINTER, NoModelError, PointerError, Registry


@pytest.fixture
def shipped(tmp_path, new_model):
    home = tmp_path / "shipped"
    new_model(home, "shipped-1")
    return home


@pytest.fixture
def registry(tmp_path, shipped):
    return Registry(tmp_path / "workspace" / "models", shipped)


def test_the_only_shipped_model_is_in_use_until_another_is_promoted(registry, new_model):
    assert registry.active().model_id == "shipped-1"
    new_model(registry.own, "own-1")
    assert registry.active().model_id == "shipped-1"
    registry.promote("own-1", "ana")
    assert registry.active().model_id == "own-1"
    assert not registry.active().is_shipped


def test_of_several_shipped_models_the_named_one_is_in_use(registry, shipped, new_model):
    new_model(shipped, "baseline-1")
    assert registry.active_id() is None
    (shipped / "default.json").write_text('{"model_id": "shipped-1"}')
    assert registry.active_id() == "shipped-1"


def test_rolling_back_goes_through_every_earlier_model_to_the_shipped_one(registry, new_model):
    for name in ("own-1", "own-2", "own-3"):
        new_model(registry.own, name)
        registry.promote(name, "ana")
    for name in ("own-2", "own-1", "shipped-1"):
        assert registry.rollback("ben").model_id == name
        assert registry.active_id() == name
    with pytest.raises(NoModelError, match="no earlier model"):
        registry.rollback("ben")


def test_the_history_keeps_who_did_what_with_which_files(registry, new_model):
    new_model(registry.own, "own-1")
    registry.promote("own-1", "ana")
    registry.rollback("ben")
    told = [(change.action, change.model_id, change.by) for change in registry.history()]
    assert told == [("promoted", "own-1", "ana"), ("rolled back", "shipped-1", "ben")]
    assert registry.history()[0].fingerprint == registry.show("own-1").card.fingerprint


def test_promoting_again_after_a_rollback_counts_from_there(registry, new_model):
    for name in ("own-1", "own-2"):
        new_model(registry.own, name)
        registry.promote(name, "ana")
    registry.rollback("ana")
    registry.promote("own-2", "ana")
    assert registry.rollback("ana").model_id == "own-1"


def test_a_damaged_model_cannot_be_promoted_and_the_one_in_use_stays(registry, new_model):
    folder = new_model(registry.own, "own-1")
    (folder / GENERATOR).write_bytes(b"something else")
    with pytest.raises(ModelRefusedError, match=r"own-1 is damaged: its generator\.onnx"):
        registry.promote("own-1", "ana")
    assert registry.active_id() == "shipped-1"
    assert not (registry.own / POINTER).exists()


def test_the_list_shows_a_damaged_model_with_its_reason(registry, new_model):
    folder = new_model(registry.own, "own-1")
    (folder / GENERATOR).unlink()
    listed = {one.model_id: one for one in registry.list()}
    assert listed["shipped-1"].problem == ""
    assert "has no generator.onnx" in listed["own-1"].problem


def test_a_model_in_use_that_was_damaged_later_is_refused_by_name(registry, new_model):
    folder = new_model(registry.own, "own-1")
    registry.promote("own-1", "ana")
    (folder / GENERATOR).unlink()
    with pytest.raises(ModelRefusedError, match=r"own-1 has no generator\.onnx"):
        registry.active()


def test_without_any_model_the_refusal_says_how_to_get_one(tmp_path):
    with pytest.raises(NoModelError, match=r"no VNE model is installed.*vne train"):
        Registry(tmp_path / "none", tmp_path / "nothing").active()


def test_an_unknown_model_is_refused_with_the_names_of_those_here(registry):
    with pytest.raises(NoModelError, match=r"no model is called nobody.*shipped-1"):
        registry.show("nobody")


@pytest.mark.parametrize("text", ["{", "{}", '{"vne-reader/active-model/1": [{"who": 1}]}', "7"])
def test_a_damaged_history_is_refused_and_not_overwritten(registry, new_model, text):
    new_model(registry.own, "own-1")
    (registry.own / POINTER).write_text(text)
    with pytest.raises(ModelRefusedError, match="history of models"):
        registry.promote("own-1", "ana")
    assert (registry.own / POINTER).read_text() == text


def test_the_pointer_is_plain_json_that_a_person_can_read(registry, new_model):
    new_model(registry.own, "own-1")
    registry.promote("own-1", "ana")
    document = json.loads((registry.own / POINTER).read_text())
    assert document["vne-reader/active-model/1"][0]["by"] == "ana"


def test_a_choice_that_cannot_be_stored_leaves_the_model_before_in_use(tmp_path, shipped):
    (tmp_path / "models").write_text("a file where the folder should be")
    registry = Registry(tmp_path / "models", shipped)
    with pytest.raises(PointerError, match="models cannot be written"):
        registry.promote("shipped-1", "ana")
    assert registry.active_id() == "shipped-1"
