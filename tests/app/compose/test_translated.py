"""A whole window in a made-up language: words that stay English stand out."""

import re

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QTreeWidget,
)

from app.viewer.pane import ImagePane

OURS = re.compile(r"⟦[^⟦⟧]*⟧")
FIXED = re.compile(
    r"</?\w+>|VNE Reader|4CH|P-[0-9A-Z]{6}|[\w.+-]*_[\w.+-]*|\b(VNE|LGE|PSIR|IR|T1|AHA|FWHM|FWQM|FWEM|RV|DICOM|SD|Qt|Python)\b"
    r"|\b(mm|ms|cm|bpm|series|W|L|TI|x)\b|\b[RLAPHF]{1,2}\b|(Ctrl|Alt|Shift)\+\S*|\b(Enter|Esc|Del|Up|Down|Left|Right|PgUp|PgDn)\b"
    r"|\b[A-Z]\b|\b\d+x\b"
)
"""Names, units, orientation letters, keys: the same in every language."""


def foreign(text: str) -> str:
    """Return what of a text stayed English."""
    while OURS.search(text):
        text = OURS.sub("", text)
    rest = FIXED.sub("", text)
    return text if sum(c.isalpha() for c in rest) > 1 else ""


def words_of(widget) -> set[str]:
    """Return every text, tip and accessible name below a widget."""
    found = set()
    for one in (widget, *widget.findChildren(object)):
        for name in ("toolTip", "accessibleName", "placeholderText"):
            if callable(getattr(one, name, None)):
                found.add(getattr(one, name)())
        is_qts_own = isinstance(one.parent(), QDialogButtonBox)
        if isinstance(one, QLabel | QAbstractButton) and not is_qts_own:
            found.add(one.text())
        if isinstance(one, QComboBox):
            found |= {one.itemText(at) for at in range(one.count())}
        if isinstance(one, QTabBar):
            found |= {one.tabText(at) for at in range(one.count())}
        if isinstance(one, QTreeWidget):
            found |= {one.headerItem().text(at) for at in range(one.columnCount())}
        if isinstance(one, QLineEdit):
            found.add(one.placeholderText())
        if isinstance(one, ImagePane):
            found |= set(one.view.written.splitlines())
            found |= {action.text() for action in one.header.menu.actions()}
    return found


def english(texts) -> list[str]:
    return sorted(filter(None, map(foreign, texts)))


@pytest.fixture
def reader(bracketed, open_window, workspace):
    return open_window(workspace)


def test_the_reading_window_has_no_word_that_cannot_be_translated(reader):
    assert english(words_of(reader.window)) == []


def test_what_the_status_line_says_can_be_translated(reader):
    said = set()
    for name in (
        "zoom-in", "auto-window", "t1-colours", "compare-wipe", "compare-wipe", "compare-flicker",
        "compare-flip", "step-back", "mark-caliper", "mark-clear", "tool-epi", "copy-above",
        "copy-below", "copy-to-pane", "linked", "end-diastole", "show-log", "rest-t1",
    ):  # fmt: skip
        reader.window.actions_by_id[name].trigger()
        said.add(reader.window.status.message)
    assert len(said) > 10
    assert english(said) == []


def test_rows_segments_and_jobs_can_be_translated(reader, qtbot):
    page = reader.page
    qtbot.waitUntil(lambda: page.tools.bulls_eye.words(7) != "")
    told = [*page.studies.texts(), *(page.tools.bulls_eye.words(at) for at in range(1, 17))]
    reader.window.jobs.toggle_panel()
    told += words_of(reader.window.jobs)
    assert english(told) == []


def test_the_dialogs_about_slices_and_series_can_be_translated(reader, monkeypatch, qtbot):
    seen = {}

    def look(dialog) -> int:
        qtbot.addWidget(dialog)
        dialog.show()
        seen[type(dialog).__name__] = english({dialog.windowTitle(), *words_of(dialog)})
        return 0

    monkeypatch.setattr(QDialog, "exec", look)
    for name in ("match-slice", "series-kinds", "exclude-slice", "about"):
        known = len(seen)
        reader.window.actions_by_id[name].trigger()
        qtbot.waitUntil(lambda known=known: len(seen) > known)
    assert set(seen) == {"MatchDialog", "SeriesDialog", "ExcludeSliceDialog", "AboutDialog"}
    assert {name: words for name, words in seen.items() if words} == {}
