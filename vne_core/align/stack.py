"""The co-registered channels of one slice: T1, IR, cine and LGE on one pixel grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vne_core.align.match import SliceMatch
from vne_core.align.recovery import Images, Load, Recovery, StackError, real_values, recover
from vne_core.align.resample import ResampleError, resampler
from vne_core.align.roles import ROLE_NAMES, Role
from vne_core.geometry.plane import FloatArray, SlicePlane
from vne_core.study.model import SliceRef

PHASES_A_CYCLE = 25
"""Cine phases that one heart cycle is resampled to."""
SCANNER_MAP = "scanner map"
"""Where the T1 values come from when the study has a map; else the name of the fitted scheme."""
WHOLE_VALIDITY = 0.999
"""A resampled pixel is valid when its source pixels are, but for rounding."""

Mask = NDArray[np.bool_]


_READ_ROLES = (Role.T1, Role.CINE, Role.LGE, Role.LGE_MAGNITUDE)
"""Roles whose images are shown as they were acquired."""


class _Channel(NamedTuple):
    """Images (n, R, C) on the anchor's grid and where, (R, C), they mean something."""

    images: Images
    valid: Mask


@dataclass(frozen=True, slots=True, eq=False)
class AlignedSlice:
    """Everything known of one slice on the pixel grid of its anchor, (R, C).

    ``grid`` is the anchor's role. ``t1_ms``, ``fit_residual``, ``lge`` and ``lge_magnitude`` are
    (R, C); ``ir`` is (n, R, C), sign restored, by rising inversion time; ``cine`` is (phases, R, C)
    by trigger time. ``valid`` is False, for each role that is there, where it has no pixel; the
    values there mean nothing. ``absent`` says why a role, a fit or a sign is missing.
    """

    slice_id: str
    plane: SlicePlane
    grid: Role
    t1_ms: Images | None
    t1_source: str
    fit_residual: Images | None
    ir: Images | None
    inversion_times_ms: tuple[float, ...]
    cine: Images | None
    trigger_times_ms: tuple[float, ...]
    rr_interval_ms: float | None
    lge: Images | None
    valid: Mapping[Role, Mask]
    lge_magnitude: Images | None
    absent: Mapping[Role, str]


def align_slice(match: SliceMatch, load: Load) -> AlignedSlice:
    """Return the channels of a match on its anchor's grid.

    ``load`` gives the stored values of a slice, (frames, rows, columns); slope and intercept are
    applied here. Images are interpolated linearly in plane. A T1 map is fitted where the study has
    only inversion recovery images; where it has both, the fit still gives the residual and the
    sign. Raises StackError when ``load`` gives another shape than the slice has.
    """
    recovery = _recovery(match, load)
    channels = {role: c for role in _READ_ROLES if (c := _read(match, role, load)) is not None}
    fitted = _fitted(recovery, match.anchor.plane)
    if recovery is not None:
        channels[Role.IR] = _on_grid(recovery.signed, recovery.plane, match.anchor.plane)
    source = SCANNER_MAP if Role.T1 in channels else ""
    if recovery is not None and recovery.fit and fitted and not source:
        source = recovery.fit.scheme
        channels[Role.T1] = _Channel(fitted.images[:1], fitted.valid)
    cine = match.partner(Role.CINE)
    return AlignedSlice(
        slice_id=match.anchor.slice_id,
        plane=match.anchor.plane,
        grid=match.anchor_role,
        t1_ms=_image(channels, Role.T1),
        t1_source=source,
        fit_residual=fitted.images[1] if fitted else None,
        ir=_images(channels, Role.IR),
        inversion_times_ms=recovery.times_ms if recovery else (),
        cine=_images(channels, Role.CINE),
        trigger_times_ms=_trigger_times_ms(cine) if cine else (),
        rr_interval_ms=cine.rr_interval_ms if cine else None,
        lge=_image(channels, Role.LGE),
        lge_magnitude=_image(channels, Role.LGE_MAGNITUDE),
        valid={role: channel.valid for role, channel in channels.items()},
        absent=_absent(match, channels, recovery),
    )


def cine_at_phases(
    cine: NDArray[np.floating],
    trigger_times_ms: Sequence[float],
    rr_interval_ms: float | None,
    k: int = PHASES_A_CYCLE,
) -> Images:
    """Return ``k`` frames, (k, R, C), equally spaced over the RR interval from the R wave on.

    A network's cine stream needs the same number of phases from every scanner; nothing that is
    shown or measured passes through here. ``cine`` is (phases, R, C) with rising trigger times.
    Linear in time and periodic: what lies between the last phase and the next R wave is between
    the last and the first image, and a phase after that R wave belongs to the start of the
    cycle. An RR interval shorter than from the first phase to the last, or that is None, is
    taken as one median step longer than that. Raises StackError for times that do not belong to
    the images or do not rise.
    """
    times = np.asarray(trigger_times_ms, dtype=float)
    if times.shape != cine.shape[:1] or not len(times) or not (np.diff(times) > 0).all():
        raise StackError(
            f"{len(cine)} cine phases have the trigger times {times.tolist()} ms",
            "one rising time for each phase",
        )
    if len(times) == 1:
        return np.repeat(cine.astype(np.float32), k, axis=0)
    cycle_ms = rr_interval_ms or 0.0
    if cycle_ms <= times[-1] - times[0]:
        cycle_ms = float(times[-1] - times[0] + np.median(np.diff(times)))
    within = times % cycle_ms
    order = np.argsort(within)
    weights = _periodic_weights(within[order], np.arange(k) * cycle_ms / k, cycle_ms)
    flat = np.asarray(cine, dtype=np.float32)[order].reshape(len(times), -1)
    return _mixed(weights, flat).reshape(k, *cine.shape[1:])


