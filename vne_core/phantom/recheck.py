"""Whether a measurement finds the truth again, and how much the contours matter to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.geometry.contour import Contour, centroid_mm
from vne_core.phantom.truth import Outlines, Truth
from vne_core.quantify.burden import NotMeasured, measure_slice, patient_burden
from vne_core.study.annotation import ImageKind
from vne_core.study.rules import LEVEL_NAMES

HARMONICS = 5
"""A reader's error is smooth: harmonics 0 (too large or small) to 4 along the contour."""


class RecheckError(VneError):
    """Images that cannot be measured with the true contours."""

    code = "recheck"


@dataclass(frozen=True, slots=True)
class BurdenCheck:
    """Burden in percent by level: true, measured, and measured with contours that err.

    ``truth`` is measured on the noise-free image at the acquired resolution, ``tissue`` is the
    share of the tissue itself, free of partial volume. ``perturbed_mean`` and ``perturbed_sd``
    are over ``repeats`` draws of contours ``perturbation_mm`` (root mean square) off.
    """

    truth: Mapping[float, float]
    tissue: Mapping[float, float]
    measured: Mapping[float, float]
    perturbed_mean: Mapping[float, float]
    perturbed_sd: Mapping[float, float]
    perturbation_mm: float
    repeats: int

    def lines(self) -> tuple[str, ...]:
        """Return the check as a table to print, one line a level."""
        head = (
            "level  truth  measured  difference  "
            f"with contours {self.perturbation_mm:g} mm off (change)  tissue alone"
        )
        return (head, *(self._line(level) for level in self.truth))

    def _line(self, level: float) -> str:
        true, measured = self.truth[level], self.measured[level]
        change = self.perturbed_mean[level] - measured
        return (
            f"{LEVEL_NAMES.get(level, f'{level:g}'):5}  {true:4.1f} %  {measured:6.1f} %  "
            f"{measured - true:+10.1f}  {self.perturbed_mean[level]:13.1f} "
            f"+- {self.perturbed_sd[level]:.1f} % ({change:+.1f})"
            f"{self.tissue[level]:20.1f} %"
        )


def check_burden(
    truth: Truth,
    lge_on_t1: Mapping[str, NDArray[Any]],
    rng: np.random.Generator,
    perturbation_mm: float = 1.0,
    repeats: int = 20,
) -> BurdenCheck:
    """Return how well the true burden is found in images.

    ``lge_on_t1`` holds, by the slice's name, its late-enhancement image on the T1 grid as
    imported. Raises RecheckError when an image is missing or cannot be measured.
    """
    measured = measured_percent(truth, lge_on_t1)
    draws = [
        measured_percent(perturbed(truth, perturbation_mm, rng), lge_on_t1) for _ in range(repeats)
    ]
    of_level = {level: np.array([draw[level] for draw in draws]) for level in measured}
    return BurdenCheck(
        truth=truth.burden_percent,
        tissue=truth.tissue_percent,
        measured=measured,
        perturbed_mean={level: float(values.mean()) for level, values in of_level.items()},
        perturbed_sd={level: float(values.std()) for level, values in of_level.items()},
        perturbation_mm=perturbation_mm,
        repeats=repeats,
    )


def measured_percent(truth: Truth, lge_on_t1: Mapping[str, NDArray[Any]]) -> dict[float, float]:
    """Return the patient's burden by level, measured in images with the truth's contours."""
    missing = [item.name for item in truth.slices if item.name not in lge_on_t1]
    if missing:
        raise RecheckError(f"no image of {', '.join(missing)}", "one of each slice")
    burden = patient_burden(
        [
            measure_slice(
                lge_on_t1[item.name], item.t1_plane, item.annotation(item.name, ImageKind.LGE)
            )
            for item in truth.slices
        ]
    )
    if isinstance(burden, NotMeasured) or not burden.is_complete:
        reason = burden.reason if isinstance(burden, NotMeasured) else burden.summary
        raise RecheckError(f"the virtual patient {reason}", "every slice measured")
    return {level.fraction: level.burden_percent for level in burden.levels}


def perturbed(truth: Truth, off_mm: float, rng: np.random.Generator) -> Truth:
    """Return the truth with every contour smoothly off by ``off_mm`` (root mean square)."""
    return replace(
        truth,
        slices=tuple(
            replace(
                item,
                t1=_perturbed_outlines(item.t1, off_mm, rng),
                lge=_perturbed_outlines(item.lge, off_mm, rng),
            )
            for item in truth.slices
        ),
    )


def _perturbed_outlines(outlines: Outlines, off_mm: float, rng: np.random.Generator) -> Outlines:
    """Return the outlines with both contours off; the reference regions stay."""
    return replace(
        outlines,
        epi=_perturbed_contour(outlines.epi, off_mm, rng),
        endo=_perturbed_contour(outlines.endo, off_mm, rng),
    )


def _perturbed_contour(contour: Contour, off_mm: float, rng: np.random.Generator) -> Contour:
    """Return a contour whose handles moved along their radius by a smooth random amount."""
    around = np.arange(len(contour.points_mm)) * (2 * np.pi / len(contour.points_mm))
    waves = np.arange(HARMONICS)[:, None]
    weights = rng.standard_normal((2, HARMONICS))
    shift = weights[0] @ np.cos(waves * around) + weights[1] @ np.sin(waves * around)
    shift = shift * (off_mm / np.sqrt(np.mean(shift**2)))
    radius = contour.points_mm - centroid_mm(contour)
    outward = radius / np.linalg.norm(radius, axis=1, keepdims=True)
    return Contour(contour.points_mm + shift[:, None] * outward)
