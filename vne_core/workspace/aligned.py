"""Aligned slices kept on disk, so that opening a slice maps arrays instead of computing them.

The key is made of everything the result depends on: pixels, planes, times, scales, the version of
the computation. A re-match is another key; a damaged or missing file is made again.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from vne_core.align.match import SliceMatch
from vne_core.align.roles import Role
from vne_core.align.stack import AlignedSlice, align_slice
from vne_core.errors import VneError
from vne_core.files import sha256_bytes
from vne_core.study.model import SliceRef
from vne_core.workspace.arrays import AnyArray, ArrayCache, ArrayDamagedError
from vne_core.workspace.codec import canonical, plane_from_text, plane_to_text
from vne_core.workspace.failures import WorkspaceError

VERSION = 2
"""Raised when ``align`` or ``mapping`` change what they compute: older arrays are then made anew."""
_IMAGES = ("t1_ms", "fit_residual", "ir", "cine", "lge", "lge_magnitude")


class NoPixelsError(VneError):
    """A slice whose pixels were never stored."""

    code = "no-pixels"


def aligned_slice(arrays: ArrayCache, match: SliceMatch) -> AlignedSlice:
    """Return the channels of a match, from the cache or computed and then kept there.

    Usable from any thread. Raises ArrayDamagedError by name when original pixels are damaged: the
    study must then be imported again.
    """
    kept = kept_slice(arrays, match)
    if kept is not None:
        return kept
    aligned = align_slice(match, lambda slice_ref: pixels_of(arrays, slice_ref))
    with contextlib.suppress(WorkspaceError):  # a read-only or full disk costs time, no result
        arrays.put_bundle(alignment_key(match), _arrays(aligned), _facts(aligned))
    return aligned


def kept_slice(arrays: ArrayCache, match: SliceMatch) -> AlignedSlice | None:
    """Return the channels of a match from the cache, None where they must be computed."""
    with contextlib.suppress(ArrayDamagedError):
        bundle = arrays.get_bundle(alignment_key(match))
        if bundle is not None:
            return _from_bundle(*bundle)
    return None


def pixels_of(arrays: ArrayCache, slice_ref: SliceRef) -> AnyArray:
    """Return the stored values of a slice, (frames, rows, columns), memory-mapped."""
    if slice_ref.array_key is None:
        raise NoPixelsError(
            f"the pixels of slice {slice_ref.slice_id} were never stored", "", "import it again"
        )
    return arrays.get(slice_ref.array_key)


def alignment_key(match: SliceMatch) -> str:
    """Return the hash of everything that the aligned channels of a match depend on."""
    inputs = {
        "version": VERSION,
        "anchor": asdict(match.anchor),
        "partners": {role: asdict(slice_ref) for role, slice_ref in match.partners},
        "absent": {role: match.why_absent(role) for role in Role},
    }
    return sha256_bytes(canonical(inputs).encode())


def _arrays(aligned: AlignedSlice) -> dict[str, AnyArray]:
    images: dict[str, AnyArray | None] = {name: getattr(aligned, name) for name in _IMAGES}
    found = {name: image for name, image in images.items() if image is not None}
    return found | {f"valid.{role}": mask for role, mask in aligned.valid.items()}


def _facts(aligned: AlignedSlice) -> dict[str, Any]:
    return {
        "slice_id": aligned.slice_id,
        "plane": plane_to_text(aligned.plane),
        "grid": aligned.grid,
        "t1_source": aligned.t1_source,
        "inversion_times_ms": aligned.inversion_times_ms,
        "trigger_times_ms": aligned.trigger_times_ms,
        "rr_interval_ms": aligned.rr_interval_ms,
        "absent": dict(aligned.absent),
    }


def _from_bundle(arrays: Mapping[str, AnyArray], facts: dict[str, Any]) -> AlignedSlice:
    masks = {name.partition(".")[2]: mask for name, mask in arrays.items() if "." in name}
    absent: dict[str, str] = facts["absent"]
    return AlignedSlice(
        slice_id=facts["slice_id"],
        plane=plane_from_text(facts["plane"]),
        grid=Role(facts["grid"]),
        t1_source=facts["t1_source"],
        inversion_times_ms=tuple(facts["inversion_times_ms"]),
        trigger_times_ms=tuple(facts["trigger_times_ms"]),
        rr_interval_ms=facts["rr_interval_ms"],
        valid={Role(role): mask for role, mask in masks.items()},
        absent={Role(role): why for role, why in absent.items()},
        **{name: arrays.get(name) for name in _IMAGES},
    )
