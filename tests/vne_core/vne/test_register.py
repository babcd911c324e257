import json

import numpy as np
import pytest

from tests.vne_core.learn.made_model import generator, localiser
from tests.vne_core.vne.made_arrays import BLOOD_T1_MS, LESION_T1_MS, WALL_T1_MS
from vne_core.cli.models import card_text
from vne_core.learn.card import ModelRefusedError, check_model
from vne_core.phantom.training_set import open_training_set
from vne_core.vne.model import load_model
from vne_core.vne.register import register_training, training_range


@pytest.fixture
def left(tmp_path, arrays):
    """What a training leaves, with graphs of a made model."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "generator.onnx").write_bytes(generator().SerializeToString())
    (folder / "localiser.onnx").write_bytes(localiser().SerializeToString())
    (folder / "generator.safetensors").write_bytes(b"weights")
    document = {
        "name": "trial",
        "spec": {
            "network": {"streams": ["t1", "ir", "cine"], "width": 4},
            "data": {
                "cohorts": [{"folder": str(arrays), "patients": None}],
                "split_seed": 2021,
                "validation_share": 0.25,
            },
            "loss": {"weight_file": "/home/somebody/vgg19-dcbb9e9d.pth"},
            "run": {"seed": 7},
        },
        "cohorts": [{"config_name": "made", "config_hash": "0" * 16, "seed": 5, "patients": 4}],
        "training_slices": 9,
        "validation_slices": 3,
        "parameters": 840_000,
        "versions": {"vne-reader": "0.1.0"},
    }
    (folder / "run.json").write_text(json.dumps(document))
    return folder


def test_a_finished_training_becomes_a_whole_model_with_its_card(left, tmp_path):
    card = register_training(left, tmp_path / "models", "trial-1")
    assert check_model(tmp_path / "models" / "trial-1") == card
    assert card.data["cohorts"] == [{"name": "made", "hash": "0" * 16, "patients": 4, "seed": 5}]
    assert card.training["run"] == {"seed": 7}
    assert "0.84 M parameters" in card.what
    assert load_model(tmp_path / "models" / "trial-1").streams == ("t1", "ir", "cine")


def test_the_range_is_that_of_the_wall_and_neither_blood_nor_chest(arrays):
    found = training_range([open_training_set(arrays)])
    low, high = found.wall_t1_ms
    assert WALL_T1_MS - 30 < low < WALL_T1_MS
    assert LESION_T1_MS < high < LESION_T1_MS + 30 < BLOOD_T1_MS
    assert found.pixel_mm == (1.0, 1.0)
    assert np.isclose(found.field_t, 1.5).all()


def test_no_place_on_the_training_machine_is_written_down(left, tmp_path, arrays):
    register_training(left, tmp_path / "models", "trial-1")
    for name in ("card.json", "run.json"):
        text = (tmp_path / "models" / "trial-1" / name).read_text()
        assert str(arrays.parent) not in text
        assert "/home/somebody" not in text
        assert "vgg19-dcbb9e9d.pth" in text


def origin(name: str, cohorts, before):
    """Return what a record says of a model begun with."""
    facts = {"weights_sha256": "0" * 64, "steps": 1, "validation": []}
    return {"name": name, "cohorts": cohorts, "origin": before, **facts}


def test_a_model_that_learnt_further_names_whom_the_first_one_learnt_from(left, tmp_path):
    document = json.loads((left / "run.json").read_text())
    earlier = {"config_name": "3t", "config_hash": "1" * 16, "seed": 6, "patients": 2}
    more = {**document["cohorts"][0], "patients": 9}
    zeroth = origin("zeroth", [{**earlier, "seed": 7}], None)
    document["origin"] = origin("first", [more, earlier], zeroth)
    document["spec"]["start_from"] = "/home/somebody/models/first"
    (left / "run.json").write_text(json.dumps(document))
    card = register_training(left, tmp_path / "models", "second")
    assert [(one["seed"], one["patients"]) for one in card.data["cohorts"]] == [
        (5, 9),
        (6, 2),
        (7, 2),
    ]
    assert [one["name"] for one in card.data["began_with"]] == ["first", "zeroth"]
    assert "began with   first, zeroth" in card_text(card)
    assert card.training["start_from"] == "first"
    for name in ("card.json", "run.json"):
        assert "/home/somebody" not in (tmp_path / "models" / "second" / name).read_text()


def test_a_training_that_left_no_localiser_takes_another_models(left, tmp_path):
    models = tmp_path / "models"
    register_training(left, models, "whole")
    (left / "localiser.onnx").unlink()
    with pytest.raises(ModelRefusedError, match=r"run left no localiser\.onnx.*--localiser"):
        register_training(left, models, "baseline")
    assert not (models / "baseline").exists()
    card = register_training(left, models, "baseline", models / "whole")
    assert card.files["localiser.onnx"] == check_model(models / "whole").files["localiser.onnx"]


def test_a_name_that_is_taken_is_refused_and_the_first_model_stays(left, tmp_path):
    first = register_training(left, tmp_path / "models", "trial-1")
    with pytest.raises(ModelRefusedError, match="trial-1 is there already"):
        register_training(left, tmp_path / "models", "trial-1")
    assert check_model(tmp_path / "models" / "trial-1") == first


def test_a_training_that_has_not_ended_is_refused(left, tmp_path):
    (left / "run.json").unlink()
    with pytest.raises(ModelRefusedError, match=r"run has no run\.json.*let the training end"):
        register_training(left, tmp_path / "models", "trial-1")


def test_a_record_that_lacks_something_is_refused_with_its_name(left, tmp_path):
    document = json.loads((left / "run.json").read_text())
    del document["cohorts"]
    (left / "run.json").write_text(json.dumps(document))
    with pytest.raises(ModelRefusedError, match="lacks 'cohorts'"):
        register_training(left, tmp_path / "models", "trial-1")
    assert not (tmp_path / "models" / "trial-1").exists()
