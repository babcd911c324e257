"""From an aligned slice to what the network sees, and what is unusual about it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice, cine_at_phases
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.learn.card import TrainingRange
from vne_core.vne.image import Flag, InputFlag, NotGenerated
from vne_core.vne.input_quality import (
    heart_flags,
    largest_gap_ratio,
    residual_ratio,
    shot_motion_mm,
)
from vne_core.vne.normalise import normalised_cine, normalised_ir, normalised_t1
from vne_core.vne.window import GridWay, disc, heart_window, way_between

HEART_MM = 45.0
"""Radius around the ventricle's centre that holds its wall: 90 mm across, hypertrophy included."""
CORE_MM = 30.0
"""Radius that is heart and not lung, where a T1 map has holes that mean nothing."""
LEAST_PIXELS = 50
"""Pixels of 1 mm with a T1 that a heart must have."""
FEWEST_PHASES = 12
"""Phases below which a cine tells too little of the motion; 25 are learnt from."""
LARGEST_GAP_RATIO = 2.5
"""Gap between phases, in medians of the steps, above which some are missing."""
LEAST_IR_SHARE = 6 / 7
"""Share of the seven inversion times below which it is said: MOLLI has six of them."""

Tensors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class VneInputs:
    """One slice as the network takes it.

    ``tensors`` are t1, ir and cine, (channels, 192, 192) on ``window``; ``t1_ms`` and ``t1_valid``
    are the T1 map there. ``features`` are what is known of the inputs as numbers.
    """

    slice_id: str
    plane: SlicePlane
    window: SlicePlane
    centre_mm: Vector
    tensors: Tensors
    t1_ms: NDArray[np.float32]
    t1_valid: NDArray[np.bool_]
    flags: tuple[InputFlag, ...]
    features: Mapping[str, float]
    input_hash: str


def vne_inputs(
    aligned: AlignedSlice,
    centre_mm: Vector,
    trained_on: TrainingRange,
    field_strength_t: float | None = None,
) -> VneInputs | NotGenerated:
    """Return what the network takes of a slice, or why it cannot take it.

    ``centre_mm`` is where the left ventricle is. A missing cine, missing IR images or T1 values
    outside the training range are flagged, not refused.
    """
    if aligned.t1_ms is None:
        return NotGenerated(
            aligned.slice_id,
            aligned.absent.get(Role.T1, "no T1 map of this slice"),
            "VNE is made from a native T1 map, or from the IR images it is fitted to",
        )
    window = heart_window(aligned.plane, centre_mm)
    way = way_between(aligned.plane, window)
    known = _known_t1(aligned.t1_ms, aligned.valid.get(Role.T1))
    t1_ms, valid = _t1(way, aligned.t1_ms, known)
    heart = disc(window, centre_mm, HEART_MM)
    refusal = _why_not(aligned, t1_ms, valid & heart)
    if refusal is not None:
        return refusal
    ir, ir_flags, ir_features = _ir(aligned, way, heart)
    cine, cine_flags, cine_features = _cine(aligned, way)
    tensors = {"t1": normalised_t1(t1_ms, valid), "ir": ir, "cine": cine}
    core = disc(window, centre_mm, CORE_MM)
    t1_flags = heart_flags(
        t1_ms,
        valid,
        heart,
        core,
        plane=aligned.plane,
        trained_on=trained_on,
        field_strength_t=field_strength_t,
    )
    holes = 1.0 - float(valid[core].mean())
    return VneInputs(
        slice_id=aligned.slice_id,
        plane=aligned.plane,
        window=window,
        centre_mm=centre_mm,
        tensors=tensors,
        t1_ms=t1_ms,
        t1_valid=valid,
        flags=(*t1_flags, *ir_flags, *cine_flags),
        features={"t1_holes": holes, **ir_features, **cine_features},
        input_hash=_hash(tensors),
    )


