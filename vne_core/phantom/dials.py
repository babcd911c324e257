"""Dials of the virtual patients: numbers with an allowed range, refused by name outside it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vne_core.errors import VneError

Limits = Mapping[str, tuple[float, float]]


class DialError(VneError):
    """A dial outside the range in which the simulation means something."""

    code = "dial"


@dataclass(frozen=True, slots=True)
class Spread:
    """How a dial differs between patients: a normal distribution cut off at ``low`` and ``high``."""

    mean: float
    sd: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse limits that leave nothing to draw."""
        if not (self.low <= self.mean <= self.high and self.sd >= 0):
            raise DialError(
                f"Spread is mean {self.mean:g}, sd {self.sd:g}, low {self.low:g}, "
                f"high {self.high:g}",
                "low <= mean <= high and sd of at least 0",
            )

    def draw(self, rng: np.random.Generator) -> float:
        """Return one value; it takes one uniform number whatever the dials, so streams stay."""
        from scipy.special import ndtr, ndtri  # noqa: PLC0415 - heavy, start-up path

        share = rng.random()
        if self.sd == 0:
            return self.mean
        first, last = (float(ndtr((end - self.mean) / self.sd)) for end in (self.low, self.high))
        value = self.mean + self.sd * float(ndtri(first + share * (last - first)))
        return min(max(value, self.low), self.high)


def require_within(dials: object, limits: Limits) -> None:
    """Raise DialError for the first field of ``dials`` outside its (lowest, highest) limit.

    A field that holds several numbers, or a Spread, needs all of them within the limit.
    """
    for name, (low, high) in limits.items():
        value: float | tuple[float, ...] | Spread = getattr(dials, name)
        if isinstance(value, Spread):
            numbers: tuple[float, ...] = (value.low, value.high)
        else:
            numbers = value if isinstance(value, tuple) else (value,)
        if not all(low <= number <= high for number in numbers):
            told = f"{value.low:g} to {value.high:g}" if isinstance(value, Spread) else value
            raise DialError(f"{type(dials).__name__}.{name} is {told}", f"{low:g} to {high:g}")
