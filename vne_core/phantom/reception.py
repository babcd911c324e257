"""How the virtual scanner receives an image: coil shading, texture, noise, interpolation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.phantom.physics import Tissue

Stored = NDArray[np.uint16]
ComplexArray = NDArray[np.complex128]

CEILING = 4095
"""The largest value of a 12-bit image."""
FILTER_START = 0.75
"""Share of k-space beyond which a raised cosine fades the signal against ringing."""
TEXTURE: dict[Tissue, float] = {
    Tissue.LUNG: 0.5,
    Tissue.FAT: 0.07,
    Tissue.MUSCLE: 0.12,
    Tissue.MARROW: 0.15,
    Tissue.LIVER: 0.07,
    Tissue.SPLEEN: 0.07,
    Tissue.STOMACH: 0.35,
    Tissue.BLOOD: 0.045,
}
"""Standard deviation of the signal within a tissue, relative."""


def shading(plane: SlicePlane, strength: float) -> FloatArray:
    """Return the receive sensitivity over a plane, (rows, columns), 1 at the heart.

    Brighter toward the front and the back, where the coils lie; ``strength`` is about its
    relative rise from the heart to the chest wall.
    """
    x, y, z = _coarse_positions(plane)
    to_front = np.clip(-(y + 12) / 75.0, -1.6, 1.6)
    sideways = (x - 46) / 200.0
    return 1 + strength * (to_front + 0.5 * to_front**2 - 0.3 * sideways + 0.2 * z / 150.0)


def background_phase(plane: SlicePlane) -> FloatArray:
    """Return a smooth receive phase in radians, (rows, columns)."""
    x, y, z = _coarse_positions(plane)
    return 0.7 + 0.6 * np.sin(x / 130.0) + 0.5 * np.cos((y + z) / 160.0)


def smooth_field(
    shape_px: tuple[int, int], scale_px: float, rng: np.random.Generator
) -> FloatArray:
    """Return noise of mean 0 and SD 1, correlated over about ``scale_px``."""
    from scipy.ndimage import gaussian_filter  # noqa: PLC0415 - heavy, start-up path

    field = gaussian_filter(rng.standard_normal(shape_px), scale_px / 2, mode="wrap")
    return field / field.std()


def textured(image: FloatArray, shares: NDArray[np.float32], grain: FloatArray) -> FloatArray:
    """Return an image with each tissue's own unevenness, a pattern of mean 0 and SD 1.

    ``shares`` is (pixels, tissues), how much of each pixel a tissue fills.
    """
    amount = np.array([TEXTURE.get(tissue, 0.0) for tissue in Tissue], np.float32)
    return image * (1 + (shares @ amount).reshape(image.shape) * grain)


def complex_noise(shape: tuple[int, ...], sd: float, rng: np.random.Generator) -> ComplexArray:
    """Return white noise of standard deviation ``sd`` in the real and in the imaginary part."""
    return rng.normal(0, sd, shape) + 1j * rng.normal(0, sd, shape)


def zero_filled(image: FloatArray | ComplexArray, factor: int) -> ComplexArray:
    """Return images (..., rows, columns) interpolated through k-space, outer k-space faded.

    Sample [0, 0] stays where it was; the grid becomes ``factor`` times finer.
    """
    rows, cols = image.shape[-2:]
    spectrum = np.fft.fftshift(np.fft.fft2(image), axes=(-2, -1))
    spectrum = spectrum * np.outer(_fade(rows), _fade(cols))
    top, left = (factor - 1) * rows // 2, (factor - 1) * cols // 2
    margins = [(0, 0)] * (image.ndim - 2) + [(top, top), (left, left)]
    padded = np.fft.ifftshift(np.pad(spectrum, margins), axes=(-2, -1))
    return np.fft.ifft2(padded) * factor**2


def stored(values: NDArray[np.floating[Any]]) -> Stored:
    """Return values as a 12-bit image stores them."""
    return np.clip(np.rint(values), 0, CEILING).astype(np.uint16)


def _fade(size: int) -> FloatArray:
    """Return the k-space filter along one axis: 1 inside, a raised cosine to 0 at the rim."""
    reach = np.abs(np.arange(size) - size // 2) / (size / 2)
    beyond = np.clip((reach - FILTER_START) / (1 - FILTER_START), 0, 1)
    return 0.5 * (1 + np.cos(np.pi * beyond))


def _coarse_positions(plane: SlicePlane) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return LPS x, y, z of every pixel, each (rows, columns)."""
    rows, cols = plane.shape_px
    x_px, y_px = np.meshgrid(np.arange(cols), np.arange(rows))
    points = plane.pixel_to_patient(np.stack([x_px.ravel(), y_px.ravel()], axis=1))
    x, y, z = points.T.reshape(3, rows, cols)
    return x, y, z
