"""What the annotations of a stored study measure, as rows of the burden table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vne_core.align.match import SliceMatch, match_study
from vne_core.align.roles import Role
from vne_core.errors import VneError
from vne_core.learn.card import ModelCard
from vne_core.quantify.burden import LesionBurden, NotMeasured, measure_slice, why_left_out
from vne_core.quantify.rows import BurdenRow, MadeImage, MeasuredSlice, study_rows
from vne_core.study.annotation import ImageKind, SliceAnnotation, epi_of
from vne_core.study.rules import RemoteBlood
from vne_core.vne.image import Trust, VneImage
from vne_core.workspace.aligned import aligned_slice
from vne_core.workspace.generated import (
    SliceToGenerate,
    card_in_use,
    kept_or_why_not,
)
from vne_core.workspace.revisions import AnnotationKey
from vne_core.workspace.store import Workspace

CONTOURS_FROM = (ImageKind.LGE, ImageKind.T1, ImageKind.CINE)
"""Whose contours a VNE is measured with that has none of its own, as the window links them."""


class NoMatchedLevelsError(VneError):
    """Matched thresholds of a model that has none."""

    code = "no-matched-levels"


@dataclass(frozen=True, slots=True)
class VneMeasure:
    """How VNE images are measured: which model's, and with its own thresholds or the study's."""

    card: ModelCard | None
    is_matched: bool = False

    def provenance(self) -> list[dict[str, Any]]:
        """Return what the JSON beside a table says of the model."""
        if self.card is None:
            return []
        return [
            {
                "model_id": self.card.model_id,
                "fingerprint": self.card.fingerprint,
                "matched_levels": list(self.card.matched_levels),
                "levels_used": "matched" if self.is_matched else "equal",
                "notice": self.card.notice,
            }
        ]


def vne_measure(workspace: Workspace, *, is_matched: bool) -> VneMeasure:
    """Return how the VNE of a workspace is measured, with the model in use.

    Raises NoMatchedLevelsError where matched thresholds are asked for and there are none.
    """
    card = card_in_use(workspace)
    if is_matched and card is None:
        raise NoMatchedLevelsError(
            "no VNE model is installed", "the matched thresholds of a model's card",
            "use --preset equal",
        )  # fmt: skip
    if is_matched and card is not None and not card.matched_levels:
        raise NoMatchedLevelsError(
            f"the model {card.model_id} has no matched thresholds",
            "thresholds frozen on validation patients",
            "use --preset equal, or evaluate the model",
        )
    return VneMeasure(card, is_matched)


def burden_rows(
    workspace: Workspace, study_id: str, image: ImageKind, vne: VneMeasure | None = None
) -> tuple[BurdenRow, ...]:
    """Return a row for each slice and level of a study's LGE or VNE, then the patient's."""
    study = workspace.studies.load(study_id)
    matches = match_study(study, workspace.overrides.of_study(study_id))
    annotations = workspace.annotations.of_study(study_id)
    exclusions = workspace.exclusions.of_study(study_id)
    reading = _Reading(workspace, study_id, annotations, study.field_strength_t, vne)
    slices: list[MeasuredSlice] = []
    for number, match in enumerate(matches, 1):
        measured = reading.vne_of(match) if image is ImageKind.VNE else reading.lge_of(match)
        left_out = why_left_out(exclusions.get(match.anchor.slice_id))
        if left_out is not None:
            measured = replace(measured, result=left_out)
        slices.append(replace(measured, label=str(number)))
    grid = matches[0].anchor_role.value if matches else ""
    return study_rows(study.pseudonym, image, grid, slices)


def annotation_for_vne(
    annotations: Mapping[AnnotationKey, SliceAnnotation], slice_id: str
) -> SliceAnnotation:
    """Return the contours a slice's VNE is measured with: its own, else those of another image."""
    for kind in (ImageKind.VNE, *CONTOURS_FROM):
        drawn = annotations.get((slice_id, kind))
        if drawn is not None and not drawn.is_empty:
            return drawn
    return SliceAnnotation(slice_id, ImageKind.VNE)


def made_image(image: VneImage) -> MadeImage:
    """Return what the burden table tells of a VNE; low confidence in words."""
    confidence = image.confidence
    return MadeImage(
        image.model_id,
        confidence.probability,
        confidence.enhancement,
        tuple(flag.flag.value for flag in image.flags),
        confidence.words if confidence.trust is Trust.LOW else "",
    )


class _Reading:
    """One study as it is stored, to be measured slice by slice."""

    def __init__(
        self,
        workspace: Workspace,
        study_id: str,
        annotations: Mapping[AnnotationKey, SliceAnnotation],
        field_strength_t: float | None,
        vne: VneMeasure | None,
    ) -> None:
        self._workspace = workspace
        self._annotations = annotations
        self._field_strength_t = field_strength_t
        self._vne = vne or VneMeasure(None)
        self._newest = workspace.generations.of_study(study_id)

    def lge_of(self, match: SliceMatch) -> MeasuredSlice:
        """Return what a slice's LGE measures, or why nothing."""
        key = (match.anchor.slice_id, ImageKind.LGE)
        annotation = self._annotations.get(key) or SliceAnnotation(*key)
        return MeasuredSlice("", annotation, self._lge(match, annotation), match.anchor_role.value)

    def vne_of(self, match: SliceMatch) -> MeasuredSlice:
        """Return what a slice's VNE measures, or why nothing."""
        slice_id, card = match.anchor.slice_id, self._vne.card
        annotation = annotation_for_vne(self._annotations, slice_id)
        if card is not None and self._vne.is_matched:
            annotation = replace(annotation, rule=RemoteBlood(card.matched_levels))
        wanted = SliceToGenerate(match, epi_of(self._annotations, slice_id), self._field_strength_t)
        kept = kept_or_why_not(self._workspace, wanted, self._newest.get(slice_id), card)
        grid = match.anchor_role.value
        if not isinstance(kept, VneImage):
            return MeasuredSlice("", annotation, NotMeasured(str(kept)), grid)
        result = measure_slice(kept.pixels, match.anchor.plane, annotation, kept.valid)
        return MeasuredSlice("", annotation, result, grid, made_image(kept))

    def _lge(self, match: SliceMatch, annotation: SliceAnnotation) -> LesionBurden | NotMeasured:
        if match.partner(Role.LGE) is None:
            return NotMeasured(match.why_absent(Role.LGE))
        aligned = aligned_slice(self._workspace.arrays, match)
        if aligned.lge is None:
            return NotMeasured(match.why_absent(Role.LGE))
        return measure_slice(aligned.lge, aligned.plane, annotation, aligned.valid.get(Role.LGE))
