from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QColor, QImage, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton, QToolButton, QWidget

from app.actions import make_actions
from app.main_window import FIRST_SIZE_PX, MainWindow
from app.panels.burden_table import NOT_MEASURED, BurdenTable, LevelBox
from app.panels.cine_transport import CineTransport
from app.panels.job_line import time_left
from app.panels.job_strip import JobStrip
from app.panels.rows import Badge, BurdenRows, LevelRow, SliceRow, StudyRow
from app.panels.slice_strip import SliceStrip
from app.panels.status_line import StatusLine
from app.panels.study_list import StudyList
from app.panels.style import BAND_COLOURS, DARK, LIGHT, apply_theme
from app.panels.welcome import WelcomePage
from app.settings import RecentStudy, Settings
from app.viewer.playback import SPEEDS

LEVELS = (
    LevelRow("FWHM", 0.5, None, 9.84),
    LevelRow("FWQM", 0.25, None, 26.05),
    LevelRow("FWEM", 0.125, 40.0, 100.0),
)


@pytest.fixture(autouse=True)
def dark(qapp):
    apply_theme(qapp, "dark")
    yield
    qapp.setStyleSheet("")


def shown(qtbot, widget):
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_the_burden_table_shows_one_decimal_and_a_dash_where_not_measured(qtbot):
    table = shown(qtbot, BurdenTable())
    table.show_rows(BurdenRows(LEVELS))
    assert table.texts() == [(NOT_MEASURED, "9.8"), (NOT_MEASURED, "26.1"), ("40.0", "100.0")]


def test_a_typed_level_is_told_once_with_the_others(qtbot):
    bands = [QAction(f"band {number}") for number in (1, 2, 3)]
    table = shown(qtbot, BurdenTable(bands))
    table.show_rows(BurdenRows(LEVELS))
    chosen = []
    table.levels_chosen.connect(chosen.append)
    box = table.findChildren(LevelBox)[0]
    QTest.mouseDClick(box.lineEdit(), Qt.MouseButton.LeftButton)
    box.selectAll()
    QTest.keyClicks(box, "60")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert chosen == [(0.6, 0.25, 0.125)]


def test_the_wheel_over_a_level_leaves_it_and_goes_on_to_the_panel(qtbot, takes_wheel):
    table = shown(qtbot, BurdenTable([QAction(f"band {number}") for number in (1, 2, 3)]))
    table.show_rows(BurdenRows(LEVELS))
    box = table.findChildren(LevelBox)[0]
    assert not takes_wheel(box)
    assert box.value() == 50.0


def test_a_band_chip_is_filled_with_its_colour_while_its_band_is_shown(qtbot):
    bands = [QAction(f"band {number}", checkable=True, checked=True) for number in (1, 2, 3)]
    table = shown(qtbot, BurdenTable(bands))
    image = table.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(24) for y in range(image.height())}
    assert {QColor(colour).name() for colour in BAND_COLOURS} <= colours


def test_the_welcome_page_offers_three_ways_in_and_the_recent_studies(qtbot):
    page = shown(qtbot, WelcomePage())
    page.set_ready(True)
    page.show_recent([RecentStudy("s1", "P-2ABCDE", 1)])
    chosen, studies = [], []
    page.chosen.connect(chosen.append)
    page.study_chosen.connect(studies.append)
    for button in page.findChildren(QPushButton):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen == ["open-folder", "open-archive", "open-demo"]
    assert studies == ["s1"]


def test_nothing_can_be_opened_before_somebody_listens(qtbot):
    page = shown(qtbot, WelcomePage())
    assert not any(button.isEnabled() for button in page.findChildren(QPushButton))


def test_the_same_recent_studies_told_again_stay_the_same_links(qtbot):
    page = shown(qtbot, WelcomePage())
    studies = [RecentStudy("s1", "P-2ABCDE", 1)]
    page.show_recent(studies)
    links = [link for link in page.findChildren(QPushButton) if link.text() == "P-2ABCDE"]
    page.show_recent(tuple(studies))
    again = [link for link in page.findChildren(QPushButton) if link.text() == "P-2ABCDE"]
    assert again == links
    assert len(links) == 1


