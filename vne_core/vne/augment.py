"""Slices cut out around the ventricle at 1 mm, and changed so that no two steps see the same.

Every change is drawn from a generator that belongs to the step: a training that goes on from a
checkpoint draws what it would have drawn.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# torch types some of its functions in part only.

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from vne_core.vne.config import AugmentSpec
from vne_core.vne.dataset import MASKS, Slices
from vne_core.vne.normalise import T1_UNIT_MS

PIXEL_MM = 1.0
"""Pixel of the crops; what is generated is made at the same."""
HEART_MARGIN_PX = 7
"""Pixels around the epicardium that count as heart: its border, and the blood of the right side."""
HALF = 0.5

Values = NDArray[Any]
"""One number, or two, a slice."""


@dataclass(frozen=True, slots=True, eq=False)
class Crops:
    """Slices as the network sees them, (N, channels, crop, crop); ``heart`` is 0 to 1."""

    images: Mapping[str, Tensor]
    target: Tensor
    masks: Tensor
    ecv: Tensor
    heart: Tensor

    def mask(self, name: str) -> Tensor:
        """Return a coverage, (N, 1, crop, crop)."""
        index = MASKS.index(name)
        return self.masks[:, index : index + 1]

    @property
    def wall(self) -> Tensor:
        """The myocardium of the T1 map, coverage, (N, 1, crop, crop)."""
        return (self.mask("epi_t1") - self.mask("endo_t1")).clamp(min=0)

    @property
    def lge_wall(self) -> Tensor:
        """The myocardium of the LGE, another breath-hold, coverage, (N, 1, crop, crop)."""
        return (self.mask("epi") - self.mask("endo")).clamp(min=0)


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """One draw for N slices: geometry first, then brightness, then what is left out."""

    flip: Values
    angle_rad: Values
    scale: Values
    shift_px: Values
    gain: Values
    t1_offset_ms: Values
    noise_seed: Values
    has_cine: Values
    has_ir: Values


def drawn_changes(spec: AugmentSpec, rngs: Sequence[np.random.Generator]) -> Changes:
    """Return the changes of as many slices as there are generators, each from its own."""
    return Changes(*map(np.array, zip(*(_drawn(spec, rng) for rng in rngs), strict=True)))


def augmented(
    slices: Slices, spec: AugmentSpec, crop_px: int, rngs: Sequence[np.random.Generator]
) -> Crops:
    """Return the slices changed, each by its own generator, and cut out."""
    changes = drawn_changes(spec, rngs)
    crops = _cut(slices, _placement(slices, changes, crop_px), crop_px)
    return _repainted(crops, spec, changes)


def centred(slices: Slices, crop_px: int) -> Crops:
    """Return the slices unchanged, cut out around the ventricle at 1 mm."""
    count = len(slices.target)
    zeros, ones = np.zeros(count), np.ones(count)
    beside = np.zeros((count, 2))
    still = Changes(zeros, zeros, ones, beside, beside + 1, zeros, zeros, ones, ones)
    return _cut(slices, _placement(slices, still, crop_px), crop_px)


def _drawn(spec: AugmentSpec, rng: np.random.Generator) -> tuple[Any, ...]:
    """Return the changes of one slice in the order of ``Changes``."""
    low, high = (math.log(scale) for scale in spec.scale)
    angle = math.radians(spec.rotation_deg)
    return (
        float(rng.random() < spec.flip),
        rng.uniform(-angle, angle),
        math.exp(rng.uniform(low, high)),
        rng.uniform(-spec.shift_px, spec.shift_px, 2),
        np.exp(rng.normal(0.0, spec.gain, 2)),
        rng.normal(0.0, spec.t1_offset_ms),
        int(rng.integers(2**31)),
        float(rng.random() >= spec.drop_cine),
        float(rng.random() >= spec.drop_ir),
    )


def _placement(slices: Slices, changes: Changes, crop_px: int) -> Tensor:
    """Return (N, 2, 3): from the crop's square (-1 to 1) to the array's, x before y."""
    side_px = slices.target.shape[-1]
    zoom = crop_px * PIXEL_MM / (side_px * slices.pixel_mm.double().numpy() * changes.scale)
    cos, sin = np.cos(changes.angle_rad) * zoom, np.sin(changes.angle_rad) * zoom
    mirror = 1.0 - 2.0 * changes.flip
    shift = 2.0 * changes.shift_px / side_px
    rows = [[cos * mirror, -sin, shift[:, 0]], [sin * mirror, cos, shift[:, 1]]]
    return torch.from_numpy(np.array(rows).transpose(2, 0, 1).copy()).to(slices.target)


def _cut(slices: Slices, placement: Tensor, crop_px: int) -> Crops:
    """Return everything of the slices at the crop's pixels, linearly interpolated."""
    t1, ir, cine = (slices.images[name] for name in ("t1", "ir", "cine"))
    parts = [t1, ir[:, :-1], cine[:, :-1], slices.target, slices.masks, slices.ecv]
    grid = functional.affine_grid(placement, [len(t1), 1, crop_px, crop_px], align_corners=False)
    moved = functional.grid_sample(
        torch.cat(parts, 1), grid, padding_mode="zeros", align_corners=False
    )
    t1, ir, cine, target, masks, ecv = moved.split([part.shape[1] for part in parts], 1)
    images = {
        "t1": _valid_t1(t1),
        "ir": _with_validity(ir, slices.images["ir"]),
        "cine": _with_validity(cine, slices.images["cine"]),
    }
    return Crops(images, target, masks, ecv, _heart(masks))


