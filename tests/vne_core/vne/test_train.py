import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.vne_core.vne.made_arrays import write_arrays
from vne_core.errors import Cancelled
from vne_core.learn.checkpoint import CheckpointError
from vne_core.learn.distributed import World
from vne_core.vne.config import CohortSource, LossSpec
from vne_core.vne.dataset import DataError
from vne_core.vne.split import SplitError, patient_key
from vne_core.vne.told import Figures, Stage
from vne_core.vne.train import TrainingError, pace_share, train


def told(spec, out: Path, *, cancelled=lambda: False, resume=False):
    """Run a training to its end; return what it told and what it returned."""
    training = train(spec, out, World(), cancelled, resume=resume)
    events = []
    while True:
        try:
            events.append(next(training))
        except StopIteration as ended:
            return events, ended.value


def after(calls: int):
    """Ask to stop at the given question."""
    left = iter(range(calls))
    return lambda: next(left, None) is None


def test_an_interrupted_training_goes_on_bit_for_bit(spec, tmp_path):
    """Every term, both optimisers and the running average are in it."""
    told(spec, tmp_path / "whole")
    preparing = spec.localiser.steps + spec.loss.encoder_steps
    with pytest.raises(Cancelled):
        told(spec, tmp_path / "cut", cancelled=after(preparing + 5))
    torch.manual_seed(99)
    told(spec, tmp_path / "cut", resume=True)
    whole, cut = (
        load_file(tmp_path / name / "checkpoint.safetensors") for name in ("whole", "cut")
    )
    assert whole.keys() == cut.keys()
    assert {name for name in whole if not torch.equal(whole[name], cut[name])} == set()
    weights = [
        (tmp_path / name / "generator.safetensors").read_bytes() for name in ("whole", "cut")
    ]
    assert weights[0] == weights[1]


def test_a_training_begun_before_a_field_was_added_goes_on(l1_only, tmp_path):
    spec, path = l1_only(steps=4), tmp_path / "out" / "spec.json"
    with pytest.raises(Cancelled):
        told(spec, tmp_path / "out", cancelled=after(2))
    stored = json.loads(path.read_bytes())
    for name in ("distribution_kind", "distribution_scale"):
        del stored["loss"][name]
    del stored["start_from"]
    path.write_text(json.dumps(stored))
    assert told(spec, tmp_path / "out", resume=True)[1]["steps"] == 4


