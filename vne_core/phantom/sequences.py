"""The virtual scanner's cine and late enhancement of a plane of the body."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.phantom.dials import require_within
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.physics import (
    CINE_LESION,
    CINE_MYOCARDIUM,
    FACTS,
    MYOCARDIUM_T1_MS,
    REMOTE_ECV,
    Tissue,
    nulling_ti_ms,
    post_contrast_t1_ms,
    psir_signal,
    tissue_table,
)
from vne_core.phantom.placement import STILL
from vne_core.phantom.reception import (
    Stored,
    complex_noise,
    shading,
    smooth_field,
    stored,
    textured,
    zero_filled,
)
from vne_core.phantom.scene import Body, Filling, fill, fill_cycle

Floats = NDArray[np.floating[Any]]

PSIR_ZERO = 2048
"""The stored value of no signal in a phase-sensitive image."""
DENSE_ECV = 0.6
"""Extracellular volume at which the cine signal is that of dense scar."""


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
        image = zero_filled(textured(image, filling.shares, pattern), 1).real
        frames[index] = _magnitude(image, dials.blood_counts / dials.blood_snr, rng, noise=noise)
    return frames


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
        tissue_table(lambda facts: facts.t1_ms),
        tissue_table(lambda facts: facts.distribution),
        dials,
    )
    blood = float(table[Tissue.BLOOD])
    true_signal = filling.image(table, _psir(filling.t1_ms, filling.ecv, dials)) / blood
    grain = smooth_field(plane.shape_px, 3.0, rng)
    coil = shading(plane, dials.shading)
    received = (textured(true_signal, filling.shares, grain) * coil + 0j) * blood
    if noise:
        received += complex_noise(received.shape, blood / dials.blood_snr, rng)
    psir = PSIR_ZERO + dials.full_counts * received.real
    return LgeImages(stored(psir), stored(dials.full_counts * np.abs(received)), true_signal)


def tissue_enhancement(ecv: Floats, t1_ms: Floats, dials: LgeDials) -> FloatArray:
    """Return the late-enhancement signal of tissue, free of partial volume, with blood at 1."""
    facts = FACTS[Tissue.BLOOD]
    blood = _psir(np.array([facts.t1_ms]), np.array([facts.distribution]), dials)
    return _psir(t1_ms, ecv, dials) / float(blood[0])


def _cine_myocardium(filling: Filling) -> FloatArray:
    """Return the cine signal of each myocardial point: scar is a trace darker."""
    excess = filling.ecv.astype(float) - REMOTE_ECV
    share = np.clip(excess / (DENSE_ECV - REMOTE_ECV), 0, 1)
    return CINE_MYOCARDIUM + share * (CINE_LESION - CINE_MYOCARDIUM)


def _psir(t1_ms: Floats, distribution: Floats, dials: LgeDials) -> FloatArray:
    """Return the signal of tissue after contrast."""
    after = post_contrast_t1_ms(t1_ms, distribution, dials.blood_post_t1_ms)
    return psir_signal(after, dials.inversion_time_ms, dials.inversion_interval_ms)


def _magnitude(image: FloatArray, sd: float, rng: np.random.Generator, *, noise: bool) -> Stored:
    """Return the stored magnitude of a real image; its noise is Rician."""
    received = image + complex_noise(image.shape, sd, rng) if noise else image
    return stored(np.abs(received))
