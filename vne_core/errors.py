"""Errors a reader can act on: what was found, what was needed, what to do."""

from typing import ClassVar


class VneError(Exception):
    """A refusal with its reason.

    Parameters
    ----------
    found
        What was met, with its number or name, as the start of a sentence.
    needed
        What would have been accepted; empty where ``found`` already says it.
    action
        What the person can do now; empty where nothing can be done.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, found: str, needed: str = "", action: str = "") -> None:
        super().__init__(found, needed, action)
        self.found = found
        self.needed = needed
        self.action = action

    def __str__(self) -> str:
        """Return the three parts as one sentence."""
        return "; ".join(part for part in (self.found, self.needed, self.action) if part)


class Cancelled(VneError):  # noqa: N818 - a decision of the user, not a failure
    """The user asked to stop."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__("cancelled")
