"""The reader's own matches on the demo study, asked and answered as a hand does."""

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QRadioButton

from app import edits
from app.compose.artist import ANOTHER
from app.compose.match_words import breach, match_notice
from app.dialogs.match_slice import ByReader, ByRule, MatchDialog
from app.viewer.furniture import Notice
from tests.app.compose.test_reader import outline, trigger
from vne_core.align.roles import Role
from vne_core.study.annotation import ImageKind


@pytest.fixture
def answer(qtbot):
    """Do something in the dialog that an act opens; its last word is Match, Cancel or Close."""

    def during(act, hand, button="Match"):
        seen = []

        def look():
            dialog = QApplication.activeModalWidget()
            if dialog is None:
                QTimer.singleShot(10, look)
                return
            try:
                seen.append(hand(dialog))
            finally:
                press(dialog, button)

        QTimer.singleShot(0, look)
        act()
        qtbot.waitUntil(lambda: bool(seen), timeout=10_000)
        return seen[0]

    return during


def press(dialog, text) -> None:
    buttons = dialog.findChild(QDialogButtonBox).buttons()
    found = next(b for b in buttons if b.text().replace("&", "") == text and b.isEnabled())
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def page_of(dialog, name):
    """Turn to a role as a click in the list does and return its page."""
    at = [page.name for page in dialog.pages].index(name)
    item = dialog.roles.item(at)
    QTest.mouseClick(
        dialog.roles.viewport(),
        Qt.MouseButton.LeftButton,
        pos=dialog.roles.visualItemRect(item).center(),
    )
    return dialog.pages[at]


def texts(page) -> list[list[str]]:
    rows = range(page.tree.topLevelItemCount())
    items = [page.tree.topLevelItem(row) for row in rows]
    return [
        [page.tree.itemWidget(item, 0).text()]
        + [item.text(at) for at in range(1, page.tree.columnCount())]
        for item in items
    ]


def choose(name, choice):
    return lambda dialog: page_of(dialog, name).choose(choice)


def lge_of(reader, index) -> str:
    return reader.session.matches[index].partner(Role.LGE).slice_id


def shows(reader, kind=ImageKind.LGE):
    return reader.page.panes.pane(kind)


def match_lge(reader, qtbot, answer, choice) -> None:
    """Choose an LGE and wait until the slice is shown with it."""
    with qtbot.waitSignal(reader.session.images_changed, timeout=20_000):
        answer(lambda: trigger(reader, "match-slice"), choose("LGE", choice))


def test_the_dialog_lists_every_candidate_with_its_numbers_and_the_rules_word(
    open_window, workspace, answer
):
    reader = open_window(workspace)
    press_key = partial(QTest.keySequence, reader.window, QKeySequence("Ctrl+M"))
    rows = answer(press_key, lambda dialog: texts(page_of(dialog, "LGE")), "Cancel")
    assert [row[0] for row in (rows[0], rows[-1])] == ["By the rule", "None"]
    accepted = [row for row in rows[1:-1] if row[-1].startswith("accepted")]
    assert [(row[4], float(row[1]) < 4) for row in accepted] == [("slice 1", True)]
    far = next(row for row in rows if row[4] == "slice 2")
    assert far[-1] == f"refused: {far[1]} mm away, less than 4 needed"


def test_a_refused_lge_leaves_its_pane_and_the_burden_saying_so_and_the_contours_drawn(
    open_window, workspace, demo_folder, answer, qtbot
):  # fmt: skip
    reader = open_window(workspace)
    outline(reader, demo_folder)
    drawn = reader.session.annotation.epi
    match_lge(reader, qtbot, answer, ByReader(None))
    assert shows(reader).placeholder.text == "No LGE: refused by the reader."
    assert reader.session.burden.reason == "no LGE: refused by the reader"
    assert reader.session.annotation.epi == drawn
    assert reader.window.status.match.endswith("no LGE")
    assert reader.window.status.message == "Slice 1: LGE refused by the reader."


def test_another_slices_lge_chosen_by_hand_appears_and_survives_closing(
    open_window, workspace, answer, qtbot
):
    reader = open_window(workspace)
    before = reader.session.images.lge
    far_id = lge_of(reader, 1)
    match_lge(reader, qtbot, answer, ByReader(far_id))
    assert shows(reader).has_image
    assert (reader.session.images.lge != before).any()
    assert corner(reader)[-1].startswith("▲ against the rule: less than 4 mm needed")
    assert "matched by the reader" in corner(reader)[-2]
    assert "by the reader" in reader.window.status.match
    assert "LGE matched by the reader" in reader.window.status.message
    reader.window.close()
    again = open_window(workspace)
    assert lge_of(again, 0) == far_id
    assert "matched by the reader" in corner(again)[-2]


