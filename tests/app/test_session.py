from dataclasses import replace

import pytest

from app import edits
from app.drawings import Drawings
from app.session import Display, Session
from tests.app.made_study import drawn_on, made_images, open_study
from vne_core.align.roles import Role
from vne_core.quantify.burden import LesionBurden, NotMeasured, PatientBurden
from vne_core.study.annotation import ImageKind, Origin
from vne_core.study.exclusion import ExclusionReason, Scope, SliceExclusion


def draw(session: Session) -> None:
    before = session.annotation
    session.commit(before, drawn_on(before, session.images.plane))


def test_a_ring_with_a_quarter_of_lesion_measures_25_percent(session):
    draw(session)
    burden = session.burden
    assert isinstance(burden, LesionBurden)
    assert burden.remote_mean == pytest.approx(100)
    assert burden.blood_mean == pytest.approx(500)
    assert [level.burden_percent for level in burden.levels] == pytest.approx([25] * 3, abs=1.0)


def test_the_patient_burden_says_from_how_many_slices(session):
    draw(session)
    session.show_slice(2)
    draw(session)
    patient = session.patient
    assert isinstance(patient, PatientBurden)
    assert patient.summary == "burden from 2 of 3 slices"


def test_a_slice_without_contours_says_what_is_missing(session):
    assert session.burden == NotMeasured("has no epicardial contour")


def test_a_slice_without_lge_says_so_and_is_annotated_on_t1(qapp):
    session = Session()
    session.open(open_study(without_lge=(1,)))
    for match in session.matches:
        session.take_images(made_images(match))
    session.show_slice(1)
    assert session.annotation.image_kind is ImageKind.T1
    assert "no LGE within 4 mm: nearest 20.0 mm" in session.burden.reason


def test_a_drag_is_measured_but_neither_stored_nor_a_step_of_undo(session):
    replaced = []
    session.replaced.connect(replaced.append)
    session.preview(drawn_on(session.annotation, session.images.plane))
    assert isinstance(session.burden, LesionBurden)
    assert not replaced
    assert not session.undo_stack.canUndo()
    assert session.drawings.stored(session.match).is_empty


def test_undo_of_an_edit_on_another_slice_goes_to_that_slice(session):
    draw(session)
    session.show_slice(2)
    session.undo_stack.undo()
    assert session.index == 0
    assert session.annotation.is_empty


def test_a_hundred_steps_can_be_undone_and_done_again(session):
    states = []
    for step in range(120):
        before = session.annotation
        drawn = drawn_on(before, session.images.plane)
        roi = replace(drawn.remote, radius_mm=3.0 + step / 100)
        session.commit(before, replace(drawn, remote=roi))
        states.append(session.annotation)
    for _ in range(119):
        session.undo_stack.undo()
    assert session.annotation == states[0]
    for _ in range(119):
        session.undo_stack.redo()
    assert session.annotation == states[-1]


def test_every_replaced_annotation_is_told_once_to_be_saved(session):
    replaced = []
    session.replaced.connect(replaced.append)
    draw(session)
    session.undo_stack.undo()
    session.undo_stack.redo()
    assert [annotation.is_empty for annotation in replaced] == [False, True, False]


def test_an_edit_after_confirming_asks_to_be_confirmed_again(session):
    draw(session)
    edits.confirm(session)
    assert session.annotation.confirmed
    before = session.annotation
    session.commit(before, replace(before, remote=None))
    assert not session.annotation.confirmed
    session.undo_stack.undo()
    assert session.annotation.confirmed


def test_levels_change_every_slice_in_one_step_and_move_nobody(session):
    draw(session)
    session.show_slice(1)
    draw(session)
    edits.set_levels(session, (0.6, 0.3, 0.1))
    assert session.index == 1
    assert {session.drawings.stored(match).rule.levels for match in session.matches} == {
        (0.6, 0.3, 0.1)
    }
    assert isinstance(session.patient, PatientBurden)
    session.undo_stack.undo()
    assert session.index == 1
    assert session.rule.levels == (0.5, 0.25, 0.125)


def test_other_levels_leave_confirmed_contours_confirmed_and_the_reader_on_the_slice(session):
    for at in (0, 2):
        session.show_slice(at)
        draw(session)
        edits.confirm(session)
    session.show_slice(0)
    edits.set_levels(session, (0.6, 0.3, 0.1))
    assert session.index == 0
    assert all(session.drawings.stored(session.matches[at]).confirmed for at in (0, 2))


