"""What an evaluation writes into a model's card, and reads from it."""

from dataclasses import replace

from vne_core.evaluate.operating_point import OperatingPoint, OperatingPointError
from vne_core.evaluate.rows import AgreementRow, CohortEvaluation
from vne_core.learn.card import FalsePositiveRule, Metric, ModelCard
from vne_core.phantom.truth import LEVELS
from vne_core.stats.interval import Interval

PRESENT = "lesion called present"
"""The name of the rule in a card."""


def point_of_card(card: ModelCard) -> OperatingPoint | None:
    """Return a model's frozen thresholds and limit, None where its card has none yet."""
    rule = next((rule for rule in card.false_positive_rules if rule.name == PRESENT), None)
    if not card.matched_levels or rule is None:
        return None
    return OperatingPoint(
        card.model_id, LEVELS, card.matched_levels, rule.limit_percent, patients=None, negatives=None
    )  # fmt: skip


def refuse_frozen(card: ModelCard) -> None:
    """Raise OperatingPointError for a card that has its thresholds: they were tested already."""
    if card.matched_levels:
        raise OperatingPointError(
            f"the thresholds of {card.model_id} are frozen already",
            "a model without matched levels",
            "evaluate it with those of its card",
        )


def frozen_card(card: ModelCard, point: OperatingPoint) -> ModelCard:
    """Return the card with its thresholds and limit, once and for all.

    Raises OperatingPointError for a card that has some.
    """
    refuse_frozen(card)
    rule = FalsePositiveRule(PRESENT, point.matched_levels[0], point.present_percent)
    return replace(card, matched_levels=point.matched_levels, false_positive_rules=(rule,))


def recorded_card(card: ModelCard, cohort: CohortEvaluation) -> ModelCard:
    """Return the card with its figures on a test cohort, in place of earlier ones.

    ``data["tested_on"]`` names the cohort.
    """
    name, facts = card.model_id, cohort.cohort
    tested_on = {
        "name": facts.name,
        "hash": facts.fingerprint,
        "patients": facts.patients,
        "seed": facts.seed,
    }
    rows = [row for row in cohort.agreement if row.predictor == name]
    metrics = [
        *(metric for row in rows for metric in _agreement_metrics(row)),
        *_gain_metrics(cohort, name),
        *_presence_metrics(cohort, name),
        *_confidence_metrics(cohort, name),
    ]
    return replace(card, metrics=tuple(metrics), data={**card.data, "tested_on": tested_on})


def _agreement_metrics(row: AgreementRow) -> list[Metric]:
    """Return R, slope, both correlations, bias and overlap of one threshold."""
    about = f"{row.thresholds} {row.level_name}"
    found: list[tuple[str, float, Interval, str]] = []
    if row.fit and row.icc_single and row.icc_mean and row.bias:
        found += [
            (f"R, {about}", row.fit.r, row.fit.r_interval, ""),
            (f"slope, {about}", row.fit.slope, row.fit.slope_interval, ""),
            *(
                (f"{icc.label}, {about}", icc.value, icc.interval, "")
                for icc in (row.icc_single, row.icc_mean)
            ),
            (f"bias, {about}", row.bias.bias, row.bias.bias_interval, "points"),
        ]
    if row.dice:
        found.append((f"Dice, {about}", row.dice.value, row.dice.interval, ""))
    return [
        _metric(name, value, interval, len(row.pairs), unit) for name, value, interval, unit in found
    ]  # fmt: skip


def _gain_metrics(cohort: CohortEvaluation, name: str) -> list[Metric]:
    return [
        _metric(
            f"gain in {row.figure} over {row.over}, {row.thresholds} {row.level_name}",
            row.gain.value,
            row.gain.interval,
            row.gain.clusters,
        )
        for row in cohort.gains
        if row.predictor == name
    ]


def _presence_metrics(cohort: CohortEvaluation, name: str) -> list[Metric]:
    return [
        Metric(
            "false positives among good images",
            row.false_positives.found,
            100 * row.false_positives.interval.low,
            100 * row.false_positives.interval.high,
            row.false_positives.total,
            "patients; interval in percent",
        )
        for row in cohort.presence
        if row.predictor == name and row.false_positives is not None
    ]


def _confidence_metrics(cohort: CohortEvaluation, name: str) -> list[Metric]:
    return [
        _metric(
            f"AUROC of {row.score}, {row.level_name} more than {row.bad_points:g} points off",
            row.auroc.value,
            row.interval,
            row.auroc.positives + row.auroc.negatives,
        )
        for row in cohort.confidence
        if row.predictor == name
    ]


def _metric(name: str, value: float, interval: Interval, count: int, unit: str = "") -> Metric:
    return Metric(name, value, interval.low, interval.high, count, unit)
