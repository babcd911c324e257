"""Train a model. The first of several processes under torchrun tells; the others work along.

Parameters: ``spec`` (text: a preset or a file), ``out`` (text: a folder), ``arrays`` (a list of
folders of training arrays instead of the spec's own, or null), ``start_from`` (text: a folder
instead of the spec's own, or null), ``max_minutes`` (a number instead of the spec's own, or null)
and ``resume`` (true or false).
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from vne_core.errors import VneError
from vne_core.jobs.events import Event, Finished, Measured, Progress, Warned
from vne_core.jobs.registry import IsCancelled, parameter
from vne_core.vne.config import CohortSource, TrainingSpec, load_spec
from vne_core.vne.told import Figures, Note, Stage, Told

WAIT_POLICY = "OMP_WAIT_POLICY"
"""Threads that wait for one another sleep: another program may have taken a processor meanwhile,
and a thread that spins while it waits slows down what it waits for, five times as measured."""


def run(params: dict[str, Any], cancelled: IsCancelled) -> Iterator[Event]:
    """Run the job; what an interrupted one reached is kept in its last checkpoint."""
    os.environ.setdefault(WAIT_POLICY, "PASSIVE")  # read when torch is loaded
    from vne_core.learn.distributed import joined  # noqa: PLC0415 - torch, seconds
    from vne_core.vne.train import train  # noqa: PLC0415 - torch, seconds

    spec, out = asked(params), Path(parameter(params, "out", str))
    with joined() as world:
        training = train(spec, out, world, cancelled, resume=bool(params.get("resume")))
        result: dict[str, Any] = {}
        while True:
            try:
                event = _event(next(training))
            except StopIteration as ended:
                result = ended.value
                break
            if world.is_first:
                yield event
    yield Finished({"folder": str(out), "rank": world.rank, **_summary(result)})


def asked(params: dict[str, Any]) -> TrainingSpec:
    """Return the spec with what the job's parameters say instead. Raises SpecError."""
    spec = load_spec(parameter(params, "spec", str))
    if params.get("arrays"):
        folders = cast("list[str]", parameter(params, "arrays", list))
        cohorts = tuple(CohortSource(folder) for folder in folders)
        spec = replace(spec, data=replace(spec.data, cohorts=cohorts))
    if params.get("start_from") is not None:
        spec = replace(spec, start_from=parameter(params, "start_from", str))
    if params.get("max_minutes") is not None:
        minutes = params["max_minutes"]
        if not isinstance(minutes, int | float):
            raise VneError(f"max_minutes is {minutes!r}", "a number of minutes")
        spec = replace(spec, run=replace(spec.run, max_minutes=float(minutes)))
    return spec


def _event(told: Told) -> Event:
    match told:
        case Stage(done, total, text):
            return Progress(done, total, text)
        case Figures(step, values, pictures):
            return Measured(step, values, list(pictures))
        case Note(text):
            return Warned(text)


def _summary(run_facts: dict[str, Any]) -> dict[str, Any]:
    """Return what of ``run.json`` is told at the end."""
    names = ("steps", "seconds", "measures", "perceptual_network", "parameters", "localiser")
    return {name: run_facts[name] for name in names if name in run_facts}
