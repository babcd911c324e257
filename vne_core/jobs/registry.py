"""The kinds of jobs: one module of this folder each, with ``run(params, cancelled)``."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any, cast

from vne_core.errors import VneError
from vne_core.jobs.events import Event

KINDS = (
    "import_study",
    "correct_kind",
    "demo",
    "evaluate",
    "generate",
    "phantom",
    "quantify",
    "train",
)

IsCancelled = Callable[[], bool]
JobCode = Callable[[dict[str, Any], IsCancelled], Iterator[Event]]
"""A generator of events; it may raise VneError (Cancelled where the user asked to stop)."""


class UnknownJobError(VneError):
    """A job kind that this software does not have."""

    code = "unknown-job"


class JobParameterError(VneError):
    """A job whose parameters are missing or of another type."""

    code = "job-parameters"


def job_code(kind: str) -> JobCode:
    """Return the code of a kind, imported only now; raises UnknownJobError."""
    if kind not in KINDS:
        raise UnknownJobError(f"a job of kind {kind!r}", f"one of {', '.join(KINDS)}")
    module = importlib.import_module(f"vne_core.jobs.{kind}")
    return cast("JobCode", module.run)


def parameter(params: dict[str, Any], name: str, expected: type[Any]) -> Any:
    """Return a required parameter; raises JobParameterError where it is absent or mistyped."""
    value = params.get(name)
    if not isinstance(value, expected):
        raise JobParameterError(
            f"the job's parameter {name} is {value!r}", f"a value of type {expected.__name__}"
        )
    return value
