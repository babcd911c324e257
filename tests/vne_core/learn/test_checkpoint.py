import pytest
import torch
from torch import nn
from torch.optim import Adam

from vne_core.learn.checkpoint import (
    CheckpointError,
    optimizer_tensors,
    read_checkpoint,
    restore_optimizer,
    write_checkpoint,
)


def test_tensors_and_facts_come_back_bit_for_bit(tmp_path):
    made = {
        "a": torch.randn(3, 4, dtype=torch.float64),
        "b": torch.randn(2, 3, 5, 7).to(memory_format=torch.channels_last),
        "c": torch.tensor(7.0),
        "state": torch.get_rng_state(),
    }
    write_checkpoint(tmp_path / "c.safetensors", made, {"step": 3, "name": "größer"})
    tensors, facts = read_checkpoint(tmp_path / "c.safetensors")
    assert tensors.keys() == made.keys()
    assert all(torch.equal(tensors[name], made[name]) for name in made)
    assert (facts["step"], facts["name"]) == (3, "größer")


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b"", lambda b: b"\x80\x04" + b])
def test_a_damaged_file_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "c.safetensors"
    write_checkpoint(path, {"a": torch.ones(9)}, {})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CheckpointError, match=r"c\.safetensors"):
        read_checkpoint(path)


def test_weights_of_another_program_are_refused(tmp_path):
    from safetensors.torch import save_file  # noqa: PLC0415

    save_file({"a": torch.ones(2)}, tmp_path / "other.safetensors")
    with pytest.raises(CheckpointError, match=r"other\.safetensors"):
        read_checkpoint(tmp_path / "other.safetensors")


def test_an_optimiser_goes_on_as_if_it_had_not_stopped():
    torch.manual_seed(0)
    layer = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
    images = torch.randn(2, 3, 8, 8)

    def learn(network, optimizer) -> None:
        optimizer.zero_grad()
        network(images).square().mean().backward()
        optimizer.step()

    steps = Adam(layer.parameters(), 0.1)
    learn(layer, steps)
    copy = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
    copy.load_state_dict(layer.state_dict())
    resumed = Adam(copy.parameters(), 0.1)
    restore_optimizer(resumed, optimizer_tensors(steps))
    for _ in range(3):
        learn(layer, steps)
        learn(copy, resumed)
    assert torch.equal(layer.weight, copy.weight)