def _valid_t1(moved: Tensor) -> Tensor:
    """Return T1 whose validity is 0 or 1 again; what was mixed with nothing is made whole."""
    valid = (moved[:, 1:] > HALF).to(moved)
    return torch.cat([moved[:, :1] / moved[:, 1:].clamp(min=HALF) * valid, valid], 1)


def _with_validity(moved: Tensor, source: Tensor) -> Tensor:
    """Return images with the validity that the whole slice has."""
    share = source[:, -1:, :1, :1].expand(-1, 1, *moved.shape[2:])
    return torch.cat([moved, share], 1)


def _heart(masks: Tensor) -> Tensor:
    """Return where the ventricle is on either image, its margin included."""
    either = torch.maximum(
        masks[:, MASKS.index("epi") : MASKS.index("epi") + 1],
        masks[:, MASKS.index("epi_t1") : MASKS.index("epi_t1") + 1],
    )
    return functional.max_pool2d(either, 2 * HEART_MARGIN_PX + 1, 1, HEART_MARGIN_PX)


def _repainted(crops: Crops, spec: AugmentSpec, changes: Changes) -> Crops:
    """Return crops with other brightness and noise, and without the streams that are dropped."""
    images = {name: image.clone() for name, image in crops.images.items()}
    for index, seed in enumerate(changes.noise_seed.tolist() if spec.noise else ()):
        noise = torch.Generator().manual_seed(seed)
        for image in images.values():
            grain = torch.randn(image[index, :-1].shape, generator=noise)
            image[index, :-1] += spec.noise * grain.to(image)
    offset = _column(changes.t1_offset_ms / T1_UNIT_MS, crops.target)
    images["t1"][:, :1] = (images["t1"][:, :1] + offset) * images["t1"][:, 1:]
    images["ir"][:, :-1] *= _column(changes.gain[:, 0], crops.target)
    images["cine"][:, :-1] *= _column(changes.gain[:, 1], crops.target)
    images["ir"] *= _column(changes.has_ir, crops.target)
    images["cine"] *= _column(changes.has_cine, crops.target)
    return Crops(images, crops.target, crops.masks, crops.ecv, crops.heart)


def _column(values: Values, like: Tensor) -> Tensor:
    """Return one number a slice, (N, 1, 1, 1)."""
    return torch.from_numpy(values).to(like)[:, None, None, None]
