"""An evaluation as JSON for programs and as Markdown for people."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from vne_core.evaluate.frozen import PAPER_BIAS, PAPER_ICC, PAPER_R
from vne_core.evaluate.operating_point import OperatingPoint
from vne_core.evaluate.rows import (
    AgreementRow,
    CohortEvaluation,
    ConfidenceRow,
    GainRow,
    PresenceRow,
    QualityRow,
)
from vne_core.evaluate.study_pairs import PairedStudy
from vne_core.learn.card import ModelCard
from vne_core.stats.discrimination import Count
from vne_core.stats.interval import Interval

SCHEMA = "vne-reader/evaluation/1"
STUDIES_SCHEMA = "vne-reader/study-agreement/1"
NOTE = "Virtual cohort: simulated images, nobody was scanned"
METHOD = (
    "One point a patient, burden in percent of the myocardium in each image's own true contours, "
    "image minus LGE. R with Fisher's interval; ICC two-way, absolute agreement, single (A,1) and "
    "mean of both (A,2), McGraw & Wong 1996; limits of agreement at 1.96 SD. Dice against the band "
    "of the noise-free LGE, mean over patients whose true burden is 1 % or more. R with ECV is with "
    "the burden of true extracellular volume: LGE without native T1's own part. Intervals in "
    "brackets are 95 %, two-sided; those of Dice, gains, errors and AUROC by bootstrap over "
    "patients (BCa, 2000 draws)."
)


def evaluation_json(
    model: str | None,
    points: Mapping[str, OperatingPoint],
    cohorts: Sequence[CohortEvaluation],
    made_from: Mapping[str, Any],
) -> str:
    """Return everything as JSON; ``made_from`` names model files and code by hash or version."""
    document = {
        "schema": SCHEMA,
        "note": NOTE,
        "method": METHOD,
        "model": model,
        "made_from": dict(made_from),
        "operating_points": {name: asdict(point) for name, point in points.items()},
        "cohorts": [asdict(one) for one in cohorts],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def evaluation_markdown(
    model: str | None,
    points: Mapping[str, OperatingPoint],
    cohorts: Sequence[CohortEvaluation],
) -> str:
    """Return every table as Markdown."""
    title = "Evaluation of the baselines" if model is None else f"Evaluation of {model}"
    parts = [f"# {title}", f"**{NOTE}.** {METHOD}", _points(points)]
    for one in cohorts:
        parts += _cohort(one)
    return "\n\n".join(part for part in parts if part) + "\n"


def studies_json(card: ModelCard, tables: Mapping[str, Any]) -> str:
    """Return the agreement of imported studies as JSON."""
    document = {
        "schema": STUDIES_SCHEMA,
        "note": card.notice,
        "model": card.model_id,
        "fingerprint": card.fingerprint,
        **tables,
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def studies_markdown(
    card: ModelCard, rows: Sequence[AgreementRow], studies: Sequence[PairedStudy]
) -> str:
    """Return the agreement of imported studies as Markdown."""
    slices, linked = (sum(getattr(s, field) for s in studies) for field in ("slices", "linked"))
    told = (
        f"{len(studies)} studies, {slices} slices measured and confirmed on both images. {linked} of "
        "them were measured with contours of another image: linked contours make VNE and LGE agree "
        "more than they do."
    )
    parts = [
        f"# {card.model_id} against LGE of this workspace",
        f"**{card.notice}.**",
        told,
        *_section("Burden against LGE", _AGREEMENT, rows),
    ]
    return "\n\n".join(parts) + "\n"


def _cohort(one: CohortEvaluation) -> list[str]:
    facts = one.cohort
    told = (
        f"{facts.patients} patients of seed {facts.seed} ({facts.fingerprint}), {facts.scheme} at "
        f"{facts.field_t:g} T, r(T1, ECV) = {facts.t1_ecv_correlation:g}; {facts.negatives} without "
        f"focal fibrosis, {facts.good_negatives} of them with good images throughout; LGE good or "
        f"excellent in {facts.good_lge_slices} of {facts.slices} slices."
    )
    return [
        f"## {facts.about} (`{facts.name}`)",
        told,
        *_section("Burden against LGE", _AGREEMENT, one.agreement),
        (
            f"Zhang et al. 2021, equal thresholds: R {_levels(PAPER_R)}, ICC {_levels(PAPER_ICC)} "
            f"(compare with ICC(A,2)); {PAPER_BIAS}. A guard, not a comparison: a virtual cohort's "
            "difficulty is a dial."
        ),
        *_section(
            "Gain on the same patients; over the second LGE: what is missing to the ceiling",
            _GAIN,
            one.gains,
        ),
        *_section("Lesion called present", _PRESENCE, one.presence),
        *_section("Error by image quality", _QUALITY, one.quality),
        *_section(
            "Telling slices whose burden is more than 10 points off", _CONFIDENCE, one.confidence
        ),
        *(["Left out: " + "; ".join(one.left_out) + "."] if one.left_out else []),
    ]


_AGREEMENT: dict[str, Callable[[AgreementRow], str]] = {
    "image": lambda row: row.predictor,
    "thresholds": lambda row: f"{row.thresholds} {row.level_name}, {row.image_level:.3g}",
    "LGE, image %": lambda row: f"{row.lge_mean:.1f}, {row.image_mean:.1f}",
    "R": lambda row: "" if row.fit is None else f"{row.fit.r:.2f} {_in(row.fit.r_interval)}",
    "slope": lambda row: (
        "" if row.fit is None else f"{row.fit.slope:.2f} {_in(row.fit.slope_interval)}"
    ),
    "intercept": lambda row: "" if row.fit is None else f"{row.fit.intercept:z.1f}",
    "ICC(A,1)": lambda row: (
        "" if row.icc_single is None
        else f"{row.icc_single.value:.2f} {_in(row.icc_single.interval)}"
    ),
    "ICC(A,2)": lambda row: (
        "" if row.icc_mean is None else f"{row.icc_mean.value:.2f} {_in(row.icc_mean.interval)}"
    ),
    "bias": lambda row: (
        "" if row.bias is None else f"{row.bias.bias:z.1f} {_in(row.bias.bias_interval, 1)}"
    ),
    "limits": lambda row: (
        "" if row.bias is None else f"{row.bias.lower_limit:.1f}, {row.bias.upper_limit:.1f}"
    ),
    "Dice": lambda row: (
        "" if row.dice is None
        else f"{row.dice.value:.2f} {_in(row.dice.interval)}, n {row.dice_patients}"
    ),
    "note": lambda row: row.problem,
}  # fmt: skip
_GAIN: dict[str, Callable[[GainRow], str]] = {
    "image": lambda row: row.predictor,
    "over": lambda row: row.over,
    "figure": lambda row: row.figure,
    "thresholds": lambda row: f"{row.thresholds} {row.level_name}",
    "gain": lambda row: f"{row.gain.value:+z.3f}",
    "interval": lambda row: f"{_in(row.gain.interval, 3)} {row.gain.method}",
    "lower bound above 0": lambda row: "yes" if row.gain.is_above_zero else "no",
}
_PRESENCE: dict[str, Callable[[PresenceRow], str]] = {
    "image": lambda row: row.predictor,
    "called above": lambda row: f"{row.limit_percent:.1f} % at level {row.level:.3g}",
    "false positives, good images": lambda row: _count(row.false_positives),
    "false positives, all": lambda row: _count(row.all_false_positives),
    "found, of LGE above the limit": lambda row: _count(row.found, bounded=False),
}
_QUALITY: dict[str, Callable[[QualityRow], str]] = {
    "image": lambda row: row.predictor,
    "quality of": lambda row: row.quality_of,
    "category": lambda row: str(row.category),
    "slices": lambda row: str(row.slices),
    "level": lambda row: row.level_name,
    "error, points": lambda row: (
        f"{row.error:.1f}" if row.interval is None else f"{row.error:.1f} {_in(row.interval, 1)}"
    ),
}
_CONFIDENCE: dict[str, Callable[[ConfidenceRow], str]] = {
    "image": lambda row: row.predictor,
    "told by": lambda row: row.score,
    "level": lambda row: row.level_name,
    "AUROC": lambda row: f"{row.auroc.value:.2f} {_in(row.interval)}",
    "bad, others": lambda row: f"{row.auroc.positives}, {row.auroc.negatives}",
}


def _section(
    title: str, columns: Mapping[str, Callable[[Any], str]], rows: Sequence[Any]
) -> list[str]:
    """Return a title and a table, nothing without rows."""
    if not rows:
        return []
    lines = [_line(columns), _line(["---"] * len(columns))]
    lines += [_line([cell(row) for cell in columns.values()]) for row in rows]
    return [f"### {title}", "\n".join(lines)]


def _points(points: Mapping[str, OperatingPoint]) -> str:
    """Return what was frozen on validation patients."""
    lines = [_point(name, point) for name, point in points.items()]
    return "Frozen on validation patients:\n\n" + "\n".join(lines) if lines else ""


def _point(name: str, point: OperatingPoint) -> str:
    matched = ", ".join(f"{level:.4g}" for level in point.matched_levels)
    equal = ", ".join(f"{level:g}" for level in point.lge_levels)
    found_on = (
        "from the model's card"
        if point.patients is None
        else f"{point.patients} patients, {point.negatives} without lesion and with good images"
    )
    return (
        f"* {name}: matched levels {matched} for LGE's {equal}; lesion called present above "
        f"{point.present_percent:.1f} % ({found_on})"
    )


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"


def _in(interval: Interval, digits: int = 2) -> str:
    return f"[{interval.low:z.{digits}f}, {interval.high:z.{digits}f}]"


def _count(count: Count | None, *, bounded: bool = True) -> str:
    """Return a count with its exact interval, and upper bound where asked for, in percent."""
    if count is None:
        return "nobody to count"
    low, high = 100 * count.interval.low, 100 * count.interval.high
    bound = f", upper bound {100 * count.upper_bound:.1f} %" if bounded else ""
    return f"{count.found} of {count.total} [{low:.0f}, {high:.0f} %]{bound}"


def _levels(values: Mapping[float, float]) -> str:
    return "/".join(f"{value:.2f}" for value in values.values())
