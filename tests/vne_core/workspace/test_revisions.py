import sqlite3

import pytest

from vne_core.workspace.connect import DATABASE_NAME


@pytest.fixture
def five(workspace, annotation):
    for shift_mm in range(5):
        workspace.annotations.append(annotation(shift_mm=shift_mm), "ana")
    return workspace


@pytest.fixture
def tamper(five, folder):
    """Change the file behind the software's back, its triggers removed."""

    def do(sql: str) -> None:
        connection = sqlite3.connect(folder / DATABASE_NAME)
        connection.execute("DROP TRIGGER annotation_is_never_changed")
        connection.execute("DROP TRIGGER annotation_is_never_removed")
        connection.execute(sql)
        connection.commit()
        connection.close()

    return do


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE annotation SET author='eve' WHERE seq=2",
        "DELETE FROM annotation WHERE seq=5",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_revision(five, folder, sql):
    connection = sqlite3.connect(folder / DATABASE_NAME)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(sql)
    connection.close()


def test_replacing_a_revision_through_our_connection_is_refused(five):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        five._connection.execute("INSERT OR REPLACE INTO annotation SELECT * FROM annotation")


def test_an_untouched_chain_is_whole(five):
    report = five.annotations.verify_chain()
    assert report.is_whole
    assert report.rows == 5


def test_an_empty_chain_is_whole(workspace):
    assert workspace.annotations.verify_chain().is_whole


@pytest.mark.parametrize("column", ["author", "saved_utc", "body", "image_kind", "row_hash"])
def test_a_changed_field_is_reported_by_its_row(five, tamper, column):
    tamper(f"UPDATE annotation SET {column} = {column} || ' ' WHERE seq=3")
    report = five.annotations.verify_chain()
    assert report.broken_seq == 3
    assert "row 3" in report.reason


def test_a_changed_number_is_reported_by_its_row(five, tamper):
    tamper("UPDATE annotation SET from_revision = 7 WHERE seq=4")
    assert five.annotations.verify_chain().broken_seq == 4


def test_a_row_rehashed_after_a_change_is_found_at_the_next_row(five, tamper, folder):
    tamper("UPDATE annotation SET row_hash = printf('%064d', 1) WHERE seq=2")
    assert five.annotations.verify_chain().broken_seq == 2


def test_a_row_removed_from_the_middle_is_reported(five, tamper):
    tamper("DELETE FROM annotation WHERE seq=2")
    report = five.annotations.verify_chain()
    assert (report.broken_seq, report.reason) == (2, "row 2 is missing")


def test_rows_removed_from_the_end_are_reported(five, tamper):
    tamper("DELETE FROM annotation WHERE seq>=4")
    report = five.annotations.verify_chain()
    assert (report.rows, report.broken_seq) == (3, 4)
