"""What a series shows, in the words the field uses."""

from enum import StrEnum

CORRECTED = "corrected-by-reader"
"""In place of a rule, where a reader said what a series is."""


class Kind(StrEnum):
    """The kind of a series, decided by a rule or corrected by a reader."""

    T1_MAP = "T1_MAP"
    IR_MAGNITUDE = "IR_MAGNITUDE"
    IR_PHASE = "IR_PHASE"
    FIT_PARAMETER = "FIT_PARAMETER"
    CINE_SAX = "CINE_SAX"
    CINE_LAX = "CINE_LAX"
    LGE_PSIR = "LGE_PSIR"
    LGE_MAGNITUDE = "LGE_MAGNITUDE"
    LGE_LAX = "LGE_LAX"
    POST_CONTRAST_T1_MAP = "POST_CONTRAST_T1_MAP"
    POST_CONTRAST_IR = "POST_CONTRAST_IR"
    POST_CONTRAST_CINE = "POST_CONTRAST_CINE"
    TI_SCOUT = "TI_SCOUT"
    PERFUSION = "PERFUSION"
    LOCALISER = "LOCALISER"
    VNE = "VNE"
    OTHER = "OTHER"
