"""A virtual patient's true contours as annotations of its imported study."""

from pathlib import Path

from vne_core.align.match import SliceMatch, match_study
from vne_core.align.roles import Role
from vne_core.dicom.deidentify import Pseudonymiser
from vne_core.phantom.truth import AUTHOR, Truth, load_truth
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.workspace.store import Workspace


def add_true_contours(workspace: Workspace, folder: Path, pseudonyms: Pseudonymiser) -> int:
    """Store the truth of ``folder`` for the slices of that patient; return how many were new.

    An image that somebody has drawn on keeps its annotation. Raises TruthError.
    """
    truth = load_truth(folder)
    pseudonym = pseudonyms.patient(truth.patient_id)
    added = 0
    for line in workspace.studies.summaries():
        if line.pseudonym == pseudonym:
            added += _add_to_study(workspace, line.study_id, truth)
    return added


def true_annotations(match: SliceMatch, truth: Truth) -> tuple[SliceAnnotation, ...]:
    """Return the true contours of a matched slice, of each image it has."""
    true_slice = truth.slice_at(match.anchor.plane)
    kinds = {Role.T1: ImageKind.T1, Role.LGE: ImageKind.LGE}
    return tuple(
        true_slice.annotation(match.anchor.slice_id, kind)
        for role, kind in kinds.items()
        if match.partner(role) is not None
    )


def _add_to_study(workspace: Workspace, study_id: str, truth: Truth) -> int:
    drawn = workspace.annotations.of_study(study_id)
    matches = match_study(workspace.studies.load(study_id), workspace.overrides.of_study(study_id))
    new = [
        annotation
        for match in matches
        for annotation in true_annotations(match, truth)
        if (annotation.slice_id, annotation.image_kind) not in drawn
    ]
    for annotation in new:
        workspace.annotations.append(annotation, AUTHOR)
    return len(new)
