from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from app.panels.rows import Badge, Nearness, SliceRow, StudyRow
from app.panels.study_delegate import ROW_PX
from app.panels.study_list import StudyList
from app.panels.study_pictures import Pictures
from app.panels.style import DARK


def slices(count: int, name: str = "a") -> tuple[SliceRow, ...]:
    return tuple(
        SliceRow(f"Slice {at + 1}", "T1 · cine", slice_id=f"{name}{at}") for at in range(count)
    )


OPEN = StudyRow("a", "P-A", "3 series", slices(3), is_open=True, date="2022-01-01")
CLOSED = StudyRow("b", "P-B", "2 series", None, date="2021-01-01")


@pytest.fixture
def browser(shown):
    browser = shown(StudyList(), 228, 600)
    browser.show_rows([OPEN, CLOSED], 0)
    return browser


def first_words(browser):
    return [text.split(",")[0] for text in browser.texts()]


def place(browser, row: int, x: int = 120) -> QPoint:
    return QPoint(x, row * ROW_PX + ROW_PX // 2)


def click(browser, row: int, x: int = 120):
    QTest.mouseClick(browser.tree.viewport(), Qt.MouseButton.LeftButton, pos=place(browser, row, x))


def test_the_wheel_over_the_order_leaves_it(browser, takes_wheel):
    box = browser.findChild(QComboBox)
    assert not takes_wheel(box)
    assert box.currentIndex() == 0


def told(signal):
    seen = []
    signal.connect(lambda *values: seen.append(values if len(values) > 1 else values[0]))
    return seen


def test_the_open_study_is_unfolded_and_the_others_are_not(browser):
    assert first_words(browser) == ["P-A", "Slice 1", "Slice 2", "Slice 3", "P-B"]


def test_a_click_on_a_slice_names_its_study_and_place(browser):
    chosen, studies = told(browser.slice_chosen), told(browser.study_chosen)
    click(browser, 3)
    click(browser, 4)
    assert (chosen, studies) == ([("a", 2)], ["b"])


def test_unfolding_a_closed_study_asks_for_its_slices_and_opens_nothing(browser):
    wanted, studies = told(browser.slices_wanted), told(browser.study_chosen)
    click(browser, 4, x=12)
    assert (wanted, studies) == (["b"], [])
    browser.show_rows([OPEN, replace(CLOSED, slices=slices(2, "b"))], 0)
    assert first_words(browser)[4:] == ["P-B", "Slice 1", "Slice 2"]


def test_the_keys_go_through_the_rows_and_enter_chooses(browser):
    chosen = told(browser.slice_chosen)
    browser.tree.setFocus()
    browser.tree.setCurrentIndex(browser.tree.model().index(0, 0))
    QTest.keyClick(browser.tree, Qt.Key.Key_Down)
    QTest.keyClick(browser.tree, Qt.Key.Key_Down)
    QTest.keyClick(browser.tree, Qt.Key.Key_Return)
    assert chosen == [("a", 1)]
    QTest.keyClick(browser.tree, Qt.Key.Key_Up)
    QTest.keyClick(browser.tree, Qt.Key.Key_Up)
    QTest.keyClick(browser.tree, Qt.Key.Key_Left)
    assert first_words(browser) == ["P-A", "P-B"]


def test_a_typed_search_narrows_the_rows_and_esc_brings_them_back(browser):
    browser.search.setFocus()
    QTest.keyClicks(browser.search, "p-b")
    assert first_words(browser) == ["P-B"]
    QTest.keyClick(browser.search, Qt.Key.Key_Escape)
    assert browser.search.text() == ""
    assert len(browser.texts()) == 5


def test_a_search_without_result_says_what_can_be_searched(browser):
    browser.search.setFocus()
    QTest.keyClicks(browser.search, "zzz")
    assert browser.texts() == []
    assert browser._nothing.isVisible()
    assert "zzz" in browser._nothing.text()


def test_rows_that_say_something_else_keep_their_place_and_unfolding(browser):
    drawn = replace(OPEN.slices[1], badge=Badge.DRAWN)
    browser.tree.collapse(browser.tree.model().index(0, 0))
    browser.show_rows([replace(OPEN, slices=(OPEN.slices[0], drawn, OPEN.slices[2])), CLOSED], 0)
    assert first_words(browser) == ["P-A", "P-B"]


def test_two_studies_of_a_patient_stand_under_one_name_by_their_dates(shown):
    browser = shown(StudyList(), 228, 600)
    later = replace(CLOSED, title="P-A")
    browser.show_rows([OPEN, later], 0)
    assert first_words(browser) == [
        "P-A",
        "2022-01-01",
        "Slice 1",
        "Slice 2",
        "Slice 3",
        "2021-01-01",
    ]


def test_pictures_are_asked_for_rows_in_sight_only(shown, qtbot):
    browser = shown(StudyList(), 228, 400)
    wanted = told(browser.pictures_wanted)
    browser.show_rows([replace(OPEN, slices=slices(4000))], 0)
    qtbot.waitUntil(lambda: bool(wanted))
    assert 4 <= len(wanted[0]) <= 400 / ROW_PX + 1
    assert wanted[0][0] == "a0"
    browser.tree.verticalScrollBar().setValue(1000 * ROW_PX)
    qtbot.waitUntil(lambda: len(wanted) > 1)
    assert "a999" in wanted[1]
    assert len(wanted[1]) <= 400 / ROW_PX + 2


def test_a_slice_without_any_image_is_asked_for_once(shown, qtbot):
    browser = shown(StudyList(), 228, 400)
    wanted = told(browser.pictures_wanted)
    browser.show_rows([OPEN], 0)
    qtbot.waitUntil(lambda: bool(wanted))
    browser.show_pictures({"a0": None, "a1": grey(200)})
    browser.tree.verticalScrollBar().valueChanged.emit(0)
    qtbot.waitUntil(lambda: len(wanted) > 1)
    assert wanted[1] == ["a2"]


def test_a_picture_that_came_is_painted_in_its_row(browser):
    browser.show_pictures({"a1": grey(200)})
    image = browser.tree.viewport().grab().toImage()
    assert image.pixelColor(place(browser, 2, x=32)).red() == 200
    assert image.pixelColor(place(browser, 1, x=32)).red() == 0


def test_only_so_many_pictures_are_kept(qapp):
    pictures = Pictures(40, kept=10)
    pictures.put({f"s{at}": grey(at) for at in range(25)})
    assert len(pictures) == 10
    assert pictures.lacks(SliceRow("1", slice_id="s0"))
    assert pictures.pixmap(SliceRow("1", slice_id="s24"), 2.0).devicePixelRatio() == 2.0


def test_the_picture_of_a_slice_read_again_takes_the_place_of_the_old_one(qapp):
    pictures = Pictures(40, kept=10)
    for value in (10, 90, 170, 250):
        row = SliceRow("1", slice_id="s1", picture=grey(value))
        pixmap = pictures.pixmap(row, 1.0)
        assert pixmap.toImage().pixelColor(20, 20).red() == value
        assert pictures.pixmap(row, 1.0).cacheKey() == pixmap.cacheKey()
    assert len(pictures._drawn) == 1


def grey(value: int) -> QImage:
    image = QImage(96, 96, QImage.Format.Format_Grayscale8)
    image.fill(QColor(value, value, value))
    return image


def test_a_far_match_is_said_by_a_sign_a_colour_and_in_words(shown):
    far = SliceRow(
        "Slice 1", "T1 · LGE", Badge.DRAWN, slice_id="x", distance="9.1 mm",
        nearness=Nearness.STOP, match="LGE 9.1 mm and 0.0° away",
    )  # fmt: skip
    browser = shown(StudyList(), 228, 300)
    browser.show_rows([replace(OPEN, slices=(far,))], 0)
    assert "LGE 9.1 mm and 0.0° away" in browser.texts()[1]
    image = browser.tree.viewport().grab().toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(120, 228) for y in range(ROW_PX, 2 * ROW_PX)
    }
    assert DARK.stop in colours


