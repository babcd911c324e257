"""What the virtual body is made of, and how each tissue looks to each sequence at 1.5 and 3 T."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from vne_core.geometry.plane import FloatArray
from vne_core.phantom.dials import DialError
from vne_core.phantom.physics import bssfp_signal


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

    ``t1_ms`` is the apparent native value that the T1 mapping scheme reads, ``distribution`` the
    share of the volume that contrast reaches (1 - haematocrit for blood), ``cine`` the balanced
    steady-state signal relative to a fully relaxed one.
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
LESION_CINE_RATIO = CINE_LESION / CINE_MYOCARDIUM
"""How bright dense scar is on a cine, relative to myocardium."""

FACTS: Mapping[Tissue, TissueFacts] = {
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
"""At 1.5 T; T1 and T2 from published tables, cine relative signals as measured."""

T1_T2_AT_3T: Mapping[Tissue, tuple[float, float]] = {
    Tissue.LUNG: (1270, 26),
    Tissue.FAT: (340, 55),
    Tissue.MUSCLE: (1130, 32),
    Tissue.MARROW: (580, 48),
    Tissue.CORTICAL_BONE: (900, 8),
    Tissue.LIVER: (780, 36),
    Tissue.SPLEEN: (1250, 62),
    Tissue.STOMACH: (1500, 50),
    Tissue.CEREBROSPINAL_FLUID: (3700, 1000),
    Tissue.FIBROUS: (1050, 17),
    Tissue.BLOOD: (1820, 200),
    Tissue.HEART_WALL: (1180, 43),
    Tissue.LV_MYOCARDIUM: (1180, 43),
}
"""Apparent T1 and T2 in ms at 3 T, where they differ from ``FACTS``."""

NORMAL_T1_MS: Mapping[tuple[float, str], float] = {
    (1.5, "ShMOLLI 5-1-1"): 962.0,
    (1.5, "MOLLI 5(3)3"): 950.0,
    (3.0, "ShMOLLI 5-1-1"): 1166.0,
    (3.0, "MOLLI 5(3)3"): 1140.0,
}
"""Normal myocardium by field strength in tesla and T1 mapping scheme."""

CINE_FLIP_DEG: Mapping[float, float] = {1.5: 60.0, 3.0: 45.0}
"""Flip angle of the cine by field strength: heating limits it at 3 T."""


@dataclass(frozen=True, slots=True, eq=False)
class Tissues:
    """The tissues of one patient, each array (tissues,) in the order of the labels."""

    t1_ms: FloatArray
    t2_ms: FloatArray
    density: FloatArray
    distribution: FloatArray
    cine: FloatArray

    @property
    def haematocrit(self) -> float:
        """Share of the blood that contrast does not enter."""
        return 1 - float(self.distribution[Tissue.BLOOD])

    @property
    def remote_ecv(self) -> float:
        """Extracellular volume of myocardium without focal fibrosis."""
        return float(self.distribution[Tissue.LV_MYOCARDIUM])

    @property
    def remote_t1_ms(self) -> float:
        """Native T1 of myocardium without focal fibrosis."""
        return float(self.t1_ms[Tissue.LV_MYOCARDIUM])


def tissue_table(value: Callable[[TissueFacts], float]) -> FloatArray:
    """Return ``value`` of every tissue at 1.5 T, shape (tissues,), in the order of the labels."""
    return np.array([value(FACTS[tissue]) for tissue in Tissue])


def make_tissues(
    field_t: float = 1.5,
    *,
    myocardium_t1_ms: float = MYOCARDIUM_T1_MS,
    remote_ecv: float = REMOTE_ECV,
    haematocrit: float = HAEMATOCRIT,
    relative_t1: Mapping[Tissue, float] | None = None,
) -> Tissues:
    """Return the tissues of a patient at 1.5 or 3 T.

    ``relative_t1`` multiplies a tissue's T1, for differences between people. Raises DialError for
    another field strength.
    """
    if field_t not in CINE_FLIP_DEG:
        raise DialError(f"field_t is {field_t}", "1.5 or 3.0")
    t1 = tissue_table(lambda facts: facts.t1_ms)
    t2 = tissue_table(lambda facts: facts.t2_ms)
    cine = tissue_table(lambda facts: facts.cine)
    if field_t == 3.0:
        at_1p5t = bssfp_signal(t1, t2, CINE_FLIP_DEG[1.5])
        for tissue, (t1_ms, t2_ms) in T1_T2_AT_3T.items():
            t1[tissue], t2[tissue] = t1_ms, t2_ms
        cine *= bssfp_signal(t1, t2, CINE_FLIP_DEG[3.0]) / at_1p5t
    for tissue, factor in (relative_t1 or {}).items():
        t1[tissue] *= factor
    distribution = tissue_table(lambda facts: facts.distribution)
    distribution[Tissue.BLOOD] = 1 - haematocrit
    for wall in (Tissue.HEART_WALL, Tissue.LV_MYOCARDIUM):
        t1[wall], distribution[wall] = myocardium_t1_ms, remote_ecv
    return Tissues(t1, t2, tissue_table(lambda facts: facts.density), distribution, cine)
