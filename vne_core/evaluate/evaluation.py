"""A cohort's whole evaluation, the same from the same seed."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from vne_core.evaluate.measure import GOOD, PatientMeasures
from vne_core.evaluate.operating_point import OperatingPoint
from vne_core.evaluate.rows import CohortEvaluation, CohortFacts
from vne_core.evaluate.slice_tables import confidence_rows, quality_rows
from vne_core.evaluate.tables import agreement_rows, gain_rows, left_out, presence_row
from vne_core.phantom.config import CohortConfig
from vne_core.phantom.config_file import config_hash


def evaluate_cohort(
    facts: CohortFacts,
    patients: Sequence[PatientMeasures],
    points: Mapping[str, OperatingPoint],
    model: str | None,
) -> CohortEvaluation:
    """Return every table of a cohort.

    Parameters
    ----------
    points
        The frozen operating point of each predictor, by its name, in the order of the tables.
    model
        The predictor whose gain over the others, quality and confidence are asked for; None where
        only the others are compared.
    """
    own = None if model is None else points[model]
    others = [point for name, point in points.items() if name != model]
    return CohortEvaluation(
        cohort=facts,
        agreement=tuple(
            row
            for name, point in points.items()
            for row in agreement_rows(point, patients, _rng(facts, name, "agreement"))
        ),
        gains=tuple(
            row
            for other in others
            if own is not None
            for row in gain_rows(own, other, patients, _rng(facts, other.predictor, "gain"))
        ),
        presence=tuple(presence_row(point, patients) for point in points.values()),
        quality=(() if own is None else tuple(quality_rows(own, patients, _rng(facts, "quality")))),
        confidence=(
            () if own is None else tuple(confidence_rows(own, patients, _rng(facts, "confidence")))
        ),
        left_out=tuple(left_out(list(points), patients)),
    )


def cohort_facts(
    config: CohortConfig, seed: int, patients: Sequence[PatientMeasures]
) -> CohortFacts:
    """Return who was evaluated."""
    negatives = [one for one in patients if one.is_negative]
    categories = [category for one in patients for category in one.categories["lge"]]
    return CohortFacts(
        name=config.name,
        about=config.about,
        patients=len(patients),
        seed=seed,
        fingerprint=config_hash(config, seed),
        t1_ecv_correlation=config.tissue.t1_ecv_correlation,
        field_t=config.scanner.field_t,
        scheme=config.scanner.scheme,
        negatives=len(negatives),
        good_negatives=sum(one.has_good_images for one in negatives),
        good_lge_slices=sum(category >= GOOD for category in categories),
        slices=len(categories),
    )


def _rng(facts: CohortFacts, *parts: str) -> np.random.Generator:
    """Return the random numbers of one table, whatever other tables are made."""
    text = "/".join((facts.fingerprint, *parts))
    digest = hashlib.sha256(text.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
