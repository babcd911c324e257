"""The generator: one U-Net a stream, their feature maps concatenated, a fusion block, two images.

Zhang et al. 2021, Figure 1B. Shapes stand behind the lines that change them: N slices, C feature
maps, H and W any size. Convolutions at full resolution carry no normalisation, so that the native
T1 itself reaches the fusion block (instance normalisation would subtract each slice's mean); the
lower resolutions do. Upsampling is bilinear and followed by a convolution: no checkerboard.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from vne_core.vne.config import STREAM_CHANNELS, NetworkConfig

SLOPE = 0.1
"""Of the leaky rectifier below 0."""
LEAST_VARIANCE = 1e-3
"""Added to a map's variance when it is normalised: a map that hardly varies stays small."""
LEAST_SPREAD = 0.005
"""A spread is never less: the step of an 8-bit picture of the scale from 0 to 1."""
FIRST_SPREAD = 0.1
"""The spread an untrained network tells."""


class Generator(nn.Module):
    """Virtual native enhancement and its spread from the native images of a slice.

    ``forward`` takes the streams of its configuration by name, (N, channels, H, W) as
    ``normalise`` makes them, and returns (vne, spread), each (N, 1, H, W): remote myocardium 0,
    blood pool 1, and the expected size of the error on that scale.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.streams = nn.ModuleDict(
            {name: UNet(STREAM_CHANNELS[name], config) for name in config.streams}
        )
        self.fusion = FusionBlock(config.width * len(config.streams), config)

    def forward(self, images: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return (vne, spread)."""
        first = images[self.config.streams[0]]
        rows, cols = first.shape[2], first.shape[3]
        multiple = self.config.multiple_px
        padding = (0, -cols % multiple, 0, -rows % multiple)
        maps = [
            unet(functional.pad(images[name], padding)) * _is_there(images[name])
            for name, unet in self.streams.items()
        ]
        fused = self.fusion(torch.cat(maps, 1))  # N, 2, padded H, padded W
        fused = fused[:, :, :rows, :cols].to(first.dtype)  # N, 2, H, W
        spread = functional.softplus(fused[:, 1:]) + LEAST_SPREAD
        return fused[:, :1], spread


class UNet(nn.Module):
    """Feature maps of one stream: (N, channels, H, W) to (N, width, H, W)."""

    def __init__(self, channels: int, config: NetworkConfig) -> None:
        super().__init__()
        widths = [min(config.width << level, config.widest) for level in range(config.depth + 1)]
        self.first = nn.Sequential(_plain(channels, widths[0]), _plain(widths[0], widths[0]))
        self.down = nn.ModuleList(
            nn.Sequential(_normed(wide, wider, stride=2), _normed(wider, wider))
            for wide, wider in pairwise(widths)
        )
        self.up = nn.ModuleList(
            _Up(wider, wide, is_plain=level == 0)
            for level, (wide, wider) in reversed(list(enumerate(pairwise(widths))))
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return the feature maps."""
        maps = [self.first(images)]  # N, width, H, W
        for down in self.down:
            maps.append(down(maps[-1]))  # twice as wide, H and W halved
        found = maps.pop()
        for up in self.up:
            found = up(found, maps.pop())  # half as wide, H and W doubled
        return found


class FusionBlock(nn.Module):
    """From the streams' feature maps to two images: (N, C, H, W) to (N, 2, H, W)."""

    def __init__(self, channels: int, config: NetworkConfig) -> None:
        super().__init__()
        widths = [channels, *(config.fusion_width for _ in range(config.fusion_layers))]
        self.mix = nn.Sequential(*(_plain(found, made) for found, made in pairwise(widths)))
        self.last = nn.Conv2d(widths[-1], 2, 1)
        nn.init.zeros_(self.last.weight[1:])
        assert self.last.bias is not None
        nn.init.constant_(self.last.bias[1:], math.log(math.expm1(FIRST_SPREAD)))

    def forward(self, maps: Tensor) -> Tensor:
        """Return the image, and the spread before it is made positive."""
        return self.last(self.mix(maps))


class _Up(nn.Module):
    """One step up a U-Net: upsample, concatenate the encoder's maps, two convolutions."""

    def __init__(self, wider: int, wide: int, *, is_plain: bool) -> None:
        super().__init__()
        layer = _plain if is_plain else _normed
        self.narrow = nn.Conv2d(wider, wide, 1)
        self.mix = nn.Sequential(layer(2 * wide, wide), layer(wide, wide))

    def forward(self, low: Tensor, skipped: Tensor) -> Tensor:
        narrow = self.narrow(low)  # N, wide, H/2, W/2
        raised = functional.interpolate(narrow, scale_factor=2, mode="bilinear")  # N, wide, H, W
        return self.mix(torch.cat([raised, skipped], 1))


def placed(module: nn.Module, device: str = "cpu") -> Any:
    """Return a network where it computes, the channels of its weights side by side in memory.

    A step in float32 takes a third of the time on processors with the images laid out so.
    """
    return cast("Any", module).to(device=device, memory_format=torch.channels_last)


def _is_there(images: Tensor) -> Tensor:
    """Return (N, 1, 1, 1): 1 where a slice has the stream, by its validity channel, else 0.

    The maps of a missing stream are 0 and teach nothing: normalising a constant image would
    multiply the gradient a hundredfold at every level.
    """
    return (images[:, -1:].amax((2, 3), keepdim=True) > 0).to(images.dtype)


def _plain(channels: int, made: int) -> nn.Sequential:
    """Return a convolution and a rectifier, with weights that keep the variance."""
    layer = nn.Conv2d(channels, made, 3, padding=1)
    nn.init.kaiming_normal_(layer.weight, SLOPE)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return nn.Sequential(layer, nn.LeakyReLU(SLOPE, inplace=True))


def _normed(channels: int, made: int, stride: int = 1) -> nn.Sequential:
    """Return a convolution, instance normalisation and a rectifier."""
    layer = nn.Conv2d(channels, made, 3, stride, padding=1, bias=False)
    nn.init.kaiming_normal_(layer.weight, SLOPE)
    return nn.Sequential(
        layer, nn.GroupNorm(made, made, LEAST_VARIANCE), nn.LeakyReLU(SLOPE, inplace=True)
    )
