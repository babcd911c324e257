"""A trained model as a predictor, by the same way as a reader's study goes, without torch."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from vne_core.align.roles import Role
from vne_core.align.stack import SCANNER_MAP, AlignedSlice
from vne_core.evaluate.patient_arrays import PatientArrays, with_unrelated_t1
from vne_core.evaluate.predictor import Grid, Prediction
from vne_core.evaluate.regions import Share, centre_px
from vne_core.geometry.contour import Contour, contour_from_pixels
from vne_core.geometry.plane import SlicePlane
from vne_core.learn.card import ModelCard
from vne_core.phantom.training_set import SLICES
from vne_core.vne.generate import Subject, generate_all
from vne_core.vne.image import VneImage
from vne_core.vne.model import VneModel, load_model

CINE = "cine"
CENTRE_MM = 20.0
"""Radius of the circle that tells the network's window where the ventricle is; only its centre
counts."""
CENTRE_HANDLES = 12
THICKNESS_MM = 8.0


@dataclass(frozen=True, slots=True)
class ModelPredictor:
    """A model of a folder; ``without_cine`` leaves the cine out, as a study may lack it.

    ``is_unrelated`` takes T1 maps and IR images that know nothing of the fibrosis: what the model
    makes of shape and motion alone. ``is_localised`` finds the ventricle by the model's own
    localiser; else its true place is used.
    ``fingerprint`` is that of the card, so that a worker does not go on with an earlier model.
    """

    name: str
    thresholds_of: str
    folder: Path
    fingerprint: str
    without_cine: bool = False
    is_unrelated: bool = False
    is_localised: bool = False
    grid: Grid = "t1"

    def predict(self, patient: PatientArrays) -> Prediction:
        """Return the VNE images of a patient with spread, confidence and features.

        Raises ModelRefusedError and GraphError for a model that cannot be used.
        """
        model = _opened(self.folder, self.fingerprint)
        if self.is_unrelated:
            patient = with_unrelated_t1(patient)
        subjects = [self.subject(patient, index) for index in range(len(patient))]
        made = list(generate_all(model, subjects))
        nothing = np.full(patient.images["t1"].shape[1:], np.nan, np.float32)
        images = [one if isinstance(one, VneImage) else None for one in made]
        confidence = [None if one is None else one.confidence.probability for one in images]
        return Prediction(
            images=np.stack([nothing if one is None else one.pixels for one in images]),
            spread=np.stack([nothing if one is None else one.spread for one in images]),
            confidence=tuple(float("nan") if one is None else one for one in confidence)
            if any(one is not None for one in confidence)
            else None,
            features=tuple({} if one is None else dict(one.features) for one in images),
            reasons=tuple("" if isinstance(one, VneImage) else one.reason for one in made),
        )

    def subject(self, patient: PatientArrays, index: int) -> Subject:
        """Return one slice as an imported study would give it."""
        images, table = patient.images, patient.table
        shape = images["t1"].shape[1:]
        plane = slice_plane(shape, patient.pixel_mm)
        times = images["times_ms"][index]
        rising = np.argsort(times, kind="stable")
        phases, rr_ms = images[CINE].shape[1], float(table["rr_ms"][index])
        everywhere = np.ones(shape, dtype=bool)
        has_cine = not self.without_cine
        aligned = AlignedSlice(
            slice_id=f"{int(table['patient'][index])}/{index}",
            plane=plane,
            grid=Role.T1,
            t1_ms=images["t1"][index].astype(np.float32),
            t1_source=SCANNER_MAP,
            fit_residual=None,
            ir=images["ir"][index][rising].astype(np.float32),
            inversion_times_ms=tuple(float(time) for time in times[rising]),
            cine=images[CINE][index].astype(np.float32) if has_cine else None,
            trigger_times_ms=tuple(phase * rr_ms / phases for phase in range(phases))
            if has_cine
            else (),
            rr_interval_ms=rr_ms,
            lge=None,
            valid=dict.fromkeys((Role.T1, Role.IR, *([Role.CINE] if has_cine else [])), everywhere),
            lge_magnitude=None,
            absent={} if has_cine else {Role.CINE: "no cine of this slice"},
        )
        epi = None if self.is_localised else _around(patient.share("endo_t1")[index], plane)
        return Subject(aligned, epi)


def model_predictors(
    folder: Path, card: ModelCard, *, is_localised: bool = False
) -> list[ModelPredictor]:
    """Return a model, and what it makes without a cine and of unrelated native T1.

    The last two are no models of their own: they use the thresholds of the first.
    """
    name = card.model_id
    whole = ModelPredictor(name, name, folder, card.fingerprint, is_localised=is_localised)
    blind = replace(whole, name=f"{name}, native T1 unrelated to fibrosis", is_unrelated=True)
    if CINE not in card.network.get("streams", (CINE,)):
        return [whole, blind]
    return [whole, replace(whole, name=f"{name} without cine", without_cine=True), blind]


def slice_plane(shape_px: tuple[int, ...], pixel_mm: float) -> SlicePlane:
    """Return a plane of an image whose place in the patient does not matter."""
    rows, columns = shape_px
    return SlicePlane(
        (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (pixel_mm, pixel_mm), (rows, columns),
        THICKNESS_MM,
    )  # fmt: skip


def _around(cavity: Share, plane: SlicePlane) -> Contour:
    """Return a circle around the middle of the true cavity."""
    row, col = centre_px(cavity)
    angle = np.arange(CENTRE_HANDLES) * 2 * np.pi / CENTRE_HANDLES
    radius_px = CENTRE_MM / plane.spacing_mm[0]
    circle = np.stack([col + radius_px * np.cos(angle), row + radius_px * np.sin(angle)], axis=1)
    return contour_from_pixels(plane, circle)


@lru_cache(maxsize=SLICES)
def _opened(folder: Path, fingerprint: str) -> VneModel:  # noqa: ARG001 - tells models apart
    """Return a model, opened once a process with one thread: patients are measured in parallel."""
    return load_model(folder, threads=1)
