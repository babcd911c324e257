"""Evaluate a model on unseen virtual patients: tables, figures, contact sheet.

Parameters: ``out`` (text); ``model`` (text or null: the baselines alone), ``baselines`` (list of
models that stand in the same tables), ``models`` (text: the folder of a workspace's models);
``cohorts`` (list of {preset, patients, seed}; null for the frozen ones) or ``arrays`` (text: a
folder of training arrays); ``studies`` (text: a workspace whose own studies are measured
instead); ``localise`` (true or false: the model finds the ventricle itself);
``freeze`` (write thresholds and calibrated confidence into the model) and ``record`` (write the
figures into its card).

Thresholds are those of the model's card; whoever has none gets them on the validation cohort
first, once a folder: ``operating-points.json``.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vne_core.errors import VneError
from vne_core.evaluate.calibrate import calibrated_confidence
from vne_core.evaluate.card_entries import (
    frozen_card,
    point_of_card,
    recorded_card,
    refuse_frozen,
)
from vne_core.evaluate.contact_sheet import write_contact_sheet
from vne_core.evaluate.evaluation import cohort_facts, evaluate_cohort
from vne_core.evaluate.figures import cohort_title, write_agreement_page
from vne_core.evaluate.frozen import TESTS, VALIDATION, FrozenCohort, refuse_seen
from vne_core.evaluate.measure import PatientMeasures
from vne_core.evaluate.model_predictor import ModelPredictor, model_predictors
from vne_core.evaluate.operating_point import OperatingPoint, freeze, load_points, points_json
from vne_core.evaluate.predictor import LinearT1, Predictor, SecondLge
from vne_core.evaluate.report import evaluation_json, evaluation_markdown
from vne_core.evaluate.rows import CohortEvaluation
from vne_core.files import atomic_write
from vne_core.jobs.evaluate_studies import evaluate_studies
from vne_core.jobs.events import Event, Finished, Progress
from vne_core.jobs.measure_cohort import Source, measure_cohort
from vne_core.jobs.registry import IsCancelled, JobParameterError, parameter
from vne_core.learn.card import CONFIDENCE, ModelCard, write_card
from vne_core.learn.registry import Registry
from vne_core.phantom.config_file import load_config
from vne_core.phantom.training_set import open_training_set
from vne_core.vne.confidence import write_confidence

POINTS_FILE = "operating-points.json"
TABLES_FILE = "evaluation.json"
READABLE_FILE = "evaluation.md"


class ShippedModelError(VneError):
    """A model that came with the program: its card is not written."""

    code = "shipped-model"

    def __init__(self, model_id: str) -> None:
        super().__init__(
            f"{model_id} came with the program",
            "a model of the workspace",
            "copy its folder into the workspace's models and evaluate that",
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is evaluated on whom, and what is written into the model's card."""

    out: Path
    model: str | None
    cards: Mapping[str, tuple[Path, ModelCard]]
    predictors: tuple[Predictor, ...]
    sources: tuple[Source, ...]
    freezes: bool
    records: bool


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Run the job; the folder holds tables, pages and the frozen thresholds afterwards."""
    asked = _asked(params)
    if params.get("studies"):
        yield Finished((yield from _studies(asked, params, cancelled)))
        return
    if asked.freezes:
        yield from _freeze(asked, cancelled)
        asked = _asked({**params, "freeze": False})
    points = yield from _points(asked, cancelled)
    cohorts: list[CohortEvaluation] = []
    files = [TABLES_FILE, READABLE_FILE, POINTS_FILE]
    for source in asked.sources:
        patients = yield from measure_cohort(source, asked.predictors, cancelled)
        cohorts.append(_evaluated(source, patients, points, asked.model))
        yield Progress(0, 1, f"drawing {cohorts[-1].cohort.name}")
        files += _pages(asked, cohorts[-1], patients, points)
    hashes = {name: dict(card.files) for name, (_, card) in asked.cards.items()}
    text = evaluation_markdown(asked.model, points, cohorts)
    atomic_write(asked.out / READABLE_FILE, text)
    atomic_write(asked.out / TABLES_FILE, evaluation_json(asked.model, points, cohorts, hashes))
    if asked.records and asked.model is not None:
        folder, card = asked.cards[asked.model]
        write_card(folder, recorded_card(card, cohorts[0]))
    yield Finished({"out": str(asked.out), "files": files, "model": asked.model, "table": text})


def _asked(params: dict[str, Any]) -> _Asked:
    """Return what is asked; raises JobParameterError, NoModelError, ModelRefusedError.

    Raises SeenPatientsError for a model trained on patients it would be measured on.
    """
    model = None if params.get("model") is None else parameter(params, "model", str)
    registry = Registry(Path(parameter(params, "models", str)))
    sources = _sources(params)
    seeds = {VALIDATION.seed, *map(_seed, sources)}
    cards: dict[str, tuple[Path, ModelCard]] = {}
    predictors: list[Predictor] = []
    for name in [*([] if model is None else [model]), *params.get("baselines", [])]:
        installed = registry.show(name)
        card = installed.card
        assert card is not None
        if (
            installed.is_shipped
            and name == model
            and (params.get("freeze") or params.get("record"))
        ):
            raise ShippedModelError(name)
        refuse_seen(card, seeds)
        cards[name] = (installed.folder, card)
        found = model_predictors(installed.folder, card, is_localised=bool(params.get("localise")))
        predictors += _measurable(found, sources) if name == model else found[:1]
    return _Asked(
        out=Path(parameter(params, "out", str)),
        model=model,
        cards=cards,
        predictors=(*predictors, LinearT1(), SecondLge()),
        sources=sources,
        freezes=bool(params.get("freeze")),
        records=bool(params.get("record")),
    )


def _measurable(found: Sequence[ModelPredictor], sources: Sequence[Source]) -> list[ModelPredictor]:
    """Leave out what needs the body of a patient where there are only training arrays."""
    are_drawn = all(isinstance(source, FrozenCohort) for source in sources)
    return [one for one in found if are_drawn or not one.is_unrelated]


def _studies(
    asked: _Asked, params: dict[str, Any], cancelled: IsCancelled
) -> Generator[Event, None, dict[str, Any]]:
    """Measure a workspace's studies; raises JobParameterError without a model."""
    if asked.model is None:
        raise JobParameterError("no model is named", "the one whose VNE is compared with LGE")
    folder = Path(parameter(params, "studies", str))
    card = asked.cards[asked.model][1]
    return (yield from evaluate_studies(folder, card, asked.out, cancelled))


