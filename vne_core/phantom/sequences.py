"""The virtual scanner's sequences: cine, ShMOLLI and late enhancement of a plane of the body."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.mapping.fit import fit_look_locker
from vne_core.mapping.shmolli import fit_shmolli
from vne_core.phantom.anatomy import contraction_at
from vne_core.phantom.dials import require_within
from vne_core.phantom.physics import (
    CINE_LESION,
    CINE_MYOCARDIUM,
    FACTS,
    MYOCARDIUM_T1_MS,
    MYOCARDIUM_T2_MS,
    REMOTE_ECV,
    Shmolli,
    Tissue,
    nulling_ti_ms,
    post_contrast_t1_ms,
    psir_signal,
    shmolli_signal,
    tissue_table,
)
from vne_core.phantom.reception import (
    background_phase,
    complex_noise,
    shading,
    smooth_field,
    texture_amount,
    zero_filled,
)
from vne_core.phantom.scene import Body, Filling, fill, fill_cycle

Stored = NDArray[np.uint16]

CEILING = 4095
"""The largest value of a 12-bit image."""
PSIR_ZERO = 2048
"""The stored value of no signal in a phase-sensitive image."""
STILL: Vector = (0.0, 0.0, 0.0)
DENSE_ECV = 0.6
_T1_GRID_MS: FloatArray = np.geomspace(120.0, 4500.0, 160)


@dataclass(frozen=True, slots=True)
class CineDials:
    """A retrospectively gated balanced cine; signal-to-noise is blood's. Ranges are refused."""

    phases: int = 25
    blood_snr: float = 70.0
    blood_counts: float = 640.0
    shading: float = 0.30

    def __post_init__(self) -> None:
        """Refuse a cine that no scanner makes."""
        require_within(
            self,
            {
                "phases": (10, 60),
                "blood_snr": (5, 200),
                "blood_counts": (100, 1500),
                "shading": (0, 0.6),
            },
        )


@dataclass(frozen=True, slots=True)
class ShmolliDials:
    """A ShMOLLI acquisition of 192 columns, interpolated twice; signal-to-noise is blood's."""

    scan: Shmolli = field(default_factory=Shmolli)
    blood_snr: float = 60.0
    blood_counts: float = 560.0
    cycle_share: float = 0.7
    shading: float = 0.25
    zero_fill: int = 2

    def __post_init__(self) -> None:
        """Refuse an acquisition that no scanner makes."""
        require_within(
            self,
            {
                "blood_snr": (5, 300),
                "blood_counts": (100, 1000),
                "cycle_share": (0.3, 0.95),
                "shading": (0, 0.6),
                "zero_fill": (1, 3),
            },
        )


@dataclass(frozen=True, slots=True)
class LgeDials:
    """A phase-sensitive inversion recovery image, the remote myocardium nulled.

    ``ti_error_ms`` is how far the operator missed the nulling time; signal-to-noise is blood's.
    """

    blood_post_t1_ms: float = 385.0
    rr_ms: float = 950.0
    ti_error_ms: float = 0.0
    blood_snr: float = 25.0
    full_counts: float = 1900.0
    cycle_share: float = 0.7
    shading: float = 0.08

    def __post_init__(self) -> None:
        """Refuse an acquisition that no scanner makes."""
        require_within(
            self,
            {
                "blood_post_t1_ms": (200, 600),
                "rr_ms": (500, 1500),
                "ti_error_ms": (-80, 80),
                "blood_snr": (5, 200),
                "full_counts": (500, 2000),
                "cycle_share": (0.3, 0.95),
                "shading": (0, 0.6),
            },
        )

    @property
    def inversion_interval_ms(self) -> float:
        """The time between inversions: every second heartbeat."""
        return 2 * self.rr_ms

    @property
    def inversion_time_ms(self) -> float:
        """The inversion time used, to the millisecond."""
        remote = post_contrast_t1_ms(MYOCARDIUM_T1_MS, REMOTE_ECV, self.blood_post_t1_ms)
        ideal = nulling_ti_ms(float(remote), self.inversion_interval_ms)
        return round(ideal + self.ti_error_ms)


@dataclass(frozen=True, slots=True, eq=False)
class ShmolliImages:
    """Stored values of one slice: magnitude and phase (7, rows, columns), map in ms, the plane."""

    plane: SlicePlane
    times_ms: FloatArray
    magnitude: Stored
    phase: Stored
    t1_map_ms: Stored


