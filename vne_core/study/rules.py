"""Threshold rules as facts; ``quantify`` computes them."""

from dataclasses import dataclass

from vne_core.errors import VneError


class RuleError(VneError):
    """Threshold levels that cannot nest."""

    code = "threshold-rule"


@dataclass(frozen=True, slots=True)
class RemoteBlood:
    """Progressive thresholds between remote myocardium (0) and blood pool (1).

    Zhang et al. 2021: full width at half, quarter and eighth maximum. ``levels`` are fractions,
    highest first, so that each band lies inside the next. Raises RuleError otherwise.
    """

    levels: tuple[float, ...] = (0.5, 0.25, 0.125)

    def __post_init__(self) -> None:
        """Refuse levels outside (0, 1) or not falling."""
        falling = all(a > b for a, b in zip(self.levels, self.levels[1:], strict=False))
        if not self.levels or not falling or not all(0 < level < 1 for level in self.levels):
            told = ", ".join(f"{100 * level:g}" for level in self.levels) or "none"
            raise RuleError(
                f"the threshold levels are {told} %",
                "each lower than the one before it, between 0 and 100",
                "enter the highest level first",
            )


ThresholdRule = RemoteBlood
"""The closed set of rules; later methods join it here."""
LEVEL_NAMES = {0.5: "FWHM", 0.25: "FWQM", 0.125: "FWEM"}
"""The field's names of the paper's levels (remote-blood pool form)."""
