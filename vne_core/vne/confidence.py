"""How probably an image is right, calibrated on patients that the network has not seen.

Two logistic regressions on ``features``: that the burden of the image is within ten points of the
truth, and that the slice enhances at all. Their coefficients stand in a model's
``confidence.json`` beside a table of how often what was said came true.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vne_core.errors import VneError
from vne_core.files import atomic_write
from vne_core.learn.card import ModelCard, ModelRefusedError
from vne_core.vne.features import FEATURE_WORDS, FEATURES
from vne_core.vne.image import HIGH_FROM, Confidence, Flag, InputFlag

SCHEMA = "vne-reader/confidence/1"
WITHIN_POINTS = 10.0
"""Burden error, in percentage points, that separates a good image from a bad one."""
SHRINKAGE = 1.0
"""Weight of the squared coefficients of standardised features in the objective."""
MOST_STEPS = 100
TOLERANCE = 1e-10
BINS = 10
Z_95 = 1.959964
"""97.5 % quantile of the normal distribution."""
MOST_IN_DOUBT = 0.5
"""Probability at most where the ventricle may be elsewhere: the calibration is of images around it,
and a place in doubt was the wrong one more often than not (resources/adr/0020)."""
MOST_REASONS = 3
LEAST_WEIGHT = 0.3
"""Log odds that a feature must cost to be told as a reason."""

Floats = NDArray[np.float64]


class CalibrationError(VneError):
    """Features and outcomes from which nothing can be calibrated."""

    code = "calibration"


@dataclass(frozen=True, slots=True)
class Logistic:
    """log odds = intercept + sum of weight * (feature - mean) / sd, by the features' names."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    sds: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability of one image."""
        return float(_sigmoid(np.array(self.intercept + sum(self.terms(features).values()))))

    def terms(self, features: Mapping[str, float]) -> dict[str, float]:
        """Return how many log odds each feature adds, against the average image."""
        return {
            name: weight * (features[name] - mean) / sd
            for name, mean, sd, weight in zip(
                self.names, self.means, self.sds, self.weights, strict=True
            )
        }


@dataclass(frozen=True, slots=True)
class ReliabilityRow:
    """Of ``n`` images said to be right with ``said`` probability, ``came`` were (95 % interval)."""

    said: float
    came: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """The two calibrations of one pair of graphs, and how reliable the first was.

    ``level`` is the threshold whose burden ``within`` speaks of; ``images`` and ``patients`` are
    what it was calibrated on.
    """

    within: Logistic
    enhancement: Logistic | None
    reliability: tuple[ReliabilityRow, ...]
    level: float
    images: int
    patients: int
    graph_fingerprint: str

    def require_graphs(self, card: ModelCard) -> None:
        """Raise ModelRefusedError where the calibration is of other graphs than the card's."""
        if self.graph_fingerprint != card.graph_fingerprint:
            raise ModelRefusedError(
                f"the confidence of the model {card.model_id} was calibrated on another network",
                "a calibration of this model",
                "evaluate the model again",
            )

    def of_image(
        self, features: Mapping[str, float], flags: Sequence[InputFlag], caution: str
    ) -> Confidence:
        """Return the confidence of an image, with what lowers it in words."""
        probability = self.within.probability(features)
        if any(flag.flag is Flag.UNSURE_CENTRE for flag in flags):
            probability = min(probability, MOST_IN_DOUBT)
        told = [str(flag) for flag in flags]
        if probability < HIGH_FROM:
            told += _costly(self.within.terms(features))
        enhancement = self.enhancement and self.enhancement.probability(features)
        return Confidence(probability, enhancement, tuple(dict.fromkeys(told)), caution)


