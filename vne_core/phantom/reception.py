"""How the virtual scanner receives an image: coils, texture, k-space lines, noise, interpolation.

The coils' images are taken as combined with the coils' own sensitivities (Roemer et al. 1990), which
keeps white noise white; so the lines of k-space are those of the combined image.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.phantom.thorax import HEART_MM, ChestDials
from vne_core.phantom.tissue import Tissue

Stored = NDArray[np.uint16]
Signal = NDArray[np.floating[Any]]
ComplexArray = NDArray[np.complexfloating[Any, Any]]

CEILING = 4095
"""The largest value of a 12-bit image."""
FILTER_START = 0.75
"""Share of k-space beyond which a raised cosine fades the signal against ringing."""
COIL_RADIUS_MM = 85.0
"""Half the depth that an element of the array sees into."""
FRONT_COILS = tuple((x, z) for x in (-60.0, 40.0, 130.0) for z in (-60.0, 50.0))
BACK_COILS = tuple((x, z) for x in (-70.0, 20.0, 100.0) for z in (-60.0, 50.0))
TEXTURE: dict[Tissue, float] = {
    Tissue.LUNG: 0.5,
    Tissue.FAT: 0.07,
    Tissue.MUSCLE: 0.12,
    Tissue.MARROW: 0.15,
    Tissue.LIVER: 0.07,
    Tissue.SPLEEN: 0.07,
    Tissue.STOMACH: 0.35,
    Tissue.BLOOD: 0.02,
}
"""Standard deviation of the signal within a tissue, relative."""
FLOW_TEXTURE = 0.055
"""The same of blood on a cine, which shows its flow."""
_TEXTURE = np.array([TEXTURE.get(tissue, 0.0) for tissue in Tissue], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Reception:
    """Sensitivity of the combined coils over an image, (rows, columns), 1 at the heart.

    ``evened`` is what the image is divided by afterwards, noise included.
    """

    received: Signal
    evened: Signal


@lru_cache(maxsize=1)
def reception(
    plane: SlicePlane, chest: ChestDials, shading: float, coil_dropout: float = 0.0
) -> Reception:
    """Return how an array of twelve elements on chest and back sees a plane.

    ``shading`` is the share of the falling sensitivity left in the image (as a power of it), 0
    where the scanner evens it out; the element nearest to the heart has lost ``coil_dropout``.
    That of the last plane is kept for a second scan.
    """
    points = _coarse_positions(plane).astype(np.float32)
    heart = np.array(HEART_MM, np.float32)[:, None, None]
    front = _squares(points, FRONT_COILS, -90.0 * chest.depth - chest.fat_mm)
    front_there = _squares(heart, FRONT_COILS, -90.0 * chest.depth - chest.fat_mm)
    back = _squares(points, BACK_COILS, 115.0 * chest.depth + chest.fat_mm)
    back_there = _squares(heart, BACK_COILS, 115.0 * chest.depth + chest.fat_mm)
    elements = np.concatenate([front, back])
    at_heart = np.concatenate([front_there, back_there])
    nearest = int(at_heart[:, 0, 0].argmax())
    whole = elements.sum(axis=0)
    left = whole - (1 - (1 - coil_dropout) ** 2) * elements[nearest]
    scale = float(at_heart.sum())
    received, intact = np.sqrt(left / scale), np.sqrt(whole / scale)
    return Reception(received.astype(np.float32), (intact ** (1 - shading)).astype(np.float32))


def background_phase(plane: SlicePlane) -> Signal:
    """Return a smooth receive phase in radians, (rows, columns)."""
    x, y, z = _coarse_positions(plane)
    return (0.7 + 0.6 * np.sin(x / 130.0) + 0.5 * np.cos((y + z) / 160.0)).astype(np.float32)


def smooth_field(shape_px: tuple[int, int], scale_px: float, rng: np.random.Generator) -> Signal:
    """Return noise of mean 0 and SD 1, correlated over about ``scale_px``."""
    from scipy.ndimage import gaussian_filter  # noqa: PLC0415 - heavy, start-up path

    white = rng.standard_normal(shape_px, np.float32)
    field = np.asarray(gaussian_filter(white, scale_px / 2, mode="wrap"))
    return field / field.std()


def texture_of(
    shares: NDArray[np.float32], shape_px: tuple[int, int], blood: float = TEXTURE[Tissue.BLOOD]
) -> Signal:
    """Return how uneven each pixel's tissue is, (rows, columns): SD of the signal, relative.

    ``shares`` is (pixels, tissues), how much of each pixel a tissue fills; ``blood`` is the
    unevenness of blood.
    """
    amount = _TEXTURE.copy()
    amount[Tissue.BLOOD] = blood
    return (shares @ amount).reshape(shape_px)


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """What the phase-encoding lines (rows of k-space) of one image met.

    ``other`` tells which of them saw the second image given, ``shifts_px`` how far the body lay
    from its place; None where all went well.
    """

    other: NDArray[np.bool_] | None = None
    shifts_px: FloatArray | None = None


CALM = Lines()


def through_kspace(
    image: Signal | ComplexArray,
    noise_sd: float,
    rng: np.random.Generator,
    *,
    lines: Lines = CALM,
    other: Signal | ComplexArray | None = None,
    zero_fill: int = 1,
) -> ComplexArray:
    """Return an image (rows, columns) acquired line by line, noisy, interpolated, complex.

    Sample [0, 0] stays where it was; the grid becomes ``zero_fill`` times finer. Real and
    imaginary noise each have ``noise_sd`` in the result.
    """
    from scipy import fft  # noqa: PLC0415 - heavy, start-up path

    rows, cols = image.shape
    spectrum = fft.fft2(image.astype(np.complex64), overwrite_x=True)
    if other is not None and lines.other is not None:
        acquired = fft.ifftshift(lines.other)
        spectrum[acquired] = fft.fft2(other.astype(np.complex64))[acquired]
    if lines.shifts_px is not None:
        turns = np.exp(-2j * np.pi * fft.fftfreq(rows) * fft.ifftshift(lines.shifts_px))
        spectrum *= turns[:, None].astype(np.complex64)
    keep, kept_power = _kept(rows, cols)
    if noise_sd:
        white = rng.standard_normal((rows, cols, 2), np.float32)
        white *= np.float32(noise_sd * np.sqrt(rows * cols / kept_power))
        spectrum += white.view(np.complex64)[..., 0]
    spectrum *= keep
    if zero_fill > 1:
        spectrum = _padded(spectrum, zero_fill)
    return fft.ifft2(spectrum, overwrite_x=True)


def stored(values: NDArray[np.floating[Any]]) -> Stored:
    """Return values as a 12-bit image stores them."""
    return np.clip(np.rint(values), 0, CEILING).astype(np.uint16)


def _padded(spectrum: ComplexArray, factor: int) -> ComplexArray:
    """Return a spectrum (lowest frequency first) with zeros around its high frequencies."""
    rows, cols = spectrum.shape
    padded = np.zeros((rows * factor, cols * factor), np.complex64)
    down, right = rows // 2, cols // 2
    up, left = rows - down, cols - right
    padded[:up, :left] = spectrum[:up, :left]
    padded[:up, -right:] = spectrum[:up, left:]
    padded[-down:, :left] = spectrum[up:, :left]
    padded[-down:, -right:] = spectrum[up:, left:]
    return padded * np.float32(factor**2)


@lru_cache(maxsize=8)
def _kept(rows: int, cols: int) -> tuple[NDArray[np.float32], float]:
    """Return the k-space filter, (rows, columns), and the share of white noise's power it keeps."""
    keep = np.outer(_fade(rows), _fade(cols)).astype(np.float32)
    keep.setflags(write=False)
    return keep, float(np.mean(np.square(keep)))