def _mixed(weights: Images, flat: Images) -> Images:
    """Return ``weights @ flat``; a row has at most two weights that are not 0.

    A product of dense matrices would wait for threads whenever another program is at work.
    """
    mixed = np.zeros((len(weights), flat.shape[1]), dtype=np.float32)
    for row, shares in zip(mixed, weights, strict=True):
        for index in np.flatnonzero(shares):
            np.add(row, shares[index] * flat[index], out=row)
    return mixed


def _periodic_weights(times: FloatArray, wanted: FloatArray, cycle_ms: float) -> Images:
    """Return the weights (wanted, times) of linear interpolation around a cycle."""
    after = np.searchsorted(times, wanted, side="right")
    before = after - 1
    start = np.where(before < 0, times[-1] - cycle_ms, times[before])
    end = np.where(after == len(times), times[0] + cycle_ms, times[after % len(times)])
    share = (wanted - start) / (end - start)
    weights = np.zeros((len(wanted), len(times)), dtype=np.float32)
    rows = np.arange(len(wanted))
    np.add.at(weights, (rows, before % len(times)), 1.0 - share)
    np.add.at(weights, (rows, after % len(times)), share)
    return weights


def _read(match: SliceMatch, role: Role, load: Load) -> _Channel | None:
    partner = match.partner(role)
    if partner is None:
        return None
    return _on_grid(real_values(partner, load), partner.plane, match.anchor.plane)


def _on_grid(images: Images, source: SlicePlane, target: SlicePlane) -> _Channel:
    """Return images on the target's grid; planes at a right angle have no pixel in common."""
    if source == target:
        return _Channel(images, np.ones(target.shape_px, dtype=bool))
    try:
        way = resampler(source, target)
    except ResampleError:
        empty = np.zeros((len(images), *target.shape_px), dtype=np.float32)
        return _Channel(empty, np.zeros(target.shape_px, dtype=bool))
    return _Channel(way.linear(images), way.valid)


def _recovery(match: SliceMatch, load: Load) -> Recovery | None:
    magnitude = match.partner(Role.IR)
    return None if magnitude is None else recover(magnitude, match.partner(Role.IR_PHASE), load)


def _fitted(recovery: Recovery | None, target: SlicePlane) -> _Channel | None:
    """Return (T1 in ms, residual) of the fit on the target's grid, or None without a fit."""
    fit = recovery and recovery.fit
    if recovery is None or fit is None:
        return None
    maps = [np.where(fit.valid, values, 0.0) for values in (fit.t1_ms, fit.residual, fit.valid)]
    placed = _on_grid(np.stack(maps).astype(np.float32), recovery.plane, target)
    return _Channel(placed.images[:2], placed.valid & (placed.images[2] >= WHOLE_VALIDITY))


def _trigger_times_ms(cine: SliceRef) -> tuple[float, ...]:
    """Return the trigger times; spread evenly over the RR interval where they do not rise."""
    times = [frame.trigger_time_ms for frame in cine.frames]
    known = [time for time in times if time is not None]
    if len(known) == len(times) and all(a < b for a, b in pairwise(known)):
        return tuple(known)
    if cine.rr_interval_ms is None:
        return ()
    return tuple(index * cine.rr_interval_ms / len(times) for index in range(len(times)))


def _absent(
    match: SliceMatch, channels: Mapping[Role, _Channel], recovery: Recovery | None
) -> dict[Role, str]:
    """Return, role by role, what is missing or could not be done, in a reader's words."""
    missing = {role: match.why_absent(role) for role in Role if role not in channels}
    absent = {role: reason for role, reason in missing.items() if reason}
    for role, channel in channels.items():
        if not channel.valid.any():
            absent[role] = f"no pixel of the {ROLE_NAMES[role]} lies on this slice"
    if recovery is not None and recovery.note:
        absent[Role.IR] = recovery.note
    return absent


def _image(channels: Mapping[Role, _Channel], role: Role) -> Images | None:
    return channels[role].images[0] if role in channels else None


def _images(channels: Mapping[Role, _Channel], role: Role) -> Images | None:
    return channels[role].images if role in channels else None
