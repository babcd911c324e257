from dataclasses import replace

import numpy as np
import pytest

from app import edits
from app.undo import describe, step_name
from tests.app.made_study import circle, drawn_on, open_study, region
from vne_core.geometry.contour import Contour, insert_handle
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation
from vne_core.study.rules import RemoteBlood

MATCH = open_study().matches[0]
PLANE = MATCH.anchor.plane
EMPTY = SliceAnnotation(MATCH.anchor.slice_id, ImageKind.LGE)
DRAWN = drawn_on(EMPTY, PLANE)
SHIFT_MM = np.array([2.0, 1.0, 0.0])


def bent(contour: Contour) -> Contour:
    points = contour.points_mm.copy()
    points[3] += (1.0, 0.5, 0.0)
    return Contour(points)


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (EMPTY, replace(EMPTY, epi=DRAWN.epi), "Draw epicardium"),
        (DRAWN, replace(DRAWN, endo=None), "Remove endocardium"),
        (DRAWN, replace(DRAWN, epi=Contour(DRAWN.epi.points_mm + SHIFT_MM)), "Move epicardium"),
        (DRAWN, replace(DRAWN, epi=bent(DRAWN.epi)), "Reshape epicardium"),
        (
            DRAWN,
            replace(DRAWN, epi=insert_handle(DRAWN.epi, np.zeros(3))),
            "Add handle to epicardium",
        ),
        (DRAWN, replace(DRAWN, epi=circle(PLANE, 24, count=20)), "Redraw epicardium"),
        (DRAWN, replace(DRAWN, remote=region(PLANE, 20, 20)), "Move remote region"),
        (DRAWN, replace(DRAWN, blood_pool=region(PLANE, 48, 48, 6)), "Resize blood pool"),
        (DRAWN, replace(DRAWN, rv_insertion=(1.0, 2.0, 3.0)), "Draw RV insertion"),
        (DRAWN, replace(DRAWN, rule=RemoteBlood((0.6, 0.3, 0.1))), "Levels 60, 30, 10 %"),
        (DRAWN, replace(DRAWN, confirmed=True), "Confirm contours"),
    ],
)
def test_a_step_is_named_by_what_it_did_and_where(before, after, name):
    assert step_name(before, after, "slice 2") == f"{name}, slice 2"


def test_the_history_names_the_slice_and_undo_the_deed(session):
    stored = session.drawings.stored(session.matches[1])
    session.commit(stored, replace(stored, epi=circle(session.matches[1].anchor.plane, 24)))
    assert session.undo_stack.text(0) == "Draw epicardium, slice 2"
    assert session.undo_stack.undoText() == "draw the epicardial contour"


def test_new_levels_are_one_step_of_the_history(session):
    session.commit(session.drawings.stored(session.matches[0]), DRAWN)
    edits.set_levels(session, (0.6, 0.3, 0.1))
    assert session.undo_stack.count() == 2
    assert session.undo_stack.text(1) == "Levels 60, 30, 10 %, all slices"
    assert session.undo_stack.undoText() == "change the threshold levels"


def test_parts_of_t1_are_named_where_they_change():
    assert describe(DRAWN, replace(DRAWN, septal=DRAWN.remote)) == "draw the septal region"


TRIANGLE = Contour(10.0 * np.eye(3))
LARGER = Contour(20.0 * np.eye(3))
BARE = SliceAnnotation("slice-a", ImageKind.LGE)
FULL = replace(
    BARE,
    epi=TRIANGLE,
    septal=Roi((0.0, 0.0, 0.0), 4.0),
    rv_insertion=(1.0, 2.0, 3.0),
    exclusions=(TRIANGLE,),
)


@pytest.mark.parametrize(
    "before, after, words",
    [
        (BARE, replace(BARE, epi=TRIANGLE), "draw the epicardial contour"),
        (FULL, replace(FULL, epi=LARGER), "change the epicardial contour"),
        (FULL, replace(FULL, epi=None), "remove the epicardial contour"),
        (FULL, replace(FULL, septal=None), "remove the septal region"),
        (BARE, replace(BARE, rv_insertion=(0.0, 0.0, 0.0)), "draw the RV insertion"),
        (FULL, replace(FULL, rv_insertion=(0.0, 0.0, 0.0)), "change the RV insertion"),
        (FULL, replace(FULL, exclusions=(TRIANGLE, LARGER)), "draw the exclusion"),
        (FULL, replace(FULL, exclusions=(LARGER,)), "change the exclusion"),
        (replace(FULL, exclusions=(TRIANGLE, LARGER)), FULL, "remove the exclusion"),
        (BARE, replace(BARE, inclusions=(TRIANGLE,)), "draw the inclusion"),
        (FULL, replace(FULL, confirmed=True), "confirm the contours"),
    ],
)
def test_a_step_of_undo_says_what_it_did(before, after, words):
    assert describe(before, after) == words
