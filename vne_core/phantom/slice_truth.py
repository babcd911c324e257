"""What is true of a scanned slice, read off the body that was scanned."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.phantom.demo import DemoDials
from vne_core.phantom.motion import contraction_at
from vne_core.phantom.outlines import outlines
from vne_core.phantom.placement import STILL, vector
from vne_core.phantom.scene import Body, map_wall
from vne_core.phantom.sequences import tissue_enhancement
from vne_core.phantom.truth import LEVELS, SliceTruth, true_burden


@dataclass(frozen=True, slots=True, eq=False)
class ScannedSlice:
    """A slice as it was scanned; ``true_lge`` is on the LGE's own grid, blood at 1, no noise."""

    name: str
    t1_plane: SlicePlane
    lge_plane: SlicePlane
    t1_map_uid: str
    lge_uid: str
    true_lge: FloatArray


def slice_truth(body: Body, dials: DemoDials, scanned: ScannedSlice) -> SliceTruth:
    """Return what is true of a slice; burdens on the T1 grid, at the LGE's breath-hold."""
    t1_plane, lge_plane = scanned.t1_plane, scanned.lge_plane
    at_t1 = body.heart(float(contraction_at(dials.shmolli.cycle_share)))
    contraction = float(contraction_at(dials.lge.cycle_share))
    shift = dials.lge_heart_shift_mm
    at_lge = outlines(body.heart(contraction), body.frame, lge_plane, shift)
    wall = map_wall(body, _moved_to(t1_plane, lge_plane), contraction, shift)
    in_wall = np.isfinite(wall.ecv)
    enhancement = tissue_enhancement(wall.ecv[in_wall], wall.t1_ms[in_wall], dials.lge)
    true_lge = _on_grid(scanned.true_lge, lge_plane, t1_plane)
    area, burden = true_burden(true_lge, t1_plane, at_lge)
    return SliceTruth(
        name=scanned.name,
        t1_plane=t1_plane,
        lge_plane=lge_plane,
        t1_map_uid=scanned.t1_map_uid,
        lge_uid=scanned.lge_uid,
        t1=outlines(at_t1, body.frame, t1_plane, STILL),
        lge=at_lge,
        myocardium_mm2=area,
        burden_percent=burden,
        tissue_percent={level: 100 * float(np.mean(enhancement >= level)) for level in LEVELS},
        fibrosis_share=wall.share,
        ecv=wall.ecv,
        true_lge=true_lge,
    )


def _on_grid(image: FloatArray, source: SlicePlane, target: SlicePlane) -> NDArray[np.float32]:
    """Return an image of a parallel plane, linearly interpolated on the target's pixels."""
    from scipy.ndimage import map_coordinates  # noqa: PLC0415 - heavy, start-up path

    rows, cols = target.shape_px
    x_px, y_px = np.meshgrid(np.arange(cols), np.arange(rows))
    points = target.pixel_to_patient(np.stack([x_px.ravel(), y_px.ravel()], axis=1))
    x, y = source.patient_to_pixel(points).T
    return map_coordinates(image, [y, x], order=1).reshape(rows, cols).astype(np.float32)


def _moved_to(plane: SlicePlane, depth_of: SlicePlane) -> SlicePlane:
    """Return the plane moved along its normal to the depth of a parallel one."""
    height = float(plane.height_mm(depth_of.centre_mm[None])[0])
    return replace(plane, origin_mm=vector(np.asarray(plane.origin_mm) + height * plane.normal))
