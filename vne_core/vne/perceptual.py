"""Fixed networks whose features tell how alike two images look (Johnson et al. 2016).

VGG19 or VGG16 from a weight file of torchvision, whose name ends in the first digits of its
SHA-256; or a small encoder of the project's own, trained on late enhancement before the run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from vne_core.errors import VneError
from vne_core.files import sha256_file

VggName = Literal["vgg19", "vgg16"]
VGG_DIGITS: dict[VggName, str] = {"vgg19": "dcbb9e9d", "vgg16": "397923af"}
"""First digits of the SHA-256 of torchvision's ImageNet weights."""
_VGG_BLOCKS: dict[VggName, tuple[int, ...]] = {"vgg19": (2, 2, 4, 4), "vgg16": (2, 2, 3, 3)}
"""Convolutions of each block; the features are those of each block's last one (Simonyan 2015)."""
_IMAGENET_MEAN, _IMAGENET_SD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
GREY_LIMITS = (-0.25, 1.25)
"""Late enhancement that a photograph's black and white stand for."""
ENCODER_WIDTH = 16
ENCODER_ANSWERS = 3
"""Wall, blood pool and extracellular volume."""


class WeightFileError(VneError):
    """A weight file that is missing or not what its name says."""

    code = "weight-file"


@dataclass(frozen=True, slots=True)
class FeatureSource:
    """Which network gives the features, as a run records it."""

    name: str
    sha256: str


class VggFeatures(nn.Module):
    """The first four blocks of VGG, with ImageNet's weights; (N, 1, H, W) to four maps."""

    def __init__(self, name: VggName) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        channels, width = 3, 64
        for count in _VGG_BLOCKS[name]:
            layers: list[nn.Module] = [] if channels == 3 else [nn.MaxPool2d(2)]
            for _ in range(count):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
                channels = width
            self.blocks.append(nn.Sequential(*layers))
            width = min(2 * width, 512)

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return the features of each block."""
        low, high = GREY_LIMITS
        mean, sd = (
            torch.tensor(v).to(image)[:, None, None] for v in (_IMAGENET_MEAN, _IMAGENET_SD)
        )
        found = ((image - low) / (high - low) - mean) / sd  # N, 3, H, W
        maps: list[Tensor] = []
        for block in self.blocks:
            found = block(found)  # H and W halved, but for the first
            maps.append(found)
        return maps


class CardiacEncoder(nn.Module):
    """Three levels of features of a late enhancement image; (N, 1, H, W) to three maps.

    Learnt by telling wall, blood pool and extracellular volume from the image alone (``answers``),
    so its features stand for what a reader looks for.
    """

    def __init__(self, width: int = ENCODER_WIDTH) -> None:
        super().__init__()
        self.levels = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels, made, 3, stride, padding=1),
                nn.LeakyReLU(0.1),
                nn.Conv2d(made, made, 3, padding=1),
                nn.LeakyReLU(0.1),
            )
            for channels, made, stride in (
                (1, width, 1),
                (width, 2 * width, 2),
                (2 * width, 4 * width, 2),
                (4 * width, 4 * width, 2),
            )
        )
        self.heads = nn.ModuleList(
            nn.Conv2d(made, ENCODER_ANSWERS, 1) for made in (width, 2 * width, 4 * width, 4 * width)
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return the features of each level."""
        maps: list[Tensor] = []
        found = image
        for level in self.levels:
            found = level(found)  # H and W halved, but for the first
            maps.append(found)
        return maps

    def answers(self, image: Tensor) -> Tensor:
        """Return (N, 3, H, W): log-odds of wall and of blood pool, and extracellular volume."""
        heads = [head(found) for head, found in zip(self.heads, self(image), strict=True)]
        raised = [
            functional.interpolate(head, heads[0].shape[2:], mode="bilinear") for head in heads
        ]
        return torch.stack(raised).sum(0)


def unlikeness(features: nn.Module, made: Tensor, real: Tensor) -> Tensor:
    """Return the mean difference of two images' features, relative to the real one's, over levels.

    The gradient goes to ``made`` only.
    """
    with torch.no_grad():
        wanted: Sequence[Tensor] = features(real)
    found: Sequence[Tensor] = features(made)
    terms = [
        ((one - other).abs().mean((1, 2, 3)) / other.abs().mean((1, 2, 3)).clamp(min=1e-6)).mean()
        for one, other in zip(found, wanted, strict=True)
    ]
    return torch.stack(terms).mean()


def load_vgg(path: Path, wanted: VggName | None = None) -> tuple[VggFeatures, FeatureSource]:
    """Return VGG with the weights of a file, whichever of the two its hash says it is.

    Raises WeightFileError for a missing file, another network's, or bytes that are not those
    torchvision published.
    """
    if not path.is_file():
        raise WeightFileError(f"{path} is not there", "a torchvision weight file of VGG19 or VGG16")
    digest = sha256_file(path)
    names: list[VggName] = [n for n, digits in VGG_DIGITS.items() if digest.startswith(digits)]
    if not names or (wanted and wanted != names[0]):
        known = ", ".join(f"{name} {digits}" for name, digits in VGG_DIGITS.items())
        raise WeightFileError(
            f"the SHA-256 of {path} begins with {digest[:8]}",
            VGG_DIGITS[wanted] if wanted else known,
            "download the file again",
        )
    features = VggFeatures(names[0])
    weights: Mapping[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    _fill(features, weights)
    return fixed(features), FeatureSource(f"{names[0]} (ImageNet)", digest)


Module = Any


def fixed(module: Module) -> Any:
    """Return a network that no longer learns."""
    return module.eval().requires_grad_(False)


def _fill(features: VggFeatures, weights: Mapping[str, Any]) -> None:
    """Copy torchvision's weights, numbered through all layers, into the blocks."""
    layers = [m for m in features.modules() if isinstance(m, nn.Conv2d)]
    numbers = sorted({int(key.split(".")[1]) for key in weights if key.startswith("features.")})
    with torch.no_grad():
        for layer, number in zip(layers, numbers, strict=False):
            layer.weight.copy_(weights[f"features.{number}.weight"])
            assert layer.bias is not None
            layer.bias.copy_(weights[f"features.{number}.bias"])
