"""The job protocol: what a job is asked (JobSpec) and what it tells (events, JSON lines)."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from vne_core.errors import VneError

PROTOCOL = 1


class ProtocolError(VneError):
    """A line that is not a job event of this protocol."""

    code = "protocol"


@dataclass(frozen=True, slots=True)
class JobSpec:
    """One job: its kind (a module of ``vne_core.jobs``) and its parameters, plain JSON values."""

    kind: str
    params: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` steps; ``text`` names the stage in the reader's words."""

    done: int
    total: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the reader should know; the job goes on."""

    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of a step of a running job by name, and picture files that go with them."""

    step: int
    values: dict[str, float]
    pictures: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Finished:
    """The job's end, with its result. Terminal."""

    result: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Failed:
    """The job's end by refusal or fault, in the three parts of VneError. Terminal."""

    code: str
    found: str
    needed: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The job's end by the user's wish. Terminal."""


Event = Progress | Warned | Measured | Finished | Failed | Stopped
_TYPES: dict[str, type[Event]] = {
    kind.__name__: kind for kind in (Progress, Warned, Measured, Finished, Failed, Stopped)
}
TERMINAL = (Finished, Failed, Stopped)


def to_line(event: Event) -> str:
    """Return the event as one JSON line, newline included."""
    payload = {"protocol": PROTOCOL, "event": type(event).__name__, **asdict(event)}
    return json.dumps(payload, separators=(",", ":")) + "\n"


def from_line(line: str) -> Event:
    """Return the event of a JSON line; raises ProtocolError for anything else."""
    try:
        payload = json.loads(line)
        if payload.pop("protocol") != PROTOCOL:
            raise ProtocolError(f"a job event of another protocol: {line[:80]!r}")
        return _TYPES[payload.pop("event")](**payload)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProtocolError(f"not a job event: {line[:80]!r}") from error
