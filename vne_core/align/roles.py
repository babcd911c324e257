"""What slices are to each other, and what a slice looked at for a role was worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from vne_core.dicom.kinds import Kind

_POST_CONTRAST = "acquired after contrast"
_LONG_AXIS = "a long-axis view"


class Role(StrEnum):
    """What a slice is for its anchor."""

    T1 = "T1"
    IR = "IR"
    IR_PHASE = "IR_PHASE"
    CINE = "CINE"
    LGE = "LGE"
    LGE_MAGNITUDE = "LGE_MAGNITUDE"


ROLE_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.T1: "T1 map",
        Role.IR: "IR images",
        Role.IR_PHASE: "IR phase images",
        Role.CINE: "cine",
        Role.LGE: "LGE",
        Role.LGE_MAGNITUDE: "LGE magnitude",
    }
)
"""What a reader calls each role."""

WANTED: Mapping[Role, tuple[Kind, ...]] = MappingProxyType(
    {
        Role.T1: (Kind.T1_MAP,),
        Role.IR: (Kind.IR_MAGNITUDE,),
        Role.IR_PHASE: (Kind.IR_PHASE,),
        Role.CINE: (Kind.CINE_SAX,),
        Role.LGE: (Kind.LGE_PSIR, Kind.LGE_MAGNITUDE),
        Role.LGE_MAGNITUDE: (Kind.LGE_MAGNITUDE,),
    }
)
"""The kinds that can fill a role, the preferred first."""
REFUSED: Mapping[Role, Mapping[Kind, str]] = MappingProxyType(
    {
        Role.T1: {Kind.POST_CONTRAST_T1_MAP: _POST_CONTRAST},
        Role.IR: {Kind.POST_CONTRAST_IR: _POST_CONTRAST},
        Role.IR_PHASE: {},
        Role.CINE: {Kind.POST_CONTRAST_CINE: _POST_CONTRAST, Kind.CINE_LAX: _LONG_AXIS},
        Role.LGE: {Kind.LGE_LAX: _LONG_AXIS, Kind.TI_SCOUT: "a scout for the inversion time"},
        Role.LGE_MAGNITUDE: {},
    }
)
"""The kinds that look like a role and never fill it, with the reason."""
ANCHORS: tuple[tuple[Role, tuple[Kind, ...]], ...] = (
    (Role.T1, (Kind.T1_MAP,)),
    (Role.IR, (Kind.IR_MAGNITUDE,)),
    (Role.LGE, (Kind.LGE_PSIR,)),
    (Role.LGE, (Kind.LGE_MAGNITUDE,)),
    (Role.CINE, (Kind.CINE_SAX,)),
    (Role.LGE, (Kind.LGE_LAX,)),
    (Role.CINE, (Kind.CINE_LAX, Kind.POST_CONTRAST_CINE)),
)
"""What a study's slices are counted by: the first of these that it has."""


class Refusal(StrEnum):
    """Why a candidate was not taken, for counting."""

    KIND = "kind"
    FRAME_OF_REFERENCE = "frame-of-reference"
    ANGLE = "angle"
    DISTANCE = "distance"
    OUTRANKED = "outranked"
    READER = "reader"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A slice looked at for a role: chosen, or refused with the reason in words and in code.

    ``distance_mm`` is along the anchor's normal at its centre (infinite for perpendicular planes),
    ``angle_deg`` between the normals whatever their sign, ``largest_gap_mm`` the largest distance
    within 40 mm of the centre: what the distance at the centre hides when the planes are tilted.
    """

    role: Role
    slice_id: str
    accepted: bool
    reason: str
    distance_mm: float
    angle_deg: float
    largest_gap_mm: float
    refusal: Refusal | None = None
