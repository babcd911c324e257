import pytest

from app.panels.rows import Badge, SliceRow, StudyRow
from app.panels.study_search import Order, StudyIndex

SLICES = (
    SliceRow("Slice 1", "T1 · cine · LGE", Badge.CONFIRMED),
    SliceRow("Slice 2", "T1 · cine", Badge.DRAWN, look_again="no LGE within 4 mm"),
    SliceRow("Slice 3", "T1 · cine · LGE", Badge.EMPTY, excluded="severe artefact"),
)
ROWS = (
    StudyRow("old", "P-AAA111", "", SLICES, date="2019-05-02", confirmed=1, unconfirmed=1),
    StudyRow("new", "P-BBB222", "", None, date="2023-01-30", confirmed=2),
    StudyRow("mid", "P-CCC333", "", None, date="2021-07-07", unconfirmed=4),
    StudyRow("again", "P-AAA111", "", None, date="2020-05-02"),
)


def found(query: str, order: Order = Order.DATE) -> dict[str, list[int]]:
    """Return the studies found with the places of their slices."""
    return {
        branch.study.study_id: [place for place, _ in branch.slices]
        for patient in StudyIndex(ROWS).arranged(query, order)
        for branch in patient.studies
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"new": [], "mid": [], "again": [], "old": [0, 1, 2]}),
        ("p-aaa", {"again": [], "old": [0, 1, 2]}),
        ("AAA111", {"again": [], "old": [0, 1, 2]}),
        ("2019-05", {"old": [0, 1, 2]}),
        ("20190502", {"old": [0, 1, 2]}),
        ("unconfirmed", {"mid": [], "old": [1]}),
        ("confirmed", {"new": [], "old": [0]}),
        ("excluded", {"old": [2]}),
        ("artefact", {"old": [2]}),
        ("unmatched", {"old": [1]}),
        ("lge aaa", {"old": [0, 2]}),
        ("slice 2", {"old": [1]}),
        ("2019 slice  3 lge", {"old": [2]}),
        ("confirmed excluded", {}),
        ("firmed", {}),
    ],
)
def test_a_search_finds_rows_by_beginnings_of_their_words(query, expected):
    assert found(query) == expected


def test_a_search_that_leaves_slices_out_says_so():
    (patient,) = StudyIndex(ROWS).arranged("excluded", Order.DATE)
    assert patient.studies[0].is_narrowed
    (patient,) = StudyIndex(ROWS).arranged("2019", Order.DATE)
    assert not patient.studies[0].is_narrowed


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.DATE, ["new", "mid", "again", "old"]),
        (Order.PSEUDONYM, ["again", "old", "new", "mid"]),
        (Order.UNCONFIRMED, ["mid", "again", "old", "new"]),
    ],
)
def test_patients_are_sorted_with_their_studies_newest_first(order, expected):
    assert list(found("", order)) == expected
