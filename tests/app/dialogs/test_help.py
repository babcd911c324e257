import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.compose.help_pages import ORDER
from app.dialogs.help import HelpWindow, key_table, read_pages
from app.dialogs.help_page import HelpPage
from app.panels.style import apply_theme
from vne_core.packaged import resource

PAGES = (
    HelpPage("one", "One", "# One\n\nA [link](two.md) and the word lesion, lesion again.\n"),
    HelpPage("two", "Two", "# Two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n![seen](welcome.png)\n"),
)
LARGEST_PICTURE_BYTES = 60_000


@pytest.fixture
def window(qtbot, qapp):
    apply_theme(qapp, "dark")
    window = HelpWindow(resource("help"), PAGES)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(window)
    window.show()
    yield window
    qapp.setStyleSheet("")


def test_a_page_is_shown_by_a_click_in_the_contents(window):
    row = window.contents.visualItemRect(window.contents.item(1))
    QTest.mouseClick(window.contents.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert window.current == "two"
    assert "Two" in window.page.toPlainText()


def test_a_link_turns_to_its_page(window):
    window.page.anchorClicked.emit("two.md")
    assert window.current == "two"


def test_a_picture_is_seen_no_wider_than_the_page(window, qtbot):
    window.show_page("two")
    for width in (1080, 640):
        window.resize(width, 700)
        qtbot.waitUntil(lambda: not window.page._later.isActive())
        assert window.page.document().idealWidth() <= window.page.viewport().width()
    seen = window.page.viewport().grab().toImage()
    places = ((x, y) for x in range(0, seen.width(), 2) for y in range(0, seen.height(), 2))
    colours = {seen.pixelColor(x, y).name() for x, y in places}
    assert QColor("#282c32").name() in colours, "the cards of the welcome page"


def test_the_search_leaves_pages_with_the_words_marks_them_and_counts_them(window):
    QTest.keyClicks(window.search, "lesion")
    assert [window.contents.item(at).isHidden() for at in range(2)] == [False, True]
    assert len(window.page.extraSelections()) == 2
    assert window.hits.text().startswith("2 on this page")
    first = window.page.textCursor().position()
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    assert window.page.textCursor().position() > first
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    assert window.page.textCursor().position() == first


def test_words_on_no_page_are_said_to_be_on_none(window):
    QTest.keyClicks(window.search, "zebra")
    assert window.hits.text() == "No page has these words."


def test_esc_closes_the_help(window):
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_turning_pages_at_changing_widths_leaves_every_page_whole(window, qapp):
    for turn in range(40):
        window.resize(700 + 17 * turn, 500)
        window.show_page(("one", "two")[turn % 2])
        qapp.processEvents()
    assert "Two" in window.page.toPlainText()


def test_signs_that_markdown_reads_are_escaped_in_a_table_of_keys():
    text = key_table([("View", "Slower | faster", "[ or ,")], ("What", "How"))
    assert r"| Slower \| faster | \[ or , |" in text


def test_every_link_and_picture_of_the_help_exists_and_every_page_is_listed():
    folder = resource("help")
    assert sorted(path.stem for path in folder.glob("*.md")) == sorted(ORDER)
    texts = [page.text for page in read_pages(folder, ORDER, {})]
    targets = {name for text in texts for name in re.findall(r"\]\(([^)]+)\)", text)}
    assert [name for name in targets if not (folder / name).exists()] == []
    pictures = {path.name for path in folder.glob("*.png")}
    assert pictures <= targets


def test_the_pictures_of_the_help_stay_small():
    sizes = {path.name: path.stat().st_size for path in resource("help").glob("*.png")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > LARGEST_PICTURE_BYTES} == {}
