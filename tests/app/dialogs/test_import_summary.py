from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.dialogs.import_summary import ImportSummary, ImportSummaryDialog
from vne_core.dicom.beside import BESIDE_REASON, BESIDE_WORD

FOLDER = Path("/data/studies/2026/a-patient-folder-with-a-long-name/" + "deep/" * 24)
RESULT = {
    "counts": {"files": 25, "imported": 4, "rejected": 1, "duplicates": 1, "ignored": 19, "new": 4},
    "studies": [],
    "rejected": [
        {"source": f"{FOLDER}/IM7", "code": "truncated", "reason": "its end is missing"},
        {"source": f"{FOLDER}/IM8", "code": "duplicate", "reason": "is the same file as IM2"},
        *(
            {"source": f"{FOLDER}/{name}", "code": BESIDE_WORD, "reason": BESIDE_REASON}
            for name in ("README", "notes.txt", "thumb.png")
        ),
        {"source": f"{FOLDER}/truth", "code": "not-images", "reason": "truth", "files": 16},
    ],
}


@pytest.fixture
def dialog(qtbot):
    dialog = ImportSummaryDialog(ImportSummary.of_result(RESULT))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_what_was_ignored_is_one_folded_line_at_the_end_with_its_files_in_it(dialog):
    groups = [dialog.tree.topLevelItem(at) for at in range(dialog.tree.topLevelItemCount())]
    assert [group.text(1) for group in groups] == ["1", "1", "3", "16"]
    counts = RESULT["counts"]
    assert sum(int(group.text(1)) for group in groups) == counts["files"] - counts["imported"]
    beside = groups[2]
    assert beside.text(0) == BESIDE_REASON
    assert [group.isExpanded() for group in groups] == [True, True, False, False]
    names = [beside.child(at).text(0).rsplit("/", 1)[-1] for at in range(3)]
    assert names == ["README", "notes.txt", "thumb.png"]


def test_a_path_too_long_shows_its_end_and_the_tip_has_all_of_it(dialog):
    tree = dialog.tree
    one = tree.topLevelItem(0).child(0)
    room = tree.visualItemRect(one).width()
    shown = tree.fontMetrics().elidedText(one.text(0), tree.textElideMode(), room)
    assert shown != one.text(0)
    assert shown.endswith("/IM7")
    assert shown.startswith("/data")
    assert one.toolTip(0) == f"{FOLDER}/IM7"


def test_ignored_files_beside_a_study_are_nothing_to_list():
    ignored = [row for row in RESULT["rejected"] if row["code"] == BESIDE_WORD]
    assert ImportSummary.of_result(RESULT).lists_losses
    study = {"study_id": "whole", "rebuilt": False}
    brought = {**RESULT, "rejected": ignored, "studies": [study]}
    assert not ImportSummary.of_result(brought).lists_losses


def test_where_nothing_came_of_an_import_the_ignored_files_are_listed_too():
    ignored = [row for row in RESULT["rejected"] if row["code"] == BESIDE_WORD]
    assert ImportSummary.of_result({**RESULT, "rejected": ignored}).lists_losses


def test_a_study_that_was_there_whole_is_not_rebuilt():
    rows = [{"study_id": "whole", "rebuilt": False}, {"study_id": "grown", "rebuilt": True}]
    summary = ImportSummary.of_result({**RESULT, "studies": rows})
    assert summary.studies == ("whole", "grown")
    assert summary.rebuilt == ("grown",)


def test_an_empty_folder_is_told_in_a_sentence():
    empty = dict.fromkeys(RESULT["counts"], 0)
    summary = ImportSummary.of_result({"counts": empty, "studies": [], "rejected": []})
    assert summary.sentence == "There are no files in what was to be imported."