def test_levels_that_cannot_nest_are_refused_with_a_line(session):
    told = []
    session.told.connect(told.append)
    edits.set_levels(session, (0.2, 0.3, 0.1))
    assert session.rule.levels == (0.5, 0.25, 0.125)
    assert "20, 30, 10 %" in told[0]


def test_images_of_another_study_are_not_shown(session):
    assert session.images is not None
    session.open(open_study())
    assert session.images is None


def test_a_band_switched_twice_is_as_before():
    assert Display().toggled(1).bands == (True, False, True)
    assert Display().toggled(1).toggled(1) == Display()


def without_lge(match):
    partners = tuple(pair for pair in match.partners if pair[0] is not Role.LGE)
    return replace(match, partners=partners)


def test_a_rematch_awaits_the_images_of_the_changed_slice_only(session):
    first, *others = session.matches
    session.rematch((without_lge(first), *others))
    assert session.images is None
    session.show_slice(1)
    assert session.images is not None


def test_contours_stay_and_are_saved_for_the_image_that_now_carries_them(session):
    draw(session)
    epi, saved = session.annotation.epi, []
    session.replaced.connect(saved.append)
    first, *others = session.matches
    session.rematch((without_lge(first), *others))
    assert [annotation.image_kind for annotation in saved] == [ImageKind.T1]
    assert session.annotation.epi == epi
    session.rematch((first, *others))
    session.undo_stack.undo()
    assert session.annotation.is_empty


def test_undo_after_a_rematch_does_not_confirm_contours_on_the_other_image(session):
    draw(session)
    edits.confirm(session)
    confirmed = session.annotation
    smaller = replace(confirmed, remote=replace(confirmed.remote, radius_mm=3.5))
    session.commit(confirmed, smaller)
    first, *others = session.matches
    session.rematch((without_lge(first), *others))
    session.undo_stack.undo()
    assert session.annotation.remote == confirmed.remote
    assert not session.annotation.confirmed
    session.rematch((first, *others))
    session.undo_stack.redo()
    session.undo_stack.undo()
    assert session.annotation.confirmed


def draw_on(session: Session, kind: ImageKind) -> None:
    before = session.annotation_on(kind)
    session.commit(before, drawn_on(before, session.images.plane))


def test_linked_images_share_the_contours_of_their_lead_image(session):
    draw_on(session, ImageKind.T1)
    assert {session.annotation_on(kind).epi for kind in ImageKind} == {session.annotation.epi}
    assert session.annotation.image_kind is ImageKind.LGE


def test_images_apart_know_nothing_of_each_others_contours(session):
    session.link(is_linked=False)
    draw_on(session, ImageKind.T1)
    assert session.annotation_on(ImageKind.T1).epi is not None
    assert session.annotation_on(ImageKind.LGE).is_empty
    assert isinstance(session.burden, NotMeasured)
    draw_on(session, ImageKind.LGE)
    assert isinstance(session.burden, LesionBurden)


def test_linking_again_removes_nothing(session):
    session.link(is_linked=False)
    draw_on(session, ImageKind.T1)
    session.link(is_linked=True)
    assert session.annotation_on(ImageKind.T1).is_empty
    session.link(is_linked=False)
    assert session.annotation_on(ImageKind.T1).epi is not None


def test_undo_of_an_edit_on_an_image_apart_shows_the_images_apart_again(session):
    session.link(is_linked=False)
    draw_on(session, ImageKind.T1)
    session.link(is_linked=True)
    session.undo_stack.undo()
    assert not session.drawings.is_linked
    assert session.annotation_on(ImageKind.T1).is_empty


def test_the_image_in_hand_decides_what_keys_act_on(session):
    session.link(is_linked=False)
    draw_on(session, ImageKind.T1)
    session.choose_image(ImageKind.T1)
    edits.confirm(session)
    assert session.annotation_on(ImageKind.T1).confirmed
    assert not session.annotation_on(ImageKind.LGE).confirmed


def test_a_copied_slice_is_a_ghost_on_its_own_plane_until_confirmed(session):
    draw(session)
    drawn = session.annotation
    session.show_slice(1)
    edits.copy_from(session, -1)
    ghost = session.annotation
    assert (ghost.origin, ghost.confirmed) == (Origin.COPIED, False)
    assert session.match.anchor.plane.height_mm(ghost.epi.points_mm) == pytest.approx(0, abs=1e-9)
    along = ghost.epi.points_mm - drawn.epi.points_mm
    assert along[:, :2] == pytest.approx(0, abs=1e-9)
    edits.confirm(session)
    assert session.annotation.confirmed


