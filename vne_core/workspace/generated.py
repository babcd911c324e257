"""VNE images kept on disk: made once, made again when inputs, model or code have changed."""

import contextlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vne_core.align.match import SliceMatch, match_study
from vne_core.files import sha256_bytes
from vne_core.geometry.contour import Contour, centroid_mm
from vne_core.geometry.plane import SlicePlane, Vector
from vne_core.learn.card import CONFIDENCE, ModelCard
from vne_core.learn.registry import NoModelError, Registry
from vne_core.study.annotation import epi_of
from vne_core.vne.generate import VERSION, Subject, generate
from vne_core.vne.image import Confidence, Flag, InputFlag, NotGenerated, VneImage
from vne_core.vne.model import VneModel
from vne_core.workspace.aligned import aligned_slice, alignment_key
from vne_core.workspace.arrays import AnyArray, ArrayCache, ArrayDamagedError
from vne_core.workspace.codec import canonical
from vne_core.workspace.failures import WorkspaceError
from vne_core.workspace.generations import Generation
from vne_core.workspace.store import Workspace

CENTRE_TOLERANCE_MM = 15.0
"""How far the epicardial contour's centre may lie from where the ventricle was taken to be.

The window is 192 mm wide: within this an image does not change with every touch of the contour,
beyond it the localiser was wrong and the image is made again around the contour.
"""
NO_MODEL = "no VNE model is installed"
NOT_YET = "no VNE was generated of this slice"
STALE = "the VNE of this slice was made of other images, around another place or by another model"
GENERATE = "generate it"
_CONTRIBUTION = "contribution."

Result = VneImage | NotGenerated


@dataclass(frozen=True, slots=True, eq=False)
class SliceToGenerate:
    """One slice of a study with what generating it needs; ``epi`` is the reader's, if any."""

    match: SliceMatch
    epi: Contour | None = None
    field_strength_t: float | None = None

    def key(self, card: ModelCard) -> str:
        """Return the hash of everything that the image depends on but the ventricle's place."""
        inputs = {
            "alignment": alignment_key(self.match),
            "graphs": card.graph_fingerprint,
            "confidence": card.files.get(CONFIDENCE, ""),
            "trained_on": asdict(card.training_range),
            "field_strength_t": self.field_strength_t,
            "version": VERSION,
        }
        return sha256_bytes(canonical(inputs).encode())


def slices_to_generate(workspace: Workspace, study_id: str) -> tuple[SliceToGenerate, ...]:
    """Return the slices of a study, base first, with the contours that are stored."""
    study = workspace.studies.load(study_id)
    annotations = workspace.annotations.of_study(study_id)
    return tuple(
        SliceToGenerate(match, epi_of(annotations, match.anchor.slice_id), study.field_strength_t)
        for match in match_study(study, workspace.overrides.of_study(study_id))
    )


def generate_slice(
    workspace: Workspace, one: SliceToGenerate, model: VneModel, author: str, *, again: bool = False
) -> Result:
    """Return the VNE of a slice, from the cache or made, kept and recorded.

    ``again`` makes it even where it is kept. In a workspace that cannot be written it is made and
    not kept.
    """
    kept = None if again else kept_image(workspace.arrays, one, model.card)
    if kept is not None:
        return kept
    aligned = aligned_slice(workspace.arrays, one.match)
    subject = Subject(aligned, one.epi, one.field_strength_t)
    made = generate(model, subject, explained=True)
    with contextlib.suppress(WorkspaceError):  # a read-only or full disk costs time, no result
        _keep(workspace, one, model.card, made, author)
    return made


def kept_image(arrays: ArrayCache, one: SliceToGenerate, card: ModelCard) -> VneImage | None:
    """Return the VNE of a slice made from these inputs with this model, None where there is none.

    A damaged one is as none: it is made again.
    """
    with contextlib.suppress(ArrayDamagedError):
        bundle = arrays.get_bundle(one.key(card))
        if bundle is not None:
            image = _from_bundle(*bundle)
            return image if _is_around(image.centre_mm, one) else None
    return None