def fit_confidence(
    features: Sequence[Mapping[str, float]],
    error_points: ArrayLike,
    enhances: ArrayLike,
    patients: Sequence[int],
    *,
    level: float,
    graph_fingerprint: str,
) -> ConfidenceModel:
    """Return the calibration of images of patients that the network has not seen.

    ``error_points`` is each image's burden at ``level`` minus the truth, in percentage points;
    ``enhances`` whether its slice truly enhances. The reliability table comes from predictions of
    patients left out, in five parts. Raises CalibrationError where all images are alike.
    """
    table = feature_table(features)
    good = np.abs(np.asarray(error_points, dtype=float)) <= WITHIN_POINTS
    positive = np.asarray(enhances, dtype=bool)
    enhancement = None
    if positive.any() and not positive.all():
        enhancement = fit_logistic(table, positive, FEATURES)
    said = cross_predicted(table, good, patients)
    return ConfidenceModel(
        within=fit_logistic(table, good, FEATURES),
        enhancement=enhancement,
        reliability=reliability(said, good),
        level=level,
        images=len(table),
        patients=len(set(patients)),
        graph_fingerprint=graph_fingerprint,
    )


def feature_table(features: Sequence[Mapping[str, float]]) -> Floats:
    """Return the features of many images, (images, features), in the order of ``FEATURES``."""
    return np.array([[one[name] for name in FEATURES] for one in features], dtype=float)


def fit_logistic(
    table: ArrayLike, outcome: ArrayLike, names: Sequence[str], shrinkage: float = SHRINKAGE
) -> Logistic:
    """Return the logistic regression of an outcome on features, (images, features).

    Newton's method on the likelihood less ``shrinkage`` / 2 times the squared weights of the
    standardised features; the intercept is not shrunk. A feature that does not vary has weight 0.
    Raises CalibrationError where the outcome is the same for all.
    """
    x, y = np.asarray(table, dtype=float), np.asarray(outcome, dtype=float)
    if x.ndim != 2 or x.shape != (len(y), len(names)) or not np.isfinite(x).all():
        raise CalibrationError(
            f"features of shape {x.shape} and {len(y)} outcomes",
            f"finite numbers, ({len(y)}, {len(names)})",
        )
    if not 0 < y.sum() < len(y):
        raise CalibrationError(
            f"all {len(y)} images have the same outcome",
            "images that are right and images that are wrong",
            "calibrate on more patients",
        )
    means, spreads = x.mean(axis=0), x.std(axis=0)
    sds = np.where(spreads > TOLERANCE, spreads, 1.0)
    design = np.column_stack([np.ones(len(y)), (x - means) / sds])
    penalty = shrinkage * np.r_[0.0, np.ones(x.shape[1])]
    weights = _newton(design, y, penalty)
    return Logistic(
        tuple(names),
        tuple(means.tolist()),
        tuple(sds.tolist()),
        tuple(weights[1:].tolist()),
        float(weights[0]),
    )


def cross_predicted(
    table: Floats, outcome: NDArray[np.bool_], patients: Sequence[int], parts: int = 5
) -> Floats:
    """Return each image's probability from a fit without its patient, (images,).

    Patients are dealt to the parts in rising order. A part without which the outcome is the same
    for all takes that outcome's share.
    """
    order = {patient: at for at, patient in enumerate(sorted(set(patients)))}
    part = np.array([order[patient] % parts for patient in patients])
    said = np.full(len(outcome), float(outcome.mean()))
    for held in np.unique(part):
        rest, mine = part != held, part == held
        if 0 < outcome[rest].sum() < rest.sum():
            fit = fit_logistic(table[rest], outcome[rest], FEATURES)
            said[mine] = predicted(fit, table[mine])
    return said


def predicted(logistic: Logistic, table: Floats) -> Floats:
    """Return the probabilities of many images, (images,), of features (images, features)."""
    scaled = (table - np.array(logistic.means)) / np.array(logistic.sds)
    return _sigmoid(logistic.intercept + scaled @ np.array(logistic.weights))


