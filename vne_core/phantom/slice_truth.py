"""What is true of a scanned slice, read off the body that was scanned."""

from dataclasses import asdict, dataclass, replace

import numpy as np

from vne_core.align.resample import resampler
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.geometry.raster import roi_coverage
from vne_core.phantom.anatomy import LONG_AXIS_MM
from vne_core.phantom.artefacts import Mishaps
from vne_core.phantom.body import Body
from vne_core.phantom.fibrosis import FIELD_ANGLES, FIELD_W_MM
from vne_core.phantom.late_enhancement import tissue_enhancement
from vne_core.phantom.motion import HeartState, contraction_at
from vne_core.phantom.outlines import long_axis_position, outlines
from vne_core.phantom.patient import Patient
from vne_core.phantom.placement import STILL, vector
from vne_core.phantom.quality import quality_category, quality_score
from vne_core.phantom.reception import Signal
from vne_core.phantom.scene import map_wall
from vne_core.phantom.truth import LEVELS, ImageTruth, SliceTruth, true_burden

REMOTE_SPAN_DEG = 10
"""Half the width of the wall that a remote region covers."""
REMOTE_SPAN_MM = 4.0
"""Half the depth of the slice it lies in."""


@dataclass(frozen=True, slots=True, eq=False)
class ScannedSlice:
    """A slice as it was scanned; ``true_lge`` is on the LGE's own grid, blood at 1, no noise."""

    name: str
    t1_plane: SlicePlane
    lge_plane: SlicePlane
    t1_map_uid: str
    lge_uid: str
    true_lge: Signal


def slice_truth(body: Body, patient: Patient, index: int, scanned: ScannedSlice) -> SliceTruth:
    """Return what is true of a slice; burdens on the T1 grid, at the LGE's breath-hold."""
    plan = patient.slices[index]
    t1_plane, lge_plane = scanned.t1_plane, scanned.lge_plane
    t1_contraction = float(contraction_at(patient.t1.cycle_share))
    lge_contraction = float(contraction_at(patient.lge.cycle_share))
    shift = plan.lge_shift_mm
    state = body.heart(lge_contraction)
    remote_deg = quiet_angle_deg(body, state, long_axis_position(body.frame, lge_plane, shift))
    at_lge = outlines(state, body.frame, lge_plane, shift, remote_deg)
    wall = map_wall(body, _moved_to(t1_plane, lge_plane), lge_contraction, shift)
    in_wall = np.isfinite(wall.ecv)
    native = map_wall(body, t1_plane, t1_contraction, STILL)
    true_lge = on_grid(scanned.true_lge, lge_plane, t1_plane)
    area, burden = true_burden(true_lge, t1_plane, at_lge)
    return SliceTruth(
        name=scanned.name,
        t1_plane=t1_plane,
        lge_plane=lge_plane,
        t1_map_uid=scanned.t1_map_uid,
        lge_uid=scanned.lge_uid,
        t1=outlines(body.heart(t1_contraction), body.frame, t1_plane, STILL, remote_deg),
        lge=at_lge,
        myocardium_mm2=area,
        burden_percent=burden,
        tissue_percent=_tissue_percent(
            tissue_enhancement(wall.ecv[in_wall], wall.t1_ms[in_wall], body.tissues, patient.lge),
            float(np.average(true_lge, weights=roi_coverage(at_lge.remote, t1_plane))),
        ),
        fibrosis_share=wall.share,
        ecv=wall.ecv,
        true_lge=true_lge,
        t1_ms=native.t1_ms,
        ecv_at_t1=native.ecv,
        images={
            "cine": _image_truth("cine", patient.cine.blood_snr, plan.cine),
            "t1": _image_truth("t1", patient.t1.blood_snr, plan.t1),
            "lge": _image_truth("lge", patient.lge.blood_snr, plan.lge),
        },
    )


def quiet_angle_deg(body: Body, state: HeartState, w_mm: float) -> float:
    """Return where the free wall is least fibrotic at a level: a reader's remote region.

    Angles between the insertion points are left out; a region spans ``REMOTE_SPAN_DEG``.
    """
    level = float(np.interp(w_mm, LONG_AXIS_MM, state.material_w_mm))
    near = np.abs(FIELD_W_MM - level) < REMOTE_SPAN_MM
    around = body.fibrosis.ecv[near][:, :, 2:-2].mean(axis=(0, 2), dtype=float)
    turned = float(np.interp(w_mm, LONG_AXIS_MM, state.twist_deg))
    candidates = np.arange(-70.0, 91.0, 4.0)
    spans = candidates[:, None] - turned + np.arange(-REMOTE_SPAN_DEG, REMOTE_SPAN_DEG + 1)
    columns = np.rint(spans * FIELD_ANGLES / 360.0).astype(int) % FIELD_ANGLES
    return float(candidates[around[columns].mean(axis=1).argmin()] % 360.0)


def on_grid(image: Signal, source: SlicePlane, target: SlicePlane) -> Signal:
    """Return an image of a parallel plane, linearly interpolated on the target's pixels."""
    return resampler(source, target).linear(image[None])[0]


def _tissue_percent(enhancement: FloatArray, remote: float) -> dict[float, float]:
    """Return the share of the tissue above each level between the remote region and blood."""
    return {
        level: 100 * float(np.mean(enhancement >= remote + level * (1 - remote)))
        for level in LEVELS
    }


def _image_truth(image: str, blood_snr: float, mishaps: Mishaps) -> ImageTruth:
    """Return how an image was acquired and the quality a reader would give it."""
    score = quality_score(image, blood_snr, mishaps)
    return ImageTruth(blood_snr, asdict(mishaps), round(score, 1), quality_category(score))


def _moved_to(plane: SlicePlane, depth_of: SlicePlane) -> SlicePlane:
    """Return the plane moved along its normal to the depth of a parallel one."""
    height = float(plane.height_mm(depth_of.centre_mm[None])[0])
    return replace(plane, origin_mm=vector(np.asarray(plane.origin_mm) + height * plane.normal))
