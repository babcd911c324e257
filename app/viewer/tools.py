"""What the left mouse button does in a pane."""

from enum import StrEnum

from app.words import tr
from vne_core.study.shapes import CONTOURS, Part


class Tool(StrEnum):
    """The tool in the reader's hand: one part of the annotation, or none."""

    BROWSE = "browse"
    EPI = "epi"
    ENDO = "endo"
    REMOTE = "remote"
    BLOOD = "blood"
    SEPTAL = "septal"
    INSERTION = "insertion"
    EXCLUDE = "exclude"
    INCLUDE = "include"

    @property
    def part(self) -> Part | None:
        """What the tool draws and edits."""
        return _PARTS.get(self)

    @property
    def is_contour(self) -> bool:
        """True for the tools that edit closed outlines."""
        return self.part in CONTOURS

    @property
    def is_many(self) -> bool:
        """True for the tools of which a slice can have any number of outlines."""
        return self.part is not None and self.part.is_many

    @property
    def hint(self) -> str:
        """How the tool is used, in one line for the status bar."""
        return HINTS[self] and tr(HINTS[self])


_PARTS = {
    Tool.EPI: Part.EPI,
    Tool.ENDO: Part.ENDO,
    Tool.REMOTE: Part.REMOTE,
    Tool.BLOOD: Part.BLOOD_POOL,
    Tool.SEPTAL: Part.SEPTAL,
    Tool.INSERTION: Part.RV_INSERTION,
    Tool.EXCLUDE: Part.EXCLUSION,
    Tool.INCLUDE: Part.INCLUSION,
}

HINTS = {
    Tool.BROWSE: "",
    Tool.EPI: "Epicardium: click around the border, double-click closes; drag to edit.",
    Tool.ENDO: "Endocardium: click around the border, double-click closes; drag to edit.",
    Tool.REMOTE: "Remote region: click in healthy myocardium; drag to move, the rim to resize.",
    Tool.BLOOD: "Blood pool: click in the cavity; drag to move, the rim to resize.",
    Tool.SEPTAL: "Septal region: click in the septum; drag to move, the rim to resize.",
    Tool.INSERTION: "RV insertion: click where its anterior wall meets the septum.",
    Tool.EXCLUDE: "Exclude: draw around each artefact; Delete removes the one chosen.",
    Tool.INCLUDE: "Include: draw around each no-reflow region; Delete removes the one chosen.",
}
"""What to say when a tool is taken in the hand: short enough for the status bar at 1280 pixels."""