def _fade(size: int) -> FloatArray:
    """Return the k-space filter along one axis, lowest frequency first: 1, fading to 0."""
    reach = np.abs(np.fft.fftfreq(size)) * 2
    beyond = np.clip((reach - FILTER_START) / (1 - FILTER_START), 0, 1)
    return 0.5 * (1 + np.cos(np.pi * beyond))


def _squares(points: Signal, elements: tuple[tuple[float, float], ...], y_mm: float) -> Signal:
    """Return the squared sensitivity of each element, (elements, rows, columns)."""
    x, y, z = points
    apart = [(x - u) ** 2 + (y - y_mm) ** 2 + (z - w) ** 2 for u, w in elements]
    return np.stack([1 / (1 + square / COIL_RADIUS_MM**2) ** 3 for square in apart])


def _coarse_positions(plane: SlicePlane) -> FloatArray:
    """Return LPS x, y, z of every pixel, (3, rows, columns)."""
    rows, cols = plane.shape_px
    across = np.arange(cols) * plane.spacing_mm[1] * np.asarray(plane.row_dir)[:, None]
    down = np.arange(rows) * plane.spacing_mm[0] * np.asarray(plane.col_dir)[:, None]
    return np.asarray(plane.origin_mm)[:, None, None] + down[:, :, None] + across[:, None, :]
