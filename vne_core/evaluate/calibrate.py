"""A model's confidence, calibrated on validation patients: how far its burden was off there."""

from collections.abc import Mapping, Sequence

from vne_core.evaluate.measure import TRUTH, PatientMeasures
from vne_core.evaluate.operating_point import OperatingPoint
from vne_core.evaluate.reading import SliceReading
from vne_core.phantom.truth import LEVELS
from vne_core.vne.confidence import ConfidenceModel, fit_confidence

CALIBRATED_INDEX = 0
"""The level whose burden a confidence speaks of: FWHM, as the rule for "lesion present" does. Ten
points are a bad image there; at FWQM a quarter of all slices are as far off, at FWEM half
(resources/adr/0020)."""
ENHANCES_PERCENT = 3.0
"""True burden at FWHM from which a slice enhances: blood in border pixels alone makes up to 2.8 %
of a patient without focal fibrosis."""


def calibrated_confidence(
    point: OperatingPoint, validation: Sequence[PatientMeasures], graph_fingerprint: str
) -> ConfidenceModel:
    """Return the confidence of a model. Raises CalibrationError where all images are alike."""
    level, own = LEVELS[CALIBRATED_INDEX], point.matched_levels[CALIBRATED_INDEX]
    features: list[Mapping[str, float]] = []
    errors: list[float] = []
    enhances: list[bool] = []
    patients: list[int] = []
    for one in validation:
        made = one.readings[point.predictor].slices
        told = one.features.get(point.predictor, ())
        for image, truth, known in zip(made, one.readings[TRUTH].slices, told, strict=True):
            if not (isinstance(image, SliceReading) and isinstance(truth, SliceReading)):
                continue
            features.append(known)
            errors.append(image.burden_percent(own) - truth.burden_percent(level))
            enhances.append(
                not one.is_negative and truth.burden_percent(LEVELS[0]) >= ENHANCES_PERCENT
            )
            patients.append(one.index)
    return fit_confidence(
        features, errors, enhances, patients, level=level, graph_fingerprint=graph_fingerprint
    )