def _sources(params: dict[str, Any]) -> tuple[Source, ...]:
    """Return whom to measure: training arrays, the cohorts named, or the frozen ones.

    Raises DialError for an unknown cohort, JobParameterError, TrainingSetError.
    """
    if params.get("arrays"):
        folder = Path(parameter(params, "arrays", str))
        open_training_set(folder)
        return (folder,)
    if params.get("cohorts") is None:
        return TESTS
    try:
        cohorts = tuple(
            FrozenCohort(str(one["preset"]), int(one["patients"]), int(one["seed"]))
            for one in parameter(params, "cohorts", list)
        )
    except (TypeError, KeyError, ValueError) as error:
        raise JobParameterError(
            f"the job's cohorts are {params['cohorts']!r}", "preset, patients and seed of each"
        ) from error
    for one in cohorts:
        load_config(one.preset)  # refuses an unknown one before hours of work
    return cohorts


def _seed(source: Source) -> int:
    """Return the seed whose hearts a cohort has."""
    if isinstance(source, FrozenCohort):
        return source.seed
    return int(open_training_set(source).description["seed"])


def _points(
    asked: _Asked, cancelled: IsCancelled
) -> Generator[Event, None, dict[str, OperatingPoint]]:
    """Return everyone's thresholds: of the card, of the folder, or frozen now."""
    known = load_points(asked.out / POINTS_FILE)
    of_cards = (point_of_card(card) for _, card in asked.cards.values())
    known |= {point.predictor: point for point in of_cards if point is not None}
    own = [one for one in asked.predictors if one.name == one.thresholds_of]
    missing = tuple(one for one in own if one.name not in known)
    if missing:
        patients = yield from measure_cohort(VALIDATION, missing, cancelled)
        known |= {one.name: freeze(one.name, patients) for one in missing}
    chosen = {
        one.name: replace(known[one.thresholds_of], predictor=one.name) for one in asked.predictors
    }
    atomic_write(asked.out / POINTS_FILE, points_json(chosen))
    return chosen


def _freeze(asked: _Asked, cancelled: IsCancelled) -> Generator[Event, None, None]:
    """Write a model's thresholds and confidence, found on validation patients, into its folder."""
    assert asked.model is not None
    folder, card = asked.cards[asked.model]
    refuse_frozen(card)
    own = [one for one in asked.predictors if one.name == asked.model]
    patients = yield from measure_cohort(VALIDATION, own, cancelled)
    point = freeze(asked.model, patients)
    frozen = frozen_card(card, point)
    confidence = calibrated_confidence(point, patients, card.graph_fingerprint)
    write_confidence(folder / CONFIDENCE, confidence)
    write_card(folder, frozen)


def _evaluated(
    source: Source,
    patients: Sequence[PatientMeasures],
    points: Mapping[str, OperatingPoint],
    model: str | None,
) -> CohortEvaluation:
    """Return a cohort's tables; training arrays are known by the preset they name."""
    if isinstance(source, FrozenCohort):
        config, seed = load_config(source.preset), source.seed
    else:
        description = open_training_set(source).description
        config, seed = load_config(description["config_name"]), description["seed"]
    return evaluate_cohort(cohort_facts(config, seed, patients), patients, points, model)


def _pages(
    asked: _Asked,
    found: CohortEvaluation,
    patients: Sequence[PatientMeasures],
    points: Mapping[str, OperatingPoint],
) -> list[str]:
    """Draw a page of agreement a predictor, and the contact sheet of the model."""
    facts = found.cohort
    files: list[str] = []
    for number, name in enumerate(points):
        rows = [row for row in found.agreement if row.predictor == name]
        title = cohort_title(name, facts)
        files += write_agreement_page(asked.out, f"{facts.name}-agreement-{number}", title, rows)
    shown = points[asked.model or LinearT1().name]
    return files + write_contact_sheet(
        asked.out, f"{facts.name}-contact-sheet", facts, shown, patients
    )
