"""A reader's quality control: a slice left out, of what, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a slice is left out of."""

    DEVELOPMENT = "model development"
    SCORING = "quality scoring"
    QUANTIFICATION = "quantification"


class ExclusionReason(StrEnum):
    """Why a slice is left out; the reasons of Zhang et al. 2021, Figure 2, and any other."""

    ARTEFACT = "severe artefact"
    MISMATCH = "slice mismatch"
    COIL = "coil problem"
    POST_CONTRAST_CINE = "post-contrast cine"
    UNINTERPRETABLE_LGE = "uninterpretable LGE"
    OTHER = "other"


class Stage(StrEnum):
    """When it was found, as the flow of a study is reported."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    CONSENSUS = "retrospective consensus of two"


@dataclass(frozen=True, slots=True)
class SliceExclusion:
    """What one slice is left out of; no scope at all means that it was taken in again.

    ``slice_id`` is the anchor's. ``note`` is the reader's own words; a consensus names there who
    else agreed.
    """

    slice_id: str
    scopes: frozenset[Scope]
    reason: ExclusionReason = ExclusionReason.OTHER
    stage: Stage = Stage.MANUAL
    note: str = ""
    author: str = ""

    @property
    def is_in_force(self) -> bool:
        """True while the slice is left out of something."""
        return bool(self.scopes)

    def covers(self, scope: Scope) -> bool:
        """Return whether the slice is left out of ``scope``."""
        return scope in self.scopes

    @property
    def summary(self) -> str:
        """Return it in a clause: "excluded from quantification: slice mismatch"."""
        if not self.scopes:
            return "taken in again"
        names = [scope.value for scope in Scope if scope in self.scopes]
        all_of_them = len(names) == len(Scope)
        told = "everything" if all_of_them else " and ".join(names)
        reason = self.reason.value
        if self.note:
            reason = self.note if self.reason is ExclusionReason.OTHER else f"{reason}, {self.note}"
        return f"excluded from {told}: {reason}"
