"""A confidence interval, and why a figure cannot be computed."""

from dataclasses import dataclass

from vne_core.errors import VneError

CONFIDENCE = 0.95
"""Two-sided confidence level of every interval, unless another is asked for."""


class StatisticsError(VneError):
    """Numbers from which a figure cannot be computed."""

    code = "statistics"


@dataclass(frozen=True, slots=True)
class Interval:
    """``low`` to ``high`` at a two-sided confidence ``level``."""

    low: float
    high: float
    level: float = CONFIDENCE

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def tails(level: float) -> tuple[float, float]:
    """Return the probabilities below the two ends of an interval. Raises StatisticsError."""
    if not 0 < level < 1:
        raise StatisticsError(f"a confidence level of {level:g}", "one between 0 and 1")
    return (1 - level) / 2, (1 + level) / 2
