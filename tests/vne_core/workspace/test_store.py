import dataclasses
import sqlite3

import pytest

from vne_core.align.roles import Role
from vne_core.dicom.classify import CORRECTED
from vne_core.dicom.kinds import Kind
from vne_core.study.annotation import ImageKind
from vne_core.workspace.failures import (
    NotInWorkspaceError,
    NoWorkspaceError,
    ReadOnlyError,
    WorkspaceDamagedError,
)
from vne_core.workspace.imports import RejectedFile, SeenFile
from vne_core.workspace.store import Workspace


def test_a_study_comes_back_as_it_was_added(workspace, study):
    assert workspace.studies.load("a") == study()


def test_the_study_list_counts_series_slices_and_annotated_slices(workspace, annotation):
    workspace.annotations.append(annotation(), "ana")
    (line,) = workspace.studies.summaries()
    assert (line.study_id, line.pseudonym, line.study_date) == ("a", "P-A", "20240229")
    assert (line.series_count, line.position_count, line.annotated_count) == (2, 6, 1)


def test_the_newest_study_is_listed_first(workspace, study):
    workspace.studies.add(study("b"), [])
    assert [line.study_id for line in workspace.studies.summaries()] == ["b", "a"]


def test_adding_the_same_files_again_counts_none_as_new(workspace, study):
    files = [SeenFile(f"c{i}", f"o{i}", f"p{i}", "a") for i in range(3)]
    refused = SeenFile("c9", "o9", "p9", "a", "duplicate", "the pixels of o1")
    assert workspace.studies.add(study(), [*files, refused]) == 3
    assert workspace.studies.add(study(), [*files, refused]) == 0
    assert workspace.imports.seen_files()["c9"] == refused


def test_a_later_import_gives_a_slice_its_further_frames(workspace, study, annotation):
    workspace.annotations.append(annotation(), "ana")
    first = study().series[0]
    grown = dataclasses.replace(
        first.slices[0], frames=(*first.slices[0].frames, *study().series[1].slices[0].frames[1:])
    )
    series = dataclasses.replace(first, slices=(grown, *first.slices[1:]))
    workspace.studies.add(dataclasses.replace(study(), series=(series, study().series[1])), [])
    assert workspace.studies.load("a").series[0].slices[0] == grown
    assert len(workspace.annotations.of_study("a")) == 1


def without(study, slice_id):
    """Return a study without one of its slices."""
    series = tuple(
        dataclasses.replace(s, slices=tuple(x for x in s.slices if x.slice_id != slice_id))
        for s in study.series
    )
    return dataclasses.replace(study, series=series)


def test_a_slice_that_the_study_has_no_more_is_removed(workspace, study):
    workspace.studies.add(without(study(), "a-t1-1"), [])
    assert workspace.studies.load("a") == without(study(), "a-t1-1")


def test_a_slice_that_a_reader_has_drawn_on_or_matched_is_never_removed(
    workspace, study, annotation
):
    workspace.annotations.append(annotation("a-t1-1"), "ana")
    workspace.overrides.set("a-t1-1", Role.CINE, "a-cine-2")
    workspace.studies.add(without(without(study(), "a-t1-1"), "a-cine-2"), [])
    kept = {s.slice_id for series in workspace.studies.load("a").series for s in series.slices}
    assert {"a-t1-1", "a-cine-2"} <= kept


def test_what_a_reader_should_know_of_a_slice_is_kept_with_it(workspace, study):
    notes = {"a-cine-0": ("a phase is missing", "24 phases, the header says 25")}
    for _ in range(2):
        workspace.studies.add(study(), [], notes)
    assert workspace.studies.notes("a") == notes


def test_an_unknown_study_is_refused_by_name(workspace):
    with pytest.raises(NotInWorkspaceError, match="study zz"):
        workspace.studies.load("zz")


def test_a_corrected_kind_shows_on_the_series_and_its_slices_until_taken_back(workspace, study):
    workspace.studies.set_kind("a-cine", Kind.CINE_LAX)
    series = workspace.studies.load("a").series[1]
    assert (series.kind, series.rule) == (Kind.CINE_LAX, CORRECTED)
    assert {s.kind for s in series.slices} == {Kind.CINE_LAX}
    workspace.studies.set_kind("a-cine", None)
    assert workspace.studies.load("a") == study()


def test_importing_again_keeps_a_corrected_kind(workspace, study):
    workspace.studies.set_kind("a-cine", Kind.CINE_LAX)
    workspace.studies.add(study(), [])
    assert workspace.studies.load("a").series[1].kind is Kind.CINE_LAX
    assert workspace.studies.kind_corrections() == {"a-cine": Kind.CINE_LAX}


def test_the_kind_of_an_unknown_series_is_refused(workspace):
    with pytest.raises(NotInWorkspaceError, match="series zz"):
        workspace.studies.set_kind("zz", Kind.OTHER)


def test_the_reader_chooses_another_match_none_or_the_automatic_one(workspace):
    workspace.overrides.set("a-t1-0", Role.CINE, "a-cine-2")
    workspace.overrides.set("a-t1-1", Role.CINE, None)
    workspace.overrides.set("a-t1-2", Role.CINE, "a-cine-0")
    workspace.overrides.clear("a-t1-2", Role.CINE)
    expected = {("a-t1-0", Role.CINE): "a-cine-2", ("a-t1-1", Role.CINE): None}
    assert workspace.overrides.of_study("a") == expected


