"""Intensities at or above which myocardium counts as lesion."""

from vne_core.errors import VneError
from vne_core.study.rules import ThresholdRule

FORMULA = "threshold(p) = remote_mean + p * (blood_mean - remote_mean)"
"""Zhang et al. 2021: remote myocardium is the minimum and the blood pool the maximum."""


class ReferenceOrderError(VneError):
    """A blood pool that is not brighter than remote myocardium: no threshold lies between."""

    code = "reference-order"

    def __init__(self, remote_mean: float, blood_mean: float) -> None:
        super().__init__(
            f"blood pool {blood_mean:.4g} is not brighter than remote myocardium {remote_mean:.4g}",
            action="place the two regions again",
        )


def threshold_level(remote_mean: float, blood_mean: float, fraction: float) -> float:
    """Return the intensity ``fraction`` of the way from remote myocardium to blood pool.

    Zhang et al. 2021, progressive thresholds: .5, .25 and .125 are the full width at half,
    quarter and eighth maximum. Raises ReferenceOrderError when the blood pool is not brighter
    than the remote region.
    """
    if not blood_mean > remote_mean:
        raise ReferenceOrderError(remote_mean, blood_mean)
    return remote_mean + fraction * (blood_mean - remote_mean)


def levels(remote_mean: float, blood_mean: float, rule: ThresholdRule) -> tuple[float, ...]:
    """Return the rule's thresholds in the image's own intensities, highest first.

    Raises ReferenceOrderError when the blood pool is not brighter than the remote region.
    """
    return tuple(threshold_level(remote_mean, blood_mean, level) for level in rule.levels)
