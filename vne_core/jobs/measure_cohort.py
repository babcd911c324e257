"""Measure every patient of a cohort in worker processes; each is scanned, measured and let go."""

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from vne_core.evaluate.contact_sheet import SHOWN_PATIENTS
from vne_core.evaluate.frozen import FrozenCohort
from vne_core.evaluate.measure import PatientMeasures, measure_patient
from vne_core.evaluate.patient_arrays import read_patient, scan_patient
from vne_core.evaluate.predictor import Predictor
from vne_core.jobs.events import Event
from vne_core.jobs.registry import IsCancelled
from vne_core.jobs.workers import each_in_workers
from vne_core.phantom.config_file import load_config
from vne_core.phantom.training_set import SLICES, TABLE, open_training_set

Source = FrozenCohort | Path
"""A cohort to scan, or the folder of its training arrays."""

_Task = tuple[Source, int, tuple[Predictor, ...]]


def measure_cohort(
    source: Source, predictors: Sequence[Predictor], cancelled: IsCancelled
) -> Generator[Event, None, list[PatientMeasures]]:
    """Yield progress and return what was measured, patient by patient.

    The first twenty keep the pictures of their middle slice. Raises Cancelled.
    """
    tasks: list[_Task] = [(source, index, tuple(predictors)) for index in _indices(source)]
    text = f"measuring {source.preset if isinstance(source, FrozenCohort) else source.name}"
    return (yield from each_in_workers(_measure, tasks, text, cancelled))


def _indices(source: Source) -> list[int]:
    """Return the patients there are."""
    if isinstance(source, FrozenCohort):
        return list(range(source.patients))
    done = np.asarray(open_training_set(source).arrays[TABLE]["done"])
    return [int(index) for index in np.flatnonzero(done.reshape(-1, SLICES).all(axis=1))]


def _measure(task: _Task) -> PatientMeasures:
    source, index, predictors = task
    if isinstance(source, FrozenCohort):
        patient = scan_patient(load_config(source.preset), source.seed, index)
    else:
        patient = read_patient(open_training_set(source), index)
    return measure_patient(patient, predictors, is_shown=index < SHOWN_PATIENTS)