def test_a_click_on_a_slice_picture_chooses_it(qtbot):
    strip = shown(qtbot, SliceStrip())
    strip.show_rows([SliceRow(f"Slice {at}") for at in (1, 2, 3)], 0)
    strip.resize(strip.sizeHint())
    chosen = []
    strip.slice_chosen.connect(chosen.append)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell(2).center())
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell(0).center())
    assert chosen == [2, 0]


def test_badges_differ_in_shape_between_drawn_and_confirmed(qtbot):
    strip = shown(qtbot, SliceStrip())
    strip.show_rows([SliceRow("1", badge=Badge.DRAWN), SliceRow("2", badge=Badge.CONFIRMED)], 0)
    strip.resize(strip.sizeHint())
    image = strip.grab().toImage()
    good = QColor(DARK.good)
    at = [strip.cell(index) for index in (0, 1)]
    centres = [image.pixelColor(QPoint(c.right() - 6, c.bottom() - 7)) for c in at]
    assert [centre == good for centre in centres] == [False, True]


def test_a_slice_left_out_is_faint_and_barred_whatever_its_contours(qtbot):
    strip = shown(qtbot, SliceStrip())
    picture = QImage(8, 8, QImage.Format.Format_Grayscale8)
    picture.fill(200)
    rows = [SliceRow("1"), SliceRow("2", excluded="from quantification"), SliceRow("3")]
    strip.show_rows([replace(r, badge=Badge.CONFIRMED, picture=picture) for r in rows], 0)
    strip.resize(strip.sizeHint())
    image = strip.grab().toImage()
    cells = [strip.cell(at) for at in range(3)]
    greys = [image.pixelColor(cell.left() + 28, 28).value() for cell in cells]
    assert greys[1] < 0.5 * greys[2]
    marks = [QRect(cell.right() - 12, cell.bottom() - 14, 12, 13) for cell in cells]
    colours = [{image.pixelColor(x, y).name() for x, y in points(mark)} for mark in marks]
    assert [DARK.good in found for found in colours] == [True, False, True]
    assert DARK.text in colours[1]


def points(area: QRect):
    xs = range(area.left(), area.right() + 1)
    return ((x, y) for x in xs for y in range(area.top(), area.bottom() + 1))


def test_without_a_cine_the_transport_has_nothing_to_press(qtbot):
    owner = shown(qtbot, QWidget())
    transport = shown(qtbot, CineTransport(make_actions(owner)))
    pressed = (transport.slider, transport._speed, *transport.findChildren(QToolButton))
    assert not any(part.isVisible() for part in pressed)
    assert transport._phase.text() == "no cine"
    transport.set_cine((0.0, 40.0, 80.0), 120.0)
    assert all(part.isVisible() for part in pressed)


def test_the_status_line_tells_regions_and_burden_only_where_there_is_room(qtbot):
    line = shown(qtbot, StatusLine())
    line.show_figures("remote 12 ± 3 · blood 210 ± 20 · burden 10.5 / 26.3 / 41.8 %")
    line.resize(1440, 28)
    assert not line._figures.isVisible()
    line.resize(1920, 28)
    assert line._figures.isVisible()
    line.show_figures("")
    assert not line._figures.isVisible()


def test_the_study_list_names_studies_and_the_slices_of_the_open_one(qtbot):
    listed = shown(qtbot, StudyList())
    slices = (SliceRow("Slice 1", "T1 · cine"), SliceRow("Slice 2", "T1"))
    rows = [
        StudyRow("a", "P-A", "2022", slices, is_open=True, date="2022-01-01"),
        StudyRow("b", "P-B", "2021", date="2021-01-01"),
    ]
    listed.show_rows(rows, 0)
    assert [text.split(",")[0] for text in listed.texts()] == ["P-A", "Slice 1", "Slice 2", "P-B"]


