"""A training that begins with the weights of another one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.vne_core.vne.made_arrays import write_arrays
from vne_core.errors import Cancelled
from vne_core.files import sha256_file
from vne_core.learn.distributed import World
from vne_core.vne.config import CohortSource
from vne_core.vne.dataset import open_training_data
from vne_core.vne.origin import OriginError, lineage
from vne_core.vne.split import SplitError
from vne_core.vne.train import train


def trained(spec, out: Path, *, cancelled=lambda: False, resume=False):
    """Run a training to its end; return its record."""
    training = train(spec, out, World(), cancelled, resume=resume)
    while True:
        try:
            next(training)
        except StopIteration as ended:
            return ended.value


@pytest.fixture
def first(l1_only, tmp_path) -> Path:
    """What a training of three steps left."""
    trained(l1_only(steps=3, rate=5e-3, warmup=0), tmp_path / "first")
    return tmp_path / "first"


@pytest.fixture
def further(l1_only, first):
    """A training of one step that begins with it and hardly moves."""
    return replace(l1_only(steps=1, rate=1e-7), start_from=str(first))


def weights(folder: Path):
    return load_file(folder / "generator.safetensors")


def test_it_begins_with_the_weights_of_the_other_and_says_so(further, first, tmp_path):
    run = trained(further, tmp_path / "out")
    before, after = weights(first), weights(tmp_path / "out")
    moved = {name: float((after[name] - before[name]).abs().max()) for name in before}
    assert max(moved.values()) < 1e-6
    trained(replace(further, start_from=None), tmp_path / "random")
    random = weights(tmp_path / "random")
    assert max(float((random[name] - before[name]).abs().max()) for name in before) > 1e-3
    assert run["origin"]["name"] == "first"
    assert run["origin"]["steps"] == 3
    assert run["origin"]["weights_sha256"] == sha256_file(first / "generator.safetensors")


def test_it_goes_on_bit_for_bit_when_the_first_folder_is_gone(l1_only, first, tmp_path):
    spec = replace(l1_only(steps=4), start_from=str(first))
    trained(spec, tmp_path / "whole")
    asked = iter(range(3))
    with pytest.raises(Cancelled):
        trained(spec, tmp_path / "cut", cancelled=lambda: next(asked, None) is None)
    shutil.rmtree(first)
    run = trained(spec, tmp_path / "cut", resume=True)
    whole, cut = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all(torch.equal(whole[name], cut[name]) for name in whole)
    assert run["origin"] == json.loads((tmp_path / "whole" / "run.json").read_bytes())["origin"]


def test_the_models_it_descends_from_are_all_named(further, tmp_path):
    trained(further, tmp_path / "second")
    run = trained(replace(further, start_from=str(tmp_path / "second")), tmp_path / "third")
    assert [one["name"] for one in lineage(run["origin"])] == ["second", "first"]


def test_nobody_is_validated_on_whom_an_ancestor_has_learnt_from(further, tmp_path):
    trained(further, tmp_path / "second")
    for start in (further.start_from, str(tmp_path / "second")):
        other = replace(further, start_from=start, data=another_part(further.data, tmp_path))
        with pytest.raises(OriginError, match=r"learnt from 1 of the 1 patients.*split_seed"):
            trained(other, tmp_path / f"out-of-{Path(start).name}")


def another_part(data, tmp_path: Path):
    """Return the data with a split that holds out another patient."""
    splits = [replace(data, split_seed=seed) for seed in range(1, 20)]
    parts = [open_training_data(one, tmp_path / f"split-{one.split_seed}") for one in splits]
    held_out = [{row.person for row in part.validation} for part in parts]
    return next(one for one, out in zip(splits, held_out, strict=True) if out != held_out[0])


def test_a_model_that_has_learnt_from_test_patients_is_refused(further, arrays, tmp_path):
    seed = json.loads((arrays / "arrays.json").read_bytes())["seed"]
    elsewhere = write_arrays(tmp_path / "elsewhere", 4, seed=seed + 1)
    data = replace(further.data, cohorts=(CohortSource(str(elsewhere)),), forbidden_seeds=(seed,))
    with pytest.raises(SplitError, match=f"seed {seed} .*kept for tests"):
        trained(replace(further, data=data), tmp_path / "out")


def test_a_folder_without_a_model_is_refused(further, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(OriginError, match=r"empty holds no trained model.*run\.json"):
        trained(replace(further, start_from=str(tmp_path / "empty")), tmp_path / "out")


def test_another_network_is_refused_by_the_names_of_what_differs(further, tmp_path):
    wider = replace(further, network=replace(further.network, width=6, widest=12))
    with pytest.raises(OriginError, match=r"another network\.width, network\.widest"):
        trained(wider, tmp_path / "out")


def test_weights_that_changed_since_it_began_are_refused(further, l1_only, first, tmp_path):
    with pytest.raises(Cancelled):
        trained(further, tmp_path / "out", cancelled=lambda: True)
    (tmp_path / "out" / "checkpoint.safetensors").unlink()
    (first / "generator.safetensors").write_bytes(b"other")
    with pytest.raises(OriginError, match="are not those that this training began with"):
        trained(further, tmp_path / "out", resume=True)
