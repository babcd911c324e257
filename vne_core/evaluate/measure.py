"""One patient measured with every image: truth, LGE, and what each predictor makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.evaluate.patient_arrays import PatientArrays
from vne_core.evaluate.predictor import Prediction, Predictor
from vne_core.evaluate.reading import PatientReading, lge_places, read_images, t1_places

TRUTH = "noise-free LGE"
LGE = "LGE"
ECV = "extracellular volume"
ECV_LIKE_BLOOD = np.float32(0.51)
"""A wall of so much extracellular volume is as bright as blood on LGE, by the line through .27 at
its remote part and .30, .33 and .39 at an eighth, a quarter and a half of the way to blood."""
SHOWN_PX = 116
"""Side of the part of a slice that a contact sheet shows, the ventricle in its middle."""
GOOD = 4
"""The category from which on a reader calls an image good (Zhang et al. 2021: 4 of 5)."""

Crop = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ShownSlice:
    """The middle slice of a patient for a contact sheet: T1 in ms, LGE, each predictor's image.

    Images other than ``t1_ms`` are on the remote-blood scale. ``walls`` are the walls of the T1
    map and of the LGE, as shares.
    """

    t1_ms: Crop
    lge: Crop
    true_lge: Crop
    predicted: Mapping[str, Crop]
    wall_t1: Crop
    wall_lge: Crop


@dataclass(frozen=True, slots=True, eq=False)
class PatientMeasures:
    """What every image measures in one patient.

    ``categories`` are the qualities of "cine", "t1" and "lge", one a slice (1 to 5).
    ``confidence``, ``mean_spread`` and ``features`` are of the predictors that tell them, one a
    slice.
    """

    index: int
    is_negative: bool
    categories: Mapping[str, tuple[int, ...]]
    readings: Mapping[str, PatientReading]
    confidence: Mapping[str, tuple[float, ...]]
    mean_spread: Mapping[str, tuple[float, ...]]
    features: Mapping[str, tuple[Mapping[str, float], ...]] = field(default_factory=dict[str, Any])
    shown: ShownSlice | None = None

    @property
    def has_good_images(self) -> bool:
        """Whether cine, T1 map and LGE are good or excellent in every slice."""
        return all(min(found) >= GOOD for found in self.categories.values())


def measure_patient(
    patient: PatientArrays, predictors: Sequence[Predictor], *, is_shown: bool = False
) -> PatientMeasures:
    """Return what the truth, the LGE and each predictor's images measure, each in its contours."""
    places = {"lge": lge_places(patient), "t1": t1_places(patient)}
    predictions = {one.name: one.predict(patient) for one in predictors}
    lge = patient.stored_counts("lge")
    readings = {
        TRUTH: read_images(patient.images["true_lge"], places["lge"], patient.pixel_mm),
        LGE: read_images(lge, places["lge"], patient.pixel_mm),
        ECV: read_images(_extracellular(patient), places["lge"], patient.pixel_mm),
    }
    for one in predictors:
        made = predictions[one.name]
        readings[one.name] = read_images(
            made.images, places[one.grid], patient.pixel_mm, made.reasons
        )
    table = patient.table
    return PatientMeasures(
        index=int(table["patient"][0]),
        is_negative=bool(table["negative"][0]),
        categories={
            name: tuple(int(value) for value in table[f"{name}_category"])
            for name in ("cine", "t1", "lge")
        },
        readings=readings,
        confidence={name: made.confidence for name, made in predictions.items() if made.confidence},
        mean_spread={
            one.name: _mean_spread(spread, places[one.grid].wall)
            for one in predictors
            if (spread := predictions[one.name].spread) is not None
        },
        features={name: made.features for name, made in predictions.items() if made.features},
        shown=_shown(patient, predictors, predictions) if is_shown else None,
    )


def _extracellular(patient: PatientArrays) -> NDArray[np.float32]:
    """Return true extracellular volume as an image: what LGE would show without native T1's part."""
    volume = patient.images["ecv"].astype(np.float32)
    return np.where(patient.share("blood") > 0, ECV_LIKE_BLOOD, volume)


def _mean_spread(spread: NDArray[Any], wall: NDArray[np.float32]) -> tuple[float, ...]:
    """Return the mean predicted spread over the wall of each slice."""
    return tuple(
        float(np.average(one, weights=share)) for one, share in zip(spread, wall, strict=True)
    )


def _shown(
    patient: PatientArrays, predictors: Sequence[Predictor], predictions: Mapping[str, Prediction]
) -> ShownSlice:
    """Return the middle slice, cropped around the ventricle."""
    places = {"lge": lge_places(patient), "t1": t1_places(patient)}
    middle = len(patient) // 2
    rows, cols = np.nonzero(places["t1"].wall[middle])
    part = tuple(
        _around(float(at.min() + at.max()) / 2, size)
        for at, size in zip((rows, cols), places["t1"].wall[middle].shape, strict=True)
    )

    def scaled(images: NDArray[Any], grid: str) -> Crop:
        image = images[middle].astype(np.float64)
        remote = float(np.average(image, weights=places[grid].remote[middle]))
        blood = float(np.average(image, weights=places[grid].blood[middle]))
        return ((image - remote) / (blood - remote))[part].astype(np.float32)

    return ShownSlice(
        t1_ms=patient.images["t1"][middle][part].astype(np.float32),
        lge=scaled(patient.stored_counts("lge"), "lge"),
        true_lge=scaled(patient.images["true_lge"], "lge"),
        predicted={one.name: scaled(predictions[one.name].images, one.grid) for one in predictors},
        wall_t1=places["t1"].wall[middle][part],
        wall_lge=places["lge"].wall[middle][part],
    )


def _around(middle_px: float, size_px: int) -> slice:
    """Return ``SHOWN_PX`` pixels around a place, moved inside the image where it would leave it."""
    first = min(max(round(middle_px) - SHOWN_PX // 2, 0), size_px - SHOWN_PX)
    return slice(first, first + SHOWN_PX)