def test_each_saved_annotation_is_a_new_revision_and_the_newest_is_shown(workspace, annotation):
    first = workspace.annotations.append(annotation(), "ana")
    second = workspace.annotations.append(
        dataclasses.replace(annotation(shift_mm=1.5), revision=first.revision), "ben"
    )
    assert (first.revision, first.author, second.revision) == (1, "ana", 2)
    assert workspace.annotations.of_study("a") == {("a-t1-0", ImageKind.T1): second}


def test_the_history_tells_who_when_what_and_from_which_revision(workspace, annotation):
    first = workspace.annotations.append(annotation(), "ana")
    moved = dataclasses.replace(annotation(shift_mm=1.5), revision=1)
    second = workspace.annotations.append(moved, "ben")
    revisions = workspace.annotations.history("a-t1-0", ImageKind.T1)
    assert [r.annotation for r in revisions] == [first, second]
    assert [r.from_revision for r in revisions] == [0, 1]
    assert all(r.saved_utc.endswith("+00:00") for r in revisions)
    assert revisions[0].saved_utc <= revisions[1].saved_utc


def test_images_of_a_slice_have_histories_of_their_own(workspace, annotation):
    workspace.annotations.append(annotation(), "ana")
    lge = workspace.annotations.append(
        dataclasses.replace(annotation(), image_kind=ImageKind.LGE), "ana"
    )
    assert lge.revision == 1
    assert len(workspace.annotations.of_study("a")) == 2


def test_an_annotation_of_an_unknown_slice_is_refused(workspace, annotation):
    with pytest.raises(NotInWorkspaceError, match="slice zz"):
        workspace.annotations.append(annotation("zz"), "ana")


def test_imports_are_listed_with_counts_and_refusals(workspace):
    refused = [RejectedFile("t1", "truncated", "ends after 12 of 90 bytes", "a")]
    number = workspace.imports.record({"files": 5, "imported": 4, "rejected": 1}, refused)
    (record,) = workspace.imports.records()
    assert (record.import_id, record.counts["imported"]) == (number, 4)
    assert record.rejected == tuple(refused)


def test_a_job_adds_a_study_while_a_window_holds_the_workspace(workspace, folder, study):
    with Workspace.open_for_job(folder) as job:
        job.studies.add(study("b"), [])
    assert [line.study_id for line in workspace.studies.summaries()] == ["b", "a"]
    assert not workspace.is_read_only


def test_everything_is_there_after_closing_and_opening(folder, study, annotation):
    with Workspace.open(folder) as first:
        first.studies.add(study(), [])
        saved = first.annotations.append(annotation(), "ana")
        name = first.workspace_id
    with Workspace.open(folder) as again:
        assert again.studies.load("a") == study()
        assert again.annotations.of_study("a") == {("a-t1-0", ImageKind.T1): saved}
        assert again.workspace_id == name


def test_a_workspace_opened_for_reading_refuses_to_write_and_says_why(
    workspace, folder, annotation
):
    with (
        Workspace.open(folder, read_only=True) as reader,
        pytest.raises(ReadOnlyError, match="opened for reading only"),
    ):
        reader.annotations.append(annotation(), "ana")


def test_a_folder_without_a_workspace_cannot_be_opened_for_reading(tmp_path):
    with pytest.raises(NoWorkspaceError, match="holds no workspace"):
        Workspace.open(tmp_path / "nothing", read_only=True)
    assert not (tmp_path / "nothing").exists()


def test_half_a_study_is_never_there(workspace, study):
    broken = study("b")
    bad = dataclasses.replace(broken.series[1], series_id="a-t1-unknown")
    orphan = dataclasses.replace(bad.slices[0], series_id="nowhere", slice_id="new")
    bad = dataclasses.replace(bad, slices=(orphan,))
    with pytest.raises(Exception, match="FOREIGN KEY"):
        workspace.studies.add(dataclasses.replace(broken, series=(broken.series[0], bad)), [])
    assert [line.study_id for line in workspace.studies.summaries()] == ["a"]


def test_the_version_changes_when_another_connection_has_stored_something(workspace, study):
    before = workspace.version()
    workspace.studies.add(study("b"), [])
    assert workspace.version() == before
    with Workspace.open_for_job(workspace.folder) as job:
        assert workspace.version() == before
        job.studies.add(study("c"), [])
    assert workspace.version() != before


@pytest.mark.parametrize("column", ["kind", "corrected_kind"])
def test_a_kind_that_does_not_exist_is_called_damage(workspace, column):
    with sqlite3.connect(workspace.folder / "workspace.sqlite") as connection:
        connection.execute(f"UPDATE series SET {column}='CT'")
    connection.close()
    with pytest.raises(WorkspaceDamagedError, match=r"kind 'CT'.*one of T1_MAP"):
        workspace.studies.load("a")


def test_a_role_that_does_not_exist_is_called_damage(workspace):
    workspace.overrides.set("a-t1-0", Role.CINE, "a-cine-2")
    with sqlite3.connect(workspace.folder / "workspace.sqlite") as connection:
        connection.execute("UPDATE match_override SET role='EEG'")
    connection.close()
    with pytest.raises(WorkspaceDamagedError, match="role 'EEG'"):
        workspace.overrides.of_study("a")