def test_an_excluded_slice_says_its_reason_in_the_row_and_the_tooltip(shown):
    row = replace(OPEN.slices[0], excluded="from quantification: severe artefact")
    browser = shown(StudyList(), 228, 300)
    browser.show_rows([replace(OPEN, slices=(row,))], 0)
    model = browser.tree.model()
    index = model.index(0, 0, model.index(0, 0))
    assert "Excluded from quantification: severe artefact" in index.data(
        Qt.ItemDataRole.ToolTipRole
    )
    assert "excluded from quantification: severe artefact" in browser.texts()[1]


def test_enter_in_the_search_opens_the_newest_study_of_a_patient_with_several(shown):
    browser = shown(StudyList(), 228, 600)
    chosen = told(browser.study_chosen)
    browser.show_rows([OPEN, replace(CLOSED, title="P-A")], 0)
    browser.focus_search()
    QTest.keyClicks(browser.search, "p-a")
    QTest.keyClick(browser.search, Qt.Key.Key_Return)
    assert chosen == [OPEN.study_id]
    assert first_words(browser)[1] == "2022-01-01"


def test_enter_goes_to_the_slice_that_a_search_has_found_and_leaves_the_search(browser):
    slices_chosen, studies = told(browser.slice_chosen), told(browser.study_chosen)
    browser.focus_search()
    QTest.keyClicks(browser.search, "slice 2")
    QTest.keyClick(browser.search, Qt.Key.Key_Return)
    assert (slices_chosen, studies) == ([("a", 1)], [])
    assert not browser.search.hasFocus()


def test_enter_stays_in_a_search_that_has_found_nothing(browser):
    browser.focus_search()
    QTest.keyClicks(browser.search, "zebra")
    QTest.keyClick(browser.search, Qt.Key.Key_Return)
    assert browser.search.hasFocus()


def test_enter_in_an_empty_search_opens_nothing(browser):
    slices_chosen, studies = told(browser.slice_chosen), told(browser.study_chosen)
    browser.focus_search()
    QTest.keyClick(browser.search, Qt.Key.Key_Enter)
    assert slices_chosen == studies == []
