import sqlite3

import pytest

from vne_core.study.exclusion import ExclusionReason, Scope, SliceExclusion, Stage
from vne_core.workspace.failures import NotInWorkspaceError, ReadOnlyError, WorkspaceDamagedError
from vne_core.workspace.store import Workspace

LEFT_OUT = SliceExclusion(
    "a-t1-0", frozenset({Scope.QUANTIFICATION}), ExclusionReason.MISMATCH, Stage.MANUAL, "breathing"
)


def test_an_exclusion_is_there_with_its_author_after_reopening(workspace, folder):
    workspace.exclusions.append(LEFT_OUT, "ana")
    with Workspace.open(folder, read_only=True) as again:
        (found,) = again.exclusions.of_study("a").values()
    assert (found.scopes, found.reason, found.note) == (
        LEFT_OUT.scopes,
        LEFT_OUT.reason,
        "breathing",
    )
    assert found.author == "ana"


def test_a_slice_taken_in_again_is_excluded_no_more_and_its_history_stays(workspace):
    workspace.exclusions.append(LEFT_OUT, "ana")
    workspace.exclusions.append(SliceExclusion("a-t1-0", frozenset()), "ben")
    assert workspace.exclusions.of_study("a") == {}
    rows = workspace._connection.execute("SELECT author FROM slice_exclusion ORDER BY seq")
    assert [author for (author,) in rows] == ["ana", "ben"]


def test_the_newest_exclusion_of_a_slice_is_in_force(workspace):
    workspace.exclusions.append(LEFT_OUT, "ana")
    everything = SliceExclusion("a-t1-0", frozenset(Scope), ExclusionReason.COIL, Stage.CONSENSUS)
    workspace.exclusions.append(everything, "ben")
    assert workspace.exclusions.of_study("a")["a-t1-0"].scopes == frozenset(Scope)


def test_stored_exclusions_can_neither_be_changed_nor_removed(workspace):
    workspace.exclusions.append(LEFT_OUT, "ana")
    for statement in ("UPDATE slice_exclusion SET note='x'", "DELETE FROM slice_exclusion"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            workspace._connection.execute(statement)


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("reason", list(ExclusionReason))
@pytest.mark.parametrize("stage", list(Stage))
def test_every_exclusion_is_read_as_it_was_written(workspace, scope, reason, stage):
    left_out = SliceExclusion("a-t1-0", frozenset({scope}), reason, stage, "a; b", "ana")
    workspace.exclusions.append(left_out, "ana")
    assert workspace.exclusions.of_study("a") == {"a-t1-0": left_out}


def test_an_exclusion_that_nobody_can_have_written_is_told_as_damage(workspace):
    workspace._connection.execute(
        "INSERT INTO slice_exclusion (slice_id, scopes, reason, stage, note, author, saved_utc) "
        "VALUES ('a-t1-0', 'holidays', 'other', 'manual', '', 'ana', '')"
    )
    with pytest.raises(WorkspaceDamagedError, match=r"exclusion of slice a-t1-0.*holidays"):
        workspace.exclusions.of_study("a")


def test_nothing_is_excluded_in_a_workspace_opened_for_reading(workspace, folder):
    with Workspace.open(folder, read_only=True) as reading:
        with pytest.raises(ReadOnlyError, match="opened for reading only"):
            reading.exclusions.append(LEFT_OUT, "ana")
        assert reading.exclusions.of_study("a") == {}


def test_a_slice_that_was_never_imported_cannot_be_excluded(workspace):
    with pytest.raises(NotInWorkspaceError, match="slice nowhere"):
        workspace.exclusions.append(SliceExclusion("nowhere", frozenset(Scope)), "ana")


@pytest.mark.parametrize(
    "exclusion, words",
    [
        (LEFT_OUT, "excluded from quantification: slice mismatch, breathing"),
        (
            SliceExclusion("s", frozenset({Scope.SCORING, Scope.QUANTIFICATION}), note="tattoo"),
            "excluded from quality scoring and quantification: tattoo",
        ),
        (
            SliceExclusion("s", frozenset(Scope), ExclusionReason.COIL),
            "excluded from everything: coil problem",
        ),
        (SliceExclusion("s", frozenset()), "taken in again"),
    ],
)
def test_an_exclusion_says_from_what_and_why(exclusion, words):
    assert exclusion.summary == words
