"""What a training tells while it runs; the job turns it into events of its protocol."""

from collections.abc import Callable
from dataclasses import dataclass

Stop = Callable[[], bool]
"""Tells whether the user asked to stop."""


@dataclass(frozen=True, slots=True)
class Stage:
    """``done`` of ``total`` of what ``text`` names."""

    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of a step: losses, or measures of the validation part with pictures of it."""

    step: int
    values: dict[str, float]
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something the person who trains should know."""

    text: str


Told = Stage | Figures | Note
