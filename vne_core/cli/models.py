"""``vne models``: which VNE models are here, what they can do, and which of them is used."""

import argparse
import getpass
from dataclasses import asdict
from typing import Any

from vne_core.cli.output import Answer, table
from vne_core.learn.card import ModelCard
from vne_core.learn.registry import Change, Installed, Registry
from vne_core.workspace.sources import workspace_folder

NONE = "no VNE model is installed"


def run(arguments: argparse.Namespace) -> Answer:
    """Do what the subcommand asks: list, show, add, promote or rollback."""
    folder = arguments.workspace or workspace_folder()
    registry = Registry(folder / "models")
    match arguments.action:
        case "show":
            return _show(registry, arguments.model_id)
        case "add":
            return _add(registry, arguments)
        case "promote":
            return _changed(registry.promote(arguments.model_id, _who()))
        case "rollback":
            return _changed(registry.rollback(_who()))
        case _:
            return _list(registry)


def _list(registry: Registry) -> Answer:
    models = registry.list()
    active = registry.active_id()
    data = {
        "models": [_entry(one, active) for one in models],
        "history": [asdict(change) for change in registry.history()],
    }
    rows = [
        (
            "*" if one.model_id == active else "",
            one.model_id,
            "shipped" if one.is_shipped else "own",
            one.card.what if one.card else f"refused: {one.problem}",
        )
        for one in models
    ]
    return Answer(data, table(("in use", "model", "from", "what"), rows) if rows else NONE)


def _entry(one: Installed, active: str | None) -> dict[str, Any]:
    return {
        "model_id": one.model_id,
        "folder": str(one.folder),
        "is_shipped": one.is_shipped,
        "is_active": one.model_id == active,
        "what": one.card.what if one.card else None,
        "made_utc": one.card.made_utc if one.card else None,
        "problem": one.problem or None,
    }


def _add(registry: Registry, arguments: argparse.Namespace) -> Answer:
    """Register what a training left; the model is not used until it is promoted."""
    from vne_core.vne.register import register_training  # noqa: PLC0415 - listing needs no arrays

    lender = arguments.localiser and registry.show(arguments.localiser).folder
    card = register_training(arguments.run, registry.own, arguments.model_id, lender)
    text = f"{card_text(card)}\n\nput it to use with: vne models promote {card.model_id}"
    return Answer(asdict(card), text)


def _show(registry: Registry, model_id: str) -> Answer:
    found = registry.show(model_id)
    card = found.card
    assert card is not None
    return Answer({**asdict(card), "folder": str(found.folder)}, card_text(card))


def card_text(card: ModelCard) -> str:
    """Return a card as a person reads it."""
    facts = [
        ("model", f"{card.model_id}: {card.what}"),
        ("made", f"{card.made_utc} by vne-reader {card.code_version}"),
        ("use", card.intended_use),
        *(("limit", limit) for limit in card.limits),
        ("notice", card.notice),
        ("learnt from", ", ".join(_cohort(one) for one in card.data.get("cohorts", ()))),
        ("began with", ", ".join(one["name"] for one in card.data.get("began_with", ()))),
        ("matched", ", ".join(f"{100 * one:g} %" for one in card.matched_levels) or "not yet"),
        *(
            (
                "lesion rule",
                f"{rule.name}: more than {rule.limit_percent:g} % at {100 * rule.level:g} %",
            )
            for rule in card.false_positive_rules
        ),
    ]
    figures = [
        (one.name, f"{one.value:.3g}{_unit(one.unit)}", _interval(one.low, one.high), _count(one.n))
        for one in card.metrics
    ]
    text = "\n".join(f"{name:12} {value}" for name, value in facts if value)
    if not figures:
        return text
    return f"{text}\n\n{table(('figure', 'value', '95 % interval', 'patients'), figures)}"


def _cohort(one: dict[str, Any]) -> str:
    return f"{one.get('name', 'a cohort')} ({one.get('patients', '?')} patients)"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.3g} to {high:.3g}"


def _count(n: int | None) -> str:
    return "" if n is None else str(n)


def _changed(change: Change) -> Answer:
    return Answer(asdict(change), f"{change.model_id} is in use ({change.action} by {change.by})")


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
