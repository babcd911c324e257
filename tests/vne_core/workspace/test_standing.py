from dataclasses import replace

import pytest

from vne_core.geometry.contour import Contour
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation


def counts(workspace):
    (summary,) = workspace.studies.summaries()
    return summary.confirmed_count, summary.unconfirmed_count


def test_a_study_with_nothing_drawn_has_nothing_to_confirm(workspace):
    assert counts(workspace) == (0, 0)


def test_the_newest_revision_of_an_image_decides(workspace, annotation):
    drawn = workspace.annotations.append(annotation(), "ana")
    assert counts(workspace) == (0, 1)
    confirmed = workspace.annotations.append(replace(drawn, confirmed=True), "ana")
    assert counts(workspace) == (1, 0)
    workspace.annotations.append(replace(confirmed, confirmed=False, epi=None), "ana")
    assert counts(workspace) == (0, 1)


def test_each_image_of_a_slice_counts_for_itself(workspace, annotation):
    workspace.annotations.append(replace(annotation(), confirmed=True), "ana")
    workspace.annotations.append(replace(annotation(), image_kind=ImageKind.LGE), "ana")
    assert counts(workspace) == (1, 1)


def test_contours_taken_away_again_are_nothing_to_confirm(workspace, annotation):
    drawn = workspace.annotations.append(annotation(), "ana")
    workspace.annotations.append(
        SliceAnnotation(drawn.slice_id, drawn.image_kind, revision=drawn.revision), "ana"
    )
    assert counts(workspace) == (0, 0)


@pytest.mark.parametrize(
    "mark",
    [
        {"septal": Roi((0.0, 25.0, 0.0), 3.0)},
        {"rv_insertion": (-20.0, -20.0, 0.0)},
        {"exclusions": (Contour([(0, 0, 0), (4, 0, 0), (0, 4, 0)]),)},
        {"inclusions": (Contour([(0, 0, 0), (4, 0, 0), (0, 4, 0)]),)},
    ],
)
def test_a_mark_without_contours_waits_to_be_confirmed_too(workspace, annotation, mark):
    drawn = annotation()
    bare = SliceAnnotation(drawn.slice_id, drawn.image_kind, **mark)
    workspace.annotations.append(bare, "ana")
    assert counts(workspace) == (0, 1)
