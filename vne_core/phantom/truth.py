"""What is true of a virtual patient: contours, regions, fibrosis, burdens; saved and loaded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.errors import VneError
from vne_core.files import atomic_open, atomic_write
from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane, Vector, plane_of_fields
from vne_core.geometry.raster import polygon_coverage, roi_coverage
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, Origin, SliceAnnotation
from vne_core.study.rules import RemoteBlood

LEVELS = RemoteBlood().levels
"""Thresholds between remote myocardium and blood pool: FWHM, FWQM, FWEM of Zhang et al. 2021."""
AUTHOR = "virtual patient"
"""The author of true contours."""
TRUTH_FOLDER = "truth"
TRUTH_FILE = "truth.json"
ARRAYS = ("fibrosis_share", "ecv", "true_lge", "t1_ms", "ecv_at_t1")
SCHEMA = 2

Image = NDArray[np.float32]
Burdens = Mapping[float, float]
"""Percent of the myocardium at or above each level."""


class TruthError(VneError):
    """Truth that is missing or damaged."""

    code = "truth"


@dataclass(frozen=True, slots=True)
class Outlines:
    """The true borders and reference regions of one image of a slice, patient millimetres."""

    epi: Contour
    endo: Contour
    remote: Roi
    blood_pool: Roi
    rv_insertion: Vector


@dataclass(frozen=True, slots=True)
class ImageTruth:
    """How one image was made: blood's signal to noise, severity of each artefact, quality.

    ``quality_0_100`` and ``category`` (1 uninterpretable to 5 excellent) are what a reader would
    give it.
    """

    blood_snr: float
    severities: Mapping[str, float]
    quality_0_100: float
    category: int


@dataclass(frozen=True, slots=True, eq=False)
class SliceTruth:
    """What is true of one slice.

    ``t1`` and ``lge`` are the outlines at those images' planes and breath-holds. Arrays lie on
    ``t1_plane``, (rows, columns): ``fibrosis_share`` and ``ecv`` of the LGE slice's myocardium
    (NaN elsewhere), and ``true_lge``, the late-enhancement signal at the acquired resolution
    before noise, coil shading and storage, blood at 1. ``t1_ms`` (the apparent native T1) and
    ``ecv_at_t1`` are of the myocardium of the T1 map, at its own breath-hold. ``images`` tells
    how each of "cine", "t1" and "lge" was made.

    ``burden_percent`` is measured on ``true_lge`` with the true outlines: the share of
    myocardial pixels at or above each level. ``tissue_percent`` is the share of myocardial
    tissue itself above the level: without partial volume with blood, at any resolution.
    """

    name: str
    t1_plane: SlicePlane
    lge_plane: SlicePlane
    t1_map_uid: str
    lge_uid: str
    t1: Outlines
    lge: Outlines
    myocardium_mm2: float
    burden_percent: Burdens
    tissue_percent: Burdens
    fibrosis_share: Image
    ecv: Image
    true_lge: Image
    t1_ms: Image
    ecv_at_t1: Image
    images: Mapping[str, ImageTruth]

    def annotation(self, slice_id: str, image_kind: ImageKind) -> SliceAnnotation:
        """Return the true outlines as an annotation; the T1 map's for every kind but LGE."""
        outlines = self.lge if image_kind is ImageKind.LGE else self.t1
        return SliceAnnotation(
            slice_id,
            image_kind,
            epi=outlines.epi,
            endo=outlines.endo,
            remote=outlines.remote,
            blood_pool=outlines.blood_pool,
            rv_insertion=outlines.rv_insertion,
            author=AUTHOR,
            origin=Origin.TRUTH,
            confirmed=True,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is true of a virtual patient, slices from base to apex.

    ``shape_name`` names the form of the wall, ``pattern`` the kinds of focal fibrosis (none in a
    patient without late enhancement).
    """

    patient_id: str
    seed: int
    ejection_fraction: float
    slices: tuple[SliceTruth, ...]
    shape_name: str = "septal"
    pattern: tuple[str, ...] = ()

    @property
    def burden_percent(self) -> dict[float, float]:
        """The patient's burden at each level: lesion over myocardium, summed over the slices."""
        return _pooled([(item.burden_percent, item.myocardium_mm2) for item in self.slices])

    @property
    def tissue_percent(self) -> dict[float, float]:
        """The same of the tissue itself, without partial volume with blood."""
        return _pooled([(item.tissue_percent, item.myocardium_mm2) for item in self.slices])

    def slice_at(self, plane: SlicePlane) -> SliceTruth:
        """Return the slice whose T1 plane lies nearest to a plane's centre along the normal."""
        return min(self.slices, key=lambda item: abs(_height(item.t1_plane, plane)))


def true_burden(
    true_lge: NDArray[Any], plane: SlicePlane, outlines: Outlines
) -> tuple[float, dict[float, float]]:
    """Return the myocardial area in mm2 and the percent of it at or above each level.

    Worked out here and not by ``quantify``, which is held against it.
    """
    wall = polygon_coverage(outlines.epi, plane) - polygon_coverage(outlines.endo, plane)
    remote = float(np.average(true_lge, weights=roi_coverage(outlines.remote, plane)))
    blood = float(np.average(true_lge, weights=roi_coverage(outlines.blood_pool, plane)))
    percent: dict[float, float] = {}
    for level in LEVELS:
        above = true_lge >= remote + level * (blood - remote)
        percent[level] = 100 * float(wall[above].sum() / wall.sum())
    return float(wall.sum()) * plane.pixel_area_mm2, percent


def save_truth(truth: Truth, folder: Path) -> None:
    """Write ``truth.json`` and one .npy an array into ``folder``; the JSON last."""
    for item in truth.slices:
        for name in ARRAYS:
            with atomic_open(folder / f"{item.name}_{name}.npy") as stream:
                np.save(stream, getattr(item, name))
    document = {
        "schema": SCHEMA,
        "patient_id": truth.patient_id,
        "seed": truth.seed,
        "ejection_fraction": truth.ejection_fraction,
        "shape_name": truth.shape_name,
        "pattern": list(truth.pattern),
        "burden_percent": _burdens_json(truth.burden_percent),
        "tissue_percent": _burdens_json(truth.tissue_percent),
        "slices": [_slice_json(item) for item in truth.slices],
    }
    atomic_write(folder / TRUTH_FILE, json.dumps(document, indent=1) + "\n")


def load_truth(folder: Path) -> Truth:
    """Return the truth saved in ``folder``. Raises TruthError when it is missing or damaged."""
    try:
        document = json.loads((folder / TRUTH_FILE).read_text())
        return Truth(
            document["patient_id"],
            document["seed"],
            document["ejection_fraction"],
            tuple(_slice_of(entry, folder) for entry in document["slices"]),
            document["shape_name"],
            tuple(document["pattern"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TruthError(
            f"{folder / TRUTH_FILE} cannot be read ({error})",
            action="generate the virtual patient again",
        ) from error


def truth_files(text: bytes) -> frozenset[str]:
    """Return the names of the files of a truth, told by its ``truth.json``; empty for another."""
    try:
        document = json.loads(text)
        arrays = {name for entry in document["slices"] for name in entry["arrays"].values()}
        is_ours = isinstance(document["tissue_percent"], dict)
    except (ValueError, KeyError, TypeError, AttributeError):
        return frozenset()
    return frozenset((TRUTH_FILE, *arrays)) if is_ours else frozenset()


def _pooled(slices: Sequence[tuple[Burdens, float]]) -> dict[float, float]:
    """Return percents pooled over slices by their myocardial area."""
    total = sum(area for _, area in slices)
    return {
        level: sum(percent[level] * area for percent, area in slices) / total for level in LEVELS
    }


def _height(plane: SlicePlane, other: SlicePlane) -> float:
    """Return how far the centre of ``other`` lies above ``plane``."""
    return float(plane.height_mm(other.centre_mm[None])[0])


def _burdens_json(percent: Burdens) -> dict[str, float]:
    return {f"{level:g}": round(value, 4) for level, value in percent.items()}


def _slice_json(item: SliceTruth) -> dict[str, object]:
    return {
        "name": item.name,
        "t1_map_uid": item.t1_map_uid,
        "lge_uid": item.lge_uid,
        "t1_plane": asdict(item.t1_plane),
        "lge_plane": asdict(item.lge_plane),
        "t1": _outlines_json(item.t1),
        "lge": _outlines_json(item.lge),
        "myocardium_mm2": item.myocardium_mm2,
        "burden_percent": _burdens_json(item.burden_percent),
        "tissue_percent": _burdens_json(item.tissue_percent),
        "images": {name: asdict(image) for name, image in item.images.items()},
        "arrays": {name: f"{item.name}_{name}.npy" for name in ARRAYS},
    }


def _outlines_json(outlines: Outlines) -> dict[str, object]:
    return {
        "epi_mm": outlines.epi.points_mm.tolist(),
        "endo_mm": outlines.endo.points_mm.tolist(),
        "remote": asdict(outlines.remote),
        "blood_pool": asdict(outlines.blood_pool),
        "rv_insertion_mm": outlines.rv_insertion,
    }


def _slice_of(entry: dict[str, Any], folder: Path) -> SliceTruth:
    arrays = {
        name: np.load(folder / file, allow_pickle=False) for name, file in entry["arrays"].items()
    }
    return SliceTruth(
        name=entry["name"],
        t1_plane=plane_of_fields(entry["t1_plane"]),
        lge_plane=plane_of_fields(entry["lge_plane"]),
        t1_map_uid=entry["t1_map_uid"],
        lge_uid=entry["lge_uid"],
        t1=_outlines_of(entry["t1"]),
        lge=_outlines_of(entry["lge"]),
        myocardium_mm2=entry["myocardium_mm2"],
        burden_percent=_burdens_of(entry["burden_percent"]),
        tissue_percent=_burdens_of(entry["tissue_percent"]),
        images={name: ImageTruth(**image) for name, image in entry["images"].items()},
        **{name: arrays[name] for name in ARRAYS},
    )


def _outlines_of(entry: dict[str, Any]) -> Outlines:
    x, y, z = entry["rv_insertion_mm"]
    return Outlines(
        Contour(entry["epi_mm"]),
        Contour(entry["endo_mm"]),
        _roi_of(entry["remote"]),
        _roi_of(entry["blood_pool"]),
        (x, y, z),
    )


def _roi_of(entry: dict[str, Any]) -> Roi:
    x, y, z = entry["centre_mm"]
    return Roi((x, y, z), entry["radius_mm"])


def _burdens_of(entry: dict[str, float]) -> dict[float, float]:
    return {float(level): percent for level, percent in entry.items()}