def reliability(
    said: ArrayLike, came_true: ArrayLike, bins: int = BINS
) -> tuple[ReliabilityRow, ...]:
    """Return how often what was said came true, in bins of equal width; empty bins are left out.

    The interval of a share is Wilson's (1927).
    """
    p, y = np.asarray(said, dtype=float), np.asarray(came_true, dtype=float)
    which = np.minimum((p * bins).astype(int), bins - 1)
    rows: list[ReliabilityRow] = []
    for one in np.unique(which):
        held = which == one
        n, share = int(held.sum()), float(y[held].mean())
        low, high = wilson_interval(share, n)
        rows.append(ReliabilityRow(float(p[held].mean()), share, low, high, n))
    return tuple(rows)


def wilson_interval(share: float, n: int, z: float = Z_95) -> tuple[float, float]:
    """Return the score interval of a share of ``n`` (Wilson 1927, J Am Stat Assoc 22:209)."""
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def write_confidence(path: Path, model: ConfidenceModel) -> None:
    """Write a calibration as JSON; the card of its model must then be written again."""
    document = {"schema": SCHEMA, **asdict(model)}
    atomic_write(path, json.dumps(document, indent=1, allow_nan=False) + "\n")


def read_confidence(path: Path) -> ConfidenceModel:
    """Return the calibration of a file; raises ModelRefusedError for one that is none."""
    try:
        document: Any = json.loads(path.read_text())
        fields = {name: value for name, value in document.items() if name != "schema"}
        if document["schema"] != SCHEMA:
            raise KeyError(SCHEMA)  # noqa: TRY301 - told as every other damage of the file
        enhancement = fields["enhancement"]
        fields |= {
            "within": _logistic_of(fields["within"]),
            "enhancement": None if enhancement is None else _logistic_of(enhancement),
            "reliability": tuple(ReliabilityRow(**row) for row in fields["reliability"]),
        }
        return ConfidenceModel(**fields)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelRefusedError(
            f"the {path.name} of the model {path.parent.name} cannot be read ({error})",
            f"a calibration of schema {SCHEMA}",
            "evaluate the model again",
        ) from error


def _logistic_of(table: Mapping[str, Any]) -> Logistic:
    """Return the regression of a JSON table; raises ValueError for features that are not known."""
    names = tuple(map(str, table["names"]))
    unknown = set(names) - set(FEATURES)
    if unknown:
        raise ValueError(f"the feature {', '.join(sorted(unknown))}")
    means, sds, weights = (tuple(map(float, table[name])) for name in ("means", "sds", "weights"))
    if {len(means), len(sds), len(weights)} != {len(names)} or not all(sds):
        raise ValueError("coefficients that do not belong to the features")
    return Logistic(names, means, sds, weights, float(table["intercept"]))


def _newton(design: Floats, outcome: Floats, penalty: Floats) -> Floats:
    """Return the weights at which the gradient of the penalised likelihood is 0.

    A step is halved while it does not raise the likelihood.
    """
    weights = np.zeros(design.shape[1])
    value = _objective(design, outcome, penalty, weights)
    for _ in range(MOST_STEPS):
        p = _sigmoid(design @ weights)
        gradient = design.T @ (outcome - p) - penalty * weights
        curvature = (design.T * np.maximum(p * (1 - p), TOLERANCE)) @ design + np.diag(penalty)
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        share = 1.0
        while share > TOLERANCE:
            trial = weights + share * step
            found = _objective(design, outcome, penalty, trial)
            if found >= value:
                break
            share /= 2
        else:
            break
        weights, value = trial, found
        if float(np.abs(step).max()) < TOLERANCE:
            break
    return weights


def _objective(design: Floats, outcome: Floats, penalty: Floats, weights: Floats) -> float:
    odds = design @ weights
    likelihood = float(outcome @ odds - np.logaddexp(0.0, odds).sum())
    return likelihood - float(penalty @ np.square(weights)) / 2


def _sigmoid(odds: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -odds))


def _costly(terms: Mapping[str, float]) -> list[str]:
    """Return in words the features that lower the confidence most."""
    costs = sorted((cost, name) for name, cost in terms.items() if cost < -LEAST_WEIGHT)
    return [FEATURE_WORDS[name] for _, name in costs[:MOST_REASONS]]
