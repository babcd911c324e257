"""A whole window in a made-up language: words that stay English stand out."""

import re

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTabBar, QTreeWidget

from app.viewer.pane import ImagePane
from vne_core.study.annotation import ImageKind

OURS = re.compile(r"⟦[^⟦⟧]*⟧")
FIXED = re.compile(
    r"P-[0-9A-Z]{6}|[\w.+-]*_[\w.+-]*|\b(VNE|LGE|PSIR|IR|T1|AHA|FWHM|FWQM|FWEM|RV|DICOM|SD|Qt|Python)\b"
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
        if isinstance(one, QLabel | QAbstractButton):
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
    reader.page.panes.enlarge(ImageKind.LGE)
    reader.page.panes.enlarge(None)
    print("\n".join(english(words_of(reader.window))))
    assert english(words_of(reader.window)) == []
