"""Twenty unseen patients as pictures: T1, VNE, LGE, the bands of both. For jobs only."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vne_core.evaluate.drawing import Drawing, new_page, save_page
from vne_core.evaluate.measure import LGE, PatientMeasures
from vne_core.evaluate.operating_point import OperatingPoint
from vne_core.evaluate.report import NOTE
from vne_core.evaluate.rows import CohortFacts
from vne_core.phantom.truth import LEVELS
from vne_core.quantify.burden import SHOWN_COVERAGE

SHOWN_PATIENTS = 20
SIDE_BY_SIDE = 2
"""Patients in a row of the sheet: an A4 page holds twenty."""
COLUMNS = 5
"""T1 map, image, LGE, and the bands of both."""
INCHES = 1.3
T1_RANGE_MS = (700, 1700)
GREY_RANGE = (-0.25, 1.15)
BANDS = {0: (0.36, 0.71, 0.91), 1: (0.96, 0.82, 0.2), 2: (0.87, 0.16, 0.16)}
"""FWEM light blue, FWQM yellow, FWHM red (Zhang et al. 2021), from the lowest level up."""
BAND_OPACITY = 0.75
TINY = 6

Picture = NDArray[np.float32]


def write_contact_sheet(
    folder: Path,
    name: str,
    facts: CohortFacts,
    point: OperatingPoint,
    patients: Sequence[PatientMeasures],
) -> list[str]:
    """Write the middle slice of up to twenty patients; return the files' names.

    Bands at the model's matched levels on the VNE and at the equal ones on the LGE, each in
    its own contours.
    """
    shown = [one for one in patients if one.shown is not None][:SHOWN_PATIENTS]
    rows = -(-len(shown) // SIDE_BY_SIDE)
    width = COLUMNS * SIDE_BY_SIDE
    page = new_page(width * INCHES + 0.8, rows * INCHES + 0.8)
    axes: Drawing = page.subplots(rows, width, squeeze=False)
    for place in axes.ravel():
        place.set_axis_off()
    for number, one in enumerate(shown):
        row, side = divmod(number, SIDE_BY_SIDE)
        first = side * COLUMNS
        _draw_patient(axes[row, first : first + COLUMNS], point, one)
        if row == 0:
            titles = ("T1 map", point.predictor, "LGE", "its bands", "bands of LGE")
            for column, title in enumerate(titles):
                axes[0, first + column].set_title(title, fontsize=TINY + 1)
    levels = ", ".join(f"{level:.3g}" for level in point.matched_levels)
    page.suptitle(
        f"{point.predictor}, {facts.about}, seed {facts.seed}: middle slices; bands at {levels}, "
        f"on LGE at {', '.join(f'{level:g}' for level in LEVELS)}. {NOTE}",
        fontsize=TINY + 2,
    )
    return save_page(page, folder, name)


def _draw_patient(places: Sequence[Drawing], point: OperatingPoint, one: PatientMeasures) -> None:
    """Draw the five pictures of a patient."""
    shown = one.shown
    assert shown is not None
    image = shown.predicted[point.predictor]
    low, high = T1_RANGE_MS
    places[0].imshow(shown.t1_ms, cmap="viridis", vmin=low, vmax=high, interpolation="bicubic")
    _grey(places[1], image)
    _grey(places[2], shown.lge)
    _grey(places[3], image, bands_of(image, shown.wall_t1, point.matched_levels))
    _grey(places[4], shown.lge, bands_of(shown.lge, shown.wall_lge, LEVELS))
    places[0].text(
        0.0, 0.0, _words(one, point), transform=places[0].transAxes, fontsize=TINY - 1,
        color="white", va="bottom", bbox={"facecolor": "black", "alpha": 0.6, "pad": 1.5, "lw": 0},
    )  # fmt: skip


def bands_of(image: Picture, wall: Picture, levels: Sequence[float]) -> NDArray[np.float32]:
    """Return an RGBA overlay, (rows, columns, 4): the highest band each pixel reaches."""
    overlay = np.zeros((*image.shape, 4), np.float32)
    inside = wall >= SHOWN_COVERAGE
    for band, level in enumerate(reversed(levels)):
        overlay[inside & (image >= level)] = (*BANDS[band], BAND_OPACITY)
    return overlay


def _grey(place: Drawing, image: Picture, overlay: Picture | None = None) -> None:
    low, high = GREY_RANGE
    place.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="bicubic")
    if overlay is not None:
        place.imshow(overlay, interpolation="nearest")


def _words(one: PatientMeasures, point: OperatingPoint) -> str:
    """Return the patient, and the burdens of all its slices by image and LGE."""
    lge = one.readings[LGE].burden_percent(LEVELS[0])
    image = one.readings[point.predictor].burden_percent(point.matched_levels[0])
    kind = "no focal fibrosis" if one.is_negative else "fibrosis"
    return f"{one.index}: {kind}\nFWHM {image:.0f} %, LGE {lge:.0f} %"
