import json
from dataclasses import replace

import pytest

from vne_core.learn.facts import SpecError, from_table, to_table
from vne_core.vne.config import (
    NetworkConfig,
    TrainingSpec,
    load_spec,
    preset_names,
    spec_json,
)


def test_a_training_survives_json_and_its_text_is_the_same_each_time(spec):
    text = spec_json(spec)
    again = from_table(TrainingSpec, json.loads(text))
    assert again == spec
    assert spec_json(again) == text


def test_every_training_that_comes_with_the_program_can_be_built():
    assert {"default", "t1_only"} <= set(preset_names())
    for name in preset_names():
        assert load_spec(name).name == name


def test_the_baseline_is_the_default_network_with_one_stream():
    for whole, one_stream in (("default", "t1_only"), ("further", "further_t1_only")):
        network, baseline = load_spec(whole).network, load_spec(one_stream).network
        assert baseline == replace(network, streams=("t1",))


def test_what_ships_can_be_learnt_further_with_the_preset_for_it():
    assert load_spec("further").network == load_spec("default").network


@pytest.mark.parametrize(
    "table, found, needed",
    [
        ({"network": {"width": 3}}, "network.width is 3", "4 to 64"),
        ({"network": {"streams": ["t1", "t1"]}}, "network.streams is ['t1', 't1']", "different"),
        ({"network": {"streams": ["t2"]}}, "network.streams[0] is 't2'", "t1, ir, cine"),
        ({"network": {"depth": 5}}, "schedule has crops of 144 px", "a multiple of 32"),
        ({"loss": {"adversarial_kind": "wasserstein"}}, "loss.adversarial_kind", "hinge"),
        ({"loss": {"l1": 0.0}}, "loss.l1, perceptual and adversarial are 0", "above 0"),
        ({"augment": {"scale": [0.9]}}, "augment.scale has 1 values", "2"),
        ({"augment": {"scale": [1.2, 0.9]}}, "augment.scale is [1.2, 0.9]", "smaller number"),
        ({"schedule": {"batch": 2.5}}, "schedule.batch is 2.5", "type int"),
        ({"run": {"max_minutes": 0}}, "run.max_minutes is 0", "more than 0"),
        ({"data": {"forbidden": ["xyz"]}}, "data.forbidden holds 'xyz'", "16 hexadecimal"),
        ({"data": {"cohorts": [{}]}}, "data.cohorts[0] is incomplete", "folder"),
        ({"datta": {}}, "datta is no field", "data"),
        ({"name": "a/b"}, "name is 'a/b'", "letters"),
        ({"start_from": ""}, "start_from is empty", "the folder of a model"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_its_path_and_range(table, found, needed):
    with pytest.raises(SpecError) as refused:
        from_table(TrainingSpec, {"name": "x", **table})
    assert found in refused.value.found
    assert needed in refused.value.needed


def test_a_file_may_name_its_arrays_and_its_start_beside_it(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nstart_from = "first"\n[data]\ncohorts = [{ folder = "arrays" }]\n'
    )
    spec = load_spec(str(path))
    (cohort,) = spec.data.cohorts
    assert cohort.folder == str(tmp_path / "arrays")
    assert spec.start_from == str(tmp_path / "first")


@pytest.mark.parametrize("text", ["name = ", "[1, 2]"])
def test_a_file_that_is_no_table_is_refused_by_its_path(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(SpecError, match=r"bad\.json"):
        load_spec(str(path))


def test_a_network_is_read_from_what_was_written_of_it(spec):
    assert (
        from_table(NetworkConfig, json.loads(json.dumps(to_table(spec.network))), "network.")
        == spec.network
    )
