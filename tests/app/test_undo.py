from dataclasses import replace

import numpy as np
import pytest

from app.undo import describe
from vne_core.geometry.contour import Contour
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, SliceAnnotation

TRIANGLE = Contour(10.0 * np.eye(3))
LARGER = Contour(20.0 * np.eye(3))
EMPTY = SliceAnnotation("slice-a", ImageKind.LGE)
FULL = replace(
    EMPTY,
    epi=TRIANGLE,
    septal=Roi((0.0, 0.0, 0.0), 4.0),
    rv_insertion=(1.0, 2.0, 3.0),
    exclusions=(TRIANGLE,),
)


@pytest.mark.parametrize(
    "before, after, words",
    [
        (EMPTY, replace(EMPTY, epi=TRIANGLE), "draw the epicardial contour"),
        (FULL, replace(FULL, epi=LARGER), "change the epicardial contour"),
        (FULL, replace(FULL, epi=None), "remove the epicardial contour"),
        (FULL, replace(FULL, septal=None), "remove the septal region"),
        (EMPTY, replace(EMPTY, rv_insertion=(0.0, 0.0, 0.0)), "draw the RV insertion point"),
        (FULL, replace(FULL, rv_insertion=(0.0, 0.0, 0.0)), "change the RV insertion point"),
        (FULL, replace(FULL, exclusions=(TRIANGLE, LARGER)), "draw the exclusion"),
        (FULL, replace(FULL, exclusions=(LARGER,)), "change the exclusion"),
        (replace(FULL, exclusions=(TRIANGLE, LARGER)), FULL, "remove the exclusion"),
        (EMPTY, replace(EMPTY, inclusions=(TRIANGLE,)), "draw the inclusion"),
        (FULL, replace(FULL, confirmed=True), "confirm the contours"),
    ],
)
def test_a_step_of_undo_says_what_it_did(before, after, words):
    assert describe(before, after) == words
