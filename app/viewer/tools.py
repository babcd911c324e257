"""What the left mouse button does in a pane."""

from enum import StrEnum


class Tool(StrEnum):
    """The tool in the reader's hand; one outline or circle each, or none."""

    BROWSE = "browse"
    EPI = "epi"
    ENDO = "endo"
    REMOTE = "remote"
    BLOOD = "blood"

    @property
    def is_contour(self) -> bool:
        """True for the tools that edit a closed outline."""
        return self in {Tool.EPI, Tool.ENDO}

    @property
    def is_circle(self) -> bool:
        """True for the tools that place a circular region."""
        return self in {Tool.REMOTE, Tool.BLOOD}