def kept_or_why_not(
    workspace: Workspace, one: SliceToGenerate, newest: Generation | None, card: ModelCard | None
) -> Result:
    """Return the VNE of a slice as it is kept, or why there is none now.

    ``newest`` is the slice's newest row, ``card`` the model in use.
    """
    slice_id = one.match.anchor.slice_id
    if card is None:
        return NotGenerated(slice_id, NO_MODEL)
    image = kept_image(workspace.arrays, one, card)
    if image is not None:
        return image
    if newest is None:
        return NotGenerated(slice_id, NOT_YET, GENERATE)
    if newest.reason and newest.image_key == one.key(card):
        return NotGenerated(slice_id, newest.reason)
    return NotGenerated(slice_id, STALE, GENERATE)


def card_in_use(workspace: Workspace) -> ModelCard | None:
    """Return the card of the model in use, None where none is installed.

    Raises ModelRefusedError for one that is damaged.
    """
    try:
        return Registry(workspace.models_folder).active().card
    except NoModelError:
        return None


def _keep(
    workspace: Workspace, one: SliceToGenerate, card: ModelCard, made: Result, author: str
) -> None:
    key = one.key(card)
    row = Generation(made.slice_id, key, card.model_id, card.fingerprint)
    match made:
        case VneImage():
            workspace.arrays.put_bundle(key, _arrays(made), _facts(made))
            row = Generation(*_head(row), input_hash=made.input_hash)
        case NotGenerated():
            row = Generation(*_head(row), reason=str(made))
    workspace.generations.append(row, author)


def _head(row: Generation) -> tuple[str, str, str, str]:
    return row.slice_id, row.image_key, row.model_id, row.model_fingerprint


def _is_around(centre_mm: Vector, one: SliceToGenerate) -> bool:
    """Return whether an image was made around the place where the reader's contour is."""
    if one.epi is None:
        return True
    return _apart_mm(one.match.anchor.plane, centre_mm, one.epi) <= CENTRE_TOLERANCE_MM


def _apart_mm(plane: SlicePlane, centre_mm: Vector, epi: Contour) -> float:
    """Return the distance in the slice's plane between a place and a contour's centre."""
    at = plane.patient_to_pixel(np.array([centre_mm, centroid_mm(epi)]))
    row_mm, column_mm = plane.spacing_mm
    return float(np.hypot(*((at[0] - at[1]) * (column_mm, row_mm))))


def _arrays(image: VneImage) -> dict[str, AnyArray]:
    parts = {f"{_CONTRIBUTION}{name}": part for name, part in image.contributions.items()}
    return {"pixels": image.pixels, "spread": image.spread, "valid": image.valid, **parts}


def _facts(image: VneImage) -> dict[str, Any]:
    return {
        "slice_id": image.slice_id,
        "model_id": image.model_id,
        "confidence": asdict(image.confidence),
        "flags": [[flag.flag.value, flag.text] for flag in image.flags],
        "centre_mm": image.centre_mm,
        "input_hash": image.input_hash,
        "features": dict(image.features),
    }


def _from_bundle(arrays: Mapping[str, AnyArray], facts: dict[str, Any]) -> VneImage:
    said: dict[str, Any] = facts["confidence"]
    x_mm, y_mm, z_mm = facts["centre_mm"]
    parts = {
        name.removeprefix(_CONTRIBUTION): array
        for name, array in arrays.items()
        if name.startswith(_CONTRIBUTION)
    }
    return VneImage(
        slice_id=facts["slice_id"],
        model_id=facts["model_id"],
        pixels=arrays["pixels"],
        spread=arrays["spread"],
        valid=arrays["valid"],
        confidence=Confidence(
            said["probability"], said["enhancement"], tuple(said["reasons"]), said["caution"]
        ),
        flags=tuple(InputFlag(Flag(flag), text) for flag, text in facts["flags"]),
        centre_mm=(x_mm, y_mm, z_mm),
        input_hash=facts["input_hash"],
        features=facts["features"],
        contributions=parts,
    )