def test_another_seed_gives_another_network_and_the_same_seed_the_same(l1_only, tmp_path):
    spec = l1_only(steps=2)
    other = replace(spec, run=replace(spec.run, seed=2))
    for name, asked in (("a", spec), ("b", spec), ("c", other)):
        told(asked, tmp_path / name)
    a, b, c = ((tmp_path / name / "generator.safetensors").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_slices_read_ahead_by_a_worker_give_the_same_network(l1_only, tmp_path):
    spec = l1_only(steps=2)
    ahead = replace(spec, run=replace(spec.run, workers=1))
    for name, asked in (("here", spec), ("ahead", ahead)):
        told(asked, tmp_path / name)
    here, ahead = (
        (tmp_path / name / "generator.safetensors").read_bytes() for name in ("here", "ahead")
    )
    assert here == ahead


def test_what_it_leaves_is_named_and_hashed(spec, tmp_path):
    events, run = told(spec, tmp_path / "out")
    assert set(run["sha256"]) == {"generator.safetensors", "generator.onnx", "localiser.onnx"}
    assert run == json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert run["perceptual_network"]["name"] == "cardiac encoder of this run"
    assert run["steps"] == 8
    (validated,) = [e for e in events if isinstance(e, Figures) and e.pictures]
    assert Path(validated.pictures[0]).read_bytes().startswith(b"\x89PNG")
    assert {"validation.wall_l1", "validation.r_50"} <= set(validated.values)
    losses = [e.values for e in events if isinstance(e, Figures) and not e.pictures]
    assert "adversarial" not in losses[0]
    assert {"adversarial", "discriminator", "perceptual"} <= set(losses[-1])
    assert {e.text for e in events if isinstance(e, Stage)} >= {"training the generator"}


@pytest.mark.slow
def test_lesions_appear_where_t1_is_long(l1_only, tmp_path):
    """Sixty steps on made ventricles whose lesions are told by native T1 alone."""
    spec = l1_only(steps=60, batch=4, warmup=5, average=0.9, rate=6e-3, also_px=())
    _, run = told(spec, tmp_path / "out")
    assert run["measures"]["wall_l1"] < 0.15
    assert abs(run["measures"]["bias_50"]) < 6


def test_test_patients_are_refused_by_hash_and_by_seed(spec, arrays, tmp_path):
    description = json.loads((arrays / "arrays.json").read_bytes())
    cohort = description["config_hash"]
    for forbidden in (
        {"forbidden": (cohort,)},
        {"forbidden": (patient_key(cohort, 3),)},
        {"forbidden_seeds": (description["seed"],)},
    ):
        asked = replace(spec, data=replace(spec.data, **forbidden))
        with pytest.raises(SplitError, match="kept for tests"):
            told(asked, tmp_path / "out")
        assert not (tmp_path / "out" / "split.json").exists()
        (tmp_path / "out" / "spec.json").unlink()
    first_two = (CohortSource(str(arrays), patients=2),)
    asked = replace(
        spec, data=replace(spec.data, cohorts=first_two, forbidden=(patient_key(cohort, 3),))
    )
    told(
        replace(asked, loss=LossSpec(), schedule=replace(spec.schedule, steps=1)), tmp_path / "out"
    )


def test_two_scanners_of_one_heart_are_on_the_same_side_of_the_split(spec, arrays, tmp_path):
    data = replace(spec.data, cohorts=(CohortSource(str(arrays)), CohortSource(str(arrays), 3)))
    from vne_core.vne.dataset import open_training_data  # noqa: PLC0415

    opened = open_training_data(data, tmp_path)
    sides = [{row.person for row in rows} for rows in (opened.training, opened.validation)]
    assert not sides[0] & sides[1]
    assert len(sides[1]) == 1


def test_a_split_is_frozen_and_another_one_refused(spec, tmp_path):
    from vne_core.vne.dataset import open_training_data  # noqa: PLC0415

    first = open_training_data(spec.data, tmp_path)
    assert open_training_data(spec.data, tmp_path).validation == first.validation
    with pytest.raises(SplitError, match="split of other patients"):
        open_training_data(replace(spec.data, split_seed=2), tmp_path)


def test_uninterpretable_images_are_left_out(spec, tmp_path):
    bad = write_arrays(tmp_path / "bad", 2, lge_category=1)
    data = replace(spec.data, cohorts=(CohortSource(str(bad)),))
    with pytest.raises(DataError, match="0 slices to learn from"):
        told(replace(spec, data=data), tmp_path / "out")


def test_a_folder_that_holds_something_is_not_written_into(spec, l1_only, tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(TrainingError, match="not empty"):
        told(spec, tmp_path)
    told(l1_only(steps=1), tmp_path / "out")
    with pytest.raises(TrainingError, match="resume"):
        told(l1_only(steps=1), tmp_path / "out")
    with pytest.raises(TrainingError, match="schedule"):
        told(l1_only(steps=2), tmp_path / "out", resume=True)


def test_a_damaged_checkpoint_is_refused_by_name(l1_only, tmp_path):
    told(l1_only(steps=1), tmp_path / "out")
    path = tmp_path / "out" / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"checkpoint\.safetensors"):
        told(l1_only(steps=1), tmp_path / "out", resume=True)


def test_a_loss_that_is_no_number_ends_the_training(l1_only, tmp_path, monkeypatch):
    from vne_core.vne import trainer  # noqa: PLC0415

    lost = lambda pair: pair.vne.sum() * float("nan")  # noqa: E731
    monkeypatch.setattr(trainer, "absolute_difference", lost)
    with pytest.raises(TrainingError, match="the loss is nan at step 0"):
        told(l1_only(steps=2), tmp_path / "out")


def test_time_that_is_up_ends_a_training_as_its_steps_do(l1_only):
    spec = l1_only(steps=100)
    spec = replace(spec, run=replace(spec.run, max_minutes=2.0))
    assert pace_share(spec, 30, 12.0) == pytest.approx(0.3)
    assert pace_share(spec, 30, 60.0) == pytest.approx(0.5)
    assert pace_share(spec, 30, 120.0) == pytest.approx(1.0)


def test_measures_of_a_perfect_image_are_perfect(spec, tmp_path):
    from vne_core.vne.dataset import open_training_data  # noqa: PLC0415
    from vne_core.vne.validation import measures  # noqa: PLC0415

    data = open_training_data(replace(spec.data, validation_share=0.5), tmp_path)

    class Knowing(torch.nn.Module):
        """Tells the target it looks up by the T1 map."""

        def __init__(self):
            super().__init__()
            self.unused = torch.nn.Parameter(torch.zeros(1))

        def forward(self, images):
            t1 = images["t1"][:, :1] * 400 + 1100
            wall = torch.where(t1 > 1045, 0.8, 0.0)
            return torch.where(t1 > 1300, 1.0, wall), torch.full_like(wall, 0.01)

    found = measures(Knowing(), data, data.validation, 96)
    assert found["wall_l1"] < 0.03
    assert abs(found["bias_50"]) < 1.0
    assert np.isfinite(list(found.values())).all()


def test_pictured_slices_go_from_the_least_burden_to_the_most(spec, tmp_path):
    from vne_core.vne.dataset import open_training_data  # noqa: PLC0415
    from vne_core.vne.validation import from_least_to_most  # noqa: PLC0415

    data = open_training_data(spec.data, tmp_path)
    table = data.sets[0].arrays["table"]
    shown = from_least_to_most(data, data.training, 4)
    burdens = [float(table["true_burden_percent"][row.row, 0]) for row in shown]
    everyone = [float(table["true_burden_percent"][row.row, 0]) for row in data.training]
    assert burdens == sorted(burdens)
    assert (burdens[0], burdens[-1]) == (min(everyone), max(everyone))
    assert len(set(burdens)) == 4
