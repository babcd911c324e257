import json

from hypothesis import given
from hypothesis import strategies as st

from vne_core.geometry.contour import Contour
from vne_core.geometry.plane import SlicePlane
from vne_core.geometry.roi import Roi
from vne_core.study.annotation import ImageKind, Origin, SliceAnnotation
from vne_core.study.rules import RemoteBlood
from vne_core.workspace.codec import (
    annotation_from_text,
    annotation_to_text,
    plane_from_text,
    plane_to_text,
)

mm = st.floats(-1e6, 1e6, allow_nan=False)
point = st.tuples(mm, mm, mm)
contour = st.lists(point, min_size=3, max_size=20).map(Contour)
roi = st.builds(Roi, point, st.floats(1e-3, 1e3))
levels = st.sets(st.floats(0.01, 0.99), min_size=1, max_size=4).map(
    lambda found: RemoteBlood(tuple(sorted(found, reverse=True)))
)


@given(
    st.builds(
        SliceAnnotation,
        slice_id=st.just("s"),
        image_kind=st.sampled_from(ImageKind),
        epi=st.none() | contour,
        endo=st.none() | contour,
        remote=st.none() | roi,
        blood_pool=st.none() | roi,
        septal=st.none() | roi,
        exclusions=st.lists(contour, max_size=2).map(tuple),
        inclusions=st.lists(contour, max_size=2).map(tuple),
        rv_insertion=st.none() | point,
        rule=levels,
        author=st.text(max_size=5),
        revision=st.integers(0, 9),
        origin=st.sampled_from(Origin),
        confirmed=st.booleans(),
    )
)
def test_an_annotation_comes_back_number_for_number(annotation):
    text = annotation_to_text(annotation)
    again = annotation_from_text(
        text, "s", annotation.image_kind.value, annotation.author, annotation.revision
    )
    assert again == annotation


def test_a_row_stored_before_there_was_a_septal_region_is_read_without_one():
    drawn = SliceAnnotation("s", ImageKind.LGE, remote=Roi((1.0, 2.0, 3.0), 4.0))
    body = json.loads(annotation_to_text(drawn))
    del body["septal"]
    assert annotation_from_text(json.dumps(body), "s", "LGE", "", 0) == drawn


def test_a_plane_comes_back_number_for_number():
    plane = SlicePlane(
        (1 / 3, -0.1, 1e-17), (0.0, 0.6, 0.8), (1.0, 0.0, 0.0), (1.1, 0.7), (3, 4), None
    )
    assert plane_from_text(plane_to_text(plane)) == plane
