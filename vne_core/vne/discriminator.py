"""The discriminator: whether a patch of late enhancement is real, given the native T1 beside it.

The 70x70 PatchGAN of Isola et al. 2017: each value of the answer sees 70 pixels a side. It is a
conditional one: native T1 and its validity are the first two channels it sees.
"""

from torch import Tensor, cat, nn
from torch.nn import functional

SLOPE = 0.2
CONDITION_CHANNELS = 2


class Discriminators(nn.Module):
    """One discriminator, or a second one that looks at half the resolution.

    ``forward`` takes the T1 stream (N, 2, H, W) and images (N, 1, H, W) and returns a list of
    answers, (N, 1, h, w) each: large for real.
    """

    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.scales = nn.ModuleList(PatchDiscriminator(width) for _ in range(count))

    def forward(self, condition: Tensor, image: Tensor) -> list[Tensor]:
        """Return what each discriminator says."""
        seen = cat([condition, image], 1)
        answers: list[Tensor] = []
        for scale in self.scales:
            answers.append(scale(seen))
            seen = functional.avg_pool2d(seen, 2)
        return answers


class PatchDiscriminator(nn.Module):
    """Four convolutions of 4 pixels a side, the first three of stride 2, and an answer a patch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(CONDITION_CHANNELS + 1, width, 4, 2, 1),
            nn.LeakyReLU(SLOPE),
            *_layer(width, 2 * width, 2),
            *_layer(2 * width, 4 * width, 2),
            *_layer(4 * width, 8 * width, 1),
            nn.Conv2d(8 * width, 1, 4, 1, 1),
        )

    def forward(self, seen: Tensor) -> Tensor:
        """Return the answers, (N, 1, h, w)."""
        return self.layers(seen)


def _layer(channels: int, made: int, stride: int) -> list[nn.Module]:
    return [
        nn.Conv2d(channels, made, 4, stride, 1, bias=False),
        nn.GroupNorm(made, made),
        nn.LeakyReLU(SLOPE),
    ]
