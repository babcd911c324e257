"""What generating gives: a VNE image with what is known of its trustworthiness, or a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import Vector

Image = NDArray[np.float32]


class Flag(StrEnum):
    """What is unusual about the images a VNE was made from."""

    NO_CINE = "no-cine"
    FEW_PHASES = "few-phases"
    NO_IR = "no-ir"
    FEW_IR = "few-ir"
    FIT_RESIDUAL = "fit-residual"
    IR_MOTION = "ir-motion"
    T1_HOLES = "t1-holes"
    T1_RANGE = "t1-range"
    FIELD_STRENGTH = "field-strength"
    PIXEL_SIZE = "pixel-size"
    SMALL_FIELD = "small-field"
    UNSURE_CENTRE = "unsure-centre"


@dataclass(frozen=True, slots=True)
class InputFlag:
    """One flag and the clause a reader reads: "no cine of this slice"."""

    flag: Flag
    text: str

    def __str__(self) -> str:
        """Return the clause."""
        return self.text


class Trust(StrEnum):
    """How far an image may be believed, in a word."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    UNKNOWN = "unknown"


HIGH_FROM, MODERATE_FROM = 0.85, 0.65
"""Probabilities from which confidence is called high, and moderate."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How probably the burden of this image is within ten points of the truth, and why not more.

    ``probability`` and ``enhancement`` (that the slice enhances at all) are None for a model whose
    confidence was never calibrated. ``reasons`` are clauses, the weightiest first; ``caution`` is
    what always stands beside the figure.
    """

    probability: float | None = None
    enhancement: float | None = None
    reasons: tuple[str, ...] = ()
    caution: str = ""

    @property
    def trust(self) -> Trust:
        """The word for the probability."""
        if self.probability is None:
            return Trust.UNKNOWN
        if self.probability >= HIGH_FROM:
            return Trust.HIGH
        return Trust.MODERATE if self.probability >= MODERATE_FROM else Trust.LOW

    @property
    def words(self) -> str:
        """The confidence as a clause: "low confidence (41 %): no cine of this slice"."""
        if self.probability is None:
            return "confidence not calibrated for this model"
        told = f"{self.trust} confidence ({100 * self.probability:.0f} %)"
        return f"{told}: {'; '.join(self.reasons)}" if self.reasons else told


@dataclass(frozen=True, slots=True, eq=False)
class VneImage:
    """A virtual native enhancement image on the T1 map's grid, (R, C).

    ``pixels`` and ``spread`` are on the scale remote myocardium 0, blood pool 1; ``spread`` is the
    predicted size of a pixel's error. Outside ``valid`` (the window around the ventricle, within
    the T1 map) they are 0 and mean nothing. ``contributions`` holds for each stream how much the
    image changes when it is withheld. ``input_hash`` names the inputs, ``centre_mm`` is where the
    ventricle was taken to be.
    """

    slice_id: str
    model_id: str
    pixels: Image
    spread: Image
    valid: NDArray[np.bool_]
    confidence: Confidence
    flags: tuple[InputFlag, ...]
    centre_mm: Vector
    input_hash: str
    features: Mapping[str, float] = field(default_factory=dict[str, float])
    contributions: Mapping[str, Image] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class NotGenerated:
    """Why there is no VNE of a slice, as a clause, and what can be done about it."""

    slice_id: str
    reason: str
    action: str = ""

    def __str__(self) -> str:
        """Return reason and action as a clause."""
        return f"{self.reason}: {self.action}" if self.action else self.reason
