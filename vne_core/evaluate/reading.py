"""What an image measures in one patient: myocardium on the scale of the thresholds.

The pixels of the wall are kept with how far each lies from remote myocardium (0) to blood (1), so
that burden and overlap can be had at any threshold; the same numbers as ``quantify.burden`` gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.evaluate.patient_arrays import PatientArrays
from vne_core.evaluate.regions import moved_blood, moved_remote
from vne_core.quantify.burden import NotMeasured
from vne_core.quantify.thresholds import ReferenceOrderError, threshold_level
from vne_core.stats.overlap import dice

FloatArray = NDArray[np.float64]
Share = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SliceReading:
    """The wall's n pixels of one slice: flat index, share of the pixel, place on the scale.

    ``enhancement`` is 0 at the remote region's mean and 1 at the blood pool's.
    """

    pixels: NDArray[np.int32]
    share: Share
    enhancement: Share
    pixel_mm2: float

    def myocardium_mm2(self) -> float:
        """Return the area of the wall."""
        return float(self.share.sum(dtype=np.float64)) * self.pixel_mm2

    def lesion_mm2(self, level: float) -> float:
        """Return the area of the wall at or above a level."""
        above = self.enhancement >= level
        return float(self.share[above].sum(dtype=np.float64)) * self.pixel_mm2

    def burden_percent(self, level: float) -> float:
        """Return the share of the wall at or above a level."""
        return 100 * self.lesion_mm2(level) / self.myocardium_mm2()


@dataclass(frozen=True, slots=True, eq=False)
class PatientReading:
    """What one kind of image measures in a patient: a reading, or why there is none, a slice."""

    slices: tuple[SliceReading | NotMeasured, ...]

    @property
    def measured(self) -> tuple[SliceReading, ...]:
        """The slices that could be measured."""
        return tuple(one for one in self.slices if isinstance(one, SliceReading))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why slices could not be measured."""
        return tuple(one.reason for one in self.slices if isinstance(one, NotMeasured))

    def burden_percent(self, level: float) -> float:
        """Return lesion over myocardium, both summed over the slices (Zhang et al. 2021).

        NaN in a patient without a measured slice; such a patient is counted out by name.
        """
        total = sum(one.myocardium_mm2() for one in self.measured)
        return (
            100 * sum(one.lesion_mm2(level) for one in self.measured) / total
            if total
            else float("nan")
        )


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Wall and reference regions of each slice as shares of pixels, (slices, rows, columns)."""

    wall: Share
    remote: Share
    blood: Share


def lge_places(patient: PatientArrays) -> Places:
    """Return the true borders and regions at the LGE's breath-hold."""
    wall = np.clip(patient.share("epi") - patient.share("endo"), 0, None)
    return Places(wall, patient.share("remote"), patient.share("blood"))


def t1_places(patient: PatientArrays) -> Places:
    """Return the true borders of the T1 map, with the LGE's regions moved into them."""
    endo, endo_t1, epi_t1 = (patient.share(name) for name in ("endo", "endo_t1", "epi_t1"))
    remote, blood = patient.share("remote"), patient.share("blood")
    slices = range(len(patient))
    return Places(
        np.clip(epi_t1 - endo_t1, 0, None),
        np.stack([moved_remote(remote[i], endo[i], endo_t1[i], epi_t1[i]) for i in slices]),
        np.stack([moved_blood(blood[i], endo[i], endo_t1[i]) for i in slices]),
    )


def read_images(
    images: NDArray[Any], places: Places, pixel_mm: float, reasons: Sequence[str] = ()
) -> PatientReading:
    """Return what the images of a patient's slices measure, (slices, rows, columns).

    ``reasons`` say why a slice has no image; empty for those that have one.
    """
    missing = reasons or [""] * len(images)
    return PatientReading(
        tuple(
            NotMeasured(missing[index])
            if missing[index]
            else _read(image.astype(np.float64), places, index, pixel_mm**2)
            for index, image in enumerate(images)
        )
    )


def overlap(first: PatientReading, second: PatientReading, levels: Sequence[float]) -> float | None:
    """Return Dice's coefficient of the lesions of two images over all slices measured in both.

    ``levels`` are the thresholds of the first and of the second image. Lesions are compared where
    they lie on the common grid, each within its own contours: what a shift between breath-holds
    costs is in it. None when neither has a lesion.
    """
    pairs = [
        (one, other)
        for one, other in zip(first.slices, second.slices, strict=True)
        if isinstance(one, SliceReading) and isinstance(other, SliceReading)
    ]
    shares = [_lesions(one, other, levels) for one, other in pairs]
    if not shares:
        return None
    return dice(*(np.concatenate(column) for column in zip(*shares, strict=True)))


def _read(
    image: FloatArray, places: Places, index: int, pixel_mm2: float
) -> SliceReading | NotMeasured:
    """Return the wall of one slice on the remote-blood scale."""
    remote, blood = (
        float(np.average(image, weights=region[index])) for region in (places.remote, places.blood)
    )
    try:
        unit = threshold_level(remote, blood, 1.0) - remote
    except ReferenceOrderError as error:
        return NotMeasured(error.found)
    wall = places.wall[index].ravel()
    pixels = np.flatnonzero(wall).astype(np.int32)
    return SliceReading(
        pixels=pixels,
        share=wall[pixels],
        enhancement=((image.ravel()[pixels] - remote) / unit).astype(np.float32),
        pixel_mm2=pixel_mm2,
    )


def _lesions(
    one: SliceReading, other: SliceReading, levels: Sequence[float]
) -> tuple[FloatArray, FloatArray]:
    """Return the lesions of two readings as shares, on the pixels that either wall covers."""
    pixels = np.union1d(one.pixels, other.pixels)
    return _placed(one, levels[0], pixels), _placed(other, levels[1], pixels)


def _placed(reading: SliceReading, level: float, pixels: NDArray[np.int32]) -> FloatArray:
    """Return a reading's lesion on given pixels, in ascending order."""
    found = np.zeros(len(pixels))
    at = np.searchsorted(pixels, reading.pixels)
    found[at] = np.where(reading.enhancement >= level, reading.share, 0)
    return found
