"""The virtual scanner's late gadolinium enhancement: segmented phase-sensitive inversion recovery."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane, Vector
from vne_core.phantom.artefacts import NONE, Mishaps, line_shifts_px, misgated_lines
from vne_core.phantom.body import Body
from vne_core.phantom.dials import require_within
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.physics import nulling_ti_ms, post_contrast_t1_ms, psir_signal
from vne_core.phantom.reception import (
    Lines,
    Signal,
    Stored,
    reception,
    smooth_field,
    stored,
    texture_of,
    through_kspace,
)
from vne_core.phantom.scene import PlaneScene, filled, plane_scene
from vne_core.phantom.tissue import Tissue, Tissues

PSIR_ZERO = 2048
"""The stored value of no signal in a phase-sensitive image."""
MISGATED_CYCLE_SHARE = 0.45
"""Where in the heart cycle a segment of a premature beat is acquired."""


@dataclass(frozen=True, slots=True)
class LgeDials:
    """A phase-sensitive inversion recovery image, the remote myocardium nulled.

    Signal-to-noise is that of blood at the heart; ``full_counts`` stores full magnetisation.
    """

    blood_post_t1_ms: float = 385.0
    rr_ms: float = 950.0
    blood_snr: float = 25.0
    full_counts: float = 1900.0
    cycle_share: float = 0.7
    shading: float = 0.15
    noise: bool = True

    def __post_init__(self) -> None:
        """Refuse an acquisition that no scanner makes."""
        require_within(
            self,
            {
                "blood_post_t1_ms": (200, 700),
                "rr_ms": (500, 1500),
                "blood_snr": (5, 200),
                "full_counts": (500, 2000),
                "cycle_share": (0.3, 0.95),
                "shading": (0, 1),
            },
        )

    @property
    def inversion_interval_ms(self) -> float:
        """The time between inversions: every second heartbeat."""
        return 2 * self.rr_ms

    def inversion_time_ms(self, tissues: Tissues, mishaps: Mishaps = NONE) -> float:
        """Return the inversion time used, to the millisecond."""
        remote = post_contrast_t1_ms(
            tissues.remote_t1_ms,
            tissues.remote_ecv,
            self.blood_post_t1_ms,
            float(tissues.t1_ms[Tissue.BLOOD]),
            tissues.haematocrit,
        )
        ideal = nulling_ti_ms(float(remote), self.inversion_interval_ms)
        return round(ideal + mishaps.ti_error_ms)


@dataclass(frozen=True, slots=True, eq=False)
class LgeImages:
    """Stored values of one slice, and the signal before noise and coils (blood: 1)."""

    psir: Stored
    magnitude: Stored
    true_signal: Signal


def acquire_lge(
    body: Body,
    plane: SlicePlane,
    dials: LgeDials,
    heart_shift_mm: Vector,
    rng: np.random.Generator,
    *,
    mishaps: Mishaps = NONE,
) -> LgeImages:
    """Return the phase-sensitive image and its magnitude, with the signal free of noise.

    The true signal is that at the acquired resolution and the right inversion time, without
    artefact, texture or coils: blood at 1.
    """
    scene = plane_scene(body, plane, float(np.linalg.norm(heart_shift_mm)))
    true_signal, texture = _signal(scene, dials, heart_shift_mm, dials.cycle_share, NONE)
    grain = smooth_field(plane.shape_px, 3.0, rng)
    other = misgated_lines(plane.shape_px[0], mishaps, rng)
    shifts = line_shifts_px(plane.shape_px[0], plane.spacing_mm[0], mishaps, rng)
    lines = Lines(other if other.any() else None, shifts if mishaps.ghosting else None)
    seen = reception(plane, body.chest, dials.shading, mishaps.coil_dropout)
    blood = _blood(body.tissues, dials, NONE)

    def received(signal: Signal, unevenness: Signal) -> Signal:
        return signal * (1 + unevenness * grain) * seen.received * blood

    if mishaps.ti_error_ms:
        first = _signal(scene, dials, heart_shift_mm, dials.cycle_share, mishaps)
    else:
        first = (true_signal, texture)
    second = None
    if lines.other is not None:
        second = received(*_signal(scene, dials, heart_shift_mm, MISGATED_CYCLE_SHARE, mishaps))
    sd = blood / dials.blood_snr if dials.noise else 0.0
    made = through_kspace(received(*first), sd, rng, lines=lines, other=second) / seen.evened
    psir = PSIR_ZERO + dials.full_counts * made.real
    resolved = through_kspace(true_signal, 0.0, rng).real
    return LgeImages(stored(psir), stored(dials.full_counts * np.abs(made)), resolved)


def tissue_enhancement(
    ecv: NDArray[Any], t1_ms: NDArray[Any], tissues: Tissues, dials: LgeDials
) -> FloatArray:
    """Return the late-enhancement signal of tissue, free of partial volume, with blood at 1."""
    return _psir(t1_ms, ecv, tissues, dials, NONE) / _blood(tissues, dials, NONE)


def _signal(
    scene: PlaneScene, dials: LgeDials, shift: Vector, cycle_share: float, mishaps: Mishaps
) -> tuple[Signal, Signal]:
    """Return the noise-free signal, blood at 1 when nulled rightly, and the texture."""
    tissues = scene.body.tissues
    filling = filled(scene, float(contraction_at(cycle_share)), shift)
    table = tissues.density * _psir(tissues.t1_ms, tissues.distribution, tissues, dials, mishaps)
    blood = _blood(tissues, dials, NONE)
    wall = _psir(filling.t1_ms, filling.ecv, tissues, dials, mishaps) / blood
    return filling.image(table / blood, wall), texture_of(filling.shares, filling.shape_px)


def _blood(tissues: Tissues, dials: LgeDials, mishaps: Mishaps) -> float:
    """Return the signal of blood."""
    t1, volume = tissues.t1_ms[Tissue.BLOOD], tissues.distribution[Tissue.BLOOD]
    return float(_psir(t1, volume, tissues, dials, mishaps))


def _psir(
    t1_ms: ArrayLike,
    distribution: ArrayLike,
    tissues: Tissues,
    dials: LgeDials,
    mishaps: Mishaps,
) -> FloatArray:
    """Return the signal of tissue after contrast."""
    after = post_contrast_t1_ms(
        t1_ms,
        distribution,
        dials.blood_post_t1_ms,
        float(tissues.t1_ms[Tissue.BLOOD]),
        tissues.haematocrit,
    )
    ti_ms = dials.inversion_time_ms(tissues, mishaps)
    return psir_signal(after, ti_ms, dials.inversion_interval_ms)
