"""One slice as training arrays hold it: every image on the T1 grid, the ventricle in the middle."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vne_core.align.resample import resampler
from vne_core.geometry.raster import Coverage, polygon_coverage, roi_coverage
from vne_core.phantom.body import Body
from vne_core.phantom.examination import scan_cine, scan_lge, scan_slice, scan_t1
from vne_core.phantom.late_enhancement import PSIR_ZERO, LgeImages
from vne_core.phantom.patient import Patient
from vne_core.phantom.t1_mapping import T1Images
from vne_core.phantom.truth import LEVELS, SliceTruth
from vne_core.phantom.window import heart_window

AnyArray = NDArray[Any]

PHASES = 25
CINE_COUNTS = 4
"""Stored counts of the cine in one step of its 8-bit array."""
LGE_STEPS = 4
"""Steps of the LGE arrays in one stored count; 0 is no signal."""
COVERED = 240
"""What full coverage is in the mask arrays."""

IMAGE_TYPES = {
    "cine": np.uint8,
    "ir": np.int16,
    "t1": np.uint16,
    "lge": np.int16,
    "lge_again": np.int16,
    "true_lge": np.float16,
    "ecv": np.float16,
    "epi": np.uint8,
    "endo": np.uint8,
    "epi_t1": np.uint8,
    "endo_t1": np.uint8,
    "remote": np.uint8,
    "blood": np.uint8,
}
"""The image arrays and their types."""
TABLE_TYPE = np.dtype(
    [
        ("patient", "i4"),
        ("slice", "i4"),
        ("done", "?"),
        ("negative", "?"),
        ("pixel_mm", "f4"),
        ("rr_ms", "f4"),
        ("lge_snr", "f4"),
        ("cine_category", "i1"),
        ("t1_category", "i1"),
        ("lge_category", "i1"),
        ("myocardium_mm2", "f4"),
        ("true_burden_percent", "f4", (len(LEVELS),)),
    ]
)
"""One record a slice; ``done`` tells that its images are whole."""


def training_slice(
    patient: Patient, body: Body, index: int
) -> tuple[dict[str, AnyArray], dict[str, Any]]:
    """Return the arrays of a slice by name, and the fields of its record."""
    scan = scan_slice(body, patient, index, window=heart_window(patient, index))
    again, _ = scan_lge(body, patient, index, again=True)
    cine, cine_plane = scan_cine(body, patient, index)
    truth = scan.truth
    onto_t1 = resampler(scan.lge_plane, truth.t1_plane)
    frames = resampler(cine_plane, truth.t1_plane).linear(cine.astype(np.float32))

    def enhanced(images: LgeImages) -> AnyArray:
        on_t1 = onto_t1.linear(images.psir[None].astype(np.float32) - PSIR_ZERO)[0]
        return np.rint(on_t1 * LGE_STEPS).astype(np.int16)

    return {
        "cine": np.clip(np.rint(frames / CINE_COUNTS), 0, 255).astype(np.uint8),
        **_native(scan.t1),
        "lge": enhanced(scan.lge),
        "lge_again": enhanced(again),
        "true_lge": truth.true_lge.astype(np.float16),
        "ecv": np.nan_to_num(truth.ecv).astype(np.float16),
        **_masks(truth),
    }, _record(patient, index, truth)


def native_images(patient: Patient, body: Body, index: int) -> dict[str, AnyArray]:
    """Return "t1", "ir" and "times_ms" of a slice of a body, as ``training_slice`` does."""
    return _native(scan_t1(body, patient, index, heart_window(patient, index)))


def _native(images: T1Images) -> dict[str, AnyArray]:
    return {
        "ir": np.rint(images.signed).astype(np.int16),
        "t1": images.t1_map_ms,
        "times_ms": images.times_ms,
    }


def _masks(truth: SliceTruth) -> dict[str, AnyArray]:
    """Return the true outlines and regions as coverage."""
    plane = truth.t1_plane
    return {
        "epi": _bytes(polygon_coverage(truth.lge.epi, plane)),
        "endo": _bytes(polygon_coverage(truth.lge.endo, plane)),
        "epi_t1": _bytes(polygon_coverage(truth.t1.epi, plane)),
        "endo_t1": _bytes(polygon_coverage(truth.t1.endo, plane)),
        "remote": _bytes(roi_coverage(truth.lge.remote, plane)),
        "blood": _bytes(roi_coverage(truth.lge.blood_pool, plane)),
    }


def _bytes(covered: Coverage) -> AnyArray:
    return np.rint(covered * COVERED).astype(np.uint8)


def _record(patient: Patient, index: int, truth: SliceTruth) -> dict[str, Any]:
    """Return the record of a slice, not done yet."""
    return {
        "patient": patient.index,
        "slice": index,
        "negative": not patient.pattern,
        "pixel_mm": truth.t1_plane.spacing_mm[0],
        "rr_ms": patient.t1.scan.rr_ms,
        "lge_snr": patient.lge.blood_snr,
        "cine_category": truth.images["cine"].category,
        "t1_category": truth.images["t1"].category,
        "lge_category": truth.images["lge"].category,
        "myocardium_mm2": truth.myocardium_mm2,
        "true_burden_percent": [truth.burden_percent[level] for level in LEVELS],
    }
