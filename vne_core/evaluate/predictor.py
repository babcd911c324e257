"""What makes an image of late enhancement out of native ones, and the simplest that can.

A predictor is a value that can be sent to a worker process. A second LGE and native T1 itself are
predictors too: the ceiling and the first baseline of every table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from vne_core.evaluate.patient_arrays import PatientArrays

Grid = Literal["t1", "lge"]
"""Whose breath-hold an image was taken at: its wall lies there."""


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Images of a patient's slices, (slices, rows, columns), brighter where there is lesion.

    ``spread`` is the predicted scale of the error, same shape, on the remote-blood scale.
    ``confidence`` is a number a slice, higher where the image is better, and ``features`` what it
    is calibrated on. None where the predictor does not tell. ``reasons`` say for each slice why
    there is no image; empty where there is one.
    """

    images: NDArray[Any]
    spread: NDArray[Any] | None = None
    confidence: tuple[float, ...] | None = None
    features: tuple[Mapping[str, float], ...] | None = None
    reasons: tuple[str, ...] = ()


class Predictor(Protocol):
    """Something that predicts late enhancement."""

    @property
    def name(self) -> str:
        """What stands in tables."""
        ...

    @property
    def thresholds_of(self) -> str:
        """The predictor whose frozen thresholds are used; its own name where these are its own."""
        ...

    @property
    def grid(self) -> Grid:
        """Whose breath-hold the images lie at."""
        ...

    def predict(self, patient: PatientArrays) -> Prediction:
        """Return the images of a patient."""
        ...


@dataclass(frozen=True, slots=True)
class LinearT1:
    """Native T1 scaled linearly, remote myocardium to 0 and blood to 1: no learning at all.

    Lesions lie between the two, as on LGE, so that every threshold means the same. The reading
    scales; the map in ms is given as it is.
    """

    name: str = "T1 scaled linearly"
    thresholds_of: str = "T1 scaled linearly"
    grid: Grid = "t1"

    def predict(self, patient: PatientArrays) -> Prediction:
        """Return the T1 map in ms."""
        return Prediction(patient.images["t1"].astype(np.float32))


@dataclass(frozen=True, slots=True)
class SecondLge:
    """Another LGE of the same heart, other noise and artefacts: what a rescan would find."""

    name: str = "LGE scanned again"
    thresholds_of: str = "LGE scanned again"
    grid: Grid = "lge"

    def predict(self, patient: PatientArrays) -> Prediction:
        """Return the second LGE."""
        return Prediction(patient.stored_counts("lge_again"))
