"""A small network that finds the left ventricle's centre in a whole image, on a 4 mm grid."""

import torch
from torch import Tensor, nn
from torch.nn import functional

LOCALISER_MM = 4.0
"""Pixel of the grid it looks at: a ventricle is 15 to 25 pixels wide there."""
LOCALISER_CHANNELS = 3
"""Native T1 on the network's scale, the cine's SD over time, and whether there is a cine."""
MULTIPLE_PX = 4


class Localiser(nn.Module):
    """Probability that a place is the ventricle's centre: (N, 3, h, w) to (N, 1, h, w)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fine = nn.Sequential(*_layer(LOCALISER_CHANNELS, width), *_layer(width, width))
        self.middle = nn.Sequential(*_layer(width, 2 * width, 2), *_layer(2 * width, 2 * width))
        self.coarse = nn.Sequential(
            *_layer(2 * width, 4 * width, 2),
            *_layer(4 * width, 4 * width, dilation=2),
            *_layer(4 * width, 4 * width, dilation=4),
            *_layer(4 * width, 2 * width),
        )
        self.join = nn.Sequential(*_layer(4 * width, 2 * width), *_layer(2 * width, width))
        self.last = nn.Sequential(*_layer(2 * width, width), nn.Conv2d(width, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """Return the probabilities."""
        return torch.sigmoid(self.scores(images))

    def scores(self, images: Tensor) -> Tensor:
        """Return the log-odds, (N, 1, h, w)."""
        rows, cols = images.shape[2], images.shape[3]
        padding = (0, -cols % MULTIPLE_PX, 0, -rows % MULTIPLE_PX)
        fine = self.fine(functional.pad(images, padding))  # N, width, padded h, padded w
        middle = self.middle(fine)  # N, 2 width, h/2, w/2
        found = _doubled(self.coarse(middle))  # N, 2 width, h/2, w/2
        found = self.join(torch.cat([found, middle], 1))  # N, width, h/2, w/2
        found = self.last(torch.cat([_doubled(found), fine], 1))  # N, 1, padded h, padded w
        return found[:, :, :rows, :cols]


def _doubled(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2, mode="bilinear")


def _layer(channels: int, made: int, stride: int = 1, dilation: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, made, 3, stride, padding=dilation, dilation=dilation),
        nn.LeakyReLU(0.1, inplace=True),
    ]
