"""Which series the virtual study has, in what order and when; contrast before the last ones."""

from vne_core.phantom.demo import SLICE_NAMES
from vne_core.phantom.headers import (
    STUDY_START_S,
    SeriesHeader,
    cine_tags,
    lge_tags,
    shmolli_tags,
)
from vne_core.phantom.sequences import LgeDials
from vne_core.phantom.shmolli_scan import ShmolliDials

FIRST_CINE, FIRST_SHMOLLI, FIRST_LGE = 6, 12, 30
"""Series numbers; a slice takes one, three and two of them."""
CINE_AFTER_S, SHMOLLI_AFTER_S, LGE_AFTER_S = 190.0, 480.0, 26 * 60.0
"""Start of each sequence after that of the study; contrast is given in between."""


def cine_series(order: int, description: str, rr_ms: int, phases: int) -> SeriesHeader:
    """Return the header of the cine acquired as number ``order``."""
    return SeriesHeader(
        FIRST_CINE + order,
        description,
        ("ORIGINAL", "PRIMARY", "M", "RETRO", "NORM", "DIS2D"),
        STUDY_START_S + CINE_AFTER_S + 25.0 * order,
        cine_tags(rr_ms, phases),
    )


def shmolli_series(
    index: int, dials: ShmolliDials
) -> tuple[SeriesHeader, SeriesHeader, SeriesHeader]:
    """Return magnitude, phase and map of a slice; the map calls itself a phase image."""
    description = f"ShMOLLI_192i_SAX_{SLICE_NAMES[index]}"
    number, start_s = FIRST_SHMOLLI + 3 * index, STUDY_START_S + SHMOLLI_AFTER_S + 30.0 * index
    shared = shmolli_tags(dials.scan.flip_deg)
    raw = {**shared, "RepetitionTime": 379.4, "EchoTime": 1.07}
    phase = {**raw, "RescaleSlope": 2, "RescaleIntercept": -4096, "RescaleType": "US"}
    return (
        SeriesHeader(number, description, ("ORIGINAL", "PRIMARY", "M", "DIS2D"), start_s, raw),
        SeriesHeader(
            number + 1, description, ("ORIGINAL", "PRIMARY", "P", "DIS2D"), start_s, phase
        ),
        SeriesHeader(
            number + 2,
            f"{description}_T1MAP",
            ("ORIGINAL", "PRIMARY", "P", "DIS2D"),
            start_s + 10.0,
            {**shared, "WindowCenter": 1000, "WindowWidth": 2000, "InversionTime": None},
        ),
    )


def lge_series(index: int, dials: LgeDials) -> tuple[SeriesHeader, SeriesHeader]:
    """Return magnitude and phase-sensitive series of a slice, twelve minutes after contrast."""
    start_s = STUDY_START_S + LGE_AFTER_S + 25.0 * index
    shared = lge_tags(dials.inversion_time_ms, round(dials.cycle_share * dials.rr_ms, 1))
    return (
        SeriesHeader(
            FIRST_LGE + 2 * index,
            "MDE FLASH PSIR_MAG",
            ("ORIGINAL", "PRIMARY", "M", "ND"),
            start_s,
            {**shared, "WindowCenter": 240, "WindowWidth": 560},
        ),
        SeriesHeader(
            FIRST_LGE + 2 * index + 1,
            "MDE FLASH PSIR_PSIR",
            ("ORIGINAL", "PRIMARY", "R", "ND"),
            start_s,
            {
                **shared,
                "ImageComments": "PS recon image",
                "RescaleSlope": 1,
                "RescaleIntercept": 0,
                "RescaleType": "US",
                "WindowCenter": 2260,
                "WindowWidth": 800,
            },
        ),
    )
