import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from app.dialogs.series_kinds import Correction, SeriesDialog, SeriesLine
from vne_core.dicom.kinds import Kind

LINES = (
    SeriesLine("a", 7, "cine_trufi", 25, Kind.CINE_SAX, "cine-by-phases", "Many trigger times."),
    SeriesLine("b", 8, "odd", 3, Kind.LGE_PSIR, "corrected-by-reader", "Corrected.", True),
)


@pytest.fixture
def dialog(qtbot):
    def make(fixed=""):
        made = SeriesDialog(LINES, fixed)
        qtbot.addWidget(made)
        made.show()
        return made

    return make


def take(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def select(dialog, row) -> None:
    item = dialog.tree.topLevelItem(row)
    at = dialog.tree.visualItemRect(item).center()
    QTest.mouseClick(dialog.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)


def pick(dialog, kind) -> None:
    dialog.kinds.setCurrentIndex(dialog.kinds.findData(kind))


def test_nothing_can_be_taken_until_another_kind_is_chosen(dialog):
    shown = dialog()
    assert not take(shown).isEnabled()
    pick(shown, Kind.OTHER)
    assert take(shown).isEnabled()
    assert shown.correction() == Correction("a", "Series 7 · cine_trufi", Kind.OTHER, False)


def test_the_chosen_kind_stays_when_it_becomes_a_rule_of_the_site(dialog):
    shown = dialog()
    pick(shown, Kind.PERFUSION)
    shown.for_site.click()
    assert shown.correction() == Correction("a", "Series 7 · cine_trufi", Kind.PERFUSION, True)


def test_a_corrected_series_can_be_left_to_the_rules_again_for_this_study(dialog):
    shown = dialog()
    select(shown, 1)
    assert shown.kinds.itemText(0) == "what the rules say"
    shown.kinds.setCurrentIndex(0)
    assert shown.correction() == Correction("b", "Series 8 · odd", None, False)
    shown.for_site.click()
    assert shown.kinds.findText("what the rules say") == -1


def test_a_correction_can_become_a_rule_of_the_site_as_it_is(dialog):
    shown = dialog()
    select(shown, 1)
    shown.for_site.click()
    assert shown.correction() == Correction("b", "Series 8 · odd", Kind.LGE_PSIR, True)


def test_a_read_only_workspace_shows_the_kinds_and_offers_only_to_close(dialog):
    shown = dialog("read-only here")
    assert not shown.kinds.isEnabled()
    assert take(shown) is None
    pick(shown, Kind.OTHER)
    assert shown.correction() is None