@dataclass(frozen=True, slots=True, eq=False)
class LgeImages:
    """Stored values of one slice, and the signal before noise and coil shading (blood: 1)."""

    psir: Stored
    magnitude: Stored
    true_signal: FloatArray


def acquire_cine(
    body: Body,
    plane: SlicePlane,
    contractions: Sequence[float],
    dials: CineDials,
    rng: np.random.Generator,
    *,
    noise: bool = True,
) -> Stored:
    """Return the cine frames, (phases, rows, columns), of the heart at each contraction.

    Fat is out of phase with water, so a pixel that holds both is dark.
    """
    table = tissue_table(lambda facts: facts.cine)
    table[Tissue.FAT] *= -1
    scale = dials.blood_counts / FACTS[Tissue.BLOOD].cine
    coil = shading(plane, dials.shading)
    grain = [smooth_field(plane.shape_px, 3.0, rng) for _ in range(2)]
    frames = np.empty((len(contractions), *plane.shape_px), np.uint16)
    for index, filling in enumerate(fill_cycle(body, plane, contractions, STILL)):
        turn = 2 * np.pi * index / len(contractions)
        pattern = grain[0] + 0.35 * np.cos(turn) * grain[1]
        image = filling.image(table, _cine_myocardium(filling)) * scale * coil
        image = zero_filled(_textured(image, filling, pattern), 1).real
        frames[index] = _magnitude(image, dials.blood_counts / dials.blood_snr, rng, noise=noise)
    return frames


def acquire_shmolli(
    body: Body, plane: SlicePlane, dials: ShmolliDials, rng: np.random.Generator, *, noise: bool = True
) -> ShmolliImages:
    """Return the seven images and the scanner's map; ``plane`` is the grid before interpolation."""
    contraction = float(contraction_at(dials.cycle_share))
    filling = fill(body, plane, contraction, STILL)
    by_tissue, by_t1 = _shmolli_tables(dials.scan)
    blood = by_tissue[Tissue.BLOOD].max()
    scale = dials.blood_counts / blood
    grain = smooth_field(plane.shape_px, 2.5, rng)
    images = np.empty((7, *plane.shape_px))
    for index in range(7):
        wall = np.interp(filling.t1_ms, by_t1[0], by_t1[1 + index])
        images[index] = _textured(filling.image(by_tissue[:, index], wall), filling, grain)
    images *= scale * shading(plane, dials.shading)
    received = images * np.exp(1j * background_phase(plane))
    if noise:
        received += complex_noise(received.shape, dials.blood_counts / dials.blood_snr, rng)
    return _stored_shmolli(zero_filled(received, dials.zero_fill), plane, dials)


def acquire_lge(
    body: Body,
    plane: SlicePlane,
    dials: LgeDials,
    heart_shift_mm: Vector,
    rng: np.random.Generator,
    *,
    noise: bool = True,
) -> LgeImages:
    """Return the phase-sensitive image and its magnitude, with the signal free of noise."""
    filling = fill(body, plane, float(contraction_at(dials.cycle_share)), heart_shift_mm)
    table = tissue_table(lambda facts: facts.density) * _psir(
        tissue_table(lambda facts: facts.t1_ms), tissue_table(lambda facts: facts.distribution), dials
    )
    blood = float(table[Tissue.BLOOD])
    true_signal = filling.image(table, _psir(filling.t1_ms, filling.ecv, dials)) / blood
    grain = smooth_field(plane.shape_px, 3.0, rng)
    coil = shading(plane, dials.shading)
    received = (_textured(true_signal, filling, grain) * coil + 0j) * blood
    if noise:
        received += complex_noise(received.shape, blood / dials.blood_snr, rng)
    psir = PSIR_ZERO + dials.full_counts * received.real
    return LgeImages(
        _clipped(psir), _clipped(dials.full_counts * np.abs(received)), true_signal
    )


def tissue_enhancement(ecv: FloatArray, t1_ms: FloatArray, dials: LgeDials) -> FloatArray:
    """Return the late-enhancement signal of tissue, free of partial volume, with blood at 1."""
    facts = FACTS[Tissue.BLOOD]
    blood = _psir(np.array([facts.t1_ms]), np.array([facts.distribution]), dials)
    return _psir(t1_ms, ecv, dials) / float(blood[0])