def _known_t1(t1_ms: NDArray[np.float32], valid: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Return where a T1 map holds a time: finite, above 0, inside its field of view."""
    known = np.isfinite(t1_ms) & (t1_ms > 0)
    return known if valid is None else known & valid


def _t1(
    way: GridWay, t1_ms: NDArray[np.float32], known: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    brought, valid = way.bring(t1_ms[None], known)
    return brought[0], valid


def _why_not(
    aligned: AlignedSlice, t1_ms: NDArray[np.float32], in_heart: NDArray[np.bool_]
) -> NotGenerated | None:
    """Return why a T1 map cannot be used at all."""
    count = int(in_heart.sum())
    if count < LEAST_PIXELS:
        where = "holds no value" if not count else f"holds {count} values"
        return NotGenerated(
            aligned.slice_id,
            f"the T1 map {where} within {HEART_MM:g} mm of the ventricle",
            "look at the map, and draw the epicardial contour where the ventricle is",
        )
    values = t1_ms[in_heart]
    if float(values.max() - values.min()) < 1.0:
        return NotGenerated(
            aligned.slice_id,
            f"the T1 map holds the same value, {float(values[0]):.0f} ms, everywhere",
            "import the map again",
        )
    return None


def _ir(
    aligned: AlignedSlice, way: GridWay, heart: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], list[InputFlag], dict[str, float]]:
    """Return the IR stream, its flags and what is known of it as numbers."""
    shape = heart.shape
    times = aligned.inversion_times_ms
    images, valid = None, None
    if aligned.ir is not None and len(times) == len(aligned.ir):
        images, valid = way.bring(aligned.ir, aligned.valid.get(Role.IR))
    stream = normalised_ir(images, times if images is not None else (), shape, valid)
    share = float(stream[-1].max())
    features = {"no_ir": float(share == 0), "ir_motion_mm": 0.0, "fit_residual": 0.0}
    if images is None or share == 0:
        reason = aligned.absent.get(Role.IR, "no IR images of this slice")
        return stream, [InputFlag(Flag.NO_IR, reason)], features
    flags: list[InputFlag] = []
    if share < LEAST_IR_SHARE - 1e-6:
        text = f"{round(7 * share)} of 7 inversion times"
        flags.append(InputFlag(Flag.FEW_IR, text))
    motion_mm, flag = shot_motion_mm(images)
    residual, residual_flag = residual_ratio(aligned, way, images, heart)
    flags += [one for one in (flag, residual_flag) if one is not None]
    return stream, flags, features | {"ir_motion_mm": motion_mm, "fit_residual": residual}


def _cine(
    aligned: AlignedSlice, way: GridWay
) -> tuple[NDArray[np.float32], list[InputFlag], dict[str, float]]:
    """Return the cine stream, its flags and what is known of it as numbers."""
    shape = (way.inside.shape[0], way.inside.shape[1])
    times = aligned.trigger_times_ms
    features = {"no_cine": 1.0, "few_phases": 0.0}
    if aligned.cine is None or len(times) != len(aligned.cine) or not times:
        reason = aligned.absent.get(Role.CINE, "no cine of this slice")
        if aligned.cine is not None:
            reason = "the cine's trigger times are not known"
        return normalised_cine(None, shape), [InputFlag(Flag.NO_CINE, reason)], features
    brought, valid = way.bring(aligned.cine, aligned.valid.get(Role.CINE))
    phases = cine_at_phases(brought, times, aligned.rr_interval_ms)
    stream = normalised_cine(phases, shape, valid)
    if not stream[-1].any():
        flag = InputFlag(Flag.NO_CINE, "the cine holds nothing around the ventricle")
        return stream, [flag], features
    flags: list[InputFlag] = []
    if len(times) < FEWEST_PHASES:
        flags.append(InputFlag(Flag.FEW_PHASES, f"only {len(times)} cine phases"))
    elif largest_gap_ratio(times, aligned.rr_interval_ms) > LARGEST_GAP_RATIO:
        flags.append(InputFlag(Flag.FEW_PHASES, "cine phases are missing from the cycle"))
    return stream, flags, {"no_cine": 0.0, "few_phases": float(bool(flags))}


def _hash(tensors: Tensors) -> str:
    """Return the BLAKE2b of what the network takes, 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensors[name]).data)
    return digest.hexdigest()
