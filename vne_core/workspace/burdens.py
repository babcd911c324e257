"""What the annotations of a stored study measure, as rows of the burden table."""

from vne_core.align.match import SliceMatch, match_study
from vne_core.align.roles import Role
from vne_core.quantify.burden import LesionBurden, NotMeasured, measure_slice, why_left_out
from vne_core.quantify.rows import BurdenRow, MeasuredSlice, study_rows
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.workspace.aligned import aligned_slice
from vne_core.workspace.store import Workspace

NO_MODEL = "no VNE model is installed"


def burden_rows(workspace: Workspace, study_id: str, image: ImageKind) -> tuple[BurdenRow, ...]:
    """Return a row for each slice and level of a study's LGE or VNE, then the patient's."""
    study = workspace.studies.load(study_id)
    matches = match_study(study, workspace.overrides.of_study(study_id))
    annotations = workspace.annotations.of_study(study_id)
    exclusions = workspace.exclusions.of_study(study_id)
    slices: list[MeasuredSlice] = []
    for number, match in enumerate(matches, 1):
        key = (match.anchor.slice_id, image)
        annotation = annotations.get(key) or SliceAnnotation(*key)
        left_out = why_left_out(exclusions.get(match.anchor.slice_id))
        result = left_out or _result(workspace, match, annotation)
        slices.append(MeasuredSlice(str(number), annotation, result, match.anchor_role.value))
    grid = matches[0].anchor_role.value if matches else ""
    return study_rows(study.pseudonym, image, grid, slices)


def _result(
    workspace: Workspace, match: SliceMatch, annotation: SliceAnnotation
) -> LesionBurden | NotMeasured:
    if annotation.image_kind is ImageKind.VNE:
        return NotMeasured(NO_MODEL)
    if match.partner(Role.LGE) is None:
        return NotMeasured(match.why_absent(Role.LGE))
    aligned = aligned_slice(workspace.arrays, match)
    if aligned.lge is None:
        return NotMeasured(match.why_absent(Role.LGE))
    return measure_slice(aligned.lge, aligned.plane, annotation, aligned.valid.get(Role.LGE))
