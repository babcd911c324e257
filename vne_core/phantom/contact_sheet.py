"""A picture of a cohort: a row a patient, and its figures beside published ones. For jobs only."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vne_core.files import atomic_open
from vne_core.phantom.cohort_table import Row
from vne_core.phantom.examination import scan_cine, scan_slice
from vne_core.phantom.late_enhancement import PSIR_ZERO
from vne_core.phantom.patient import Patient, make_body
from vne_core.phantom.slice_truth import on_grid
from vne_core.phantom.truth import SliceTruth

Drawing = Any
"""Figures and axes of matplotlib, whose arguments are typed too loosely to check."""

COLUMNS = (
    "cine, end-diastole",
    "cine, end-systole",
    "IR, first image",
    "T1 map",
    "LGE (PSIR)",
    "true LGE, contours",
    "true ECV",
)
MARGIN_MM = 62.0
"""Half the width of what is shown around the ventricle."""
INCHES = 1.6
T1_RANGE_MS = (500, 1700)
ECV_RANGE = (0.15, 0.65)
NOTE = "Virtual cohort: simulated images, nobody was scanned"


def write_contact_sheet(folder: Path, title: str, patients: Sequence[Patient]) -> list[Path]:
    """Write ``contact-sheet.png`` and ``.pdf``: one slice of each patient; return the paths."""
    figure = _new_figure(len(COLUMNS) * INCHES + 1.2, len(patients) * INCHES + 0.7)
    axes: Drawing = figure.subplots(len(patients), len(COLUMNS), squeeze=False)
    for row, patient in enumerate(patients):
        for column, (pixels, low, high, name) in enumerate(_pictures(patient, axes[row, 5])):
            place = axes[row, column]
            place.imshow(pixels, cmap=name, vmin=low, vmax=high, interpolation="bicubic")
            place.set_xticks([])
            place.set_yticks([])
            if row == 0:
                place.set_title(COLUMNS[column], fontsize=7)
        axes[row, 0].set_ylabel(_label(patient), fontsize=6)
    figure.suptitle(f"{title}. {NOTE}", fontsize=8)
    return _save(figure, folder, "contact-sheet")


def write_figures_page(folder: Path, title: str, rows: Sequence[Row]) -> list[Path]:
    """Write ``figures.png`` and ``.pdf``: each figure with its expected range; return the paths."""
    barred = [row for row in rows if row.has_bar]
    figure = _new_figure(7.5, 0.42 * len(barred) + 1.0)
    axes: Drawing = figure.subplots(len(barred), 1, squeeze=False)[:, 0]
    for place, row in zip(axes, barred, strict=True):
        width = max(row.high - row.low, 1e-6)
        place.axvspan(row.low, row.high, color="0.85")
        place.errorbar(row.value, 0, xerr=row.standard_error, fmt="o", color="black", ms=4)
        place.set_xlim(
            min(row.low, row.value) - 0.3 * width, max(row.high, row.value) + 0.3 * width
        )
        place.set_yticks([0], [f"{row.name} ({row.source})"], fontsize=6)
        place.tick_params(axis="x", labelsize=6)
    figure.suptitle(f"{title}: mean and standard error, expected range in grey. {NOTE}", fontsize=7)
    return _save(figure, folder, "figures")


def _pictures(patient: Patient, truth_axes: Drawing) -> list[tuple[Any, float, float, str]]:
    """Return the images of the patient's middle slice, with grey range and colour map."""
    body, index = make_body(patient), len(patient.slices) // 2
    scan = scan_slice(body, patient, index)
    cine, cine_plane = scan_cine(body, patient, index)
    truth = scan.truth
    plane = truth.t1_plane
    x, y = plane.patient_to_pixel([np.asarray(body.frame.centre_mm)])[0]
    reach = MARGIN_MM / plane.spacing_mm[0]
    part = (slice(int(y - reach), int(y + reach)), slice(int(x - reach), int(x + reach)))
    _draw_contours(truth_axes, scan.truth, (part[1].start, part[0].start))
    systole = 9 * len(cine) // 25
    diastolic, systolic = (
        on_grid(cine[phase].astype(np.float32), cine_plane, plane)[part] for phase in (0, systole)
    )
    psir = on_grid(scan.lge.psir.astype(np.float32) - PSIR_ZERO, scan.lge_plane, plane)[part]
    bright = float(np.percentile(diastolic, 99.5))
    blood = float(np.percentile(psir, 92))
    magnitude = scan.t1.magnitude[0][part]
    return [
        (diastolic, 0, bright, "gray"),
        (systolic, 0, bright, "gray"),
        (magnitude, 0, float(np.percentile(magnitude, 99)), "gray"),
        (scan.t1.t1_map_ms[part], *T1_RANGE_MS, "viridis"),
        (psir, -0.1 * blood, 1.1 * blood, "gray"),
        (truth.true_lge[part], -0.05, 1.1, "gray"),
        (np.nan_to_num(truth.ecv[part]), *ECV_RANGE, "inferno"),
    ]


def _draw_contours(place: Drawing, truth: SliceTruth, corner: tuple[int, int]) -> None:
    """Draw the true contours of the LGE over its truth."""
    for contour, colour in ((truth.lge.epi, "lime"), (truth.lge.endo, "red")):
        points = truth.t1_plane.patient_to_pixel(contour.points_mm) - corner
        closed = np.vstack([points, points[:1]])
        place.plot(closed[:, 0], closed[:, 1], color=colour, linewidth=0.6)


def _label(patient: Patient) -> str:
    """Return what stands beside a patient's row."""
    lesions = ", ".join(patient.pattern) or "no lesion"
    return f"{patient.index}: {patient.shape_name}\n{lesions}"


def _new_figure(width: float, height: float) -> Drawing:
    """Return a figure that needs no display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Drawing, folder: Path, name: str) -> list[Path]:
    """Write a figure as PNG and PDF."""
    paths = [folder / f"{name}.{kind}" for kind in ("png", "pdf")]
    for path in paths:
        with atomic_open(path) as stream:
            figure.savefig(stream, format=path.suffix[1:], dpi=170)
    return paths
