"""Signal equations of the virtual scanner, and what it knows about tissue at 1.5 T."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from vne_core.geometry.plane import FloatArray
from vne_core.phantom.dials import require_within


class Tissue(IntEnum):
    """What a point of the virtual body is made of; the value is its label."""

    AIR = 0
    LUNG = 1
    FAT = 2
    MUSCLE = 3
    MARROW = 4
    CORTICAL_BONE = 5
    LIVER = 6
    SPLEEN = 7
    STOMACH = 8
    CEREBROSPINAL_FLUID = 9
    FIBROUS = 10
    BLOOD = 11
    HEART_WALL = 12
    LV_MYOCARDIUM = 13


@dataclass(frozen=True, slots=True)
class TissueFacts:
    """What a sequence sees of a tissue.

    ``t1_ms`` is the apparent (ShMOLLI) native value, ``distribution`` the share of the volume
    that contrast reaches (1 - haematocrit for blood), ``cine`` the balanced steady-state signal
    relative to a fully relaxed one.
    """

    t1_ms: float
    t2_ms: float
    density: float
    distribution: float
    cine: float


HAEMATOCRIT = 0.42
BLOOD_T1_MS = 1540.0
"""Native blood at 1.5 T."""
MYOCARDIUM_T1_MS = 1000.0
"""Remote myocardium in hypertrophic cardiomyopathy, ShMOLLI at 1.5 T: normal 962 ms, +40."""
MYOCARDIUM_T2_MS = 47.0
REMOTE_ECV = 0.27
CINE_MYOCARDIUM = 0.059
CINE_LESION = 0.058

FACTS: dict[Tissue, TissueFacts] = {
    Tissue.AIR: TissueFacts(1000, 50, 0.0, 0.0, 0.0),
    Tissue.LUNG: TissueFacts(1110, 30, 0.08, 0.35, 0.007),
    Tissue.FAT: TissueFacts(280, 60, 0.85, 0.02, 0.170),
    Tissue.MUSCLE: TissueFacts(960, 40, 0.75, 0.20, 0.042),
    Tissue.MARROW: TissueFacts(520, 55, 0.5, 0.2, 0.075),
    Tissue.CORTICAL_BONE: TissueFacts(800, 10, 0.04, 0.05, 0.004),
    Tissue.LIVER: TissueFacts(600, 46, 0.7, 0.30, 0.056),
    Tissue.SPLEEN: TissueFacts(1050, 75, 0.8, 0.34, 0.085),
    Tissue.STOMACH: TissueFacts(1300, 60, 0.45, 0.25, 0.035),
    Tissue.CEREBROSPINAL_FLUID: TissueFacts(3200, 1200, 1.0, 0.02, 0.19),
    Tissue.FIBROUS: TissueFacts(900, 20, 0.12, 0.25, 0.012),
    Tissue.BLOOD: TissueFacts(BLOOD_T1_MS, 250, 1.0, 1 - HAEMATOCRIT, 0.179),
    Tissue.HEART_WALL: TissueFacts(
        MYOCARDIUM_T1_MS, MYOCARDIUM_T2_MS, 1.0, REMOTE_ECV, CINE_MYOCARDIUM
    ),
    Tissue.LV_MYOCARDIUM: TissueFacts(
        MYOCARDIUM_T1_MS, MYOCARDIUM_T2_MS, 1.0, REMOTE_ECV, CINE_MYOCARDIUM
    ),
}
"""One entry a tissue; T1 and T2 from published 1.5 T tables, cine relative signals as measured."""


def tissue_table(value: Callable[[TissueFacts], float]) -> FloatArray:
    """Return ``value`` of every tissue, shape (tissues,), in the order of the labels."""
    return np.array([value(FACTS[tissue]) for tissue in Tissue])


def bssfp_signal(t1_ms: ArrayLike, t2_ms: ArrayLike, flip_deg: float) -> FloatArray:
    """Return the balanced steady-state signal of unit magnetisation, echo decay left out.

    Scheffler and Lehnhardt 2003, on resonance and with a repetition time far below T2.
    """
    cosine = np.cos(np.radians(flip_deg))
    ratio = np.asarray(t1_ms, float) / np.asarray(t2_ms, float)
    return np.sin(np.radians(flip_deg)) / (ratio + 1 - cosine * (ratio - 1))


def psir_signal(t1_ms: ArrayLike, ti_ms: float, tr_ms: float) -> FloatArray:
    """Return the phase-sensitive inversion recovery signal of unit magnetisation, -1 to 1.

    S = 1 - 2 exp(-TI/T1) + exp(-TR/T1), ``tr_ms`` being the interval between inversions.
    """
    t1 = np.asarray(t1_ms, float)
    return 1 - 2 * np.exp(-ti_ms / t1) + np.exp(-tr_ms / t1)


def nulling_ti_ms(t1_ms: float, tr_ms: float) -> float:
    """Return the inversion time at which a tissue gives no ``psir_signal``."""
    return float(t1_ms * np.log(2 / (1 + np.exp(-tr_ms / t1_ms))))


def post_contrast_t1_ms(
    native_t1_ms: ArrayLike, distribution: ArrayLike, blood_post_t1_ms: float
) -> FloatArray:
    """Return T1 after contrast: R1 = R1 native + ECV / (1 - haematocrit) x change of blood R1."""
    blood_change = 1 / blood_post_t1_ms - 1 / BLOOD_T1_MS
    share = np.asarray(distribution, float) / (1 - HAEMATOCRIT)
    return 1 / (1 / np.asarray(native_t1_ms, float) + share * blood_change)


@dataclass(frozen=True, slots=True)
class Shmolli:
    """A ShMOLLI 5-1-1 acquisition: three inversions in nine heartbeats.

    One heartbeat without images parts the inversions, so recovery between them is incomplete
    where T1 is long (Piechnik et al. 2010). Raises DialError for dials outside their range.
    """

    rr_ms: float = 950.0
    flip_deg: float = 35.0
    readout_ms: float = 200.0
    inversion_efficiency: float = 0.96

    def __post_init__(self) -> None:
        """Refuse a heart or a scanner that the sequence does not serve."""
        require_within(
            self,
            {
                "rr_ms": (500, 1500),
                "flip_deg": (10, 70),
                "readout_ms": (50, 300),
                "inversion_efficiency": (0.8, 1.0),
            },
        )

    @property
    def inversion_times_ms(self) -> FloatArray:
        """The inversion times of the seven images in acquisition order."""
        first = 100.0 + self.rr_ms * np.arange(5)
        return np.r_[first, 180.0, 260.0]

    @property
    def beats(self) -> tuple[int, ...]:
        """The heartbeat of each image, counted from the first."""
        return (0, 1, 2, 3, 4, 6, 8)


def shmolli_signal(t1_ms: ArrayLike, t2_ms: float, scan: Shmolli) -> FloatArray:
    """Return the signed signals of the seven images, shape (tissues, 7), unit magnetisation.

    The magnetisation is followed through inversions, free recovery and balanced readouts; a
    readout drives it toward its steady state with the time constant of Schmitt et al. 2004,
    1/T1* = cos2(a/2)/T1 + sin2(a/2)/T2, and its signal is taken at the middle.
    """
    t1 = np.atleast_1d(np.asarray(t1_ms, float))
    half_flip = np.radians(scan.flip_deg) / 2
    rate = np.cos(half_flip) ** 2 / t1 + np.sin(half_flip) ** 2 / t2_ms
    steady = bssfp_signal(t1, t2_ms, scan.flip_deg) / np.sin(half_flip)
    half_readout = np.exp(-rate * scan.readout_ms / 2)
    signals = np.empty((t1.size, 7))
    magnetisation = np.ones_like(t1)
    clock_ms = 0.0
    for index, moment in enumerate(_moments(scan)):
        if moment.inverts_at_ms is not None:
            magnetisation = _recover(magnetisation, t1, moment.inverts_at_ms - clock_ms)
            magnetisation = -scan.inversion_efficiency * magnetisation
            clock_ms = moment.inverts_at_ms
        start_ms = moment.image_at_ms - scan.readout_ms / 2
        magnetisation = _recover(magnetisation, t1, start_ms - clock_ms)
        middle = steady + (magnetisation - steady) * half_readout
        signals[:, index] = middle * np.sin(half_flip)
        magnetisation = steady + (middle - steady) * half_readout
        clock_ms = moment.image_at_ms + scan.readout_ms / 2
    return signals


@dataclass(frozen=True, slots=True)
class _Moment:
    """When an image is taken and, where one precedes it, when the magnetisation is inverted."""

    image_at_ms: float
    inverts_at_ms: float | None


def _moments(scan: Shmolli) -> tuple[_Moment, ...]:
    """Return the course of the acquisition; an image is always taken at the same cardiac phase."""
    moments: list[_Moment] = []
    for index, (beat, ti_ms) in enumerate(zip(scan.beats, scan.inversion_times_ms, strict=True)):
        image_at_ms = 1000.0 + beat * scan.rr_ms
        inverts = index in (0, 5, 6)
        moments.append(_Moment(image_at_ms, image_at_ms - ti_ms if inverts else None))
    return tuple(moments)


def _recover(magnetisation: FloatArray, t1_ms: FloatArray, time_ms: float) -> FloatArray:
    """Return the magnetisation after free recovery toward 1."""
    return 1 - (1 - magnetisation) * np.exp(-time_ms / t1_ms)