def test_the_transport_shows_phase_time_and_heart_rate(qtbot):
    owner = shown(qtbot, QWidget())
    transport = shown(qtbot, CineTransport(make_actions(owner)))
    transport.set_cine(tuple(35.0 * at for at in range(25)), 875.0)
    transport.show_phase(3)
    words = [label.text() for label in (transport._phase, transport._time, transport._rate)]
    assert words == ["4 / 25", "105 / 875 ms", "69 bpm"]


def test_the_transports_menu_holds_every_speed_and_ticks_the_one_played(qtbot):
    owner = shown(qtbot, QWidget())
    transport = shown(qtbot, CineTransport(make_actions(owner)))
    transport.show_speed(0.5)
    menu = transport._speed.menu()
    speeds = [action for action in menu.actions() if action.data() is not None]
    assert [action.data() for action in speeds] == list(SPEEDS)
    assert [action.data() for action in speeds if action.isChecked()] == [0.5]
    with qtbot.waitSignal(transport.speed_chosen) as chosen:
        speeds[0].trigger()
    assert chosen.args == [SPEEDS[0]]


def test_a_warning_stays_and_a_plain_line_fades(qtbot):
    line = shown(qtbot, StatusLine())
    line.say("The disk is full.", is_warning=True)
    assert not line._fade.isActive()
    line.say("Exported.")
    assert line._fade.isActive()
    line.say("")
    assert not line._fade.isActive()


def test_the_time_left_follows_the_pace_and_is_silent_while_unknown():
    assert time_left(50, 100, 10.0) == "about 10 s left"
    assert time_left(10, 100, 60.0) == "about 9 min left"
    assert time_left(1, 100, 0.5) == time_left(0, 0, 30.0) == ""


def test_a_cancelled_job_says_that_it_is_stopping(qtbot):
    strip = shown(qtbot, JobStrip())
    strip.begin("Reading headers…")
    with qtbot.waitSignal(strip.cancel_requested):
        QTest.mouseClick(strip.line.cancel, Qt.MouseButton.LeftButton)
    assert strip.line.text.text() == "Stopping…"


def test_both_themes_keep_text_readable_on_every_ground():
    for theme in (DARK, LIGHT):
        for ground in (theme.window, theme.panel, theme.raised):
            assert contrast(theme.text, ground) > 10
            assert contrast(theme.quiet, ground) > 4.5
            for colour in (theme.accent, theme.look_again, theme.stop, theme.good):
                assert contrast(colour, ground) > 3.5, (theme.name, colour, ground)


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""
    lights = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_window_says_research_only_and_carries_no_name(qtbot, tmp_path):
    window = shown(qtbot, MainWindow(Settings(tmp_path, tmp_path)))
    assert window.windowTitle() == "VNE Reader"
    assert "Research use only" in window.status._research.text()


def test_the_first_window_is_no_larger_than_the_screen(qtbot, tmp_path):
    window = shown(qtbot, MainWindow(Settings(tmp_path, tmp_path)))
    room = window.screen().availableSize()
    assert room.width() < FIRST_SIZE_PX[0]  # else this tells nothing
    assert window.width() <= room.width()
    assert window.height() <= room.height()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_presses_what_has_the_focus_on_the_first_page(qtbot, key):
    window = QMainWindow()
    page = WelcomePage()
    window.setCentralWidget(page)
    shortcut = QShortcut(QKeySequence(key), window)
    qtbot.addWidget(window)
    page.set_ready(True)
    page.show_recent([RecentStudy("study", "P-1 · 2021-06-14")])
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)  # else the shortcut would never be heard
    buttons = page.findChildren(QPushButton)
    pressed = []
    page.chosen.connect(pressed.append)
    page.study_chosen.connect(pressed.append)
    shortcut.activated.connect(lambda: pressed.append("shortcut"))
    for button in buttons:
        button.setFocus()
        qtbot.keyClick(button, key)
    assert sorted(pressed) == ["open-archive", "open-demo", "open-folder", "study"]
