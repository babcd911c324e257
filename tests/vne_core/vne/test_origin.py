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
from vne_core.learn.checkpoint import CheckpointError
from vne_core.learn.distributed import World
from vne_core.learn.facts import from_table
from vne_core.vne.config import CohortSource
from vne_core.vne.dataset import open_training_data
from vne_core.vne.origin import Origin, OriginError
from vne_core.vne.split import Person, SplitError
from vne_core.vne.told import Note
from vne_core.vne.train import TrainingError, train


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


def test_what_is_written_lies_between_the_first_weights_and_the_last(l1_only, first, tmp_path):
    spec = replace(l1_only(steps=3, rate=5e-3, warmup=0), start_from=str(first))
    trained(spec, tmp_path / "last")
    kept = replace(spec, schedule=replace(spec.schedule, kept_start=0.25))
    trained(kept, tmp_path / "between")
    start, last, between = (
        weights(path) for path in (first, tmp_path / "last", tmp_path / "between")
    )
    moved = max(float((last[name] - start[name]).abs().max()) for name in start)
    assert moved > 1e-3
    for name, found in between.items():
        torch.testing.assert_close(found, 0.25 * start[name] + 0.75 * last[name])


def test_a_share_of_no_weights_is_refused_before_a_folder_is_taken(l1_only, tmp_path):
    spec = l1_only(steps=1, kept_start=0.25)
    with pytest.raises(TrainingError, match=r"no model is named.*--start-from"):
        trained(spec, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_it_goes_on_bit_for_bit_when_the_first_folder_is_gone(l1_only, first, tmp_path):
    spec = replace(l1_only(steps=4, kept_start=0.25), start_from=str(first))
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
    third = from_table(Origin, run["origin"])
    assert [one.name for one in third.lineage()] == ["second", "first"]


def people(spec, seen=frozenset(), *, out: Path):
    """Return whom a training learns from and whom it is validated on."""
    data = open_training_data(spec.data, out, seen)
    return {row.person for row in data.training}, {row.person for row in data.validation}


@pytest.mark.parametrize("split_seed", range(1, 9))
def test_with_the_same_cohorts_the_same_are_held_out_and_with_another_split_too(
    further, tmp_path, split_seed
):
    """Of four patients three were learnt from, whatever the split."""
    learnt, held_out = people(further, out=tmp_path / "first-split")
    other = replace(further, data=replace(further.data, split_seed=split_seed))
    assert people(other, learnt, out=tmp_path / "out") == (learnt, held_out)


def test_nobody_is_validated_on_whom_an_ancestor_has_learnt_from(further, arrays, tmp_path):
    """The second training saw other patients only; the third has the first one's among its own."""
    elsewhere = write_arrays(tmp_path / "elsewhere", 4, seed=6)
    apart = replace(further.data, cohorts=(CohortSource(str(elsewhere)),))
    trained(replace(further, data=apart), tmp_path / "second")
    seen = (
        people(further, out=tmp_path / "a")[0]
        | people(replace(further, data=apart), out=tmp_path / "b")[0]
    )
    both = tuple(CohortSource(str(folder)) for folder in (arrays, elsewhere))
    for split_seed in (1, 2, 3):
        third = replace(
            further,
            start_from=str(tmp_path / "second"),
            data=replace(further.data, cohorts=both, split_seed=split_seed),
        )
        run = trained(third, tmp_path / f"third-{split_seed}")
        assert len(run["split"]["validation"]) == 2
        assert not {Person(*one) for one in run["split"]["validation"]} & seen


def test_a_model_that_has_seen_everybody_is_refused(further, tmp_path):
    seen = set.union(*people(further, out=tmp_path / "first-split"))
    with pytest.raises(SplitError, match=r"learnt from every patient.*cohort of another seed"):
        open_training_data(further.data, tmp_path / "out", seen)


def test_a_model_whose_ancestor_has_learnt_from_test_patients_is_refused(further, arrays, tmp_path):
    seed = json.loads((arrays / "arrays.json").read_bytes())["seed"]
    elsewhere = write_arrays(tmp_path / "elsewhere", 4, seed=seed + 1)
    data = replace(further.data, cohorts=(CohortSource(str(elsewhere)),))
    trained(replace(further, data=data), tmp_path / "second")
    third = replace(
        further,
        start_from=str(tmp_path / "second"),
        data=replace(data, forbidden_seeds=(seed,)),
    )
    with pytest.raises(OriginError, match=f"the model first .*seed {seed} .*kept for tests"):
        trained(third, tmp_path / "out")


def test_a_folder_without_a_model_is_refused(further, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(OriginError, match=r"empty holds no trained model.*run\.json"):
        trained(replace(further, start_from=str(tmp_path / "empty")), tmp_path / "out")


def edited(folder: Path, change) -> None:
    """Change a training's record."""
    run = json.loads((folder / "run.json").read_bytes())
    change(run)
    (folder / "run.json").write_text(json.dumps(run))


@pytest.mark.parametrize(
    "change",
    [
        lambda run: run.pop("cohorts"),
        lambda run: run["cohorts"][0].pop("seed"),
        lambda run: run["split"].update(validation=[[1]]),
        lambda run: run["spec"]["network"].update(width="wide"),
        lambda run: run.update(origin={"name": "x"}),
    ],
)
def test_a_damaged_record_is_refused_in_words(further, first, tmp_path, change):
    edited(first, change)
    with pytest.raises(OriginError, match="first holds no trained model"):
        trained(further, tmp_path / "out")


def test_weights_that_are_not_the_records_are_refused(further, first, tmp_path):
    (first / "generator.safetensors").write_bytes(b"other")
    with pytest.raises(OriginError, match=r"is not the file that its run\.json speaks of"):
        trained(further, tmp_path / "out")


def test_another_network_is_refused_with_both_values_before_anything_is_trained(
    further, spec, tmp_path
):
    wider = replace(further, network=replace(further.network, width=6), localiser=spec.localiser)
    with pytest.raises(OriginError, match=r"network\.width is 6 .* 4; .*set width = 4"):
        trained(wider, tmp_path / "out")
    assert not (tmp_path / "out" / "localiser.safetensors").exists()


def test_the_kept_copy_of_the_weights_is_refused_when_it_changed(further, tmp_path):
    with pytest.raises(Cancelled):
        trained(further, tmp_path / "out", cancelled=lambda: True)
    (tmp_path / "out" / "checkpoint.safetensors").unlink()
    (tmp_path / "out" / "origin.safetensors").write_bytes(b"other")
    with pytest.raises(CheckpointError, match="has changed since this training was begun"):
        trained(further, tmp_path / "out", resume=True)


def test_it_is_told_at_the_start_what_it_begins_with(further, tmp_path):
    for start, words in ((further.start_from, "weights of first, 3 steps"), (None, "random")):
        training = train(
            replace(further, start_from=start), tmp_path / words[:6], World(), lambda: False
        )
        told = [event.text for event in training if isinstance(event, Note)]
        assert sum(words in text for text in told) == 1
