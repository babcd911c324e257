import hashlib

import pytest
import torch
from torch import nn

from vne_core.vne import perceptual
from vne_core.vne.perceptual import CardiacEncoder, WeightFileError, load_vgg, unlikeness


def vgg16_layers() -> list[nn.Module]:
    """VGG16's first four blocks as its paper lists them (configuration D)."""
    plan = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512]
    layers, channels = [], 3
    for width in plan:
        if width == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    return layers


@pytest.fixture
def vgg_file(tmp_path, monkeypatch):
    """A weight file with torchvision's names and random weights, and the layers it holds."""
    torch.manual_seed(0)
    layers = nn.Sequential(*vgg16_layers())
    path = tmp_path / "vgg16.pth"
    weights = {f"features.{name}": value for name, value in layers.state_dict().items()}
    torch.save(weights | {"classifier.0.weight": torch.zeros(2, 2)}, path)
    digits = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    monkeypatch.setitem(perceptual.VGG_DIGITS, "vgg16", digits)
    return path, layers


def test_vgg_features_are_those_of_the_layers_in_the_file(vgg_file):
    path, layers = vgg_file
    features, source = load_vgg(path)
    image = torch.rand(1, 1, 32, 32)
    black, white = perceptual.GREY_LIMITS
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    sd = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    wanted = layers(((image - black) / (white - black) - mean) / sd)
    assert torch.allclose(features(image)[-1], wanted, atol=1e-5)
    assert source.name == "vgg16 (ImageNet)"
    assert not any(p.requires_grad for p in features.parameters())


def test_a_file_that_is_not_what_torchvision_published_is_refused_with_its_hash(vgg_file):
    path, _ = vgg_file
    path.write_bytes(path.read_bytes() + b"x")
    digits = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    with pytest.raises(WeightFileError, match=digits):
        load_vgg(path)


def test_a_file_of_the_other_network_is_refused(vgg_file):
    with pytest.raises(WeightFileError, match="dcbb9e9d"):
        load_vgg(vgg_file[0], "vgg19")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WeightFileError, match=r"nowhere\.pth"):
        load_vgg(tmp_path / "nowhere.pth")


def test_an_image_is_like_itself_and_less_like_a_blurred_one():
    torch.manual_seed(0)
    encoder = CardiacEncoder(4)
    image = torch.rand(2, 1, 32, 32)
    blurred = nn.functional.avg_pool2d(image, 3, 1, 1)
    more = nn.functional.avg_pool2d(image, 7, 1, 3)
    assert unlikeness(encoder, image, image) == 0
    assert 0 < unlikeness(encoder, blurred, image) < unlikeness(encoder, more, image)


def test_the_encoder_answers_at_every_pixel():
    assert CardiacEncoder(4).answers(torch.rand(1, 1, 37, 50)).shape == (1, 3, 37, 50)
