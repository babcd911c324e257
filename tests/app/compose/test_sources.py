from dataclasses import replace

import pytest

from app.compose.pane_choice import PaneChoice
from app.compose.sources import Channel, Native, channels_of, natives_of, pane_title, source_title
from tests.app.made_study import made_images, make_study
from vne_core.align.match import match_study
from vne_core.dicom.kinds import Kind
from vne_core.geometry.plane import SlicePlane
from vne_core.study.annotation import ImageKind
from vne_core.study.model import Series


@pytest.fixture
def study():
    """Three slices, and a long-axis LGE in a series of its own."""
    made = make_study()
    upright = SlicePlane((0.0, 70.0, 60.0), (1, 0, 0), (0, 0, -1), (1.5, 1.5), (60, 96), 8.0)
    lge = made.slices_of(Kind.LGE_PSIR)[0]
    lax = replace(lge, slice_id="lax", series_id="series-lax", kind=Kind.LGE_LAX, plane=upright)
    series = Series("series-lax", 9, "LGE 4CH", Kind.LGE_LAX, "made", (lax,))
    return replace(made, series=(*made.series, series))


def test_the_lge_pane_offers_the_whole_stack_and_the_long_axes(study):
    natives = natives_of(ImageKind.LGE, study)
    assert [(one.name, len(one.slices)) for one in natives] == [
        ("PSIR stack", 3),
        ("Long axis 9", 1),
    ]
    assert natives_of(ImageKind.T1, study) == ()


def test_a_stack_begins_at_the_partner_of_the_slice(study):
    stack = natives_of(ImageKind.LGE, study)[0]
    for match in match_study(study):
        begun = stack.slices[stack.nearest(match)]
        assert begun.plane.origin_mm == match.anchor.plane.origin_mm


def test_a_stack_without_a_partner_begins_at_the_nearest_image(study):
    match = match_study(study)[0]
    bare = replace(match, partners=())
    stack = natives_of(ImageKind.LGE, study)[0]
    begun = stack.slices[stack.nearest(bare)]
    assert begun.plane.origin_mm == match.anchor.plane.origin_mm


def test_a_stack_turned_by_hand_stays_inside_and_comes_back_with_the_slice(study):
    first, second, _ = match_study(study)
    choice, stack = PaneChoice(), natives_of(ImageKind.LGE, study)[0]
    choice.turn(stack, first, 10)
    assert choice.place(stack, first) == 2
    choice.turn(stack, first, -10)
    assert choice.place(stack, first) == 0
    assert choice.place(stack, second) == stack.nearest(second)


def test_a_choice_that_a_slice_lacks_falls_back_to_the_panes_own_image(study):
    match = match_study(study)[0]
    images, choice = made_images(match), PaneChoice()
    with_residual = replace(images, fit_residual=images.t1_ms)
    choice.choose(ImageKind.T1, Channel.RESIDUAL)
    assert choice.source(ImageKind.T1, study, match, with_residual).name == "Fit residual"
    assert choice.source(ImageKind.T1, study, match, images).name == "T1 map"


def test_a_comparison_leaves_native_images_aside(study):
    match = match_study(study)[0]
    images, choice = made_images(match), PaneChoice()
    choice.choose(ImageKind.LGE, "series:series-lax")
    assert isinstance(choice.source(ImageKind.LGE, study, match, images), Native)
    compared = choice.source(ImageKind.LGE, study, match, images, on_grid=True)
    assert source_title(ImageKind.LGE, compared) == "LGE PSIR"


def test_only_a_vne_is_called_vne(study):
    match = match_study(study)[0]
    images = made_images(match)
    own, magnitude = channels_of(ImageKind.VNE, match, replace(images, lge_magnitude=images.lge))
    assert pane_title(ImageKind.VNE, own) == "VNE"
    assert pane_title(ImageKind.VNE, magnitude) == "LGE"
    assert source_title(ImageKind.VNE, magnitude) == "LGE magnitude"
