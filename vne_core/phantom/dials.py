"""Dials of the virtual patients: numbers with an allowed range, refused by name outside it."""

from collections.abc import Mapping

from vne_core.errors import VneError

Limits = Mapping[str, tuple[float, float]]


class DialError(VneError):
    """A dial outside the range in which the simulation means something."""

    code = "dial"


def require_within(dials: object, limits: Limits) -> None:
    """Raise DialError for the first field of ``dials`` outside its (lowest, highest) limit.

    A field that holds several numbers needs all of them within the limit.
    """
    for name, (low, high) in limits.items():
        value: float | tuple[float, ...] = getattr(dials, name)
        numbers = value if isinstance(value, tuple) else (value,)
        if not all(low <= number <= high for number in numbers):
            raise DialError(f"{type(dials).__name__}.{name} is {value}", f"{low:g} to {high:g}")
