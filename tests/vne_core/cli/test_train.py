from tests.vne_core.vne.made_arrays import write_arrays
from tests.vne_core.vne.small_spec import small_spec
from vne_core.vne.config import spec_json


def test_a_training_ends_with_its_measures_and_a_second_one_there_is_refused(vne, tmp_path):
    arrays = write_arrays(tmp_path / "arrays", 3)
    spec, out = tmp_path / "small.json", tmp_path / "out"
    spec.write_text(spec_json(small_spec(arrays)))
    said = vne("train", "--spec", spec, "--out", out, "--json")
    assert said.code == 0, said.err
    assert said.json["data"]["steps"] == 8
    assert "step 2: l1 " in said.err
    assert (out / "generator.onnx").stat().st_size > 1000
    again = vne("train", "--spec", spec, "--out", out)
    assert again.code == 1
    assert "resume" in again.err


def test_a_spec_that_cannot_be_is_refused_by_its_field(vne, tmp_path):
    spec = tmp_path / "odd.toml"
    spec.write_text('name = "odd"\n[network]\nwidth = 1000\n')
    said = vne("train", "--spec", spec, "--out", tmp_path / "out")
    assert said.code == 1
    assert "network.width is 1000; needed: 4 to 64" in said.err
    assert not (tmp_path / "out").exists()