def test_contours_on_another_image_ask_to_be_confirmed_again(
    open_window, workspace, demo_folder, answer, qtbot
):  # fmt: skip
    reader = open_window(workspace)
    outline(reader, demo_folder)
    edits.confirm(reader.session)
    assert reader.session.annotation.confirmed
    match_lge(reader, qtbot, answer, ByReader(lge_of(reader, 1)))
    assert not reader.session.annotation.confirmed
    assert reader.session.annotation.epi is not None


def corner(reader) -> list[str]:
    """Return the lines written upper left over the LGE."""
    written = reader.page.panes.pane(ImageKind.LGE).view.written
    return written.partition("\n\n")[0].split("\n")


def test_by_the_rule_brings_the_rules_own_match_back(open_window, workspace, answer, qtbot):
    reader = open_window(workspace)
    own = lge_of(reader, 0)
    match_lge(reader, qtbot, answer, ByReader(lge_of(reader, 1)))
    match_lge(reader, qtbot, answer, ByRule())
    assert lge_of(reader, 0) == own
    assert reader.window.status.message == "Slice 1: LGE by the rule again."


def test_the_empty_pane_offers_the_candidates_of_its_role(open_window, workspace, answer, qtbot):
    reader = open_window(workspace)
    match_lge(reader, qtbot, answer, ByReader(None))
    offer = shows(reader).placeholder._offer
    assert offer.text() == ANOTHER
    shown = answer(offer.click, lambda dialog: dialog.roles.currentItem().text(), "Cancel")
    assert shown == "LGE\nby the reader: none"


def test_a_click_on_the_match_in_the_status_line_asks(open_window, workspace, answer):
    reader = open_window(workspace)
    title = answer(reader.window.status._match.click, lambda d: d.windowTitle(), "Cancel")
    assert title == "Match of this slice"


def test_edits_without_the_lge_are_there_when_it_is_back_and_undo_still_reaches_them(
    open_window, workspace, demo_folder, answer, qtbot
):  # fmt: skip
    reader = open_window(workspace)
    outline(reader, demo_folder)
    whole = reader.session.annotation
    match_lge(reader, qtbot, answer, ByReader(None))
    now = reader.session.annotation
    reader.session.commit(now, replace(now, endo=None))
    match_lge(reader, qtbot, answer, ByRule())
    assert reader.session.annotation.epi == whole.epi
    assert reader.session.annotation.endo is None
    trigger(reader, "undo")
    assert reader.session.annotation.endo == whole.endo
    assert reader.session.annotation.image_kind is ImageKind.LGE


def test_a_read_only_window_shows_the_candidates_and_changes_nothing(
    open_window, workspace, answer
):
    open_window(workspace)
    second = open_window(workspace)

    def look(dialog: MatchDialog):
        buttons = page_of(dialog, "LGE").findChildren(QRadioButton)
        return len(buttons) > 2 and not any(button.isEnabled() for button in buttons)

    assert answer(lambda: trigger(second, "match-slice"), look, "Close")


def test_the_dialog_says_what_a_choice_against_the_rule_means_before_it_is_taken(
    open_window, workspace, answer
):
    reader = open_window(workspace)
    far = ByReader(lge_of(reader, 2))

    def look(dialog):
        page = page_of(dialog, "LGE")
        page.choose(far)
        return page.warning

    said = answer(lambda: trigger(reader, "match-slice"), look, "Cancel")
    assert said.startswith("▲ Against the rule: ")
    assert said.endswith("Kept and shown as matched by the reader.")
    assert reader.session.match.candidate(Role.LGE).slice_id != far.slice_id


@pytest.mark.parametrize(
    ("distance_mm", "angle_deg", "needed", "notice"),
    [
        (1.0, 2.0, "", Notice.PLAIN),
        (4.0, 2.0, "less than 4 mm needed", Notice.STOP),
        (1.0, 30.0, "less than 25.8° needed", Notice.STOP),
        (1.0, 11.0, "", Notice.STOP),
    ],
)
def test_what_the_rule_needed_is_said_with_its_number(
    session, distance_mm, angle_deg, needed, notice
):
    match = session.match
    candidate = replace(
        match.candidate(Role.LGE), distance_mm=distance_mm, angle_deg=angle_deg
    )  # fmt: skip
    assert breach(candidate) == needed
    assert match_notice(candidate, match) is notice
