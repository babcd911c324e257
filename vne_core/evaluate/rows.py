"""The rows of an evaluation's tables, as facts. Everything is of the virtual cohort."""

from dataclasses import dataclass
from typing import Literal

from vne_core.stats.agreement import Bias, Icc
from vne_core.stats.discrimination import Auroc, Count
from vne_core.stats.interval import Interval
from vne_core.stats.regression import LinearFit
from vne_core.stats.resampling import Bootstrapped

Thresholds = Literal["equal", "matched"]
Figure = Literal["R", "Dice", "R with ECV"]
"""R with the burden of LGE, overlap with noise-free LGE, R with that of extracellular volume."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One patient's burdens, percent: by LGE, by the image, by the noise-free truth if known."""

    patient: int
    lge: float
    image: float
    truth: float | None = None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One image against LGE at one threshold: one point a patient, image minus LGE.

    ``level`` is the LGE's, ``image_level`` the image's own. ``dice`` is the mean over patients
    whose noise-free LGE has a lesion at that level (``dice_patients``), of the image's band
    against the noise-free one; ``truth_error`` the mean absolute difference of the image's burden
    from the true one, in points; both None where the truth is not known. ``problem`` says why
    other figures are None.
    """

    predictor: str
    thresholds: Thresholds
    level_name: str
    level: float
    image_level: float
    pairs: tuple[Pair, ...]
    lge_mean: float
    image_mean: float
    truth_error: float | None
    fit: LinearFit | None
    icc_single: Icc | None
    icc_mean: Icc | None
    bias: Bias | None
    dice: Bootstrapped | None
    dice_patients: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GainRow:
    """How much a figure gains over another image, on the same patients."""

    predictor: str
    over: str
    figure: Figure
    thresholds: Thresholds
    level_name: str
    gain: Bootstrapped


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """Lesions called present by the frozen limit.

    ``false_positives`` among patients without focal fibrosis whose cine, T1 map and LGE are good
    in every slice, ``all_false_positives`` among all without; ``found`` among patients whose LGE
    itself lies above the limit.
    """

    predictor: str
    level: float
    limit_percent: float
    false_positives: Count | None
    all_false_positives: Count | None
    found: Count | None


@dataclass(frozen=True, slots=True)
class QualityRow:
    """The burden's error against quality: slices of one category of one kind of image.

    ``error`` is the mean absolute difference from the true burden of the slice, in points, with
    its interval over patients.
    """

    predictor: str
    quality_of: str
    category: int
    slices: int
    level_name: str
    error: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class ConfidenceRow:
    """How well a number told with the image separates slices whose burden is far off.

    ``score`` names the number; a slice is bad when its burden differs by more than
    ``bad_points`` from the truth at the level. The interval is a bootstrap over patients.
    """

    predictor: str
    score: str
    level_name: str
    bad_points: float
    auroc: Auroc
    interval: Interval


@dataclass(frozen=True, slots=True)
class CohortFacts:
    """Who was evaluated. ``fingerprint`` tells this cohort from every other."""

    name: str
    about: str
    patients: int
    seed: int
    fingerprint: str
    t1_ecv_correlation: float
    field_t: float
    scheme: str
    negatives: int
    good_negatives: int
    good_lge_slices: int
    slices: int


@dataclass(frozen=True, slots=True)
class CohortEvaluation:
    """Every table of one cohort."""

    cohort: CohortFacts
    agreement: tuple[AgreementRow, ...]
    gains: tuple[GainRow, ...]
    presence: tuple[PresenceRow, ...]
    quality: tuple[QualityRow, ...]
    confidence: tuple[ConfidenceRow, ...]
    left_out: tuple[str, ...]
    """Patients and slices that could not be measured, with the reason."""
