"""Regression and Bland-Altman of three thresholds, in the form of Zhang et al. 2021, Figure 5."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vne_core.evaluate.drawing import INK, QUIET, Drawing, new_page, save_page
from vne_core.evaluate.frozen import PAPER_ICC, PAPER_R
from vne_core.evaluate.report import NOTE
from vne_core.evaluate.rows import AgreementRow, CohortFacts

COLOURS = {"FWHM": "#c62828", "FWQM": "#b58900", "FWEM": "#2a7fa8"}
"""Red, yellow and light blue of the bands, dark enough for print."""
PANEL_IN = 2.7
TINY, SMALL = 6.5, 7.5


def write_agreement_page(
    folder: Path, name: str, title: str, rows: Sequence[AgreementRow]
) -> list[str]:
    """Write the page of one predictor, a column a threshold; return the files' names.

    Rows of panels: regression and Bland-Altman at equal thresholds, then at matched ones.
    """
    blocks = [[row for row in rows if row.thresholds == kind] for kind in ("equal", "matched")]
    blocks = [block for block in blocks if block]
    columns = max(len(block) for block in blocks)
    page = new_page(columns * PANEL_IN + 0.3, 2 * len(blocks) * PANEL_IN + 0.5)
    axes: Drawing = page.subplots(2 * len(blocks), columns, squeeze=False)
    for number, block in enumerate(blocks):
        for column, row in enumerate(block):
            _regression(axes[2 * number, column], row)
            _differences(axes[2 * number + 1, column], row)
    page.suptitle(title, fontsize=SMALL + 1)
    return save_page(page, folder, name)


def cohort_title(predictor: str, facts: CohortFacts) -> str:
    """Return what stands over a page of a virtual cohort."""
    return (
        f"{predictor} against LGE. {facts.about}, {facts.patients} patients, seed {facts.seed}\n"
        f"{NOTE}"
    )


def _regression(place: Drawing, row: AgreementRow) -> None:
    """Draw the image's burden over the LGE's with its line, and the figures as text."""
    lge, image = (np.array([getattr(p, f) for p in row.pairs]) for f in ("lge", "image"))
    end = float(max(lge.max(), image.max(), 5.0)) * 1.05
    place.plot([0, end], [0, end], color=QUIET, linewidth=0.6, linestyle=":")
    place.scatter(lge, image, s=9, color=COLOURS.get(row.level_name, INK), linewidth=0, alpha=0.75)
    if row.fit is not None:
        line = row.fit.intercept + row.fit.slope * np.array([0, end])
        place.plot([0, end], line, color=INK, linewidth=0.9)
    place.set_xlim(0, end)
    place.set_ylim(0, end)
    place.set_aspect("equal")
    _label(
        place,
        f"{row.level_name}, {row.thresholds}: LGE {row.level:g}, image {row.image_level:.3g}",
        "LGE burden, %",
        "image burden, %",
    )
    place.text(
        0.03, 0.97, _figures_text(row), transform=place.transAxes, va="top", fontsize=TINY, color=INK
    )  # fmt: skip


def _figures_text(row: AgreementRow) -> str:
    """Return what stands in a regression panel, the paper's values below ours."""
    if row.fit is None or row.icc_single is None or row.icc_mean is None:
        return row.problem
    lines = [
        f"y = {row.fit.slope:.2f} x {row.fit.intercept:+z.1f}",
        f"R {row.fit.r:.2f} [{row.fit.r_interval.low:.2f}, {row.fit.r_interval.high:.2f}]",
        *(
            f"{icc.label} {icc.value:.2f} [{icc.interval.low:.2f}, {icc.interval.high:.2f}]"
            for icc in (row.icc_single, row.icc_mean)
        ),
    ]
    if row.thresholds == "equal" and row.level in PAPER_R:
        lines.append(f"Zhang 2021: R {PAPER_R[row.level]:.2f}, ICC {PAPER_ICC[row.level]:.2f}")
    return "\n".join(lines)


def _differences(place: Drawing, row: AgreementRow) -> None:
    """Draw image minus LGE over their mean, with bias and limits and their intervals."""
    lge, image = (np.array([getattr(p, f) for p in row.pairs]) for f in ("lge", "image"))
    mean, difference = (lge + image) / 2, image - lge
    place.axhline(0, color=QUIET, linewidth=0.5)
    place.scatter(
        mean, difference, s=9, color=COLOURS.get(row.level_name, INK), linewidth=0, alpha=0.75
    )
    bias = row.bias
    if bias is not None:
        for value, interval, style in (
            (bias.bias, bias.bias_interval, "-"),
            (bias.lower_limit, bias.lower_interval, "--"),
            (bias.upper_limit, bias.upper_interval, "--"),
        ):
            place.axhspan(interval.low, interval.high, color="0.9", linewidth=0, zorder=0)
            place.axhline(value, color=INK, linewidth=0.8, linestyle=style)
            place.annotate(
                f"{value:z.1f}", (1, value), xycoords=("axes fraction", "data"),
                ha="right", va="bottom", fontsize=TINY,
            )  # fmt: skip
    _label(place, "", "mean of both, %", "image - LGE, points")


def _label(place: Drawing, title: str, x: str, y: str) -> None:
    place.set_title(title, fontsize=SMALL)
    place.set_xlabel(x, fontsize=TINY)
    place.set_ylabel(y, fontsize=TINY)
    place.tick_params(labelsize=TINY)
    for side in ("top", "right"):
        place.spines[side].set_visible(False)
