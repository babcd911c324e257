import pytest
import torch

from tests.vne_core.vne.small_spec import SMALL
from vne_core.vne.config import STREAM_CHANNELS, NetworkConfig
from vne_core.vne.discriminator import Discriminators, PatchDiscriminator
from vne_core.vne.network import Generator


def images(rows: int, cols: int, count: int = 1, seed: int = 0) -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(seed)
    made = {
        name: torch.randn(count, channels, rows, cols, generator=rng)
        for name, channels in STREAM_CHANNELS.items()
    }
    for stream in made.values():
        stream[:, -1] = 1.0
    return made


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(3)
    return Generator(SMALL).eval()


@pytest.mark.parametrize("rows, cols", [(64, 64), (61, 83), (5, 100)])
def test_every_size_of_image_comes_back_at_its_size(generator, rows, cols):
    vne, spread = generator(images(rows, cols, 2))
    assert vne.shape == spread.shape == (2, 1, rows, cols)
    assert spread.min() > 0


@pytest.mark.parametrize("missing", ["cine", "ir"])
def test_a_missing_stream_says_nothing_and_learns_nothing(generator, missing):
    native = images(48, 48)
    native[missing][:, -1] = 0
    vne, _ = generator(native)
    vne.sum().backward()
    assert all(not p.grad.any() for p in generator.streams[missing].parameters())
    assert any(p.grad.any() for p in generator.streams["t1"].parameters())
    other = native | {missing: torch.zeros_like(native[missing])}
    assert torch.equal(generator(other)[0], vne)


def test_a_slice_without_a_stream_does_not_change_the_slices_beside_it(generator):
    both = images(48, 48, 2)
    both["cine"][1] = 0
    alone = {name: stream[:1] for name, stream in both.items()}
    assert torch.allclose(generator(both)[0][:1], generator(alone)[0], atol=1e-5)


def test_a_t1_map_longer_by_the_same_everywhere_gives_another_image(generator):
    """Instance normalisation alone would make both the same."""
    native = images(48, 48)
    longer = native | {"t1": native["t1"] + torch.tensor([0.5, 0.0])[:, None, None]}
    assert (generator(native)[0] - generator(longer)[0]).abs().mean() > 0.01


def test_even_images_give_an_even_image_without_checkerboard(generator):
    """Far from the border; strides and upsampling that favour some pixels would show here."""
    even = {name: torch.ones(1, c, 160, 160) for name, c in STREAM_CHANNELS.items()}
    vne, spread = generator(even)
    for made in (vne, spread):
        middle = made[0, 0, 72:88, 72:88]
        assert (middle.max() - middle.min()).item() < 1e-4


def test_the_baseline_needs_only_its_stream():
    torch.manual_seed(0)
    single = Generator(NetworkConfig(streams=("t1",), width=4, depth=2))
    vne, _ = single({"t1": images(32, 32)["t1"]})
    assert vne.shape == (1, 1, 32, 32)
    assert list(single.streams) == ["t1"]


def test_a_patch_of_the_discriminator_is_70_pixels():
    torch.manual_seed(0)
    judge = PatchDiscriminator(4)
    for layer in judge.modules():
        if isinstance(layer, torch.nn.GroupNorm):
            layer.forward = lambda x: x
    seen = torch.randn(1, 3, 160, 160, requires_grad=True)
    answers = judge(seen)
    answers[0, 0, answers.shape[2] // 2, answers.shape[3] // 2].backward()
    rows, cols = torch.nonzero(seen.grad.abs().sum((0, 1)), as_tuple=True)
    assert rows.max() - rows.min() + 1 == 70
    assert cols.max() - cols.min() + 1 == 70


def test_the_second_discriminator_looks_at_half_the_resolution():
    torch.manual_seed(0)
    native = images(96, 96)
    fine, coarse = Discriminators(2, 4)(native["t1"], native["t1"][:, :1])
    assert fine.shape[2] > 1.9 * coarse.shape[2]