def test_there_is_nothing_above_the_base_and_it_is_said(session):
    told = []
    session.told.connect(told.append)
    edits.copy_from(session, -1)
    assert told == ["There is no slice above this one."]
    assert not session.undo_stack.canUndo()


def test_copying_to_the_other_images_is_one_step_of_undo(session):
    session.link(is_linked=False)
    draw_on(session, ImageKind.LGE)
    edits.copy_to_others(session)
    t1 = session.annotation_on(ImageKind.T1)
    assert t1.epi == session.annotation_on(ImageKind.LGE).epi
    assert t1.origin is Origin.COPIED
    session.undo_stack.undo()
    assert session.annotation_on(ImageKind.T1).is_empty
    assert session.annotation_on(ImageKind.CINE).is_empty
    assert not session.annotation_on(ImageKind.LGE).is_empty


def test_linked_images_need_no_copy_and_say_so(session):
    told = []
    session.told.connect(told.append)
    draw(session)
    edits.copy_to_others(session)
    assert told == [edits.LINKED]


def test_levels_apart_stay_one_rule_for_all_images(session):
    session.link(is_linked=False)
    draw_on(session, ImageKind.T1)
    draw_on(session, ImageKind.LGE)
    edits.set_levels(session, (0.6, 0.3, 0.1))
    shown = {session.annotation_on(kind).rule.levels for kind in ImageKind}
    assert shown == {(0.6, 0.3, 0.1)}
    session.undo_stack.undo()
    assert session.annotation_on(ImageKind.T1).rule.levels == (0.5, 0.25, 0.125)


def test_levels_in_the_hand_are_measured_and_not_stored(session):
    draw(session)
    before = session.undo_stack.count()
    edits.preview_levels(session, (0.9, 0.8, 0.7))
    assert session.burden.levels[0].fraction == 0.9
    assert session.undo_stack.count() == before
    edits.set_levels(session, (0.9, 0.8, 0.7))
    session.undo_stack.undo()
    assert session.burden.levels[0].fraction == 0.5


def exclusion_of(session: Session, *scopes: Scope) -> SliceExclusion:
    slice_id = session.match.anchor.slice_id
    return SliceExclusion(slice_id, frozenset(scopes), ExclusionReason.MISMATCH)


def test_a_slice_excluded_from_quantification_is_not_in_the_burden_and_says_why(session):
    draw(session)
    session.exclude(exclusion_of(session, Scope.QUANTIFICATION))
    assert session.burden == NotMeasured("excluded from quantification: slice mismatch")
    assert isinstance(session.patient, NotMeasured)


def test_a_slice_excluded_from_scoring_alone_is_measured(session):
    draw(session)
    session.exclude(exclusion_of(session, Scope.SCORING))
    assert isinstance(session.burden, LesionBurden)


def test_undo_takes_an_excluded_slice_in_again_and_goes_there(session):
    draw(session)
    told = []
    session.excluded.connect(told.append)
    session.exclude(exclusion_of(session, Scope.QUANTIFICATION))
    session.show_slice(2)
    session.undo_stack.undo()
    assert session.index == 0
    assert isinstance(session.burden, LesionBurden)
    assert [exclusion.is_in_force for exclusion in told] == [True, False]


def test_levels_that_hold_already_are_no_step(session):
    edits.set_levels(session, session.rule.levels)
    assert session.undo_stack.count() == 0
    edits.set_levels(session, (0.6, 0.3, 0.1))
    edits.set_levels(session, (0.6, 0.3, 0.1))
    assert session.undo_stack.count() == 1


def test_levels_set_while_linked_outlive_older_ones_of_images_apart(session):
    kept = {}
    session.replaced.connect(lambda drawn: kept.update({(drawn.slice_id, drawn.image_kind): drawn}))
    session.link(is_linked=False)
    draw_on(session, ImageKind.T1)
    session.link(is_linked=True)
    edits.set_levels(session, (0.6, 0.3, 0.1))
    assert [kind for _, kind in kept] == [ImageKind.T1, ImageKind.LGE]
    assert Drawings(kept).rule.levels == (0.6, 0.3, 0.1)