def _cine_myocardium(filling: Filling) -> FloatArray:
    """Return the cine signal of each myocardial point: scar is a trace darker."""
    share = np.clip((filling.ecv - REMOTE_ECV) / (DENSE_ECV - REMOTE_ECV), 0, 1)
    return CINE_MYOCARDIUM + share * (CINE_LESION - CINE_MYOCARDIUM)


def _psir(t1_ms: FloatArray, distribution: FloatArray, dials: LgeDials) -> FloatArray:
    """Return the signal of tissue after contrast."""
    after = post_contrast_t1_ms(t1_ms, distribution, dials.blood_post_t1_ms)
    return psir_signal(after, dials.inversion_time_ms, dials.inversion_interval_ms)


def _textured(image: FloatArray, filling: Filling, grain: FloatArray) -> FloatArray:
    """Return the image with each tissue's own unevenness."""
    amount = (filling.shares @ texture_amount().astype(np.float32)).reshape(filling.shape_px)
    return image * (1 + amount * grain)


def _magnitude(
    image: FloatArray, sd: float, rng: np.random.Generator, *, noise: bool
) -> Stored:
    """Return the stored magnitude of a real image; its noise is Rician."""
    received = image + complex_noise(image.shape, sd, rng) if noise else image
    return _clipped(np.abs(received))


def _stored_shmolli(received: NDArray[np.complex128], plane: SlicePlane, dials: ShmolliDials) -> ShmolliImages:
    """Return stored magnitude, phase (slope 2, intercept -4096) and the map made from them."""
    magnitude = _clipped(np.abs(received))
    phase = _clipped((np.angle(received) / np.pi + 1) * 2048)
    times = dials.scan.inversion_times_ms
    signed = _by_last_phase(received)
    fitted = fit_shmolli(signed.astype(np.float32), times)
    t1_map = _clipped(np.where(fitted.valid, np.nan_to_num(fitted.t1_ms), 0))
    return ShmolliImages(_finer(plane, dials.zero_fill), times, magnitude, phase, t1_map)


def _by_last_phase(received: NDArray[np.complex128]) -> FloatArray:
    """Return signed images: the phase of the fifth, most recovered, image counts as positive."""
    reference = received[4] / np.maximum(np.abs(received[4]), 1e-9)
    return np.abs(received) * np.sign((received * reference.conj()).real)


def _finer(plane: SlicePlane, factor: int) -> SlicePlane:
    """Return the plane of images interpolated by ``factor`` through k-space."""
    rows, cols = plane.shape_px
    down, right = plane.spacing_mm
    return SlicePlane(
        plane.origin_mm,
        plane.row_dir,
        plane.col_dir,
        (down / factor, right / factor),
        (rows * factor, cols * factor),
        plane.thickness_mm,
    )


def _clipped(values: FloatArray) -> Stored:
    """Return values as a 12-bit image stores them."""
    return np.clip(np.rint(values), 0, CEILING).astype(np.uint16)


@lru_cache(maxsize=8)
def _shmolli_tables(scan: Shmolli) -> tuple[FloatArray, FloatArray]:
    """Return signals a tissue, (tissues, 7), and of myocardium over T1, (1 + 7, grid).

    Published T1 values are what the sequence reads, so the simulation starts from the true T1
    that reads so. The second table's first row is the apparent T1.
    """
    by_tissue = np.stack(
        [
            facts.density * _signals_of_apparent(np.array([facts.t1_ms]), facts.t2_ms, scan)[0]
            for facts in (FACTS[tissue] for tissue in Tissue)
        ]
    )
    by_tissue[Tissue.FAT] *= -1
    apparent = np.linspace(700.0, 1700.0, 101)
    of_wall = _signals_of_apparent(apparent, MYOCARDIUM_T2_MS, scan)
    return by_tissue, np.vstack([apparent, of_wall.T])


def _signals_of_apparent(apparent_ms: FloatArray, t2_ms: float, scan: Shmolli) -> FloatArray:
    """Return the seven signals, (n, 7), of tissue that a five-image fit reads as given."""
    signals = shmolli_signal(_T1_GRID_MS, t2_ms, scan)
    five = signals[:, :5].T[:, :, None]
    read = fit_look_locker(five, scan.inversion_times_ms[:5]).t1_ms[:, 0]
    known = np.isfinite(read) & (np.maximum.accumulate(np.nan_to_num(read)) == read)
    true_ms = np.interp(apparent_ms, read[known], _T1_GRID_MS[known])
    return shmolli_signal(true_ms, t2_ms, scan)
