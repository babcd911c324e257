import contextlib
from dataclasses import replace

import pytest

from vne_core.geometry.contour import Contour
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.workspace.connect import connect
from vne_core.workspace.revisions import current
from vne_core.workspace.standing import standings


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


def test_the_bodies_of_older_revisions_are_not_read(workspace, annotation, folder):
    workspace.annotations.append(annotation(), "ana")
    asked = []
    with contextlib.closing(connect(folder, read_only=True)) as connection:
        connection.set_trace_callback(asked.append)
        assert len(current(connection, "a")) == len(standings(connection)) == 1
        connection.set_trace_callback(None)
        plan = [row[3] for sql in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    looks = [step for step in plan if step.split()[1] == "annotation"]
    assert len(looks) == 4
    assert all("COVERING INDEX" in step or "revision=?" in step for step in looks)


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
