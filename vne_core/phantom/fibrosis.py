"""One fibrosis field: it raises native T1 and extracellular volume, and weakens strain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray
from vne_core.phantom.anatomy import ANGLES, LONG_AXIS_MM, HeartShape, rest_surfaces
from vne_core.phantom.dials import require_within
from vne_core.phantom.tissue import MYOCARDIUM_T1_MS, REMOTE_ECV

DEPTHS = 18
"""Layers of the field from endocardium (0) to epicardium (1)."""
STRIDE = 2
"""Rows and angles of the heart's tables for one of the field: 2 mm and 1 degree."""
FIELD_W_MM: FloatArray = LONG_AXIS_MM[::STRIDE]
FIELD_ANGLES = ANGLES // STRIDE

Field = NDArray[np.float32]
"""A value at each (long-axis position, angle, depth) of the heart at end-diastole."""


@dataclass(frozen=True, slots=True)
class Lesion:
    """A focus of fibrosis in the wall.

    ``depth`` is 0 at the endocardium and 1 at the epicardium. Sizes are standard deviations
    along the wall, across it and along the ventricle; ``strength`` is the fibrotic share at the
    middle. Raises DialError outside the ranges of ``__post_init__``.
    """

    angle_deg: float
    depth: float
    w_mm: float
    along_mm: float
    across_mm: float
    axial_mm: float
    strength: float

    def __post_init__(self) -> None:
        """Refuse a focus outside the wall."""
        require_within(
            self,
            {
                "angle_deg": (0, 360),
                "depth": (0, 1),
                "w_mm": (-44, 50),
                "along_mm": (1, 40),
                "across_mm": (1, 15),
                "axial_mm": (3, 60),
                "strength": (0, 1),
            },
        )


@dataclass(frozen=True, slots=True)
class FibrosisDials:
    """How much fibrosis, where, and how it shows.

    ``dense_ecv`` is the extracellular volume of fully fibrotic tissue; ``patchiness`` breaks the
    foci into patches of ``patch_mm``; ``diffuse_sd`` is the unevenness of the extracellular
    volume between them, over ``diffuse_mm``. Native T1 is ``remote_t1_ms``, rises by
    ``t1_per_ecv_ms`` a unit of extracellular volume and varies on its own by ``t1_variation_ms``
    over ``t1_mm``.
    """

    lesions: tuple[Lesion, ...]
    remote_ecv: float = REMOTE_ECV
    dense_ecv: float = 0.60
    diffuse_sd: float = 0.004
    diffuse_mm: float = 12.0
    patchiness: float = 0.45
    patch_mm: float = 5.0
    remote_t1_ms: float = MYOCARDIUM_T1_MS
    t1_per_ecv_ms: float = 330.0
    t1_variation_ms: float = 16.0
    t1_mm: float = 10.0

    def __post_init__(self) -> None:
        """Refuse tissue that no patient has."""
        require_within(
            self,
            {
                "remote_ecv": (0.2, 0.35),
                "dense_ecv": (0.4, 0.8),
                "diffuse_sd": (0, 0.08),
                "diffuse_mm": (4, 60),
                "patchiness": (0, 1),
                "patch_mm": (2, 20),
                "remote_t1_ms": (850, 1350),
                "t1_per_ecv_ms": (0, 1500),
                "t1_variation_ms": (0, 120),
                "t1_mm": (4, 60),
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fibrosis:
    """The fields of one heart: fibrotic share, extracellular volume, native T1 in ms."""

    share: Field
    ecv: Field
    t1_ms: Field

    @property
    def transmural(self) -> FloatArray:
        """The fibrotic share averaged across the wall, on the grid of the heart's tables."""
        mean = self.share.mean(axis=2, dtype=float)
        return mean.repeat(STRIDE, axis=0).repeat(STRIDE, axis=1)


def make_fibrosis(shape: HeartShape, dials: FibrosisDials, rng: np.random.Generator) -> Fibrosis:
    """Return the fields of a heart, drawn from ``rng``."""
    position = _wall_positions(shape)
    patches = _smooth_noise(position, dials.patch_mm, rng)
    diffuse = _smooth_noise(position, dials.diffuse_mm, rng)
    own = _smooth_noise(position, dials.t1_mm, rng)
    dense = np.zeros(position.shape[1:])
    for lesion in dials.lesions:
        dense = np.maximum(dense, _focus(lesion, shape))
    share = np.clip(dense * (1 + dials.patchiness * patches), 0, 1)
    ecv = dials.remote_ecv + share * (dials.dense_ecv - dials.remote_ecv)
    ecv = ecv + dials.diffuse_sd * diffuse
    t1 = dials.remote_t1_ms + dials.t1_per_ecv_ms * (ecv - dials.remote_ecv)
    t1 = t1 + dials.t1_variation_ms * own
    return Fibrosis(share.astype(np.float32), ecv.astype(np.float32), t1.astype(np.float32))


def _wall_positions(shape: HeartShape) -> FloatArray:
    """Return (u, v, w) of each grid point of the wall, shape (3, positions, angles, depths)."""
    endo, epi = _rest_walls(shape)
    depth = (np.arange(DEPTHS) + 0.5) / DEPTHS
    radius = endo[..., None] + (epi - endo)[..., None] * depth
    theta = (np.arange(FIELD_ANGLES) * 2 * np.pi / FIELD_ANGLES)[None, :, None]
    height = np.broadcast_to(FIELD_W_MM[:, None, None], radius.shape)
    return np.stack([radius * np.cos(theta), radius * np.sin(theta), height])


def _rest_walls(shape: HeartShape) -> tuple[FloatArray, FloatArray]:
    """Return endo and epi radii at end-diastole on the rows and angles of the fields."""
    endo, epi = rest_surfaces(shape, FIELD_W_MM)
    return endo[:, ::STRIDE], epi[:, ::STRIDE]


def _focus(lesion: Lesion, shape: HeartShape) -> FloatArray:
    """Return one focus, a Gaussian with a flattened top, on the grid of the fields."""
    endo, epi = _rest_walls(shape)
    theta = np.arange(FIELD_ANGLES) * 360.0 / FIELD_ANGLES
    turned = np.radians((theta - lesion.angle_deg + 180.0) % 360.0 - 180.0)
    along = turned * (endo + epi) / 2 / lesion.along_mm
    depth = (np.arange(DEPTHS) + 0.5) / DEPTHS - lesion.depth
    across = (epi - endo)[..., None] * depth / lesion.across_mm
    axial = ((FIELD_W_MM - lesion.w_mm) / lesion.axial_mm)[:, None, None]
    distance = along[..., None] ** 2 + across**2 + axial**2
    return lesion.strength * np.minimum(1.0, 1.25 * np.exp(-distance / 2))


def _smooth_noise(position: FloatArray, scale_mm: float, rng: np.random.Generator) -> FloatArray:
    """Return noise of mean 0 and SD 1, correlated over about ``scale_mm``, at positions in mm."""
    from scipy.ndimage import gaussian_filter, map_coordinates  # noqa: PLC0415 - heavy

    low = position.reshape(3, -1).min(axis=1) - 2 * scale_mm
    high = position.reshape(3, -1).max(axis=1) + 2 * scale_mm
    step = scale_mm / 2.0
    size = np.ceil((high - low) / step).astype(int) + 2
    white = rng.standard_normal(tuple(int(count) for count in size))
    lattice = np.asarray(gaussian_filter(white, 1.2, mode="wrap"), float)
    lattice /= lattice.std()
    index = (position - low.reshape(3, 1, 1, 1)) / step
    return np.asarray(map_coordinates(lattice, index, order=1, mode="nearest"), float)
