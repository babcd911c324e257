"""Errors a reader can act on: what was found, what was needed, what to do."""

import re
from typing import ClassVar

_PLAIN_WORD = re.compile(r"[a-z]+(?=[\s,:;-]|$)")
"""A first word that may take a capital; the name of a file or folder may not."""


class VneError(Exception):
    """A refusal with its reason.

    Parameters
    ----------
    found
        What was met, with its number or name, as the start of a clause.
    needed
        What would have been accepted, to stand after "needed:"; empty where ``found`` says it.
    action
        What the person can do now, as an imperative; empty where nothing can be done.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, found: str, needed: str = "", action: str = "") -> None:
        super().__init__(found, needed, action)
        self.found = found
        self.needed = needed
        self.action = action

    def __str__(self) -> str:
        """Return the three parts as a clause: "found; needed: what was needed; what to do"."""
        needed = f"needed: {self.needed}" if self.needed else ""
        return "; ".join(part for part in (self.found, needed, self.action) if part)

    @property
    def sentence(self) -> str:
        """The three parts as a sentence of its own, with capital and full stop."""
        clause = str(self)
        start = clause[:1].upper() if _PLAIN_WORD.match(clause) else clause[:1]
        return f"{start}{clause[1:]}" if clause.endswith((".", "!")) else f"{start}{clause[1:]}."


class Cancelled(VneError):  # noqa: N818 - a decision of the user, not a failure
    """The user asked to stop."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__("cancelled")
